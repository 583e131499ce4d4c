"""Observations files: what was stored, written down as JSON or JSON Lines by a program or by hand.

The format is ``schemas/observations.schema.json``; this module accepts what the schema accepts. A file may hold values
of cookies and storage; no message repeats one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from policycheck.capture.evidence import Evidence, Record, check_url
from policycheck.capture.jsonrecords import read_records
from policycheck.consent.reading import ObservedConsent, read_consent
from policycheck.errors import CaptureError, UsageError
from policycheck.model.consent import ConsentState
from policycheck.model.lifetime import PERSISTENT, SESSION, Lifetime, RetentionKind, parse_retention
from policycheck.model.observation import HttpExchange, Observation, Source
from policycheck.model.party import Party
from policycheck.model.spelling import did_you_mean
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.wire import parse_cookie_date, request_target

VERSION = 1
_KINDS = tuple(kind.value for kind in StorageKind if kind is not StorageKind.WEB)


def read_observations(data: bytes, name: str, categories: Iterable[str] | None = None) -> Evidence:
    """Read an observations file called ``name``; ``categories`` are those of the catalogue, others raise.

    Raises :class:`policycheck.errors.CaptureError` with ``name:line`` and the place within the record.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CaptureError(f"{name}:{line}: not UTF-8, which JSON is written in (byte {error.start})") from None
    known = None if categories is None else tuple(categories)
    head, records = read_records(text, name)
    fields = _Fields(head, f"{name}:1", known)
    fields.only(_HEAD, "the file")
    if head and fields.value("observations", _version) is None:
        fields.fail("observations", f"is missing; write {VERSION}, the version of the format")
    return Evidence(
        tuple(_record(value, f"{name}:{line}", known) for line, value in records),
        consent=fields.consent(),
    )


def _record(value: Any, place: str, categories: tuple[str, ...] | None) -> Record:
    if not isinstance(value, dict):
        raise CaptureError(f'{place}: a record is an object, as in {{"url": "https://shop.example/", "setCookie": []}}')
    fields = _Fields(cast("dict[str, Any]", value), place, categories)
    if "kind" in fields.members or "name" in fields.members:
        return _entry(fields, place)
    return _exchange(fields, place)


def _exchange(fields: _Fields, place: str) -> Record:
    fields.only(_EXCHANGE, "a response")
    if not {"url", "status", "setCookie"} & fields.members.keys():
        fields.fail("", "says nothing: a response has a url, a status or setCookie, an entry of storage kind and name")
    date = fields.value("date", _text)
    moment = fields.value("time", _time)
    if moment is None and date is not None:
        moment = parse_cookie_date(date)
    exchange = HttpExchange(
        method=fields.value("method", _name) or "GET",
        url=fields.value("url", _url),
        status=fields.value("status", _status),
        set_cookie=fields.value("setCookie", _headers("Set-Cookie")) or (),
        date=date,
        adapter="observations",
        top_level_site=fields.value("topLevelSite", _url),
        clear_site_data=fields.value("clearSiteData", _headers("Clear-Site-Data")) or (),
    )
    return Record(place, exchange, time=moment, consent=fields.told_consent(), test=fields.value("test", _text))


def _entry(fields: _Fields, place: str) -> Record:
    fields.only(_ENTRY, "an entry")
    for key in ("kind", "name"):
        if key not in fields.members:
            fields.fail(key, "is missing: an entry of storage has a kind and a name")
    kind = StorageKind(fields.value("kind", _one_of(_KINDS)))
    moment = fields.value("time", _time)
    url = fields.value("url", _url)
    value = fields.value("value", _text)
    length = fields.value("valueLength", _count)
    cookie = kind is StorageKind.COOKIE
    if not cookie:
        for key in ("domain", "path"):
            if key in fields.members:
                fields.fail(key, f"belongs to cookies, not to {kind.value}")
    target = request_target(url) if url else None
    set_by = fields.value("setBy", _one_of(tuple(SetBy)))
    party = fields.value("party", _one_of(tuple(Party)))
    entry = Observation(
        kind=kind,
        name=fields.value("name", _text) or "",
        operation=Operation(fields.value("operation", _one_of(tuple(Operation))) or Operation.STORE),
        source=Source("observations", url=url),
        value=value,
        value_length=len(value.encode("utf-8", "surrogatepass")) if length is None and value is not None else length,
        detected=fields.value("detected", _texts),
        lifetime=fields.value("lifetime", _lifetime) or _usual_lifetime(kind),
        host=target.host if target else None,
        domain=fields.value("domain", _name),
        path=fields.value("path", _name),
        secure_origin=target.trustworthy if target else None,
        set_by=SetBy(set_by) if set_by else SetBy.SCRIPT,
        party=Party(party) if party else None,
        partition_key=fields.value("partitionKey", _name),
        time=0.0 if moment is None else moment,
    )
    return Record(place, entry=entry, time=moment, consent=fields.told_consent(), test=fields.value("test", _text))


class _Fields:
    """The members of one object, read by key; a message names the place and the key, never what stands there."""

    def __init__(self, members: Mapping[str, Any], place: str, categories: tuple[str, ...] | None) -> None:
        self.members = members
        self._place = place
        self._categories = categories

    def only(self, known: tuple[str, ...], what: str) -> None:
        for key in self.members:
            if key not in known and not key.startswith("x-"):
                self.fail(key, f"is no field of {what}{did_you_mean(key, known)}\n  fix: {what} has {', '.join(known)}")

    def value(self, key: str, read: Callable[[Any], Any]) -> Any:
        if key not in self.members:
            return None
        try:
            return read(self.members[key])
        except UsageError as error:
            self.fail("", f"{key!r}: {error}")
        except ValueError as error:
            self.fail(key, str(error))

    def consent(self) -> ConsentState | None:
        if "consent" in self.members and not isinstance(self.members["consent"], (str, list, dict)):
            self.fail("consent", "must be a text, a list or an object")
        return self.value("consent", lambda value: read_consent(value, self._categories))  # type: ignore[no-any-return]

    def told_consent(self) -> ConsentState | None:
        found = self.consent()
        if isinstance(found, ObservedConsent):
            self.fail("consent", "is 'observed', which only a whole file can be")
        return found

    def fail(self, key: str, message: str) -> Any:
        named = f"{key!r} {message}" if key else message
        raise CaptureError(f"{self._place}: {named}") from None


def _version(value: Any) -> int:
    if value is not True and value == VERSION:
        return VERSION
    raise ValueError(f"must be {VERSION}, the version of the format that this policycheck reads")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def _name(value: Any) -> str:
    if not _text(value):
        raise ValueError("must be a text that is not empty")
    return str(value)


def _url(value: Any) -> str:
    check_url(_text(value))
    return str(value)


def _status(value: Any) -> int:
    if not 100 <= _count(value) <= 599:
        raise ValueError("must be a whole number from 100 to 599")
    return int(value)


def _count(value: Any) -> int:
    whole = (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and value.is_integer()
    )
    if not whole or value < 0:
        raise ValueError("must be a whole number, 0 or more")
    return int(value)


def _headers(name: str) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        try:
            return _texts([value] if isinstance(value, str) else value)
        except ValueError:
            raise ValueError(f"must be a list of texts, one for each {name} header") from None

    return read


def _texts(value: Any) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else [None]
    texts = tuple(item for item in items if isinstance(item, str))
    if len(texts) < len(items):
        raise ValueError("must be a list of texts")
    return texts


def _time(value: Any) -> float:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("must be epoch seconds or a time such as 2026-05-01T12:00:00Z") from None
        return _seconds((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    return _seconds(value)


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _LATEST:
        raise ValueError("must be a number of seconds, 0 or more")
    return float(value)


def _lifetime(value: Any) -> Lifetime:
    if not isinstance(value, str):
        return Lifetime(_seconds(value))
    retention = parse_retention(value)
    if retention.kind is RetentionKind.SESSION:
        return SESSION
    if retention.kind is RetentionKind.PERSISTENT:
        return PERSISTENT
    return Lifetime(float(retention.max_seconds or 0))


def _usual_lifetime(kind: StorageKind) -> Lifetime | None:
    if kind is StorageKind.COOKIE:
        return None
    return SESSION if kind is StorageKind.SESSION_STORAGE else PERSISTENT


def _one_of(words: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return read


_LATEST = 253_402_300_799.0  # the end of the year 9999
_HEAD = ("observations", "consent", "title", "records")
_EXCHANGE = ("method", "url", "status", "setCookie", "clearSiteData", "date", "topLevelSite", "time", "consent", "test")
_ENTRY = (
    "kind",
    "name",
    "value",
    "valueLength",
    "detected",
    "operation",
    "lifetime",
    "url",
    "domain",
    "path",
    "setBy",
    "party",
    "partitionKey",
    "time",
    "consent",
    "test",
)
