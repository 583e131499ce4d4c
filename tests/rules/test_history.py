"""Which step decided: where none did, it was before the first."""

from __future__ import annotations

from dataclasses import replace

from policycheck.consent.steps import Step, StepKind
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus
from policycheck.rules.history import decides, last_decision, withdrawal

WITHDRAWN = UNSET.grant().withdraw("ads")


def _step(before: ConsentState, after: ConsentState) -> Step:
    return Step(StepKind.VISIT, "visit('/')", before, after, {}, {})


def test_without_a_decision_it_was_before_the_first_step() -> None:
    steps = [_step(WITHDRAWN, WITHDRAWN)] * 3
    assert last_decision(steps) == -1
    assert withdrawal(steps, "ads") == -1
    assert last_decision([]) == withdrawal([], "ads") == -1


def test_the_last_step_that_decided() -> None:
    granted = UNSET.grant("ads")
    steps = [_step(UNSET, granted), _step(granted, WITHDRAWN), _step(WITHDRAWN, WITHDRAWN)]
    assert last_decision(steps) == withdrawal(steps, "ads") == 1


def test_a_status_or_a_choice_that_changed_was_decided() -> None:
    granted = UNSET.grant("ads")
    renewed = replace(granted, choices={"ads": Choice(ConsentStatus.GRANTED, 1.0)})
    assert decides(_step(UNSET, granted))
    assert decides(_step(granted, renewed))
    assert not decides(_step(renewed, renewed))
