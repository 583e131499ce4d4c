"""# withdrawal-erases

## What it says
What was stored with a consent is gone once the consent is withdrawn: cookies and web storage, on every path and every
domain on which they were set. It may lie there until the next page load, or for the grace that the catalogue gives.
An entry with another use that is still allowed may stay.

## Why
Without consent there is no ground to keep it on the visitor's device, and whatever lies there is sent or read again.
A cookie goes away only with the name, the domain and the path that it was set with; a deletion that misses one of
them looks right in the code and does nothing in the browser. Web storage is forgotten most often.

## Example
```python
grant('marketing'); visit('/'); withdraw('marketing'); visit('/')
```

`_fbp` was set for `.shop.example`, and is deleted without a `Domain`: it lies there still. An entry with an empty
value that was left behind is a survivor too.

## What it needs
An entry of the catalogue that needs consent. How long the application may take is `consent.grace` of the catalogue.

## Switch it off
```toml
[tool.policycheck.laws]
withdrawal-erases = "The vendor's script clears its storage on its own after a day."
```

Rather say how long it takes: `consent: {grace: 1 day}` in the catalogue.

## References
- GDPR Art. 7(3); Art. 17(1)(b): erasure where consent is withdrawn and no other ground is left
- RFC 6265bis, 5.7: what makes two cookies the same one
- EDPB Guidelines 05/2020 on consent, 5.2 (withdrawal)
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.WITHDRAWAL_ERASES,
    codes=("CON003",),
    citation="GDPR Art. 7(3), Art. 17(1)(b).",
    needs=(Need.CONSENT_ITEM,),
    module=__name__,
)
