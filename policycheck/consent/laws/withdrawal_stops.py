"""# withdrawal-stops

## What it says
After a withdrawal nothing is written any more that needs consent to the withdrawn category: no new entry, and no
renewal of an old one. Deleting is no writing.

## Why
A visitor may take consent back at any time. What happened before stays lawful; what happens after it is storing
without consent. A tag that is loaded already, another tab, or a server that remembers the old choice writes on.

## Example
```python
grant('analytics'); visit('/'); withdraw('analytics'); visit('/')
```

The page after the withdrawal renews `_ga`.

## What it needs
An entry of the catalogue that needs consent.

## Switch it off
```toml
[tool.policycheck.laws]
withdrawal-stops = "The statistics server forgets a withdrawal only at night, see SHOP-77."
```

What merely stays on the device is the matter of `withdrawal-erases`.

## References
- GDPR Art. 7(3)
- ePrivacy Directive 2002/58/EC, Art. 5(3)
- EDPB Guidelines 05/2020 on consent, 5.2 (withdrawal)
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.WITHDRAWAL_STOPS,
    codes=("CON004",),
    citation="GDPR Art. 7(3); ePrivacy Directive Art. 5(3).",
    needs=(Need.CONSENT_ITEM,),
    module=__name__,
)
