"""# CON012 order-changes-outcome

## What it checks
Two visitors granted the same two categories, the one in this order and the other in that. Afterwards the same entries
must lie on both devices, and the record of the choice must say the same.

## Why
A choice is a set of categories. Where the order shows, one of the choices has overwritten the other, or something was
set up in passing that nobody takes down: one of the two visitors did not get what they chose.

## Example
The application keeps the category of the last click. After `grant('a'); grant('b')` only `b` is granted.

## Fix
Read the choice that is there, change the one category, and store all of them.

## Options
Speaks only where two journeys were compared: `grant_in_both_orders(a, b)` of the consent machine.

## References
- GDPR Art. 4(11): consent is specific and unambiguous
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.consent.laws import LawName
from policycheck.consent.steps import Step
from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.rules.comparisons import differences
from policycheck.rules.rule import Context, Outcome, Rule


def check(steps: Sequence[Step], context: Context) -> Iterator[tuple[Match | None, Outcome]]:
    """Yield a breach for each difference that the order of two grants made."""
    yield from differences(steps, LawName.ORDER_DOES_NOT_MATTER, "add each grant to the choice that is there already")


RULE = Rule(
    "CON012",
    "order-changes-outcome",
    Severity.ERROR,
    "GDPR Art. 4(11): a choice is about categories, in whichever order.",
    step=check,
    module=__name__,
)
