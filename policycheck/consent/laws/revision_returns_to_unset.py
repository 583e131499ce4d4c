"""# revision-returns-to-unset

## What it says
A choice was made about one version of the catalogue. When another version is published, the visitor has said nothing
about it yet: nothing is stored on the old consent, until there is a new one.

## Why
Nobody agrees to what they were not told. New purposes, new recipients and longer retention need a new question; what
the old record says does not answer it.

## Example
```python
grant('analytics'); revise('2'); visit('/')
```

The cookie with the choice holds no version, and `_ga` is set under the new catalogue as if somebody had agreed to it.

## What it needs
A driver that can publish another version of the catalogue (`revise`), an entry that needs consent, and a visitor who
has to opt in. Not each change of a catalogue asks for a new version: a corrected typing error does not.

What was stored while the consent counted, and lies there still, is not looked at: only what is stored from then on.

## Switch it off
```toml
[tool.policycheck.laws]
revision-returns-to-unset = "Purposes have not changed since the site was opened; a new one gets a new site."
```

## References
- GDPR Art. 4(11): informed; Art. 6(1)(a)
- EDPB Guidelines 05/2020 on consent, 3.3 (informed) and 5.1: an old consent does not cover what has changed
  considerably
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.REVISION_RETURNS_TO_UNSET,
    codes=("CON005",),
    citation="GDPR Art. 4(11): informed; Art. 6(1)(a): for specific purposes.",
    needs=(
        Need.REVISION,
        Need.CONSENT_ITEM,
        Need.OPT_IN,
    ),
    module=__name__,
)
