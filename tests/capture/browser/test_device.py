"""What several sources saw of one browser comes out as one story: each write once, with who wrote it where that is known."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from policycheck.capture.browser.claims import Claims
from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.events import OriginSnapshot, Place, Snapshot, StorageChange, StoredEntry
from policycheck.capture.browser.hooks import HookRecord
from policycheck.capture.browser.places import initiator_of, partition_of
from policycheck.jar.cookie import StoredCookie
from policycheck.model.observation import THIRD_PARTY_BLOCKED, HttpExchange
from policycheck.model.party import Party
from policycheck.model.request import SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder

PAGE = "https://shop.example/tea"
FRAME = "https://stats.example/frame"
HERE = Place(PAGE, PAGE)
EMBEDDED = Place(FRAME, PAGE, "https://shop.example")
STACK = "    at write (https://stats.example/tag.js:12:5)\n    at https://shop.example/app.js:1:1"
LOCAL, SESSION_STORAGE, DATABASE = StorageKind.LOCAL_STORAGE, StorageKind.SESSION_STORAGE, StorageKind.INDEXED_DB
WEB = frozenset(kind for kind in StorageKind if kind not in {StorageKind.COOKIE, StorageKind.WEB})
STORE, DELETE, ACCESS = Operation.STORE, Operation.DELETE, Operation.ACCESS


def record(kind: str, op: str, name: str | None = None, value: str | None = None, **fields: Any) -> HookRecord:
    made: dict[str, Any] = {
        "kind": kind,
        "op": op,
        "name": name,
        "value": value,
        "length": None if value is None else len(value),
        "text": None,
        "via": "setItem",
        "store": None,
        "error": None,
        "time": time.time() * 1000,
        "stack": STACK,
        "frame": PAGE,
        "realm": "window",
        "origin": "https://shop.example",
    }
    return HookRecord(**(made | fields))


def cookie(text: str, op: str = "store", **fields: Any) -> HookRecord:
    return record("cookie", op, text=text, via="document.cookie", **fields)


def lying(name: str, value: str = "1", **fields: Any) -> StoredCookie:
    kept = StoredCookie(name, value, "shop.example", True, "/", None, False, False, None, None, 0.0, 0.0)
    return replace(kept, **fields)


def origin(*entries: StoredEntry, place: Place = HERE, looked: frozenset[StorageKind] = WEB) -> Snapshot:
    return Snapshot((OriginSnapshot(place, looked, entries),))


@pytest.fixture
def device() -> BrowserDevice:
    recorder = Recorder()
    made = BrowserDevice(lambda: recorder, "a browser")
    made.hears_storage = True
    return made


def story(device: BrowserDevice) -> list[tuple[Any, ...]]:
    return [(seen.operation, seen.kind, seen.name) for seen in device.recorder.observations]


def test_a_hook_says_who_and_the_browser_says_that(device: BrowserDevice) -> None:
    device.changed("1", HERE, StorageChange(LOCAL, STORE, "a", "1"))
    assert story(device) == []
    device.hooked("1", [record("localStorage", "store", "a", "1")], PAGE)
    device.settle(origin(StoredEntry(LOCAL, "a", "1")))
    (seen,) = device.recorder.observations
    assert seen.source.initiator is not None
    assert (seen.source.initiator.line, seen.source.initiator.party) == (12, Party.THIRD)
    assert (seen.host, seen.party, seen.set_by, seen.value_length) == ("shop.example", Party.FIRST, SetBy.SCRIPT, 1)
    assert seen.source.describe() == "/tea  ->  stats.example/tag.js, line 12 (third party)"


def test_the_browser_may_tell_after_the_hook(device: BrowserDevice) -> None:
    device.hooked("1", [record("localStorage", "store", "a", "1")], PAGE)
    device.changed("1", HERE, StorageChange(LOCAL, STORE, "a", "1"))
    device.settle()
    assert story(device) == [(STORE, LOCAL, "a")]


def test_what_the_browser_tells_after_the_settling_is_no_second_write(device: BrowserDevice) -> None:
    device.hooked("1", [record("localStorage", "store", "a", "1")], PAGE)
    device.settle(origin(StoredEntry(LOCAL, "a", "1")))
    device.hooked("1", [record("localStorage", "delete", "a")], PAGE)
    device.changed("1", HERE, StorageChange(LOCAL, STORE, "a", "1"))
    device.changed("1", HERE, StorageChange(LOCAL, DELETE, "a", None))
    device.settle(origin())
    assert story(device) == [(STORE, LOCAL, "a"), (DELETE, LOCAL, "a")]


def test_a_write_of_what_lies_there_hides_no_later_one_by_property(device: BrowserDevice) -> None:
    device.hooked("1", [record("localStorage", "store", "a", "1")], PAGE)
    device.changed("1", HERE, StorageChange(LOCAL, STORE, "a", "1"))
    device.hooked("1", [record("localStorage", "store", "a", "1")], PAGE)
    for operation in (DELETE, STORE):
        device.changed("1", HERE, StorageChange(LOCAL, operation, "a", "1" if operation is STORE else None))
    device.settle()
    assert story(device)[-2:] == [(DELETE, LOCAL, "a"), (STORE, LOCAL, "a")]


def test_a_late_word_of_a_clearing_deletes_nothing_new(device: BrowserDevice) -> None:
    device.hooked("1", [record("localStorage", "store", "old", "1")], PAGE)
    device.hooked("1", [record("localStorage", "clear", via="clear")], PAGE)
    device.hooked("1", [record("localStorage", "store", "new", "1")], PAGE)
    device.changed("1", HERE, StorageChange(LOCAL, STORE, "old", "1"))
    device.changed("1", HERE, StorageChange(LOCAL, DELETE, None))
    device.changed("1", HERE, StorageChange(LOCAL, STORE, "new", "1"))
    device.settle(origin(StoredEntry(LOCAL, "new", "1")))
    assert story(device) == [(STORE, LOCAL, "old"), (DELETE, LOCAL, "old"), (STORE, LOCAL, "new")]


def test_a_long_value_that_comes_cut_is_the_same_write(device: BrowserDevice) -> None:
    device.hooked("1", [record("localStorage", "store", "a", "x" * 65_536, length=70_000)], PAGE)
    device.changed("1", HERE, StorageChange(LOCAL, STORE, "a", "x" * 70_000))
    device.settle(origin(StoredEntry(LOCAL, "a", "x" * 70_000)))
    assert [seen.value_length for seen in device.recorder.observations] == [70_000]


def test_claims_whose_echo_never_comes_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    claims, key, change = Claims(), (LOCAL, "shop.example", None, "a", None), StorageChange(LOCAL, STORE, "a", "1")
    now = time.monotonic()
    claims.add(key, STORE, "1")
    claims.forget_old()
    assert claims.take(key, change)
    assert not claims.take(key, change)
    claims.add(key, STORE, "1")
    monkeypatch.setattr("policycheck.capture.browser.claims.time.monotonic", lambda: now + 60)
    claims.forget_old()
    assert not claims.take(key, change)


def test_a_write_by_property_comes_in_its_place(device: BrowserDevice) -> None:
    for name in ("by property", "by method", "later"):
        device.changed("1", HERE, StorageChange(LOCAL, STORE, name, "1"))
    device.hooked("1", [record("localStorage", "store", "by method", "1")], PAGE)
    assert story(device) == [(STORE, LOCAL, "by property"), (STORE, LOCAL, "by method")]
    device.settle()
    assert story(device)[2:] == [(STORE, LOCAL, "later")]
    assert device.recorder.observations[0].source.manner == "a script, by property"


def test_what_the_browser_tells_several_documents_counts_once(device: BrowserDevice) -> None:
    for source in ("1", "2"):
        device.changed(source, HERE, StorageChange(LOCAL, STORE, "a", "1"))
    device.hooked("1", [record("localStorage", "store", "a", "1")], PAGE)
    device.settle()
    assert story(device) == [(STORE, LOCAL, "a")]
    for source in ("1", "2"):
        device.changed(source, HERE, StorageChange(LOCAL, STORE, "by property", "1"))
    device.settle()
    assert story(device)[1:] == [(STORE, LOCAL, "by property")]


def test_clear_deletes_what_lay_there_and_nothing_else(device: BrowserDevice) -> None:
    device.hooked("1", [record("localStorage", "store", name, "1") for name in "ab"], PAGE)
    device.hooked("1", [record("sessionStorage", "store", "c", "1")], PAGE)
    device.changed("1", HERE, StorageChange(LOCAL, DELETE, None))
    device.hooked("1", [record("localStorage", "clear", via="clear")], PAGE)
    device.settle(origin(StoredEntry(SESSION_STORAGE, "c", "1")))
    assert story(device)[3:] == [(DELETE, LOCAL, "a"), (DELETE, LOCAL, "b")]


def test_a_short_life_is_seen_whole(device: BrowserDevice) -> None:
    device.hooked("1", [cookie("_probe=1"), cookie("_probe=; Max-Age=0")], PAGE)
    device.settle(Snapshot((), ()))
    assert story(device) == [(STORE, StorageKind.COOKIE, "_probe"), (DELETE, StorageKind.COOKIE, "_probe")]


def test_a_snapshot_finds_what_nobody_told_and_misses_what_is_gone(device: BrowserDevice) -> None:
    device.hooked("1", [record("localStorage", "store", "told", "1"), cookie("told=1; Path=/")], PAGE)
    device.settle(Snapshot(origin(StoredEntry(LOCAL, "found", "1")).origins, (lying("found"),)))
    assert story(device)[2:] == [
        (STORE, LOCAL, "found"),
        (DELETE, LOCAL, "told"),
        (DELETE, StorageKind.COOKIE, "told"),
        (STORE, StorageKind.COOKIE, "found"),
    ]
    device.settle(Snapshot(origin(StoredEntry(LOCAL, "found", "1")).origins, (lying("found"),)))
    assert len(story(device)) == 6
    device.settle(Snapshot(origin(StoredEntry(LOCAL, "found", "2")).origins, (lying("found", "2"),)))
    assert story(device)[6:] == [(STORE, LOCAL, "found"), (STORE, StorageKind.COOKIE, "found")]


def test_a_kind_that_was_not_looked_at_is_not_gone(device: BrowserDevice) -> None:
    device.hooked("1", [record("localStorage", "store", "a", "1"), cookie("b=1; Path=/")], PAGE)
    device.settle(origin(looked=WEB - {LOCAL}))
    device.settle(origin(place=Place("https://other.example/", "https://other.example/")))
    device.settle(Snapshot((), None))
    assert story(device) == [(STORE, LOCAL, "a"), (STORE, StorageKind.COOKIE, "b")]


def test_two_tabs_have_a_session_storage_each(device: BrowserDevice) -> None:
    device.hooked("1", [record("sessionStorage", "store", "a", "1")], PAGE)
    device.hooked("2", [record("sessionStorage", "store", "b", "1")], PAGE)
    one = origin(StoredEntry(SESSION_STORAGE, "a", "1")).origins
    other = origin(StoredEntry(SESSION_STORAGE, "b", "1")).origins
    device.settle(Snapshot((*one, *other)))
    assert len(story(device)) == 2


def test_the_same_name_in_two_tabs_is_no_write_each_time_that_somebody_looks(device: BrowserDevice) -> None:
    device.hooked("1", [record("sessionStorage", "store", "visit", "1")], PAGE)
    device.hooked("2", [record("sessionStorage", "store", "visit", "2")], PAGE)
    tabs = [origin(StoredEntry(SESSION_STORAGE, "visit", value)).origins for value in ("1", "2")]
    for _ in range(3):
        device.settle(Snapshot((*tabs[0], *tabs[1])))
    assert len(story(device)) == 2


def test_databases_have_stores(device: BrowserDevice) -> None:
    made = [
        record("indexedDB", "store", "db", via="createObjectStore", store="s"),
        record("indexedDB", "store", "db", via="open"),
    ]
    device.hooked("1", made, PAGE)
    device.settle(origin(StoredEntry(DATABASE, "db"), StoredEntry(DATABASE, "db", store="s", keys=3)))
    assert [(seen.store, seen.keys) for seen in device.recorder.observations] == [("s", 3), (None, None)]
    device.hooked("1", [record("indexedDB", "delete", "db", via="deleteDatabase")], PAGE)
    assert [(seen.operation, seen.store) for seen in device.recorder.observations[2:]] == [
        (DELETE, "s"),
        (DELETE, None),
    ]
    device.settle(origin())
    assert len(device.recorder.observations) == 4


def test_deleting_a_key_deletes_no_entry(device: BrowserDevice) -> None:
    device.hooked("1", [record("indexedDB", "store", "db", via="put", store="s")], PAGE)
    device.hooked("1", [record("indexedDB", "delete", "db", via="delete", store="s")], PAGE)
    assert story(device) == [(STORE, DATABASE, "db")]


def test_a_deletion_of_what_an_earlier_visit_left_is_told(device: BrowserDevice) -> None:
    device.hooked("1", [record("localStorage", "delete", "old", via="removeItem")], PAGE)
    assert story(device) == [(DELETE, LOCAL, "old")]


def test_what_failed_is_not_there(device: BrowserDevice) -> None:
    device.hooked("1", [record("localStorage", "store", "big", "1", error="QuotaExceededError")], PAGE)
    device.hooked("1", [cookie("c=1", error="TypeError")], PAGE)
    (seen,) = device.recorder.observations
    assert (seen.name, seen.stored) == ("c", False)


def test_reading_is_told_name_by_name(device: BrowserDevice) -> None:
    device.hooked(
        "1",
        [cookie("", "access"), cookie("a; b", "access"), record("localStorage", "access", "c", via="getItem")],
        PAGE,
    )
    assert [(seen.operation, seen.name) for seen in device.recorder.observations] == [(ACCESS, name) for name in "abc"]
    assert not list(device.recorder.jar)


@pytest.mark.parametrize(("there", "stored"), [((), False), ((lying("t", domain="stats.example"),), True)])
def test_a_third_partys_cookie_waits_for_what_shows(
    device: BrowserDevice, there: tuple[StoredCookie, ...], stored: bool
) -> None:
    text = "t=1; Path=/; Secure; SameSite=None"
    device.hooked("1", [cookie(text, frame=FRAME, origin="https://stats.example")], PAGE)
    assert story(device) == []
    device.settle(Snapshot((), there))
    first = device.recorder.observations[0]
    assert (first.name, first.party, first.stored) == ("t", Party.THIRD, stored)
    if not stored:
        assert first.rejection is not None
        assert first.rejection.reason == THIRD_PARTY_BLOCKED
        assert len(device.recorder.observations) == 1


def test_a_third_partys_web_storage_lies_in_a_partition(device: BrowserDevice) -> None:
    device.hooked("2", [record("localStorage", "store", "t", "1", frame=FRAME, origin="https://stats.example")], PAGE)
    device.settle(origin(StoredEntry(LOCAL, "t", "1"), place=EMBEDDED))
    (seen,) = device.recorder.observations
    assert (seen.host, seen.partition_key, seen.party) == ("stats.example", "https://shop.example", Party.THIRD)


def test_a_document_without_an_address_has_that_of_its_origin(device: BrowserDevice) -> None:
    device.hooked("1", [cookie("a=1; Path=/", frame="about:srcdoc")], PAGE)
    device.hooked("1", [cookie("b=1; Path=/", frame="data:text/html,x", origin="null")], PAGE)
    assert [(seen.name, seen.host) for seen in device.recorder.observations] == [("a", "shop.example")]


def test_a_page_ends_with_its_settling_or_with_the_next_page() -> None:
    ended: list[HttpExchange] = []
    recorder = Recorder(after=ended.append)
    device = BrowserDevice(lambda: recorder, "a browser")
    for page in ("https://shop.example/1", "https://shop.example/2"):
        device.response(HttpExchange("GET", page, 200, ("a=1",), page=page), page_load=True)
        device.response(HttpExchange("GET", f"{page}.js", 200, (), page=page))
    assert [exchange.url for exchange in ended] == ["https://shop.example/1"]
    device.settle()
    device.settle()
    assert [exchange.url for exchange in ended] == ["https://shop.example/1", "https://shop.example/2"]
    assert recorder.exchanges == 4
    assert {seen.source.adapter for seen in recorder.observations} == {"a browser"}


def test_what_went_wrong_unseen_is_raised_once(device: BrowserDevice) -> None:
    device.failed(ValueError("first"))
    device.failed(ValueError("second"))
    with pytest.raises(ValueError, match="first"):
        device.settle()
    device.settle()


def test_a_request_is_handed_on(device: BrowserDevice) -> None:
    device.request(SentRequest("https://stats.example/x", "stats.example"))
    assert [sent.host for sent in device.recorder.requests] == ["stats.example"]


def test_time_is_when_it_was_made_unless_the_pages_clock_was_moved() -> None:
    recorder = Recorder(now=lambda: 5000.0)
    device = BrowserDevice(lambda: recorder, "a browser")
    now = time.time()
    device.hooked("1", [cookie("a=1", time=(now - 3) * 1000), cookie("b=1", time=(now + 86400) * 1000)], PAGE)
    first, second = (seen.time for seen in recorder.observations)
    assert 4990 < first <= 4997.5
    assert second == 5000.0


def test_no_value_shows(device: BrowserDevice) -> None:
    device.hooked("1", [cookie("a=s3cret"), record("localStorage", "store", "b", "s3cret")], PAGE)
    device.changed("1", HERE, StorageChange(LOCAL, STORE, "c", "s3cret"))
    shown = repr(
        (device.recorder.observations, StoredEntry(LOCAL, "c", "s3cret"), StorageChange(LOCAL, STORE, "c", "s3cret"))
    )
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    ("frame", "page", "partition"),
    [
        (FRAME, PAGE, "https://shop.example"),
        ("https://www.shop.example/", PAGE, None),
        ("http://shop.example/", PAGE, "https://shop.example"),
        (FRAME, "", None),
        (None, PAGE, None),
        ("about:blank", PAGE, None),
    ],
)
def test_partitions(frame: str | None, page: str, partition: str | None) -> None:
    assert partition_of(frame, page) == partition


def test_initiators() -> None:
    assert initiator_of(None, 3, PAGE) is None
    found = initiator_of("https://stats.example/tag.js", 3, PAGE)
    assert found is not None
    assert (found.line, found.party) == (3, Party.THIRD)
