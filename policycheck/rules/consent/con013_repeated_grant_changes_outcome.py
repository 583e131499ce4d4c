"""# CON013 repeated-grant-changes-outcome

## What it checks
A visitor granted once more what is granted already. Afterwards the same entries must lie on the device as before, and
the record of the choice must say the same.

## Why
Who says yes twice has said nothing new. Where it shows, a click was taken for its opposite, a tag was set up twice, or
what was granted besides got lost.

## Example
The form toggles: the second `grant('analytics')` takes the consent back.

## Fix
Send and store what the visitor wants, not that it shall change. Start what is started already not again.

## Options
Speaks only where two journeys were compared: the consent machine does so when it grants again.

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
    """Yield a breach for each difference that a second grant made."""
    yield from differences(steps, LawName.GRANT_IS_IDEMPOTENT, "store what was chosen, whatever was chosen before")


RULE = Rule(
    "CON013",
    "repeated-grant-changes-outcome",
    Severity.ERROR,
    "GDPR Art. 4(11): to say yes twice is to say yes.",
    step=check,
    module=__name__,
)
