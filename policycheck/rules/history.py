"""When in a visitor's steps something was decided: shared by the rules that look at a device over time.

What a step decides is read from the consent before and after it, since a choice may come with any step: the form that a
test sends, the time that passes, the two orders of a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence

from policycheck.consent.steps import Step
from policycheck.consent.transitions import TransitionKind
from policycheck.model.consent import ConsentState, ConsentStatus

_DENIALS = frozenset({TransitionKind.REFUSE_ALL, TransitionKind.WITHDRAW})
_DENIED = frozenset({ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN})


def statuses(step: Step) -> dict[str, tuple[ConsentStatus, ConsentStatus]]:
    """Where each category that somebody decided about stood before the step and stands after it."""
    names = {**step.before.statuses, **step.after.statuses}
    return {name: (step.before.status(name), step.after.status(name)) for name in names}


def decides(step: Step) -> bool:
    """True when the visitor decided something in the step, also when it changed nothing."""
    before, after = step.before, step.after
    return (
        step.transition in _DECISIONS
        or before.default is not after.default
        or before.statuses != after.statuses
        or before.choices != after.choices
    )


_DECISIONS = _DENIALS | {TransitionKind.GRANT, TransitionKind.GRANT_ALL, TransitionKind.CHANGE}


def denies(step: Step) -> bool:
    """True when what the visitor decided in the step was to refuse or to withdraw something."""
    if step.transition in _DENIALS:
        return True
    turned = step.before.default is not step.after.default and step.after.default in _DENIED
    return turned or any(after in _DENIED and before is not after for before, after in statuses(step).values())


def withdraws(step: Step) -> tuple[str, ...]:
    """The categories that were granted before the step and are withdrawn after it."""
    return tuple(
        name
        for name, (before, after) in statuses(step).items()
        if before is ConsentStatus.GRANTED and after is ConsentStatus.WITHDRAWN
    )


def newly_grants(step: Step) -> tuple[str, ...]:
    """The categories that are granted after the step and were not before it."""
    return tuple(
        name
        for name, (before, after) in statuses(step).items()
        if before is not ConsentStatus.GRANTED and after is ConsentStatus.GRANTED
    )


def takes_back(step: Step) -> bool:
    """True when what was denied in the step had been granted, or was withdrawn by name."""
    turned = step.before.default is not step.after.default and step.after.default is ConsentStatus.WITHDRAWN
    return turned or step.transition is TransitionKind.WITHDRAW or bool(withdraws(step))


def withdrawal(steps: Sequence[Step], category: str) -> int:
    """The number of the step in which ``category``, withdrawn now, was withdrawn; -1: before the first."""
    numbers = range(len(steps) - 1, -1, -1)
    return next((n for n in numbers if steps[n].before.status(category) is not ConsentStatus.WITHDRAWN), -1)


def holds_withdrawal(consent: ConsentState) -> bool:
    """True when a category is withdrawn: while none is, nothing can survive."""
    return consent.default is ConsentStatus.WITHDRAWN or ConsentStatus.WITHDRAWN in consent.statuses.values()


def last_decision(steps: Sequence[Step]) -> int:
    """The number of the last step in which the visitor decided something; -1: there is none."""
    return next((n for n in range(len(steps) - 1, -1, -1) if decides(steps[n])), -1)


def first_page_since(steps: Sequence[Step], at: int) -> bool:
    """True when the last step loads the first page since step number ``at``."""
    after = steps[at + 1 :]
    return bool(after) and after[-1].page_load and not any(step.page_load for step in after[:-1])
