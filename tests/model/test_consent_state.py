"""A choice beside its status: how it came about, and when it is known no longer."""

from __future__ import annotations

import pickle

import pytest

from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus, Lapse

GRANTED, REFUSED, WITHDRAWN = ConsentStatus.GRANTED, ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN
MADE = ConsentState(
    {"ads": GRANTED, "chat": REFUSED, "maps": ConsentStatus.UNSET},
    choices={
        "ads": Choice(GRANTED, 1.0, "1", "klaro"),
        "chat": Choice(REFUSED, 2.0),
        "maps": Choice(GRANTED, 0.0, "1", lapsed=Lapse.EXPIRED),
    },
)


def test_a_choice_is_looked_up_by_category() -> None:
    assert MADE.choice("chat") == Choice(REFUSED, 2.0)
    assert MADE.choice("video") is None
    assert UNSET.choice("ads") is None


@pytest.mark.parametrize("status", ConsentStatus)
def test_a_status_that_is_told_has_no_choice_behind_it(status: ConsentStatus) -> None:
    state = MADE.with_status(status, "ads")

    assert state.choice("ads") is None
    assert state.choice("chat") == MADE.choice("chat")
    assert MADE.with_status(status).choices == {}


def test_withdrawing_all_keeps_what_is_known_of_the_rest() -> None:
    state = MADE.withdraw()

    assert state.status("ads") is WITHDRAWN
    assert state.choice("ads") is None
    assert [state.choice(name) for name in ("chat", "maps")] == [MADE.choice("chat"), MADE.choice("maps")]


def test_two_states_that_came_about_in_two_ways_differ() -> None:
    told = MADE.with_status(GRANTED, "ads")

    assert told != MADE
    assert hash(told) == hash(MADE), "a hash need not tell them apart"
    assert pickle.loads(pickle.dumps(MADE)) == MADE
