"""# refusal-stores-nothing

## What it says
After a refusal nothing is stored that needs consent to a refused category, on any page and after any further step,
until the visitor grants it.

## Why
A choice is free only where no is an answer. A site that stores all the same has told its visitor something untrue; it
is also what supervisory authorities try first.

## Example
```python
refuse_all(); visit('/')
```

The page after "reject all" still sets `_fbp`, declared in `marketing`.

## What it needs
An entry of the catalogue that needs consent.

## Switch it off
```toml
[tool.policycheck.laws]
refusal-stores-nothing = "The embedded map stores before its script can be stopped; it goes in May."
```

To accept one entry until a day, waive the finding.

## References
- ePrivacy Directive 2002/58/EC, Art. 5(3)
- GDPR Art. 4(11): freely given; Recital 42: a genuine choice, and refusal without detriment
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.REFUSAL_STORES_NOTHING,
    codes=("CON002",),
    citation="ePrivacy Directive Art. 5(3); GDPR Art. 4(11).",
    needs=(Need.CONSENT_ITEM,),
    module=__name__,
)
