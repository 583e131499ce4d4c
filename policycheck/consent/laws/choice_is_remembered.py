"""# choice-is-remembered

## What it says
A visitor who has chosen is not asked again, no more after a refusal than after a grant: not on the next page, and not
before the time that the profile gives. The record of the choice lasts no longer than the profile allows.

## Why
A question that comes back on every page until the answer is yes wears the visitor down. Authorities name months for
which a refusal should be kept, and a limit after which a consent should be renewed.

## Example
```python
refuse_all(); visit('/')
```

Only a grant is written into the record, and the next page asks the visitor who refused again.

## What it needs
Something that tells: `asked()` of the driver, an entry with `remembersChoice: true`, or the record of a consent
manager that can be read. For how long is looked at where a profile gives a figure, and whether it is kept through
time with a clock that can be moved.

## Switch it off
```toml
[tool.policycheck.laws]
choice-is-remembered = "The kiosk forgets everything after each visitor, on purpose."
```

The rule warns by default; `severity` grades it like any other.

## References
- GDPR Art. 4(11): freely given
- CNIL, deliberation 2020-092: keeping the choice for six months as good practice
- Figures of other jurisdictions, each with its source: `policycheck profiles`
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.CHOICE_IS_REMEMBERED,
    codes=("CON008",),
    citation="GDPR Art. 4(11): freely given; the profile's figures.",
    needs=(Need.RECORD,),
    module=__name__,
)
