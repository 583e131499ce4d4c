"""What was found lying on a device, written by nobody knows whom: in a browser, or in a file that a browser left."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING

from policycheck.capture.evidence import Record
from policycheck.capture.members import LATEST
from policycheck.errors import CaptureError
from policycheck.jar.cookie import StoredCookie
from policycheck.jar.erasing import said_again
from policycheck.model.lifetime import PERSISTENT, SESSION, Lifetime
from policycheck.model.observation import Observation, Source
from policycheck.model.storage import SetBy, StorageKind
from policycheck.wire.url import RequestTarget

if TYPE_CHECKING:
    from policycheck.capture.evidencefile import EvidenceFile


MOST_AT_ONCE = 10_000
"""Entries of one record. A browser holds 3,000 cookies or so."""


def found_at_host(host: str) -> str:
    """How an entry of ``host`` was seen, in words."""
    return f"found on the device, of {host}; who wrote it was not seen"


def at_once(found: Iterable[Observation], name: str, found_at: float) -> Iterator[Record]:
    """One record of all that is ``found``, which lay there at once; of very many entries, several records.

    What is broken raises once what came before it was yielded.
    """
    entries: list[Observation] = []
    broken: CaptureError | None = None
    try:
        for entry in found:
            entries.append(entry)
            if len(entries) == MOST_AT_ONCE:
                yield Record(name, entries=tuple(entries), time=found_at)
                entries.clear()
    except CaptureError as error:
        broken = error
    if entries:
        yield Record(name, entries=tuple(entries), time=found_at)
    if broken is not None:
        raise broken


def written_at(file: EvidenceFile) -> tuple[float, str]:
    """When what ``file`` tells was found, in epoch seconds, and how to say it."""
    if file.path is None:
        return time.time(), "now, since standard input has no time"
    written = file.path.stat().st_mtime
    shown = datetime.fromtimestamp(written, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return written, f"when the file was written ({shown})"


def found_cookie(cookie: StoredCookie, source: Source, now: float, untold: frozenset[str] = frozenset()) -> Observation:
    """``cookie``, as it lay there at ``now`` (epoch seconds), with the lifetime that is left of it.

    ``untold`` are attributes that it may have had all the same.
    """
    left = None if cookie.expiry_time is None else max(cookie.expiry_time - now, 0.0)
    return Observation(
        kind=StorageKind.COOKIE,
        name=cookie.name,
        source=source,
        value=cookie.value,
        value_length=len(cookie.value.encode("utf-8", "surrogatepass")),
        set_cookie=replace(said_again(cookie), attributes=tuple(_attributes(cookie))),
        lifetime=SESSION if left is None else Lifetime(left, left=True),
        host=cookie.domain,
        domain=cookie.domain,
        path=cookie.path,
        partition_key=cookie.partition_key,
        # A script cannot set HttpOnly; of the others nobody knows.
        set_by=SetBy.SERVER if cookie.http_only else None,
        untold=untold,
        time=now,
    )


def found_entry(
    kind: StorageKind,
    name: str,
    value: str | None,
    origin: RequestTarget,
    source: Source,
    now: float,
    *,
    store: str | None = None,
    keys: int | None = None,
) -> Observation:
    """An entry of web storage of ``origin``, as it lay there at ``now`` (epoch seconds)."""
    return Observation(
        kind=kind,
        name=name,
        source=source,
        value=value,
        value_length=None if value is None else len(value.encode("utf-8", "surrogatepass")),
        lifetime=SESSION if kind is StorageKind.SESSION_STORAGE else PERSISTENT,
        host=origin.host,
        secure_origin=origin.trustworthy,
        set_by=SetBy.SCRIPT,
        store=store,
        keys=keys,
        time=now,
    )


def _attributes(cookie: StoredCookie) -> Iterator[tuple[str, str]]:
    """What a header would have said, to be shown."""
    if cookie.expiry_time is not None:
        yield "Expires", formatdate(min(cookie.expiry_time, LATEST), usegmt=True)
    if not cookie.host_only:
        yield "Domain", cookie.domain
    yield "Path", cookie.path
    if cookie.secure:
        yield "Secure", ""
    if cookie.http_only:
        yield "HttpOnly", ""
    if cookie.same_site is not None:
        yield "SameSite", cookie.same_site
    if cookie.partition_key is not None:
        yield "Partitioned", ""
