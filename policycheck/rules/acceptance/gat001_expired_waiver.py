"""# GAT001 expired-waiver

## What it checks
A waiver whose day has passed, of rules that ran. What it held fails again; the waiver is named, whether it still holds
something or not.

## Why
A waiver is a promise with a date. One that stays after its date hides nothing, and makes readers believe that it does.

## Example
`{codes = ["CON001"], subject = "_ga", reason = "until the tag manager goes", owner = "ann", expires = 2026-09-01}` on
2 September.

## Fix
Mend what it held and delete it; or agree anew, with a new date and a reason that still holds.

## References
- GDPR Art. 5(2): the controller can demonstrate compliance, which takes a decision that somebody owns
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.acceptance import Acceptances
from policycheck.model.finding import Breach, Severity
from policycheck.rules.rule import Outcome, Rule


def check(accepted: Acceptances) -> Iterator[tuple[str, Outcome]]:
    """Yield a breach for each waiver that has expired; its day itself still counts."""
    for use in accepted.waivers:
        waiver = use.waiver
        if waiver.expires < accepted.today:
            held = (
                f"it would hold {use.findings} finding{'s' * (use.findings != 1)}"
                if use.findings
                else "nothing needs it"
            )
            yield (
                waiver.subject,
                Breach(
                    f"the waiver of {waiver.owner} for {', '.join(waiver.codes)} on {waiver.subject!r} expired on "
                    f"{waiver.expires}; {held}",
                    expected=f"a day that is to come ({waiver.reason})",
                    actual=f"expires {waiver.expires}",
                    fix="mend what it held and delete it, or agree on a new day" if use.findings else "delete it",
                    location=waiver.location,
                    key=",".join(waiver.codes),
                ),
            )


RULE = Rule(
    "GAT001",
    "expired-waiver",
    Severity.ERROR,
    "A waiver is a promise with a date.",
    acceptance=check,
    module=__name__,
)
