"""One contract for every adapter of a browser: each write of a page that writes in every way is told, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from policycheck.capture.browser.cookies import FOUND, GONE
from policycheck.capture.browser.gaps import Sight, sight
from policycheck.model.observation import Observation
from policycheck.model.storage import Operation, StorageKind

pytestmark = pytest.mark.browser

COOKIE, LOCAL, SESSION = StorageKind.COOKIE, StorageKind.LOCAL_STORAGE, StorageKind.SESSION_STORAGE
DATABASE, CACHE, FILE = StorageKind.INDEXED_DB, StorageKind.CACHES, StorageKind.FILE_SYSTEM
STORE, DELETE = Operation.STORE, Operation.DELETE

KINDS = {
    COOKIE: "script cookie",
    LOCAL: "method",
    SESSION: "method",
    DATABASE: "database",
    CACHE: "cache",
    FILE: "file",
}
WORKERS = ("dedicated worker", "shared worker", "service worker")


@dataclass(frozen=True)
class Write:
    """One write that the page makes. ``by`` is the path of the script or the response; None where no browser tells."""

    how: str
    kind: StorageKind
    name: str
    by: str | None
    operation: Operation = STORE
    refused: bool = False
    store: str | None = None
    keys: int | None = None
    host: str = "shop.localhost"
    parted: bool = False
    times: int = 1
    needs: str | None = None
    """The step of the page that makes it, where a browser may lack what it takes."""

    @property
    def ways(self) -> Iterator[str]:
        """The ways to write, as the table of what each browser tells has them; the least that is told of one counts."""
        header = self.how.startswith("Set-Cookie")
        if self.host != "shop.localhost":
            yield "other site"
        if "pagehide" in self.how:
            yield "leaving cookie" if self.kind is COOKIE else "leaving"
        elif self.how == "Set-Cookie, service worker":
            yield "worker header"
        elif self.refused:
            yield "refused" if header else "refused script cookie"
        elif "of x = 1" in self.how or "localStorage.x" in self.how or "sessionStorage.x" in self.how:
            yield "property"
        else:
            yield "header" if header else KINDS[self.kind]
        if not header:
            yield from (place for place in WORKERS if place in self.how)

    def sight(self, adapter: str) -> Sight:
        """How the adapter promises to see it."""
        order = list(Sight)
        return max((sight(adapter, way) for way in self.ways), key=order.index)

    @property
    def momentary(self) -> bool:
        """Whether nothing of it lies there in the end."""
        return self.refused or self.operation is DELETE or "short-lived" in self.how

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.kind, self.name, self.operation, self.refused, self.store, self.host, self.parted)


def _key(seen: Observation) -> tuple[Any, ...]:
    refused = seen.rejection is not None
    parted = seen.partition_key is not None
    return (seen.kind, seen.name, seen.operation, refused, seen.store, seen.host, parted)


def _by(seen: Observation) -> str | None:
    """The path of the script that wrote, or of the response."""
    if seen.source.index is not None:
        return seen.source.path
    initiator = seen.source.initiator
    return None if initiator is None or initiator.url is None else urlsplit(initiator.url).path


PAGE, APP, WRITING, TAG, FRAME = "/index.html", "/app.js", "/writing.js", "/tag.js", "/frame.html"
OTHER: dict[str, Any] = {"host": "tracker.localhost", "parted": True}

WRITES = [
    Write("Set-Cookie, document", COOKIE, "h_document", PAGE),
    Write("Set-Cookie, redirect of the document", COOKIE, "h_redirect", "/start"),
    Write("Set-Cookie, script", COOKIE, "h_script", APP),
    Write("Set-Cookie, redirect of an image", COOKIE, "h_hop", "/hop"),
    Write("Set-Cookie, image after a redirect", COOKIE, "h_hopped", "/image"),
    Write("Set-Cookie, fetch", COOKIE, "h_fetch", "/api"),
    Write("Set-Cookie, dedicated worker", COOKIE, "h_worker", "/worker.js"),
    Write("Set-Cookie, service worker", COOKIE, "h_sw", None, needs="serviceWorker"),
    Write("Set-Cookie, image of another site", COOKIE, "h_pixel", "/pixel", **OTHER),
    Write("Set-Cookie, frame of another site", COOKIE, "h_frame", FRAME, **OTHER),
    Write("Set-Cookie, refused: a foreign domain", COOKIE, "h_refused", PAGE, refused=True),
    Write(
        "Set-Cookie, refused: third party", COOKIE, "h_pixel_refused", "/pixel", refused=True, host="tracker.localhost"
    ),
    Write("Set-Cookie, short-lived", COOKIE, "h_deleted", PAGE),
    Write("Set-Cookie, deletion", COOKIE, "h_deleted", PAGE, DELETE),
    Write("document.cookie, first line of the page", COOKIE, "early_cookie", PAGE),
    Write("document.cookie", COOKIE, "js_cookie", APP),
    Write("document.cookie, short-lived", COOKIE, "js_deleted", APP),
    Write("document.cookie, deletion", COOKIE, "js_deleted", APP, DELETE),
    Write("document.cookie, refused", COOKIE, "__Host-js_refused", APP, refused=True),
    Write("document.cookie, script of another site", COOKIE, "tag_cookie", TAG),
    Write("document.cookie, short-lived, script of another site", COOKIE, "tag_short", TAG),
    Write("document.cookie, deletion, script of another site", COOKIE, "tag_short", TAG, DELETE),
    Write("document.cookie, child frame", COOKIE, "child_cookie", APP),
    Write("document.cookie, frame of another site", COOKIE, "frame_cookie", FRAME, **OTHER),
    Write(
        "document.cookie, refused: third party", COOKIE, "frame_refused", FRAME, refused=True, host="tracker.localhost"
    ),
    Write("document.cookie, pagehide", COOKIE, "hide_cookie", APP),
    Write("cookieStore.set", COOKIE, "cs_cookie", APP, needs="cookieStore"),
    Write("cookieStore.set, short-lived", COOKIE, "cs_deleted", APP, needs="cookieStore"),
    Write("cookieStore.delete", COOKIE, "cs_deleted", APP, DELETE, needs="cookieStore"),
    Write("cookieStore.set, refused", COOKIE, "cs_refused", APP, refused=True, needs="cookieStore"),
    Write("cookieStore.set, service worker", COOKIE, "sw_cookie", "/sw.js", needs="swCookieStore"),
    Write("localStorage.setItem, first line of the page", LOCAL, "early_method", PAGE),
    Write("localStorage.x = 1, first line of the page", LOCAL, "early_property", None),
    Write("localStorage.setItem", LOCAL, "ls_method", APP),
    Write("localStorage.x = 1", LOCAL, "ls_property", None),
    Write("localStorage.setItem, twice", LOCAL, "ls_changed", APP, times=2),
    Write("localStorage.setItem, short-lived", LOCAL, "ls_removed", APP),
    Write("localStorage.removeItem", LOCAL, "ls_removed", APP, DELETE),
    Write("localStorage.x = 1, short-lived", LOCAL, "ls_deleted", None),
    Write("delete localStorage.x", LOCAL, "ls_deleted", None, DELETE),
    Write("localStorage.setItem, script of another site", LOCAL, "tag_local", TAG),
    Write("localStorage.setItem, short-lived, script of another site", LOCAL, "tag_short", TAG),
    Write("localStorage.removeItem, script of another site", LOCAL, "tag_short", TAG, DELETE),
    Write("localStorage.setItem, child frame", LOCAL, "child_local", APP),
    Write("localStorage.setItem, frame of another site, first line", LOCAL, "frame_early", FRAME, **OTHER),
    Write("localStorage.setItem, frame of another site", LOCAL, "frame_local", FRAME, **OTHER),
    Write("localStorage.x = 1, frame of another site", LOCAL, "frame_property", None, **OTHER),
    Write("localStorage.setItem, pagehide", LOCAL, "hide_method", APP),
    Write("localStorage.x = 1, pagehide", LOCAL, "hide_property", None),
    Write("localStorage.setItem, short-lived, pagehide", LOCAL, "hide_short", APP),
    Write("localStorage.removeItem, pagehide", LOCAL, "hide_short", APP, DELETE),
    Write("sessionStorage.setItem, short-lived", SESSION, "ss_cleared", APP),
    Write("sessionStorage.x = 1, short-lived", SESSION, "ss_cleared_too", None),
    Write("sessionStorage.clear", SESSION, "ss_cleared", APP, DELETE),
    Write("sessionStorage.clear, of x = 1", SESSION, "ss_cleared_too", APP, DELETE),
    Write("sessionStorage.setItem", SESSION, "ss_method", APP),
    Write("sessionStorage.x = 1", SESSION, "ss_property", None),
    Write("sessionStorage.setItem, frame of another site", SESSION, "frame_session", FRAME, **OTHER),
    Write("IndexedDB, a database", DATABASE, "idb_main", WRITING),
    Write("IndexedDB, a database, short-lived", DATABASE, "idb_deleted", WRITING),
    Write("IndexedDB, deleteDatabase", DATABASE, "idb_deleted", WRITING, DELETE),
    Write("IndexedDB, a database, frame of another site", DATABASE, "frame_idb", WRITING, **OTHER),
    Write("IndexedDB, a database, dedicated worker", DATABASE, "worker_idb", WRITING),
    Write("IndexedDB, a database, shared worker", DATABASE, "shared_idb", WRITING, needs="sharedWorker"),
    Write("IndexedDB, a database, service worker", DATABASE, "sw_idb", WRITING, needs="swIndexedDB"),
    Write("IndexedDB, a store, and 2 keys", DATABASE, "idb_main", WRITING, store="first", keys=2, times=3),
    Write("IndexedDB, an empty store", DATABASE, "idb_main", WRITING, store="second", keys=0),
    Write("IndexedDB, a store, and a key, short-lived", DATABASE, "idb_deleted", WRITING, store="only", times=2),
    Write("IndexedDB, deleteDatabase, with its store", DATABASE, "idb_deleted", WRITING, DELETE, store="only"),
    Write(
        "IndexedDB, a store, and a key, frame of another site",
        DATABASE,
        "frame_idb",
        WRITING,
        store="only",
        keys=1,
        times=2,
        **OTHER,
    ),
    Write(
        "IndexedDB, a store, and a key, dedicated worker",
        DATABASE,
        "worker_idb",
        WRITING,
        store="only",
        keys=1,
        times=2,
    ),
    Write(
        "IndexedDB, shared worker", DATABASE, "shared_idb", WRITING, store="only", keys=1, times=2, needs="sharedWorker"
    ),
    Write(
        "IndexedDB, a store, and a key, service worker",
        DATABASE,
        "sw_idb",
        WRITING,
        store="only",
        keys=1,
        times=2,
        needs="swIndexedDB",
    ),
    Write("Cache Storage, opened, and a response put", CACHE, "cache_main", APP, times=2),
    Write("Cache Storage, short-lived", CACHE, "cache_deleted", APP),
    Write("Cache Storage, deletion", CACHE, "cache_deleted", APP, DELETE),
    Write("Cache Storage, frame of another site", CACHE, "frame_cache", FRAME, needs="frameCaches", **OTHER),
    Write("Cache Storage, dedicated worker", CACHE, "worker_cache", "/worker.js"),
    Write("Cache Storage, service worker, before its first event", CACHE, "sw_early", "/sw.js", needs="serviceWorker"),
    Write("Cache Storage, service worker", CACHE, "sw_cache", "/sw.js", needs="swCaches"),
    Write("File System, made, and written", FILE, "folder/opfs_main", APP, times=2, needs="opfs"),
    Write("File System, short-lived", FILE, "opfs_deleted", APP, needs="opfs"),
    Write("File System, removal", FILE, "opfs_deleted", APP, DELETE, needs="opfs"),
    Write(
        "File System, dedicated worker, made, and written",
        FILE,
        "worker_opfs",
        "/worker.js",
        times=2,
        needs="workerOpfs",
    ),
]


@dataclass(frozen=True)
class Row:
    """What became of a write: how often it was told, and by whom it was made."""

    write: Write
    seen: int
    by: str | None
    keys: int | None


def table(visit: Any) -> list[Row]:
    """The writes that the page made, against those that were told."""
    told: dict[tuple[Any, ...], list[Observation]] = {}
    for observation in visit.recorder.observations:
        told.setdefault(_key(observation), []).append(observation)
    rows = []
    for one in WRITES:
        accepted = one.refused and "third party" in one.how and visit.third_parties
        write = replace(one, refused=False) if accepted else one
        if "cookieStore." in one.how and not visit.secure_cookies:
            write = replace(one, how=f"{one.how}, short-lived")
        if write.needs not in visit.failed:
            seen = told.get(write.key, [])
            by = next((by for by in map(_by, seen) if by is not None), None)
            rows.append(Row(write, len(seen), by, seen[-1].keys if seen else None))
    return rows


def as_documented(row: Row, adapter: str) -> bool:
    """Whether what became of a write is what the adapter promises, no less and no more."""
    write, seen = row.write, row.write.sight(adapter)
    told = row.seen == write.times and row.by == write.by
    if seen is Sight.TOLD:
        return told
    if seen is Sight.UNNAMED:
        return row.seen == write.times and row.by in (None, write.by)
    if seen is Sight.UNSEEN:
        return row.seen == 0
    # A database is found by its object stores, where they are told.
    elsewhere = write.kind is DATABASE and (write.store is None) == (sight(adapter, "keys") is Sight.TOLD)
    found = row.seen == (0 if write.momentary or elsewhere else 1)
    return (found and row.by is None) or (seen is Sight.LATE and 0 < row.seen <= write.times)


def printed(adapter: str, rows: list[Row]) -> str:
    seen = sum(row.seen > 0 for row in rows)
    told = sum(row.seen == row.write.times and row.by is not None for row in rows)
    lines = [f"{adapter}: {len(rows)} writes made, {seen} seen, of {told} it is known by whom"]
    for row in rows:
        write = row.write
        documented = write.sight(adapter)
        mark = "ok" if as_documented(row, adapter) else "--"
        what = f"{write.operation.value} {write.kind.value} {write.name}"
        times = f"{row.seen} of {write.times}"
        lines.append(f"{mark} {write.how:62} {what:48} {times} by {row.by or 'unknown':12} {documented.name}")
    return "\n".join(lines)


def test_each_write_is_seen_as_documented(contract_visit: tuple[str, Any]) -> None:
    adapter, visit = contract_visit
    rows = table(visit)
    print("\n" + printed(adapter, rows))
    assert [row for row in rows if not as_documented(row, adapter)] == []


def test_nothing_is_seen_that_was_not_made(contract_visit: tuple[str, Any]) -> None:
    _, visit = contract_visit
    made = Counter({row.write.key: row.write.times for row in table(visit)})
    extra = Counter(map(_key, visit.recorder.observations)) - made
    assert {str(key): count for key, count in extra.items()} == {}


def test_chromium_shows_every_write(contract_visit: tuple[str, Any]) -> None:
    """All that is stored, refused or deleted; where a worker is quicker than its hooks, once and not for each call."""
    adapter, visit = contract_visit
    if not adapter.endswith("-chromium"):
        pytest.skip("of other browsers the documented gaps are held")
    rows = table(visit)
    assert visit.failed == {}
    assert len(rows) == len(WRITES)
    told = {(row.write.kind, row.write.name, row.write.operation) for row in rows if row.seen}
    assert {(write.kind, write.name, write.operation) for write in WRITES} - told == set()


def test_each_write_says_where_and_when(contract_visit: tuple[str, Any]) -> None:
    _, visit = contract_visit
    for seen in visit.recorder.observations:
        assert seen.time > 0
        if seen.source.manner in (FOUND, GONE):
            continue  # cookies: the browser does not say which page has set them
        assert seen.source.page is not None, seen
        assert seen.source.frame is not None, seen


def test_object_stores_tell_how_many_keys_they_hold(contract_visit: tuple[str, Any]) -> None:
    adapter, visit = contract_visit
    rows = [row for row in table(visit) if row.write.keys is not None]
    told = sight(adapter, "keys") is Sight.TOLD
    assert {row.write.name: row.keys for row in rows} == {
        row.write.name: row.write.keys if told else None for row in rows
    }
