from __future__ import annotations

import pytest
from hypothesis import Phase, find, given, settings

from policycheck.consent.transitions import ConsentTransition, TransitionKind, apply_transition
from policycheck.errors import UsageError
from policycheck.model.consent import UNSET, ConsentState, ConsentStatus
from policycheck.testing import strategies as pst
from policycheck.testing.strategies.consents import Step, categories_of
from policycheck.testing.strategies.loaded import load_document

CATEGORIES = ("analytics", "ads")
SHOP = load_document({
    "catalogue": 1,
    "items": [
        {"name": "a", "kind": "cookie", "category": "analytics", "retention": "session"},
        {"name": "b", "kind": "cookie", "category": "necessary", "retention": "session"},
        {"name": "c", "kind": "cookie", "category": "marketing", "retention": "session"},
    ],
})  # fmt: skip
UNHURRIED = settings(max_examples=2_000, deadline=None, database=None, phases=[Phase.generate])


@settings(max_examples=100, deadline=None)
@given(pst.consent_states(CATEGORIES))
def test_states_are_about_the_categories_and_their_choices_fit(state: ConsentState) -> None:
    assert set(state.choices) <= set(state.statuses) <= set(CATEGORIES)
    for category, choice in state.choices.items():
        lapsed = choice.lapsed is not None
        assert lapsed == (state.status(category) is ConsentStatus.UNSET)
        assert lapsed or choice.status is state.status(category)


@settings(max_examples=100, deadline=None)
@given(pst.consent_transitions(CATEGORIES))
def test_transitions_have_the_arguments_of_their_kind(transition: ConsentTransition) -> None:
    named = transition.categories + transition.denied
    assert set(named) <= set(CATEGORIES)
    assert len(set(named)) == len(named)
    assert bool(transition.denied) <= (transition.kind is TransitionKind.CHANGE)
    assert bool(named) == (transition.kind in {TransitionKind.GRANT, TransitionKind.WITHDRAW, TransitionKind.CHANGE})
    assert (transition.version is not None) == (transition.kind is TransitionKind.REVISE)
    assert len(named) == 1 or transition.kind is not TransitionKind.WITHDRAW


@pytest.mark.parametrize("kind", TransitionKind)
def test_every_kind_of_transition_comes_in_journeys_too(kind: TransitionKind) -> None:
    alone = find(pst.consent_transitions(CATEGORIES), lambda transition: transition.kind is kind, settings=UNHURRIED)
    assert alone.kind is kind
    journey = find(pst.journeys(SHOP), lambda steps: kind in kinds_of(steps), settings=UNHURRIED)
    assert kind in kinds_of(journey)


def kinds_of(steps: list[Step]) -> list[TransitionKind]:
    return [step.kind for step in steps if isinstance(step, ConsentTransition)]


@settings(max_examples=100, deadline=None)
@given(pst.journeys(SHOP, pages=["/", "/cart"], max_steps=12))
def test_each_transition_of_a_journey_is_felt(steps: list[Step]) -> None:
    assert len(steps) <= 12
    versions: set[str | None] = {None}
    state = UNSET
    for step in steps:
        if isinstance(step, str):
            assert step in {"/", "/cart"}
            continue
        after = apply_transition(state, step, categories=categories_of(SHOP))
        if step.kind not in {TransitionKind.SECOND_TAB, TransitionKind.NEW_DEVICE}:
            assert (after.gpc, after.choices, {c: after.status(c) for c in categories_of(SHOP)}) != (
                state.gpc, state.choices, {c: state.status(c) for c in categories_of(SHOP)},
            )  # fmt: skip
        if step.kind is TransitionKind.REVISE:
            assert step.version not in versions
            versions.add(step.version)
        state = after


def test_a_visitor_decides_about_what_needs_consent() -> None:
    assert categories_of(SHOP) == ("analytics", "marketing")


def test_a_journey_is_short_when_shrunk() -> None:
    assert find(pst.journeys(SHOP), lambda steps: True, settings=settings(deadline=None, database=None)) == []


def test_without_categories_there_are_the_signals_and_devices() -> None:
    journey = find(
        pst.journeys(load_document({"catalogue": 1})), lambda steps: len(kinds_of(steps)) > 1, settings=UNHURRIED
    )
    assert set(kinds_of(journey)) <= {*TransitionKind} - {TransitionKind.GRANT, TransitionKind.WITHDRAW}
    assert find(pst.consent_transitions(()), lambda transition: True, settings=UNHURRIED).categories == ()


def test_one_category_is_no_list_and_a_journey_has_pages() -> None:
    with pytest.raises(UsageError, match=r"write \['ads'\]"):
        pst.consent_states("ads")
    with pytest.raises(UsageError, match="give the path of one"):
        pst.journeys(SHOP, pages=())
