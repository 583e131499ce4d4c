"""A journey whose consent is observed: what is stored says it, and the report says what it could not read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policycheck.consent.reading import OBSERVED, ObservedConsent, read_consent
from policycheck.consent.signals import ConsentSignal, SignalReading
from policycheck.engine.journey import Journey
from policycheck.engine.project import Project
from policycheck.engine.session import NO_RECORD, Session
from policycheck.engine.settings import Settings, read_settings
from policycheck.errors import ConfigurationError, UsageError
from policycheck.model.consent import UNSET, ConsentStatus
from policycheck.model.observation import HttpExchange, Observation, Source
from policycheck.model.report import Report
from policycheck.model.storage import Operation, StorageKind
from policycheck.plugins.hookspecs import hookimpl

MakeSession = Callable[..., Session]
GRANTED = "klaro=%7B%22analytics%22%3Atrue%7D; Max-Age=60"
DENIED = "klaro=%7B%22analytics%22%3Afalse%7D; Max-Age=60"


@pytest.fixture
def start(make_catalogue: Any) -> Callable[..., Session]:
    def make(**settings: Any) -> Session:
        project = Project(Settings(cache=False, consent=OBSERVED, **settings))
        return project.session(make_catalogue(("session", "_ga", "klaro")))

    return make


def respond(journey: Journey, *cookies: str) -> ConsentStatus:
    journey.recorder.response(HttpExchange("GET", "https://shop.example/", 200, cookies, adapter="t"))
    return journey.recorder.consent.status("analytics")


def codes(journey: Journey, name: str) -> list[str]:
    return [found.code for found in journey.finish() if found.subject == name and found.code.startswith("CON")]


def test_observed_is_a_form_of_consent() -> None:
    assert read_consent("observed") is OBSERVED
    assert read_consent(OBSERVED, ["analytics"]) is OBSERVED
    assert isinstance(read_consent(" observed "), ObservedConsent)
    with pytest.raises(UsageError, match=r"or observed to read it from what is stored$"):
        read_consent("observed,analytics=granted,")


def test_the_settings_of_a_file_start_it(tmp_path: Path) -> None:
    (tmp_path / "policycheck.toml").write_text('consent = "observed"')

    settings = read_settings(tmp_path / "policycheck.toml")

    assert settings is not None
    assert settings.consent is OBSERVED


def test_what_is_stored_says_which_consent_holds(start: MakeSession) -> None:
    journey = start().journey()

    assert journey.recorder.consent == UNSET
    assert respond(journey, "_ga=1") == "unset"
    assert respond(journey, GRANTED) == "granted"
    assert respond(journey, "_ga=1") == "granted"
    assert codes(journey, "_ga") == ["CON001"]


def test_a_withdrawal_is_one(start: MakeSession) -> None:
    journey = start().journey()

    respond(journey, GRANTED)
    assert respond(journey, DENIED) == "withdrawn"
    respond(journey, "_ga=1")

    assert "CON004" in codes(journey, "_ga")


def test_web_storage_says_it_too(start: MakeSession) -> None:
    journey = start().journey()
    write = Observation(
        StorageKind.LOCAL_STORAGE, "klaro", Operation.STORE, Source("t"), value='{"analytics":true}', time=1.0
    )

    journey.recorder.write(write)
    assert journey.recorder.consent.status("analytics") == "granted"

    journey.recorder.write(replace(write, operation=Operation.ACCESS, value='{"analytics":false}'))
    assert journey.recorder.consent.status("analytics") == "granted"

    journey.recorder.write(replace(write, operation=Operation.DELETE, value=None))
    assert journey.recorder.consent.status("analytics") == "unset"


def test_a_test_may_go_on_from_there(start: MakeSession) -> None:
    journey = start().journey()

    journey.recorder.consent = UNSET.grant("analytics")

    assert respond(journey, DENIED) == "withdrawn"


def test_the_rest_of_a_device_goes_on_following(start: MakeSession) -> None:
    session = start()
    first = session.journey()
    respond(first, GRANTED)
    first.finish()

    second = session.journey()
    second.continue_from(first)

    assert second.follower is first.follower
    assert respond(second, "_ga=1") == "granted"
    assert respond(second, DENIED) == "withdrawn"


def test_what_was_told_goes_before_what_is_stored(start: MakeSession) -> None:
    journey = start().journey(consent=UNSET.grant())

    assert journey.follower is None
    assert respond(journey, DENIED) == "granted"


def test_a_report_without_any_record_says_so(start: MakeSession) -> None:
    session = start()
    journey = session.journey()
    respond(journey, "_ga=1")
    journey.finish()
    assert session.report().notes == (NO_RECORD,)

    again = session.journey()
    respond(again, GRANTED)
    again.finish()
    assert session.report().notes == ()


def test_of_several_processes_one_that_saw_a_record_is_enough(start: MakeSession) -> None:
    parts: list[Report] = []
    for cookies in ((GRANTED,), ("_ga=1",)):
        session = start()
        journey = session.journey()
        respond(journey, *cookies)
        journey.finish()
        parts.append(session.part())

    assert [NO_RECORD in part.notes for part in parts] == [False, True]
    assert NO_RECORD not in start().report(parts).notes
    assert NO_RECORD in start().report(parts[1:]).notes


def test_a_report_without_observed_consent_says_nothing_of_it(make_catalogue: Any) -> None:
    session = Project(Settings(cache=False)).session(make_catalogue())
    journey = session.journey()
    respond(journey, "_ga=1")
    journey.finish()

    assert session.report().notes == ()


def test_a_report_says_what_could_not_be_read_and_no_value(start: MakeSession) -> None:
    session = start()
    journey = session.journey()

    assert respond(journey, "klaro=SECRETVALUE") == "unset"
    respond(journey, "klaro=%7B%22matomo%22%3Atrue%7D")
    journey.finish()

    notes = session.report().notes
    assert [note.partition(":")[0] for note in notes] == [
        "consent is observed, but the cookie entry 'klaro' was passed over",
        "consent is observed, but nothing follows from 'matomo' in a record of klaro",
    ]
    assert "SECRET" not in "".join(notes)


def test_the_settings_say_what_keys_stand_for(start: MakeSession) -> None:
    journey = start(signals={"klaro": {"matomo": ("analytics",)}}).journey()

    assert respond(journey, "klaro=%7B%22matomo%22%3Atrue%7D") == "granted"
    assert journey.follower is not None
    assert journey.follower.notes == []


def test_the_settings_leave_a_signal_out(start: MakeSession) -> None:
    journey = start(signals={"klaro": None}).journey()

    assert respond(journey, GRANTED) == "unset"


@pytest.mark.parametrize(
    ("signals", "message"),
    [
        (
            {"klaroo": None},
            "settings: signals: no signal is called 'klaroo'; did you mean 'klaro'?; all: policycheck signals",
        ),
        (
            {"klaro": {"matomo": ("analytic",)}},
            (
                "settings: signals: klaro: matomo: the catalogue has no category 'analytic'; did you mean 'analytics'?; "
                "there are analytics, necessary, functional, marketing, and '*' for all"
            ),
        ),
    ],
)
def test_what_makes_no_sense_is_one_error(start: MakeSession, signals: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        start(signals=signals)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("signals = 1", "1:11: signals: must be a table: the key of a signal, and what its own keys stand for"),
        (
            "[signals]\nklaro = true",
            '2:9: signals: klaro: must be false, or a table such as {googleAnalytics = "analytics"}',
        ),
        (
            "[signals.klaro]\nga = 1",
            "2:6: signals: klaro: ga: each key must have a category, or a list of categories",
        ),
        (
            '[signals.klaro]\nga = ["analytics", ""]',
            "2:6: signals: klaro: ga: each key must have a category, or a list of categories",
        ),
    ],
)
def test_what_is_no_setting_is_said_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "policycheck.toml"
    path.write_text(text)

    with pytest.raises(ConfigurationError) as caught:
        read_settings(path)

    assert str(caught.value) == f"{path}:{message}"


class Own:
    @hookimpl
    def policycheck_consent_signals(self) -> list[ConsentSignal]:
        names = ((StorageKind.COOKIE, "klaro"),)
        return [ConsentSignal("own", "Own", names, lambda value: SignalReading("own", {"analytics": value == "yes"}))]


def test_a_plugin_s_signal_is_asked_first(make_catalogue: Any) -> None:
    project = Project(Settings(cache=False, consent=OBSERVED), plugins=(Own(),))
    journey = project.session(make_catalogue()).journey()

    assert project.signals[0].key == "own"
    assert respond(journey, "klaro=yes") == "granted"
    assert respond(journey, "klaro=no") == "withdrawn"
