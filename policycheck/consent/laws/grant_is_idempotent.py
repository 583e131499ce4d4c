"""# grant-is-idempotent

## What it says
To grant again what is granted already changes nothing: neither what lies on the device, nor whether the visitor is
asked, nor what the record of the choice says was chosen. The time of the choice may be renewed.

## Why
A second click, a reload of the form, or two tabs must not undo or widen a choice. Buttons that toggle do, and so does
a handler that stores one more identifier with each click. No statute says so in these words.

## Example
```python
grant('analytics'); visit('/'); grant('analytics')
```

The button toggles: the second click switches `analytics` off, the visitor having said yes twice.

## What it needs
An entry of the catalogue that needs consent. Before and after the repeated grant every page is loaded, so that both
see a device that has settled; where it does not settle, nothing is said. Whether the visitor is asked is compared only
where the driver can tell.

## Switch it off
```toml
[tool.policycheck.laws]
grant-is-idempotent = "The page offers no second click once something was granted."
```

## References
- GDPR Art. 7(1): the controller can show what was consented to
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.GRANT_IS_IDEMPOTENT,
    codes=("CON013",),
    citation="To say yes twice is to say yes (GDPR Art. 7(1): the choice that can be shown).",
    needs=(Need.CONSENT_ITEM,),
    module=__name__,
)
