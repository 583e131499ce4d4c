"""Observations files: what was stored and asked for, written down as JSON or JSON Lines by a program or by hand.

The format is ``schemas/observations.schema.json``; this module accepts what the schema accepts. A file may hold values
of cookies and storage; no message repeats one.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, cast

from policycheck.capture import members as m
from policycheck.capture.cookies import read_cookie
from policycheck.capture.evidence import DeviceMark, Evidence, Record
from policycheck.capture.jsonrecords import Records, read_records
from policycheck.capture.members import Members
from policycheck.errors import CaptureError
from policycheck.model.cookie import SetCookie
from policycheck.model.lifetime import PERSISTENT, SESSION, Lifetime, RetentionKind, parse_retention
from policycheck.model.observation import HttpExchange, Initiator, Observation, Rejection, Source
from policycheck.model.party import Party
from policycheck.model.request import SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import declared_lifetime
from policycheck.wire import parse_cookie_date, request_target

VERSION = 1
ADAPTER = "observations"
UNKNOWN_WRITER = "unknown"
"""Who wrote an entry that was found, where nobody saw it being written."""
_KINDS = tuple(kind.value for kind in StorageKind if kind is not StorageKind.WEB)


def read_observations(data: bytes | io.BufferedIOBase, name: str, categories: Iterable[str] | None = None) -> Evidence:
    """Read an observations file called ``name``; ``categories`` are those of the catalogue, others raise.

    JSON Lines of a stream are read as they are replayed. Raises :class:`policycheck.errors.CaptureError` with
    ``name:line`` and the place within the record: at once for what the file says of all, else once the records before
    that were read.
    """
    known = None if categories is None else tuple(categories)
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    try:
        head, records = read_records(stream, name)
        fields = read_head(head, name, known)
        notes = [*(fields.value("notes", m.texts) or ())]
        return Evidence(_records(stream, records, name, known), consent=fields.consent(), notes=notes)
    except CaptureError:
        stream.close()
        raise


def read_head(head: dict[str, Any], name: str, categories: tuple[str, ...] | None = None) -> Members:
    """What a file says of all its records. Raises CaptureError for another version and for unknown fields."""
    fields = Members(head, f"{name}:1", categories)
    if head and fields.value("observations", _version) is None:
        fields.fail("observations", f"is missing; write {VERSION}, the version of the format")
    fields.only(_HEAD, "the file")
    for key in ("title", "catalogue"):
        fields.value(key, m.text)
    return fields


def _records(
    stream: io.BufferedIOBase, found: Records, name: str, categories: tuple[str, ...] | None
) -> Iterator[Record]:
    device: DeviceMark | None = None
    with closing(stream):
        for line, value in found:
            told = read_record(value, f"{name}:{line}", categories)
            if isinstance(told, DeviceMark):
                device = told
            else:
                yield told if device is None else replace(told, device=device, test=told.test or device.name)


def read_record(value: Any, place: str, categories: tuple[str, ...] | None = None) -> Record | DeviceMark:
    """Read one record, or the mark that begins another device. Raises CaptureError with ``place``."""
    if not isinstance(value, dict):
        raise CaptureError(f'{place}: a record is an object, as in {{"url": "https://shop.example/", "setCookie": []}}')
    fields = Members(cast("dict[str, Any]", value), place, categories)
    if "kind" in fields or "name" in fields:
        return _entry(fields, place)
    if "device" in fields:
        fields.only(_DEVICE, "a device")
        return DeviceMark(fields.value("device", m.name), fields.consent(), fields.value("ignore", m.texts) or ())
    return _request(fields, place) if "request" in fields else _exchange(fields, place)


def _exchange(fields: Members, place: str) -> Record:
    fields.only(_EXCHANGE, "a response")
    if not {"url", "status", "setCookie"} & fields.members.keys():
        fields.fail(
            "",
            "says nothing: a response has a url, a status or setCookie, an entry of storage kind and name, "
            "a request its URL as request",
        )
    date = fields.value("date", m.text)
    moment = fields.value("time", m.moment)
    if moment is None and date is not None:
        moment = parse_cookie_date(date)
    exchange = HttpExchange(
        method=fields.value("method", m.name) or "GET",
        url=fields.value("url", m.url),
        status=fields.value("status", m.status),
        set_cookie=fields.value("setCookie", _headers("Set-Cookie")) or (),
        date=date,
        adapter=ADAPTER,
        top_level_site=fields.value("topLevelSite", m.url),
        clear_site_data=fields.value("clearSiteData", _headers("Clear-Site-Data")) or (),
        page=fields.value("page", m.address),
        frame=fields.value("frame", m.address),
        initiator=_initiator(fields),
    )
    loaded = bool(fields.value("loaded", m.flag))
    if loaded and exchange.set_cookie + exchange.clear_site_data:
        fields.fail("loaded", "is true, of what is no further response: it has no setCookie and no clearSiteData")
    consent, test = fields.told_consent(), fields.value("test", m.text)
    return Record(place, exchange, time=moment, consent=consent, test=test, loaded=loaded)


def _request(fields: Members, place: str) -> Record:
    fields.only(_REQUEST, "a request")
    moment = fields.value("time", m.moment)
    sent = SentRequest(
        url=fields.value("request", m.address),
        method=fields.value("method", m.name) or "GET",
        resource=fields.value("resource", m.text) or "",
        initiator=_initiator(fields),
        page=fields.value("page", m.address),
        frame=fields.value("frame", m.address),
        party=_party(fields),
        time=0.0 if moment is None else moment,
    )
    return Record(place, request=sent, time=moment, consent=fields.told_consent(), test=fields.value("test", m.text))


def _entry(fields: Members, place: str) -> Record:
    fields.only(_ENTRY, "an entry")
    for key in ("kind", "name"):
        if key not in fields:
            fields.fail(key, "is missing: an entry of storage has a kind and a name")
    kind = StorageKind(fields.value("kind", m.one_of(_KINDS)))
    name = fields.value("name", m.text) or ""
    moment = fields.value("time", m.moment)
    value = fields.value("value", m.text)
    length = fields.value("valueLength", m.count)
    if kind is not StorageKind.COOKIE:
        for key in ("domain", "path", "cookie"):
            if key in fields:
                fields.fail(key, f"belongs to cookies, not to {kind.value}")
    source = _source(fields)
    target = request_target(source.url) if source.url else None
    host = fields.value("host", m.name) or (target.host if target else None)
    secure = target.trustworthy if target else None
    cookie, rejection = read_cookie(fields, name), _rejection(fields)
    stored = cookie if rejection is None else None
    set_by = fields.value("setBy", m.one_of((*SetBy, UNKNOWN_WRITER))) or SetBy.SCRIPT
    entry = Observation(
        kind=kind,
        name=name,
        operation=Operation(fields.value("operation", m.one_of(tuple(Operation))) or Operation.STORE),
        source=source,
        value=value,
        value_length=len(value.encode("utf-8", "surrogatepass")) if length is None and value is not None else length,
        detected=fields.value("detected", m.texts),
        set_cookie=cookie,
        lifetime=fields.value("lifetime", _lifetime) or _usual_lifetime(kind, cookie, moment),
        host=host,
        domain=fields.value("domain", m.name) or (None if stored is None else stored.domain or host),
        path=fields.value("path", m.name) or (None if stored is None else stored.path),
        secure_origin=fields.value("secureOrigin", _flag_or_none) if "secureOrigin" in fields else secure,
        set_by=None if set_by == UNKNOWN_WRITER else SetBy(set_by),
        party=_party(fields),
        partition_key=fields.value("partitionKey", m.name),
        rejection=rejection,
        store=fields.value("store", m.text),
        keys=fields.value("keys", m.count),
        time=0.0 if moment is None else moment,
    )
    return Record(place, entry=entry, time=moment, consent=fields.told_consent(), test=fields.value("test", m.text))


def _source(fields: Members) -> Source:
    index, count = fields.value("header", _header) or (None, None)
    return Source(
        ADAPTER,
        method=fields.value("method", m.name),
        url=fields.value("url", m.url),
        status=fields.value("status", m.status),
        index=index,
        count=count,
        page=fields.value("page", m.address),
        frame=fields.value("frame", m.address),
        initiator=_initiator(fields),
        manner=fields.value("manner", m.name),
    )


def _initiator(fields: Members) -> Initiator | None:
    inner = fields.within("initiator", _INITIATOR, "an initiator")
    if inner is None:
        return None
    return Initiator(inner.value("url", m.address), inner.value("line", m.ordinal), _party(inner))


def _party(fields: Members) -> Party | None:
    found = fields.value("party", m.one_of(tuple(Party)))
    return Party(found) if found else None


def _rejection(fields: Members) -> Rejection | None:
    inner = fields.within("rejection", _REJECTION, "a rejection")
    if inner is None:
        return None
    if "reason" not in inner:
        inner.fail("reason", "is missing: a rejection has one")
    reason = inner.value("reason", m.name)
    return Rejection(reason, inner.value("step", m.text) or "", inner.value("message", m.text) or reason)


def _version(value: Any) -> int:
    if value is not True and value == VERSION:
        return VERSION
    raise ValueError(f"must be {VERSION}, the version of the format that this policycheck reads")


def _header(value: Any) -> tuple[int, int]:
    numbers = cast("list[object]", value) if isinstance(value, list) else []
    if len(numbers) != 2:
        raise ValueError("must be a list of two numbers: which of the headers it is, and of how many")
    return m.ordinal(numbers[0]), m.ordinal(numbers[1])


def _flag_or_none(value: Any) -> bool | None:
    return None if value is None else m.flag(value)


def _headers(name: str) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        try:
            return m.texts([value] if isinstance(value, str) else value)
        except ValueError:
            raise ValueError(f"must be a list of texts, one for each {name} header") from None

    return read


def _lifetime(value: Any) -> Lifetime:
    if not isinstance(value, str):
        return Lifetime(m.seconds(value))
    retention = parse_retention(value)
    if retention.kind is RetentionKind.SESSION:
        return SESSION
    if retention.kind is RetentionKind.PERSISTENT:
        return PERSISTENT
    return Lifetime(float(retention.max_seconds or 0))


def _usual_lifetime(kind: StorageKind, cookie: SetCookie | None, moment: float | None) -> Lifetime | None:
    if kind is not StorageKind.COOKIE:
        return SESSION if kind is StorageKind.SESSION_STORAGE else PERSISTENT
    if cookie is None or (cookie.max_age is None and cookie.expires is not None and moment is None):
        return None
    return declared_lifetime(cookie, moment or 0.0)


_HEAD = ("observations", "consent", "gpc", "choices", "title", "catalogue", "notes", "records")
_DEVICE = ("device", "ignore", "consent", "gpc", "choices")
_OF_ALL = ("time", "consent", "gpc", "choices", "test")
_OF_PAGES = ("page", "frame", "initiator")
_EXCHANGE = (
    *("method", "url", "status", "setCookie", "clearSiteData", "date", "topLevelSite", "loaded"),
    *(*_OF_PAGES, *_OF_ALL),
)
_REQUEST = ("request", "method", "resource", "party", *_OF_PAGES, *_OF_ALL)
_ENTRY = (
    *("kind", "name", "value", "valueLength", "detected", "operation", "lifetime", "url", "host", "secureOrigin"),
    *("domain", "path", "cookie", "setBy", "party", "partitionKey", "store", "keys", "rejection"),
    *("method", "status", "header", "manner", *_OF_PAGES, *_OF_ALL),
)
_INITIATOR = ("url", "line", "party")
_REJECTION = ("reason", "step", "message")
