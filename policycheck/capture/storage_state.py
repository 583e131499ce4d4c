"""The storage state that Playwright saves: the cookies and the web storage that lay in a browser at one moment.

Read from what ``BrowserContext.storage_state`` writes, in Python and in Node: ``cookies``, and for each of ``origins``
``localStorage``, with ``indexed_db`` also ``indexedDB``, with ``opfs`` also ``opfs``. Nothing says who wrote an entry.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast, get_args

from policycheck.capture import members as m
from policycheck.capture.evidence import Evidence
from policycheck.capture.found import at_once, found_at_host, found_cookie, found_entry, written_at
from policycheck.capture.members import Members
from policycheck.errors import CaptureError
from policycheck.jar.cookie import StoredCookie
from policycheck.model.cookie import SameSite
from policycheck.model.observation import Observation, Source
from policycheck.model.storage import StorageKind
from policycheck.wire.url import request_target

if TYPE_CHECKING:
    from policycheck.capture.evidencefile import EvidenceFile

ADAPTER = "storage-state"
LIMIT = 256 * 1024 * 1024
"""Bytes. A state is read as a whole, and one of a test has a few kilobytes."""


def read_storage_state(file: EvidenceFile) -> Evidence:
    """Read what lay there when ``file`` was written. A lifetime is what was left of it then.

    Raises :class:`policycheck.errors.CaptureError` with the place, as ``state.json: cookie 3``.
    """
    found_at, moment = written_at(file)
    state = _object(_read(file), f"{file.name}:1")
    note = (
        f"{file.name}: what lay in a browser at one moment: a lifetime is what was left of it {moment}, "
        "and the headers that set a cookie are not known"
    )
    unread = sorted(state.members.keys() - {"cookies", "origins"})
    also = f"{file.name}: what stands under {', '.join(map(repr, unread))} was passed over"
    return Evidence(
        at_once(_found(state, file.name, found_at), file.name, found_at), notes=[note, *([also] if unread else [])]
    )


def stored_cookie(fields: Members) -> StoredCookie:
    """A cookie as ``BrowserContext.cookies()`` tells it. ``expires`` is epoch seconds, -1 for a session cookie."""
    fields.required("name", "domain")
    domain = str(fields.value("domain", m.name))
    expires = fields.value("expires", _expiry)
    same_site = fields.value("sameSite", _text_or_none)
    return StoredCookie(
        name=fields.value("name", m.text),
        value=fields.value("value", m.text) or "",
        domain=domain.removeprefix(".").lower(),
        host_only=not domain.startswith("."),
        path=fields.value("path", m.name) or "/",
        expiry_time=expires,
        secure=bool(fields.value("secure", m.flag)),
        http_only=bool(fields.value("httpOnly", m.flag)),
        same_site=cast("SameSite", same_site) if same_site in get_args(SameSite) else None,
        partition_key=fields.value("partitionKey", _text_or_none),
        creation_time=0.0,
        last_access_time=0.0,
    )


def _read(file: EvidenceFile) -> object:
    with file.open() as content:
        data = content.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise CaptureError(f"{file.name}: a storage state of more than {LIMIT >> 20} MiB, which is read as a whole")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CaptureError(f"{file.name}:{line}: not UTF-8, which JSON is written in (byte {error.start})") from None
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(" starting at").removesuffix(" at")
        raise CaptureError(f"{file.name}:{error.lineno}:{error.colno}: not valid JSON: {what}") from None
    except RecursionError:
        raise CaptureError(f"{file.name}: nested too deeply") from None
    except ValueError:
        raise CaptureError(f"{file.name}: a number has too many digits") from None


def _found(state: Members, name: str, found_at: float) -> Iterator[Observation]:
    for place, fields in _each(state, "cookies", f"{name}: cookie"):
        cookie = stored_cookie(fields)
        source = Source(ADAPTER, test=place, manner=found_at_host(cookie.domain))
        yield found_cookie(cookie, source, found_at)
    for place, origin in _each(state, "origins", f"{name}: origin"):
        origin.required("origin")
        address = f"{origin.value('origin', m.url)}/"
        target = request_target(address)
        of_origin = Source(ADAPTER, url=address, test=place, manner=found_at_host(target.host))
        for kind, entry, value, store, keys in _entries(origin, place):
            yield found_entry(kind, entry, value, target, of_origin, found_at, store=store, keys=keys)


_Entry = tuple[StorageKind, str, str | None, str | None, int | None]


def _entries(origin: Members, place: str) -> Iterator[_Entry]:
    # Playwright leaves sessionStorage out; who wants it adds it by hand.
    for kind in (StorageKind.LOCAL_STORAGE, StorageKind.SESSION_STORAGE):
        for _, item in _each(origin, kind.value, f"{place}: {kind.value}"):
            item.required("name")
            yield kind, item.value("name", m.text), item.value("value", m.text), None, None
    for at, database in _each(origin, "indexedDB", f"{place}: database"):
        database.required("name")
        yield from _stores(database, database.value("name", m.text), at)
    for _, file in _each(origin, "opfs", f"{place}: file"):
        file.required("path")
        if file.value("type", m.text) != "directory":
            yield StorageKind.FILE_SYSTEM, file.value("path", m.text), file.value("base64", _content), None, None


def _stores(database: Members, name: str, place: str) -> Iterator[_Entry]:
    """Each object store is an entry, its value the array of its records; so is a database without one."""
    stores = 0
    for at, store in _each(database, "stores", f"{place}: store"):
        store.required("name")
        stores += 1
        values = [
            record.members.get("value", record.members.get("valueEncoded"))
            for _, record in _each(store, "records", f"{at}: record")
        ]
        yield (
            StorageKind.INDEXED_DB,
            name,
            json.dumps(values, ensure_ascii=False),
            store.value("name", m.text),
            len(values),
        )
    if not stores:
        yield StorageKind.INDEXED_DB, name, None, None, None


def _each(fields: Members, key: str, place: str) -> Iterator[tuple[str, Members]]:
    """The objects of a list, each with its place: ``state.json: cookie 3``. None where there is no such list."""
    given = fields.members.get(key)
    if given is None:
        return
    if not isinstance(given, list):
        fields.fail(key, "must be a list")
    for number, entry in enumerate(cast("list[object]", given), 1):
        at = f"{place} {number}"
        yield at, _object(entry, at)


def _object(value: object, place: str) -> Members:
    if not isinstance(value, dict):
        raise CaptureError(f"{place}: must be an object")
    return Members(cast("dict[str, Any]", value), place, None)


def _expiry(value: Any) -> float | None:
    """Epoch seconds; None for a session cookie, which is written as -1."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= m.LATEST:
        raise ValueError("must be epoch seconds, or -1 for a session cookie")
    return float(value) if value >= 0 else None


def _text_or_none(value: Any) -> str | None:
    return None if value is None else m.text(value)


def _content(value: Any) -> str | None:
    """The content of a file as text; None where it is none."""
    try:
        return base64.b64decode(m.text(value), validate=True).decode("utf-8")
    except UnicodeDecodeError:
        return None
    except binascii.Error:
        raise ValueError("must be base64") from None
