"""# withdrawal-keeps-exempt

## What it says
A refusal or a withdrawal removes nothing that needs no consent. The login, the basket and the record of the choice
stay.

## Why
Who says no must not be punished for it. Sites that answer a withdrawal by clearing every cookie sign their visitors
out, empty the basket, and forget the choice, so that they ask again on the next page.

## Example
```python
act('sign in'); grant('analytics'); withdraw('analytics')
```

The answer to the withdrawal deletes `session`, which is declared strictly necessary.

## What it needs
An entry that is exempt from consent, and one that needs it, so that there is something to withdraw.

## Switch it off
```toml
[tool.policycheck.laws]
withdrawal-keeps-exempt = "The single sign-on ends each session when preferences change."
```

The rule warns by default; `severity` grades it like any other.

## References
- GDPR Art. 7(4) and Recital 42: refusing and withdrawing without detriment
- EDPB Guidelines 05/2020 on consent, 3.1.4 (detriment)
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.WITHDRAWAL_KEEPS_EXEMPT,
    codes=("CON006",),
    citation="GDPR Art. 7(4), Recital 42: without detriment.",
    needs=(
        Need.EXEMPT_ITEM,
        Need.CONSENT_ITEM,
    ),
    module=__name__,
)
