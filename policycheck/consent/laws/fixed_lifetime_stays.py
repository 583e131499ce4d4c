"""# fixed-lifetime-stays

## What it says
The end of an entry that is declared with `refresh: false` stays where the first visit put it, whatever the visitor
chooses and visits afterwards.

## Why
A retention of thirteen months that begins anew with each visit never ends for who comes back. The French exemption
for audience measurement asks for trackers whose lifetime is not extended by new visits; elsewhere it is what the
published page promises.

## Example
```python
grant('analytics'); visit('/'); visit('/')
```

Each page sends `Max-Age=34128000` again, and the end of `_ga` moves on.

## What it needs
An entry of the catalogue with `refresh: false`.

## Switch it off
```toml
[tool.policycheck.laws]
fixed-lifetime-stays = "The framework renews its cookie with every answer; declared so from version 3 on."
```

Where the renewal is meant, declare `refresh: true`.

## References
- CNIL on the exemption for audience measurement: at most 13 months, not extended on new visits
- GDPR Art. 5(1)(e): storage limitation
- IAB TCF, device storage disclosures: `cookieRefresh`
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.FIXED_LIFETIME_STAYS,
    codes=("RET003",),
    citation="The entry promises that visits do not extend it.",
    needs=(Need.FIXED_ITEM,),
    module=__name__,
)
