from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.capture.consent_times import ConsentTimes, read_consent_times
from policycheck.capture.evidence import Record
from policycheck.catalogue.schema import validator
from policycheck.errors import CaptureError, ConfigurationError, UsageError
from policycheck.model.consent import UNSET, ConsentState, ConsentStatus
from policycheck.model.observation import HttpExchange, Observation
from policycheck.model.request import SentRequest
from policycheck.model.storage import StorageKind

CATEGORIES = ("necessary", "analytics", "marketing")
NOON = 1_777_636_800.0
"""2026-05-01T12:00:00Z."""
SCHEMA = "consent-times.schema.json"
COOKIE = HttpExchange("GET", None, 200, ("a=1",))


def read(tmp_path: Path, name: str, text: str, spelt: Iterable[str] = ()) -> ConsentTimes:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return read_consent_times(str(path), spelt, CATEGORIES)


def statuses(state: ConsentState | None) -> tuple[str, str] | None:
    return None if state is None else (state.status("analytics"), state.status("marketing"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.yaml", "2026-05-01T12:00:00Z: unset\n2026-05-01T14:00:10+02:00: {analytics: granted, marketing: refused}\n"),
        ("t.json", '{"2026-05-01T12:00:10.0Z": "analytics=granted,marketing=refused", "2026-05-01T12:00:00Z": "unset"}'),
        ("t.toml", '"2026-05-01T12:00:00Z" = "unset"\n["2026-05-01T12:00:10Z"]\nanalytics = "granted"\nmarketing = "refused"'),
        (
            "t.yml",
            "- {from: 2026-05-01T12:00:00Z, consent: }\n- from: 20260501T120010Z\n  consent: [analytics]\n",
        ),
    ],
)  # fmt: skip
def test_each_format_says_from_when_on_what_holds(tmp_path: Path, name: str, text: str) -> None:
    times = read(tmp_path, name, text)

    assert times.at(NOON - 0.001) is None
    assert statuses(times.at(NOON)) == statuses(times.at(NOON + 9.999)) == ("unset", "unset")
    assert statuses(times.at(NOON + 10)) == statuses(times.at(NOON + 1e6))
    assert statuses(times.at(NOON + 10)) == ("granted", "unset" if name == "t.yml" else "refused")


def test_the_command_line_adds_to_the_file(tmp_path: Path) -> None:
    times = read(
        tmp_path, "t.yaml", "2026-05-01T12:00:00Z: unset\n", ["2026-05-01T12:00:05Z=analytics=granted,marketing"]
    )

    assert statuses(times.at(NOON + 4)) == ("unset", "unset")
    assert statuses(times.at(NOON + 5)) == ("granted", "granted")


def test_a_choice_is_as_old_as_its_status(tmp_path: Path) -> None:
    times = read(
        tmp_path,
        "t.yaml",
        "2026-05-01T12:00:00Z: {analytics: granted}\n2026-05-01T12:00:10Z: {analytics: granted, marketing: granted}\n"
        "2026-05-01T12:00:20Z: withdrawn\n",
    )

    first, second, third = (times.at(NOON + later) or UNSET for later in (0, 10, 20))

    assert {name: choice.time for name, choice in first.choices.items()} == {"analytics": NOON}
    assert {name: choice.time for name, choice in second.choices.items()} == {"analytics": NOON, "marketing": NOON + 10}
    assert {choice.status for choice in third.choices.values()} == {ConsentStatus.WITHDRAWN}
    assert third.choices.keys() == set(CATEGORIES)


def test_each_record_gets_what_held_at_its_time(tmp_path: Path) -> None:
    times = read(tmp_path, "t.yaml", "- {from: 2026-05-01T12:00:00Z, consent: granted, gpc: true}\n")
    own = UNSET.refuse()
    records = [
        Record("f:1", COOKIE, time=NOON - 1),
        Record("f:2", COOKIE, time=NOON),
        Record("f:3", HttpExchange("GET", None, 200, ())),
        Record("f:4", COOKIE, time=NOON, consent=own),
        Record("f:5", COOKIE, consent=own),
    ]

    consents = [record.consent for record in times.stamped(records)]

    assert [statuses(consent) for consent in consents] == [
        None, ("granted", "granted"), ("granted", "granted"), ("refused", "refused"), ("refused", "refused"),
    ]  # fmt: skip
    assert [consent and consent.gpc for consent in consents] == [None, True, True, False, False]


def test_a_browser_that_sends_gpc_goes_on_doing_so() -> None:
    times = read_consent_times(None, ["2026-05-01T12:00:00Z=unset"])
    asked = SentRequest("https://shop.example/")
    records = [Record("f:1", request=asked, time=NOON, gpc=True), Record("f:2", COOKIE, time=NOON + 1)]

    assert [record.consent and record.consent.gpc for record in times.stamped(records)] == [True, True]


def test_a_page_load_without_a_time_stores_nothing_and_may_stand_there() -> None:
    times = read_consent_times(None, ["2026-05-01T12:00:00Z=unset"])
    loaded = Record("f:2", request=SentRequest("https://shop.example/"), loaded=True)

    assert [one.place for one in times.stamped([loaded])] == ["f:2"]


@pytest.mark.parametrize(
    "record",
    [
        Record("f:2", COOKIE),
        Record("f:2", HttpExchange("GET", None, 200, (), clear_site_data=('"cookies"',))),
        Record("f:2", entry=Observation(StorageKind.COOKIE, "a")),
        Record("f:2", entries=(Observation(StorageKind.COOKIE, "a"),)),
        Record("f:2", request=SentRequest("https://shop.example/")),
    ],
)
def test_what_has_no_time_cannot_be_judged(record: Record) -> None:
    times = read_consent_times(None, ["2026-05-01T12:00:00Z=unset"])
    seen: list[Record] = []

    with pytest.raises(CaptureError, match=r"f:2: its time is not told, so nobody knows which consent held then"):
        seen.extend(times.stamped([Record("f:1", COOKIE, time=NOON), record]))

    assert [one.place for one in seen] == ["f:1"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.txt", "x", "t.txt: the format cannot be told\n  fix: name it with .yaml, .json or .toml"),
        ("t.yaml", "", "t.yaml: no times\n  fix: write times with the consent"),
        ("t.yaml", "a: [", "t.yaml:2:1: this is not YAML"),
        ("t.json", "[]", "t.json: no times"),
        ("t.yaml", "yesterday: granted", "t.yaml:1:1: 'yesterday' is no time in ISO 8601, such as 2026-05-01T12:00:00Z"),
        ("t.yaml", "2026-05-01T12:00:00: granted", "t.yaml:1:1: the time has no zone; write Z for UTC"),
        ("t.yaml", "2026-05-01T12:00:00Z: yes please", "t.yaml:1:1: the catalogue has no category 'yes please'"),
        ("t.yaml", "2026-05-01T12:00:00Z: observed", "t.yaml:1:1: 'observed' is no consent that holds from a time on"),
        ("t.yaml", "2026-05-01T12:00:00Z: {analytic: granted}", "t.yaml:1:1: the catalogue has no category 'analytic'; did"),
        ("t.yaml", "- a\n", "t.yaml:1:3: an entry has 'from' and 'consent', and maybe 'gpc'"),
        ("t.yaml", "- {from: 2026-05-01T12:00:00Z}\n", "t.yaml:1:3: an entry has 'from' and 'consent'"),
        ("t.json", '[{"from": 3, "consent": "unset"}]', "t.json:1:2: 3 is no time in ISO 8601"),
        ("t.json", '[{"from": "2026-05-01T12:00:00Z", "consent": "unset", "gpc": 1}]', "t.json:1:2: 'gpc' must be true"),
        (
            "t.yaml",
            "2026-05-01T12:00:00Z: granted\n2026-05-01T14:00:00+02:00: refused",
            "t.yaml:2:1: the same moment stands at",
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_meant_is_one_error_with_its_place(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    with pytest.raises((ConfigurationError, UsageError)) as caught:
        read(tmp_path, name, text)

    assert str(caught.value).replace(f"{tmp_path}/", "").startswith(message)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.yaml: cannot be read: No such file"):
        read_consent_times("absent.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-05-01T12:00:00Z", "--consent-at 2026-05-01T12:00:00Z: a time and a consent are needed, as in"),
        ("noon=granted", "--consent-at noon: 'noon' is no time in ISO 8601"),
        ("2026-05-01T12:00:00Z=ads=yes", "--consent-at 2026-05-01T12:00:00Z: 'yes' is not a consent status"),
    ],
)
def test_a_text_that_cannot_be_meant_is_told(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_consent_times(None, [text])

    assert str(caught.value).startswith(message)


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda found: found.replace(microsecond=0))  # noqa: DTZ001 - zones are drawn apart
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
CONSENTS = st.one_of(
    st.sampled_from(["unset", "granted", "refused", "withdrawn"]),
    st.dictionaries(st.sampled_from(CATEGORIES), st.sampled_from(["granted", "refused", "unset"])),
    st.lists(st.sampled_from(CATEGORIES), unique=True),
)


@given(st.dictionaries(MOMENTS, st.tuples(CONSENTS, ZONES), min_size=1, max_size=4), st.booleans())
@settings(max_examples=30, deadline=None)
def test_what_the_schema_allows_is_read_as_it_is_written(
    told: dict[datetime, tuple[Any, timezone]], listed: bool
) -> None:
    spelt = {
        moment.replace(tzinfo=UTC).astimezone(zone).isoformat(): consent for moment, (consent, zone) in told.items()
    }
    data: Any = [{"from": time, "consent": consent} for time, consent in spelt.items()] if listed else spelt
    assert list(validator(SCHEMA).iter_errors(data)) == []
    with TemporaryDirectory() as folder:
        times = read(Path(folder), "times.json", json.dumps(data))

    moments = sorted(moment.replace(tzinfo=UTC).timestamp() for moment in told)
    assert [turn.time for turn in times.turns] == moments
    assert times.at(moments[0] - 1) is None
    assert all(times.at(turn.time) == turn.state for turn in times.turns)


@pytest.mark.parametrize(
    "data", [{}, [], {"noon": "granted"}, {"2026-05-01T12:00:00": "granted"}, [{"from": "x"}], "x"]
)
def test_the_schema_refuses_what_the_reader_refuses(data: Any) -> None:
    assert list(validator(SCHEMA).iter_errors(data)) != []
