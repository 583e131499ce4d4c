"""# expiry-returns-to-unset

## What it says
A choice counts for as long as the catalogue or the profile says. After that the visitor stands where a new one
stands: nothing is stored on the old consent, until there is a new one.

## Why
No article gives a number. How long a consent lasts depends on what it was given for, authorities recommend to renew
it, and several name months. A site that says "for six months" and goes on for two years uses a consent that it no
longer has.

## Example
```python
grant('analytics'); expire(); visit('/')
```

The record of the choice lasts for two years, the catalogue says `validity: 6 months`, and `_ga` is renewed after
seven.

## What it needs
A clock that can be moved, a validity (`consent.validity` of the catalogue, or the figure of a profile), an entry that
needs consent, and a visitor who has to opt in.

What was stored while the consent counted, and lies there still, is not looked at: only what is stored from then on.

## Switch it off
```toml
[tool.policycheck.laws]
expiry-returns-to-unset = "The consent manager renews by mail, which no test can see."
```

## References
- GDPR Art. 4(11); Art. 5(1)(e): storage limitation
- EDPB Guidelines 05/2020 on consent, 5.1: no set time, renewed at fitting intervals
- National figures, each with its source: `policycheck profiles`
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.EXPIRY_RETURNS_TO_UNSET,
    codes=("CON005",),
    citation="GDPR Art. 4(11), Art. 5(1)(e); EDPB Guidelines 05/2020, 5.1.",
    needs=(
        Need.CLOCK,
        Need.VALIDITY,
        Need.CONSENT_ITEM,
        Need.OPT_IN,
    ),
    module=__name__,
)
