"""# regrant-starts-clean

## What it says
A grant opens what comes after it. Nothing that was collected while the visitor had not agreed is stored or sent with
a later grant: no pages counted meanwhile, no events kept back in memory or on the server.

## Why
Consent does not reach back. Libraries that queue events until somebody agrees, and then replay the queue, have
observed the visitor without consent and merely reported it late.

## Example
```python
refuse_all(); visit('/blog/'); grant('analytics'); visit('/')
```

The server counted `/blog/` in the session, and writes `visits=2` into `_stats` with the first page after the grant.

## What it needs
An entry of the catalogue that needs consent, and a clock that can be put back for a second device.

When a page is loaded after a grant, and other pages were loaded before it while it was not allowed, two twins make the
same journey at the same times without those visits. Entries that need consent, whose values are equal on both twins
and differ on the visitor's device, hold something that came from them. A value that is random differs between the
twins and says nothing. Values are compared in memory and never shown.

## Switch it off
```toml
[tool.policycheck.laws]
regrant-starts-clean = "The visit counter is aggregated on the server and tells nobody apart."
```

## References
- ePrivacy Directive 2002/58/EC, Art. 5(3)
- GDPR Art. 6(1)(a), Art. 4(11); Recital 32
- A queue replayed on REJECTED to GRANTED, as it was found: https://github.com/amplitude/experiment-js-client/pull/221
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.REGRANT_STARTS_CLEAN,
    codes=("CON014",),
    citation="ePrivacy Directive Art. 5(3); GDPR Art. 6(1)(a): consent holds for what comes after it.",
    needs=(
        Need.CONSENT_ITEM,
        Need.TWIN_CLOCK,
    ),
    module=__name__,
)
