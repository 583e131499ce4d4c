"""# order-does-not-matter

## What it says
Two categories that were granted one after the other lead to the same outcome, whichever came first: the same declared
entries on the same domains and paths, and the same choice in the record.

## Why
The visitor has made the same choice. Where the order counts, one grant overwrote the other, or something was set up
only with the first. No statute says so in these words; it follows from consent to each purpose by itself.

## Example
```python
grant_in_both_orders('analytics', 'marketing')
```

The form that saves `marketing` forgets `analytics`: granted in this order `_ga` is missing, in the other one `_fbp`.

## What it needs
At least two categories that the visitor decides about. Two other visitors come as far as this one and grant the two in
either order; then both load every page, and are compared: which entries lie where, whether they are asked, and what
the record of the choice says. Values are not.

## Switch it off
```toml
[tool.policycheck.laws]
order-does-not-matter = "The consent manager has a single form; there is only one order."
```

## References
- GDPR Art. 4(11): specific
- EDPB Guidelines 05/2020 on consent, 3.1.3 (granularity)
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.ORDER_DOES_NOT_MATTER,
    codes=("CON012",),
    citation="A choice is what was chosen, not the way to it (GDPR Art. 4(11)).",
    needs=(
        Need.CONSENT_ITEM,
        Need.TWO_CATEGORIES,
    ),
    module=__name__,
)
