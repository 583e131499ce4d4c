"""# grant-is-specific

## What it says
A grant permits what was granted. After consent to some categories, nothing is stored that needs consent to another
one.

## Why
Consent is given for a purpose. Where the same yes counts for several that could be told apart, none of them was
chosen.

## Example
```python
grant('analytics'); visit('/')
```

The visitor ticked statistics alone, and the next page sets `_fbp`, declared in `marketing`.

## What it needs
An entry of the catalogue that needs consent, and at least two categories that the visitor decides about.

## Switch it off
```toml
[tool.policycheck.laws]
grant-is-specific = "The consent manager only knows yes and no; it is replaced in May."
```

## References
- GDPR Art. 4(11): specific; Art. 6(1)(a): for one or more specific purposes; Recitals 32 and 43
- EDPB Guidelines 05/2020 on consent, 3.1.3 (granularity) and 3.2 (specific)
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.GRANT_IS_SPECIFIC,
    codes=(
        "CON001",
        "CON002",
    ),
    citation="GDPR Art. 4(11), Art. 6(1)(a), Recitals 32 and 43.",
    needs=(
        Need.CONSENT_ITEM,
        Need.TWO_CATEGORIES,
    ),
    module=__name__,
)
