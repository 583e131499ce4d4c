"""# withdrawal-is-as-easy

## What it says
To withdraw takes no more interactions than to grant took: no more clicks, forms or pages for which the visitor has to
do something. Redirects do not count.

## Why
The law asks for withdrawing to be as easy as giving consent. Where one click grants, a page of preferences behind an
account page behind the privacy notice is not as easy.

## Example
```python
grant_all(); withdraw('analytics')
```

"Accept all" is one click; to take it back the visitor opens the settings, a panel, and a form: three.

## What it needs
A driver that counts interactions, as those in the box do, and that acts as a visitor must: it opens the pages that
the visitor has to open.

This counts and judges nothing else. Equal prominence, colours, wording, and whether the way is found at all are
matters of law that no count settles; a count that is equal proves nothing.

## Switch it off
```toml
[tool.policycheck.laws]
withdrawal-is-as-easy = "The settings are two clicks away on purpose; our counsel agreed, see SHOP-90."
```

## References
- GDPR Art. 7(3), last sentence
- EDPB Guidelines 05/2020 on consent, 5.2 (withdrawal)
- EDPB Guidelines 03/2022 on deceptive design patterns
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.WITHDRAWAL_IS_AS_EASY,
    codes=("CON015",),
    citation="GDPR Art. 7(3).",
    needs=(Need.INTERACTIONS,),
    module=__name__,
)
