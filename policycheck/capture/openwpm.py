"""Crawls of OpenWPM: what responses, scripts and the browser's own account of its cookies say of each visit.

A cookie shows up to three times: in the header of a response or in what a script set, with all that was asked for, and
in ``javascript_cookies``, as the browser stored it. Of the last only what neither of the others told is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from policycheck.capture.evidence import DeviceMark, Evidence, Record
from policycheck.capture.found import found_at_host, found_cookie, found_entry
from policycheck.capture.members import LATEST
from policycheck.capture.openwpm_tables import Crawl, Row, opened
from policycheck.errors import CaptureError
from policycheck.jar.addresses import party_of_request, place_of_url
from policycheck.jar.cookie import StoredCookie
from policycheck.model.lifetime import Lifetime
from policycheck.model.observation import HttpExchange, Initiator, Observation, Source, address_of
from policycheck.model.party import Party
from policycheck.model.request import NAVIGATION, SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import declared_lifetime
from policycheck.wire import parse_cookie_date, parse_set_cookie
from policycheck.wire.folding import split_folded
from policycheck.wire.url import RequestTarget

if TYPE_CHECKING:
    from policycheck.capture.evidencefile import EvidenceFile
    from policycheck.model.cookie import SameSite

ADAPTER = "openwpm"
_RESOURCES = {
    "main_frame": NAVIGATION,
    "sub_frame": "iframe",
    "xmlhttprequest": "xhr",
    "imageset": "image",
    "ping": "beacon",
}
_SAME_SITE: dict[str, SameSite] = {"lax": "Lax", "strict": "Strict"}
_OPERATIONS = {"setItem": Operation.STORE, "removeItem": Operation.DELETE}
_CALL = re.compile(r"(?:.*\.)?(?P<kind>localStorage|sessionStorage|Storage)\.(?P<call>setItem|removeItem)\Z")
_GOT = re.compile(r"(?:.*\.)?(localStorage|sessionStorage)\Z")
_UNTOLD_KIND = (
    "some calls to Storage do not say whether they were to localStorage or to sessionStorage; they were judged as "
    "localStorage"
)
_Known = set[tuple[str, int]]


def read_openwpm(file: EvidenceFile) -> Evidence:
    """Read a crawl from its SQLite file, visit by visit, each a device of its own.

    The records raise :class:`policycheck.errors.CaptureError` with the table and its row.
    """
    notes: list[str] = []
    return Evidence(_records(file, notes), notes=notes)


def _records(file: EvidenceFile, notes: list[str]) -> Iterator[Record]:
    with file.local() as path, opened(path, file.name) as crawl:
        sites = crawl.sites()
        count = 0
        for number, rows in crawl.visits():
            count += 1
            host = address_of(sites.get(number))[0]
            device = DeviceMark(f"{file.name}: visit {number}{f' to {host}' if host else ''}")
            for record in _Visit(file.name, rows, sites.get(number), notes).records():
                yield replace(record, device=device)
        _tell(notes, file.name, count, crawl)


def _tell(notes: list[str], name: str, visits: int, crawl: Crawl) -> None:
    if visits > 1:
        notes.append(f"{name}: each of the {visits} visits counted as a device of its own, as in a stateless crawl")
    interrupted = crawl.interrupted()
    if interrupted:
        notes.append(f"{name}: {interrupted} visit{'s were' if interrupted > 1 else ' was'} interrupted")


class _Visit:
    """The records of one visit. Values are compared by their hashes."""

    def __init__(self, name: str, rows: dict[str, list[Row]], site: str | None, notes: list[str]) -> None:
        self._name = name
        self._rows = rows
        self._site = site
        self._notes = notes
        self._pages: dict[tuple[str, str], Row] = {}
        self._known: _Known = set()
        self._storage = "Storage"

    def records(self) -> Iterator[Record]:
        """Every row, by its time."""
        events: list[tuple[float, int, str, Row]] = []
        for table, rows in self._rows.items():
            for row in rows:
                events.append((_moment(row["time"]) or 0.0, _number(row["ordinal"]) or 0, table, row))
                if table == "http_requests":
                    self._pages[_text(row["request"]), _text(row["url"])] = row
                elif table in {"http_responses", "http_redirects"}:
                    for raw in self._headers(table, row, "set-cookie"):
                        self._learn(raw)
                elif table == "javascript" and _sets_cookie(row):
                    self._learn(_text(row["value"]))
        events.sort(key=lambda event: event[:2])
        read = {
            "http_requests": self._request,
            "http_responses": self._response,
            "http_redirects": self._response,
            "javascript": self._script,
            "javascript_cookies": self._cookie,
        }
        for moment, _, table, row in events:
            place = f"{self._name}: {table}, row {row['id']}"
            for record in read[table](row, place, moment):
                yield replace(record, time=moment or None)

    def _learn(self, raw: str) -> None:
        cookie = parse_set_cookie(raw)
        self._known.add((cookie.name, hash(cookie.value)))

    def _request(self, row: Row, place: str, moment: float) -> Iterator[Record]:
        url, page = _text(row["url"]), _text(row["page"]) or None
        resource = _text(row["resource"])
        resource = _RESOURCES.get(resource, resource)
        if not url:
            return
        frame = url if resource in {NAVIGATION, "iframe"} else _text(row["frame"]) or page
        yield Record(
            place,
            request=SentRequest(
                url,
                method=_text(row["method"]) or "GET",
                resource=resource,
                page=url if resource == NAVIGATION else page,
                frame=frame,
                time=moment,
            ),
        )

    def _response(self, row: Row, place: str, moment: float) -> Iterator[Record]:
        url = _text(row["url"])
        if place_of_url(url) is None or _number(row.get("cached")):
            return
        table = "http_redirects" if "method" not in row else "http_responses"
        asked = self._pages.get((_text(row["request"]), url), {})
        resource = _RESOURCES.get(_text(asked.get("resource")), "")
        page = url if resource == NAVIGATION else _text(asked.get("page")) or None
        dates = self._headers(table, row, "date")
        status = _number(row["status"])
        yield Record(
            place,
            HttpExchange(
                method=_text(row.get("method")) or _text(asked.get("method")) or "GET",
                url=url,
                status=status if status and 100 <= status <= 599 else None,
                set_cookie=tuple(self._headers(table, row, "set-cookie")),
                date=dates[0] if dates and parse_cookie_date(dates[0]) is not None else None,
                adapter=ADAPTER,
                top_level_site=None if resource == NAVIGATION else page,
                clear_site_data=tuple(self._headers(table, row, "clear-site-data")),
                page=page,
                frame=url if resource in {NAVIGATION, "iframe"} else None,
            ),
        )

    def _headers(self, table: str, row: Row, name: str) -> list[str]:
        """The values of a header. Firefox writes several Set-Cookie headers as the lines of one."""
        text = _text(row["headers"])
        if name not in text.lower():
            return []
        try:
            told: Any = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            told = None
        pairs = cast("list[object]", told) if isinstance(told, list) else [None]
        if not all(isinstance(pair, list) and len(cast("list[object]", pair)) == 2 for pair in pairs):
            raise CaptureError(f"{self._name}: {table}, row {row['id']}: the headers are no list of pairs")
        values = [value for key, value in cast("list[tuple[object, object]]", pairs) if str(key).lower() == name]
        texts = [value for value in values if isinstance(value, str)]
        return [line for value in texts for line in (split_folded(value) if "\n" in value else [value])]

    def _script(self, row: Row, place: str, moment: float) -> Iterator[Record]:
        symbol = _text(row["symbol"])
        if got := _GOT.match(symbol):
            self._storage = got[1]
        elif _sets_cookie(row):
            yield from self._script_cookie(row, place, moment)
        elif (call := _CALL.match(symbol)) and _text(row["operation"]) == "call":
            yield from self._storage_call(row, place, moment, call["kind"], call["call"])

    def _script_cookie(self, row: Row, place: str, moment: float) -> Iterator[Record]:
        cookie = parse_set_cookie(_text(row["value"]))
        frame, page = place_of_url(_text(row["frame"])), _text(row["page"]) or None
        if frame is None:
            return
        yield Record(
            place,
            entry=Observation(
                StorageKind.COOKIE,
                cookie.name,
                operation=Operation.DELETE if cookie.deletes(moment) else Operation.STORE,
                source=self._source(row),
                value=cookie.value,
                value_length=len(cookie.value.encode("utf-8", "surrogatepass")),
                set_cookie=cookie,
                lifetime=declared_lifetime(cookie, moment),
                host=frame.host,
                domain=cookie.domain or frame.host,
                path=cookie.path,
                secure_origin=frame.trustworthy,
                set_by=SetBy.SCRIPT,
                party=_party(frame, page),
            ),
        )

    def _storage_call(self, row: Row, place: str, moment: float, kind: str, call: str) -> Iterator[Record]:
        frame, page = place_of_url(_text(row["frame"])), _text(row["page"]) or None
        given = _arguments(row["arguments"])
        if frame is None or not given:
            return
        kind = self._storage if kind == "Storage" else kind
        if kind == "Storage":
            kind = StorageKind.LOCAL_STORAGE
            if _UNTOLD_KIND not in self._notes:
                self._notes.append(_UNTOLD_KIND)
        operation = _OPERATIONS[call]
        value = given[1] if operation is Operation.STORE and len(given) > 1 else None
        entry = found_entry(StorageKind(kind), given[0], value, frame, self._source(row), moment)
        yield Record(place, entry=replace(entry, operation=operation, party=_party(frame, page)))

    def _cookie(self, row: Row, place: str, moment: float) -> Iterator[Record]:
        name, value, host = _text(row["name"]), _text(row["value"]), _text(row["host"])
        record, cause = _text(row["record"]), _text(row["cause"])
        if not host or (record == "deleted" and cause == "overwrite"):
            return
        key = (name, hash(value))
        if record != "deleted" and key in self._known:
            return
        self._known.add(key)
        stored = _stored(row, name, value, host)
        source = Source(ADAPTER, manner=found_at_host(stored.domain))
        entry = found_cookie(stored, source, moment, frozenset({"SameSite"} if stored.same_site is None else ()))
        if self._site is not None:  # the page that it was stored for is of that site
            entry = replace(entry, party=party_of_request(place_of_url(f"https://{stored.domain}/"), self._site))
        if record == "deleted":
            gone = replace(entry, operation=Operation.DELETE, value=None, value_length=None, lifetime=None)
            yield Record(place, entry=gone)
            return
        if record != "manual-export" and entry.lifetime is not None and entry.lifetime.left:
            entry = replace(entry, lifetime=Lifetime(entry.lifetime.seconds))  # it was stored at this moment
        if not stored.http_only and self._rows.get("http_responses"):
            entry = replace(entry, set_by=SetBy.SCRIPT)  # responses were recorded, and none of them set it
        yield Record(place, entry=entry)

    def _source(self, row: Row) -> Source:
        script, page, frame = _text(row["script"]), _text(row["page"]) or None, _text(row["frame"]) or None
        party = _party(place_of_url(script), page)
        initiator = Initiator(script, _number(row["line"]), party) if script else None
        return Source(ADAPTER, url=frame, page=page, frame=frame, initiator=initiator)


def _stored(row: Row, name: str, value: str, host: str) -> StoredCookie:
    host_only = row["host_only"]
    return StoredCookie(
        name=name,
        value=value,
        domain=host.removeprefix(".").lower(),
        host_only=bool(_number(host_only)) if host_only is not None else not host.startswith("."),
        path=_text(row["path"]) or "/",
        expiry_time=None if _number(row["session"]) else _moment(row["expiry"]),
        secure=bool(_number(row["secure"])),
        http_only=bool(_number(row["http_only"])),
        same_site=_SAME_SITE.get(_text(row["same_site"])),
        partition_key=None,
        creation_time=0.0,
        last_access_time=0.0,
    )


def _party(place: RequestTarget | None, page: str | None) -> Party | None:
    return None if page is None else party_of_request(place, page)


def _sets_cookie(row: Row) -> bool:
    return _text(row["symbol"]).endswith("document.cookie") and _text(row["operation"]) == "set"


def _arguments(value: Any) -> list[str]:
    """What a call was given: a list, or in older crawls an object by position."""
    try:
        told: Any = json.loads(_text(value), strict=False)
    except (ValueError, RecursionError):
        return []
    if isinstance(told, dict):
        told = list(cast("dict[str, Any]", told).values())
    given = cast("list[object]", told) if isinstance(told, list) else []
    return [one if isinstance(one, str) else json.dumps(one) for one in given]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None or isinstance(value, bytes) else str(value)


def _number(value: Any) -> int | None:
    try:
        return None if value is None else int(value)
    except (ValueError, TypeError, OverflowError):
        return None


def _moment(value: Any) -> float | None:
    """Epoch seconds of a time as OpenWPM writes it, in UTC; None where it is none."""
    try:
        found = datetime.fromisoformat(_text(value))
        seconds = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LATEST)
