"""# silence-is-refusal

## What it says
Until the visitor has agreed to a category, nothing is stored that needs consent to it: not on the first page, not
while the banner is shown, and not on the tenth page of a visitor who never answered.

## Why
Consent comes before storing. It takes an act of the visitor: who scrolls on, closes the banner or leaves a box as it
was has not agreed.

## Example
```python
visit('/')
```

The landing page sets `_ga`, declared in `analytics`, although nobody was asked yet.

## What it needs
An entry of the catalogue that needs consent, and a visitor who has to opt in. Under a profile in which things may be
stored until the visitor objects, silence is no refusal, and the law is not looked at.

## Switch it off
```toml
[tool.policycheck.laws]
silence-is-refusal = "The tag manager is replaced in May, see SHOP-321."
```

Single entries are better declared exempt, with the ground for it, or waived until a day.

## References
- ePrivacy Directive 2002/58/EC, Art. 5(3)
- GDPR Art. 4(11) and Recital 32: a clear affirmative act; silence, pre-ticked boxes and inactivity are none
- CJEU C-673/17 (Planet49): a pre-ticked box is no consent
- EDPB Guidelines 2/2023: storing and reading, in web storage as in cookies, are both covered
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.SILENCE_IS_REFUSAL,
    codes=("CON001",),
    citation="ePrivacy Directive Art. 5(3); GDPR Art. 4(11), Recital 32.",
    needs=(
        Need.CONSENT_ITEM,
        Need.OPT_IN,
    ),
    module=__name__,
)
