"""# gpc-refuses

## What it says
While the browser sends `Sec-GPC: 1`, nothing is stored of the categories that the profile ties to it, unless the
visitor has agreed to them explicitly.

## Why
Several US states oblige a site to take the signal for an objection to the sale and the sharing of personal data. It
is a standing answer of the visitor, which needs no click.

## Example
```python
gpc_on(); visit('/')
```

The first page sets `_fbp`, declared in `marketing`, which the profile ties to the signal.

## What it needs
A driver that can send the header (`gpc`), and a profile with an opt-out signal. Without such a profile the law is not
looked at: the specification was made for laws with an opt-out, and does not say that the signal withdraws the consent
which the ePrivacy Directive asks for.

## Switch it off
```toml
[tool.policycheck.laws]
gpc-refuses = "The shop is not covered by the act: fewer visitors than its threshold."
```

## References
- Global Privacy Control, W3C: `Sec-GPC`, exactly `1`
- California: 11 CCR 7025; the states of each profile with their sources: `policycheck profiles`
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.GPC_REFUSES,
    codes=("CON007",),
    citation="Global Privacy Control, W3C; the profile's own law.",
    needs=(
        Need.GPC,
        Need.GPC_PROFILE,
        Need.CONSENT_ITEM,
    ),
    module=__name__,
)
