"""What a choice does to a state, for every status, every transition and any history."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.consent.transitions import ConsentTransition, TransitionKind, apply_transition, next_status
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus, Lapse

GRANTED, REFUSED, WITHDRAWN = ConsentStatus.GRANTED, ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN
CATEGORIES = ("ads", "analytics", "chat")
DECISIONS = (
    TransitionKind.GRANT,
    TransitionKind.GRANT_ALL,
    TransitionKind.REFUSE_ALL,
    TransitionKind.WITHDRAW,
    TransitionKind.CHANGE,
)

names = st.sampled_from((*CATEGORIES, "nobody-decides-about-this"))
some = st.lists(names, max_size=4).map(tuple)
transitions = st.builds(ConsentTransition, st.sampled_from(TransitionKind), some, some, st.none() | st.text(max_size=3))
choices = st.builds(
    Choice,
    st.sampled_from(ConsentStatus),
    st.none() | st.floats(),
    st.none() | st.text(max_size=3),
    st.text(max_size=3),
    st.none() | st.sampled_from(Lapse),
)
told = st.builds(
    ConsentState,
    st.dictionaries(names, st.sampled_from(ConsentStatus)),
    st.sampled_from(ConsentStatus),
    st.booleans(),
    st.dictionaries(names, choices),
)
"""Any state that can be written down, sensible or not."""


def go(state: ConsentState, *steps: ConsentTransition, time: float = 0.0, version: str = "1") -> ConsentState:
    for number, step in enumerate(steps):
        state = apply_transition(state, step, categories=CATEGORIES, time=time + number, version=version, signal="s")
    return state


def grant(*categories: str) -> ConsentTransition:
    return ConsentTransition(TransitionKind.GRANT, categories)


def withdraw(*categories: str) -> ConsentTransition:
    return ConsentTransition(TransitionKind.WITHDRAW, categories)


def change(granted: tuple[str, ...], denied: tuple[str, ...]) -> ConsentTransition:
    return ConsentTransition(TransitionKind.CHANGE, granted, denied)


GRANT_ALL, REFUSE_ALL, EXPIRE, NEW_DEVICE, SECOND_TAB, GPC_ON, GPC_OFF = (
    ConsentTransition(kind)
    for kind in (
        TransitionKind.GRANT_ALL,
        TransitionKind.REFUSE_ALL,
        TransitionKind.EXPIRE,
        TransitionKind.NEW_DEVICE,
        TransitionKind.SECOND_TAB,
        TransitionKind.GPC_ON,
        TransitionKind.GPC_OFF,
    )
)
REVISE = ConsentTransition(TransitionKind.REVISE, version="2")
histories = st.lists(transitions, max_size=8).map(lambda steps: go(UNSET, *steps))
"""States that a visitor can get into."""


def statuses(state: ConsentState) -> list[ConsentStatus]:
    return [state.status(category) for category in CATEGORIES]


@pytest.mark.parametrize("denied", [False, True])
@pytest.mark.parametrize("kind", TransitionKind)
@pytest.mark.parametrize("status", ConsentStatus)
def test_every_status_has_an_answer_to_every_transition(
    status: ConsentStatus, kind: TransitionKind, denied: bool
) -> None:
    after = next_status(status, kind, denied=denied)

    assert after in set(ConsentStatus)
    assert next_status(after, kind, denied=denied) is after, "the same again changes nothing"


@pytest.mark.parametrize("kind", [kind for kind in TransitionKind if kind is not TransitionKind.CHANGE])
@pytest.mark.parametrize("status", ConsentStatus)
def test_only_a_change_denies(status: ConsentStatus, kind: TransitionKind) -> None:
    assert next_status(status, kind, denied=True) is next_status(status, kind)


@given(told, transitions, st.none() | st.floats(), st.none() | st.text(max_size=3))
def test_every_state_has_an_answer_to_every_transition(
    state: ConsentState, transition: ConsentTransition, time: float | None, version: str | None
) -> None:
    before = repr(state)

    after = apply_transition(state, transition, categories=iter(CATEGORIES), time=time, version=version)

    assert repr(state) == before, "the state it was made from stays as it was"
    if transition.kind is not TransitionKind.NEW_DEVICE:
        assert after.default is state.default
        for category in {*state.statuses, *state.choices, "nobody-decides-about-this"} - {*CATEGORIES}:
            assert after.status(category) is state.status(category)
            assert after.choice(category) == state.choice(category)


@given(told, transitions)
def test_a_state_and_its_categories_agree(state: ConsentState, transition: ConsentTransition) -> None:
    """The status of each concerned category is what next_status says, and that of the others stays."""
    after = go(state, transition)

    named = {*transition.categories, *transition.denied}
    if transition.kind not in {TransitionKind.GRANT, TransitionKind.WITHDRAW, TransitionKind.CHANGE}:
        named = {*CATEGORIES}
    for category in CATEGORIES:
        expected = state.status(category)
        if category in named:
            expected = next_status(expected, transition.kind, denied=category in transition.denied)
        assert after.status(category) is expected


@given(histories, some)
def test_a_grant_of_what_is_granted_changes_no_status(state: ConsentState, categories: tuple[str, ...]) -> None:
    once = go(state, grant(*categories))

    assert statuses(go(once, grant(*categories))) == statuses(once)


@given(histories, some, some)
def test_the_order_of_grants_does_not_matter(
    state: ConsentState, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    def both(one: tuple[str, ...], two: tuple[str, ...]) -> ConsentState:
        state_ = apply_transition(state, grant(*one), categories=CATEGORIES, time=5.0)
        return apply_transition(state_, grant(*two), categories=CATEGORIES, time=5.0)

    assert both(first, second) == both(second, first)
    assert both(first, second) == apply_transition(state, grant(*first, *second), categories=CATEGORIES, time=5.0)


@given(histories, st.sampled_from(CATEGORIES))
def test_a_withdrawal_takes_back_a_grant_and_nothing_else(state: ConsentState, category: str) -> None:
    after = go(go(state, grant(category)), withdraw(category))

    assert after.status(category) is WITHDRAWN
    assert [after.status(name) for name in CATEGORIES if name != category] == [
        state.status(name) for name in CATEGORIES if name != category
    ]


@given(histories, st.sampled_from(CATEGORIES))
def test_where_nothing_is_granted_a_withdrawal_is_nothing(state: ConsentState, category: str) -> None:
    if state.status(category) is not GRANTED:
        assert go(state, withdraw(category)) == state


@given(histories)
def test_grant_all_and_refuse_all_are_the_grant_and_the_denial_of_each(state: ConsentState) -> None:
    assert go(state, GRANT_ALL) == go(state, grant(*CATEGORIES))
    assert go(state, REFUSE_ALL) == go(state, change((), CATEGORIES))


@given(histories, some, some)
def test_what_is_granted_and_denied_at_once_is_denied(
    state: ConsentState, granted: tuple[str, ...], denied: tuple[str, ...]
) -> None:
    both = go(state, change(granted, denied))

    assert both == go(state, change(tuple(name for name in granted if name not in denied), denied))
    assert all(both.status(name) is not GRANTED for name in denied if name in CATEGORIES)


@given(histories, st.sampled_from([EXPIRE, REVISE]), st.sampled_from([EXPIRE, REVISE]))
def test_what_has_lapsed_lapses_once(state: ConsentState, first: ConsentTransition, second: ConsentTransition) -> None:
    lapsed = go(state, first)

    assert statuses(lapsed) == [ConsentStatus.UNSET] * len(CATEGORIES)
    assert go(lapsed, second) == lapsed


@given(histories)
def test_the_signal_of_the_browser_changes_no_status(state: ConsentState) -> None:
    on = go(state, GPC_ON)

    assert on.gpc
    assert replace(on, gpc=state.gpc) == state
    assert go(on, GPC_ON) == on
    assert go(on, GPC_OFF) == replace(state, gpc=False)


@given(histories, transitions)
def test_only_the_signal_and_a_new_device_change_gpc(state: ConsentState, transition: ConsentTransition) -> None:
    after = go(state, transition)

    if transition.kind not in {TransitionKind.GPC_ON, TransitionKind.GPC_OFF, TransitionKind.NEW_DEVICE}:
        assert after.gpc is state.gpc


@given(histories)
def test_another_tab_is_the_same_device_and_a_new_device_is_another_visitor(state: ConsentState) -> None:
    assert go(state, SECOND_TAB) == state
    assert go(state, NEW_DEVICE) == UNSET


@given(histories)
def test_a_status_and_the_choice_behind_it_agree(state: ConsentState) -> None:
    for category in CATEGORIES:
        choice = state.choice(category)
        if state.status(category) is ConsentStatus.UNSET:
            assert choice is None or choice.lapsed
        else:
            assert choice is not None
            assert (choice.status, choice.lapsed) == (state.status(category), None)


@pytest.mark.parametrize("kind", DECISIONS)
def test_a_decision_says_when_about_what_and_through_what(kind: TransitionKind) -> None:
    granted = go(UNSET, grant("ads"))
    transition = ConsentTransition(kind, ("ads",))

    state = apply_transition(granted, transition, categories=CATEGORIES, time=7.5, version="2", signal="klaro")

    assert state.choice("ads") == Choice(state.status("ads"), 7.5, "2", "klaro")


def test_nobody_decided_about_the_rest() -> None:
    state = go(UNSET, grant("ads"))

    assert state.choice("chat") is None
    assert state.statuses == {"ads": GRANTED}


def test_to_grant_again_or_to_refuse_again_renews_the_decision() -> None:
    assert go(UNSET, grant("ads"), grant("ads")).choice("ads") == Choice(GRANTED, 1.0, "1", "s")
    assert go(UNSET, REFUSE_ALL, REFUSE_ALL).choice("ads") == Choice(REFUSED, 1.0, "1", "s")


@pytest.mark.parametrize("again", [withdraw("ads"), REFUSE_ALL, change((), ("ads",))])
def test_a_withdrawal_counts_from_the_first_time(again: ConsentTransition) -> None:
    state = go(UNSET, grant("ads"), withdraw("ads"), again)

    assert state.choice("ads") == Choice(WITHDRAWN, 1.0, "1", "s")


@given(histories, transitions)
def test_a_form_for_all_changes_no_status_of_the_rest(state: ConsentState, transition: ConsentTransition) -> None:
    after = apply_transition(state, transition, categories=CATEGORIES, time=9.0, version="1", signal="s", anew=True)

    assert replace(after, choices={}) == replace(go(state, transition, time=9.0), choices={})


def test_a_form_for_all_renews_what_it_repeats() -> None:
    state = go(UNSET, change(("ads", "analytics"), ("chat",)), withdraw("analytics"))

    after = apply_transition(state, grant("ads"), categories=[*CATEGORIES, "maps"], time=9.0, version="2", anew=True)
    denied = apply_transition(state, withdraw("ads"), categories=CATEGORIES, time=9.0, version="2", anew=True)

    assert after.choice("ads") == Choice(GRANTED, 9.0, "2")
    assert after.choice("chat") == Choice(REFUSED, 9.0, "2")
    assert after.choice("analytics") == state.choice("analytics"), "a withdrawal counts from the first time"
    assert after.choice("maps") is None, "what nobody decided"
    assert denied.choice("chat") == Choice(REFUSED, 9.0, "2")
    assert apply_transition(state, EXPIRE, categories=["ads"], time=9.0, anew=True).choice("chat") == state.choice(
        "chat"
    )


@pytest.mark.parametrize(
    ("transition", "lapse"), [(EXPIRE, Lapse.EXPIRED), (REVISE, Lapse.REVISED)], ids=["expire", "revise"]
)
def test_what_lapsed_is_remembered_as_it_was(transition: ConsentTransition, lapse: Lapse) -> None:
    state = go(UNSET, grant("ads"), transition)

    assert state.status("ads") is ConsentStatus.UNSET
    assert state.choice("ads") == Choice(GRANTED, 0.0, "1", "s", lapse)
    assert state.choice("chat") is None, "what nobody chose cannot lapse"


def test_the_first_reason_of_a_lapse_counts() -> None:
    assert go(UNSET, grant("ads"), EXPIRE, REVISE).choice("ads") == Choice(GRANTED, 0.0, "1", "s", Lapse.EXPIRED)


def test_a_status_that_was_only_told_lapses_too() -> None:
    told_so = UNSET.grant()

    state = go(told_so, EXPIRE)

    assert state.status("ads") is ConsentStatus.UNSET
    assert state.choice("ads") == Choice(GRANTED, lapsed=Lapse.EXPIRED)
    assert state.status("nobody-decides-about-this") is GRANTED


@pytest.mark.parametrize("lapse", [EXPIRE, REVISE])
def test_who_refuses_after_a_lapse_refuses_and_withdraws_nothing(lapse: ConsentTransition) -> None:
    state = go(UNSET, grant("ads"), lapse, REFUSE_ALL)

    assert state.status("ads") is REFUSED
    assert state.choice("ads") == Choice(REFUSED, 2.0, "1", "s")
    assert go(UNSET, grant("ads"), lapse, withdraw("ads")) == go(UNSET, grant("ads"), lapse)


@pytest.mark.parametrize(
    ("transition", "text"),
    [
        (grant("ads"), "grant('ads')"),
        (grant("ads", "it's"), "grant('ads', \"it's\")"),
        (GRANT_ALL, "grant_all()"),
        (REFUSE_ALL, "refuse_all()"),
        (withdraw("ads"), "withdraw('ads')"),
        (change(("ads",), ("chat", "analytics")), "change(grant=['ads'], deny=['chat', 'analytics'])"),
        (EXPIRE, "expire()"),
        (REVISE, "revise('2')"),
        (GPC_ON, "gpc_on()"),
        (GPC_OFF, "gpc_off()"),
        (NEW_DEVICE, "new_device()"),
        (SECOND_TAB, "second_tab()"),
    ],
)
def test_how_a_replay_spells_it(transition: ConsentTransition, text: str) -> None:
    assert transition.text == text


def test_a_change_grants_unless_it_is_said_to_deny_and_what_is_told_comes_from_no_signal() -> None:
    assert next_status(ConsentStatus.UNSET, TransitionKind.CHANGE) is GRANTED
    state = apply_transition(UNSET, ConsentTransition(TransitionKind.GRANT_ALL), categories=CATEGORIES)
    assert {choice.signal for choice in state.choices.values()} == {""}
