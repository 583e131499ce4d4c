"""# CON015 withdrawal-harder-than-grant

## What it checks
A visitor took consent back and had to do more for it than they had to do to give it: requests, clicks, whatever the
driver of the application counts. The easiest grant of the same category on this device is what counts.

## Why
"It shall be as easy to withdraw as to give consent." A grant in one click, and a withdrawal behind three pages, is the
pattern that supervisory authorities fine.

## Example
`grant_all()` takes one request. `withdraw('analytics')` takes a page of settings, a form and a confirmation.

## Fix
Offer the withdrawal where the visitor is: a link on each page that leads to the same switches, or does it at once.

## Options
Speaks only where interactions are counted. A driver whose withdrawal takes the same way as its grant passes. A step in
which something else is granted or confirmed besides is not looked at: its interactions are not the withdrawal's alone.

## References
- GDPR Art. 7(3)
- EDPB Guidelines 05/2020 on consent, section 5.2
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.consent.laws import LawName
from policycheck.consent.steps import Step
from policycheck.consent.transitions import TransitionKind
from policycheck.model.consent import ConsentStatus
from policycheck.model.finding import Breach, Severity
from policycheck.rules.history import newly_grants, withdraws
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import listed


def check(steps: Sequence[Step], context: Context) -> Iterator[tuple[None, Outcome]]:
    """Yield a breach when the last step withdrew something, and took more than the easiest grant of it."""
    step = steps[-1]
    if step.interactions is None or newly_grants(step) or _confirms(step):
        return
    grants = {category: _easiest(steps, category) for category in withdraws(step)}
    harder = {
        category: fewest for category, fewest in grants.items() if fewest is not None and fewest < step.interactions
    }
    if harder:
        fewest = min(harder.values())
        named = listed(harder)
        yield (
            None,
            Breach(
                f"withdrawing {named} took {_count(step.interactions)}, and the grant {fewest}",
                expected=f"at most {_count(fewest)}, as for the grant",
                actual=f"{_count(step.interactions)} in {step.text}",
                fix=f"let the visitor withdraw {named} where they are, in as many steps as it takes to grant",
                key=",".join(harder),
                law=LawName.WITHDRAWAL_IS_AS_EASY.value,
            ),
        )


def _confirms(step: Step) -> bool:
    """True for a panel of preferences in which the visitor said yes to something, be it once more."""
    return step.transition is TransitionKind.CHANGE and any(
        step.after.status(category) is ConsentStatus.GRANTED for category in step.concerned
    )


def _easiest(steps: Sequence[Step], category: str) -> int | None:
    """The fewest interactions of a step that granted ``category``; None where none was counted."""
    counted = [
        step.interactions
        for step in steps[:-1]
        if step.interactions is not None and (category in step.before.statuses or category in step.after.statuses)
        if step.after.status(category) is ConsentStatus.GRANTED is not step.before.status(category)
    ]
    return min(counted, default=None)


def _count(interactions: int) -> str:
    return f"{interactions} interaction{'' if interactions == 1 else 's'}"


RULE = Rule(
    "CON015",
    "withdrawal-harder-than-grant",
    Severity.WARNING,
    "GDPR Art. 7(3): it shall be as easy to withdraw as to give consent.",
    step=check,
    module=__name__,
)
