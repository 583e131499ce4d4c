"""# CON014 collected-while-refused

## What it checks
A visitor looked around without consent, and then gave it. What lies on the device afterwards must be what lies there
when they look around only after the grant: nothing that was gathered while it was not allowed may turn up.

## Why
Consent works from now on, not backwards. An application that counts along in memory or on the server, and hands the
count over with the first "yes", has collected it without any ground.

## Example
The server counts the pages of each session. With the grant it stores `visits=7`, of which six lie before it.

## Fix
Collect nothing for a category while it is not granted, in queues and sessions neither. Start at zero with the grant.

## Options
Speaks only where two journeys were compared: the consent machine does so with the first page after a grant.

## References
- ePrivacy Directive 2002/58/EC, Art. 5(3)
- GDPR Art. 6(1)(a), 7(3): consent covers what comes after it
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
    """Yield a breach for each difference that the time without consent made."""
    yield from differences(
        steps, LawName.REGRANT_STARTS_CLEAN, "collect nothing until the grant, and start at zero with it"
    )


RULE = Rule(
    "CON014",
    "collected-while-refused",
    Severity.ERROR,
    "GDPR Art. 6(1)(a): consent works from now on, not backwards.",
    step=check,
    module=__name__,
)
