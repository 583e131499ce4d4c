"""# GAT004 overdue-baseline-entry

## What it checks
A finding of the baseline that has been there for longer than `baseline-max-age` (one year, unless the project says
otherwise), or whose day is yet to come, and that is still found. It fails again.

## Why
A baseline lets a project start before everything is mended. Without an end it would be a list of what nobody will mend.

## Example
The baseline took `CON001` on `_ga` in on 1 March 2026; on 2 March 2027 it is still set before consent.

## Fix
Mend it; or agree on a waiver, which has a reason and an owner. `--baseline-update=grow` takes it in anew.

## Options
`baseline-max-age = "6 months"`, or `"never"`.

## References
- GDPR Art. 5(2): accountability
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.acceptance import Acceptances
from policycheck.model.finding import Breach, Severity
from policycheck.rules.rule import Outcome, Rule


def check(accepted: Acceptances) -> Iterator[tuple[str, Outcome]]:
    """Yield a breach for each entry that was found after its end."""
    for use in accepted.baseline:
        known = use.known
        if use.found and known.overdue(accepted.today):
            since = (
                f"{known.since}, which is too long"
                if known.since <= accepted.today
                else f"{known.since}, a day to come"
            )
            yield (
                known.subject,
                Breach(
                    f"the baseline has held {known.code} on {known.subject!r} since {since}",
                    expected=f"mended by {known.ends}" if known.since <= accepted.today else "the day it was taken in",
                    fix="mend it, or agree on a waiver with a reason and an owner",
                    location=known.location,
                    key=known.fingerprint,
                ),
            )


RULE = Rule(
    "GAT004",
    "overdue-baseline-entry",
    Severity.ERROR,
    "A baseline is where a project starts, and not where it stays.",
    acceptance=check,
    module=__name__,
)
