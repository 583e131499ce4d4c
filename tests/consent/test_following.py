"""The visitor's choice, read from records as they are stored, rewritten and deleted on one device."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policycheck.consent.following import ConsentFollower
from policycheck.consent.signals.index import SignalIndex
from policycheck.consent.signals.registry import builtin_signals
from policycheck.consent.signals.signal import ConsentSignal, SignalReading
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus
from policycheck.model.observation import HttpExchange
from policycheck.model.storage import StorageKind
from policycheck.recording import Recorder

COOKIE, LOCAL = StorageKind.COOKIE, StorageKind.LOCAL_STORAGE
INDEX = SignalIndex(builtin_signals())
NOW = 1_800_000_000.0
U, G, R, W = ConsentStatus


@pytest.fixture
def follower() -> ConsentFollower:
    return ConsentFollower(
        INDEX, ("analytics", "marketing"), lambda: NOW, known=("necessary", "analytics", "marketing")
    )


def standing(state: ConsentState | None) -> tuple[ConsentStatus, ConsentStatus]:
    assert state is not None
    return state.status("analytics"), state.status("marketing")


def klaro(analytics: bool, marketing: bool) -> str:
    return f'{{"analytics":{str(analytics).lower()},"marketing":{str(marketing).lower()}}}'


def test_what_is_no_record_says_nothing(follower: ConsentFollower) -> None:
    assert follower(COOKIE, "session", "x") is None
    assert follower(COOKIE, "session", None) is None
    assert follower(COOKIE, "klaro", None) is None  # deleted, and never there
    assert (follower.state, follower.records, follower.notes) == (UNSET, 0, [])


def test_a_choice_is_taken_over(follower: ConsentFollower) -> None:
    state = follower(COOKIE, "klaro", klaro(True, False))

    assert standing(state) == (G, R)
    assert state is not None
    assert state == follower.state
    assert state.choices == {"analytics": Choice(G, NOW, None, "klaro"), "marketing": Choice(R, NOW, None, "klaro")}
    assert follower.records == 1


@pytest.mark.parametrize(("before", "denied"), [(U, R), (G, W), (R, R), (W, W)], ids=lambda status: status.value)
def test_a_denial_moves_each_status_as_a_transition_does(
    follower: ConsentFollower, before: ConsentStatus, denied: ConsentStatus
) -> None:
    follower.state = UNSET.with_status(before, "analytics", "marketing")

    assert standing(follower(COOKIE, "klaro", klaro(False, True))) == (denied, G)


def test_consent_that_was_granted_and_is_denied_was_withdrawn(follower: ConsentFollower) -> None:
    follower(COOKIE, "klaro", klaro(True, False))

    state = follower(COOKIE, "klaro", klaro(False, False))

    assert standing(state) == (W, R)
    assert state is not None
    assert state.choices["analytics"] == Choice(W, NOW, None, "klaro")


def test_a_record_that_is_deleted_leaves_nobody_who_chose(follower: ConsentFollower) -> None:
    follower(COOKIE, "klaro", klaro(True, False))

    assert follower(COOKIE, "klaro", None) == UNSET


def test_a_record_of_nobody_s_choice_leaves_everything_open(follower: ConsentFollower) -> None:
    assert follower(COOKIE, "tarteaucitron", "!analytics=wait!marketing=wait") == UNSET
    assert follower(COOKIE, "CookieConsent", "-1") == UNSET
    assert follower.records == 2


def test_a_key_that_stays_open_is_unset(follower: ConsentFollower) -> None:
    follower(COOKIE, "klaro", klaro(True, True))

    assert standing(follower(COOKIE, "tarteaucitron", "!analytics=false!marketing=wait")) == (W, U)


def test_what_lists_only_what_was_granted_denies_the_rest(follower: ConsentFollower) -> None:
    assert standing(follower(COOKIE, "cc_cookie", '{"categories":["necessary","analytics"]}')) == (G, R)


def test_the_time_is_that_of_the_record_and_survives_rewriting(follower: ConsentFollower) -> None:
    first = '{"categories":["analytics"],"consentTimestamp":"2026-01-31T10:00:00Z","revision":%d}'
    follower(COOKIE, "cc_cookie", first % 1)
    state = follower(COOKIE, "cc_cookie", first % 2)

    assert state is not None
    assert state.choices["analytics"] == Choice(G, 1769853600.0, None, "vanilla-cookieconsent")

    again = follower(COOKIE, "cc_cookie", '{"categories":["analytics"],"consentTimestamp":"2026-02-01T10:00:00Z"}')
    assert again is not None
    assert again.choices["analytics"].time == 1769940000.0
    assert again.choices["marketing"].time == 1769853600.0  # still the denial from before


def test_a_record_whose_end_has_come_counts_no_more(follower: ConsentFollower) -> None:
    assert follower(LOCAL, "cc_cookie", '{"categories":["analytics"],"expirationTime":1799999999000}') == UNSET
    assert standing(follower(LOCAL, "cc_cookie", '{"categories":["analytics"],"expirationTime":1800000001000}')) == (
        G,
        R,
    )


def test_records_of_one_manager_belong_together(follower: ConsentFollower) -> None:
    groups = "groups=C0001%3A1%2CC0002%3A1%2CC0004%3A0"
    assert follower(COOKIE, "OptanonConsent", groups) == UNSET

    state = follower(COOKIE, "OptanonAlertBoxClosed", "2026-01-31T10:00:00.000Z")

    assert standing(state) == (G, R)
    assert state is not None
    assert state.choices["analytics"] == Choice(G, 1769853600.0, None, "onetrust")
    assert follower(COOKIE, "OptanonAlertBoxClosed", None) == UNSET


def test_of_two_records_of_one_manager_each_gives_its_own_time() -> None:
    def decode(value: str) -> SignalReading:
        key, time = value.split("@")
        return SignalReading("ours", {key: True}, time=float(time))

    places = ((COOKIE, "one"), (COOKIE, "two"))
    ours = ConsentSignal("ours", "Ours", places, decode, {"a": ("analytics",), "b": ("marketing",)})
    follower = ConsentFollower(SignalIndex([ours]), ("analytics", "marketing"), lambda: NOW)
    follower(COOKIE, "one", "a@10")
    state = follower(COOKIE, "two", "b@20")

    assert state is not None
    assert {name: choice.time for name, choice in state.choices.items()} == {"analytics": 10.0, "marketing": 20.0}


def test_a_copy_in_another_storage_keeps_the_choice(follower: ConsentFollower) -> None:
    follower(COOKIE, "klaro", klaro(True, True))
    follower(LOCAL, "klaro", klaro(True, True))

    assert standing(follower(COOKIE, "klaro", None)) == (G, G)
    assert follower(LOCAL, "klaro", None) == UNSET


def test_of_two_managers_the_one_that_wrote_last_holds(follower: ConsentFollower) -> None:
    follower(COOKIE, "klaro", klaro(True, True))
    follower(COOKIE, "cookie_consent", "analytics=-1")
    assert standing(follower.state) == (W, G)

    follower(COOKIE, "klaro", klaro(True, False))
    assert standing(follower.state) == (G, W)


def test_a_record_that_cannot_be_read_changes_nothing_and_is_remembered(follower: ConsentFollower) -> None:
    follower(COOKIE, "klaro", klaro(True, False))

    assert follower(COOKIE, "klaro", '{"analytics":"SECRET"}') is None
    assert standing(follower.state) == (G, R)
    assert [(record.kind, record.name) for record in follower.unread] == [(COOKIE, "klaro")]
    assert follower.notes == [
        (
            "consent is observed, but the cookie entry 'klaro' was passed over: a record of klaro cannot be read: "
            "entry 1 of the record is a text and not true or false"
        )
    ]


def test_keys_from_which_nothing_follows_are_said(follower: ConsentFollower) -> None:
    follower(COOKIE, "klaro", '{"necessary":true,"analytics":true,"matomo":true,"youtube":false}')
    follower(COOKIE, "klaro", '{"matomo":true}')

    assert follower.notes == [
        (
            "consent is observed, but nothing follows from 'matomo', 'youtube' in a record of klaro: "
            "say in the settings, under signals.klaro, for which category each of them stands"
        )
    ]


def test_a_signal_s_own_keys_of_no_category_are_no_trouble(follower: ConsentFollower) -> None:
    follower(COOKIE, "CookieConsent", "{preferences:true,statistics:true,method:'explicit'}")

    assert follower.notes == []


def test_categories_that_nobody_decides_about_keep_their_status(follower: ConsentFollower) -> None:
    follower.state = ConsentState({"necessary": G}, gpc=True)

    state = follower(COOKIE, "klaro", '{"necessary":false,"analytics":true}')

    assert state is not None
    assert (state.status("necessary"), state.gpc) == (G, True)


def test_a_default_other_than_unset_is_overruled(follower: ConsentFollower) -> None:
    follower.state = UNSET.grant()

    assert standing(follower(COOKIE, "klaro", "{}")) == (U, U)


@pytest.fixture
def recorder() -> Recorder:
    follow: Callable[[StorageKind, str, str | None], ConsentState | None] = ConsentFollower(
        INDEX, ("analytics", "marketing"), lambda: NOW
    )
    return Recorder(now=lambda: NOW, follow=follow)


def test_a_recorder_stamps_what_it_records_with_the_choice_of_its_response(recorder: Recorder) -> None:
    def respond(*cookies: str) -> list[ConsentStatus]:
        exchange = HttpExchange("GET", "https://shop.example/", 200, cookies, adapter="t")
        return [seen.consent.status("analytics") for seen in recorder.response(exchange)]

    assert respond("_ga=1") == [U]
    assert respond("_ga=1", "klaro=%7B%22analytics%22%3Atrue%7D") == [G, G]
    assert respond("_ga=1") == [G]
    assert respond("klaro=%7B%22analytics%22%3Afalse%7D", "_ga=1") == [W, W]
    assert respond("klaro=; Max-Age=0", "_ga=1") == [U, U]


def test_a_record_that_the_browser_refuses_is_none(recorder: Recorder) -> None:
    exchange = HttpExchange(
        "GET", "https://shop.example/", 200, ("klaro=%7B%22analytics%22%3Atrue%7D; Domain=other.example",), adapter="t"
    )

    (seen,) = recorder.response(exchange)

    assert seen.rejection is not None
    assert recorder.consent == UNSET
