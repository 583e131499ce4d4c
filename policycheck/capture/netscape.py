"""Netscape's cookies.txt: what curl, wget, yt-dlp and extensions of browsers save of the cookies that they hold.

One cookie a line, seven fields with tabs between: domain, whether its subdomains are meant, path, secure, expiry in
epoch seconds (0: a session cookie), name, value. curl marks HttpOnly by ``#HttpOnly_`` before the domain; other lines
that begin with ``#`` are comments. Nothing says who set a cookie, for how long, and with which SameSite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from policycheck.capture.evidence import Evidence
from policycheck.capture.found import at_once, found_at_host, found_cookie, written_at
from policycheck.capture.members import LATEST
from policycheck.errors import CaptureError
from policycheck.jar.cookie import StoredCookie
from policycheck.model.observation import Observation, Source

if TYPE_CHECKING:
    from policycheck.capture.evidencefile import EvidenceFile

ADAPTER = "cookies.txt"
_HTTP_ONLY = "#HttpOnly_"
_MARKS = "libcurl"
"""Who writes this into a comment marks each cookie that is HttpOnly; wget marks none, of others nobody knows."""
_UNTOLD = frozenset({"SameSite", "Partitioned"})
_PORT = re.compile(r":[0-9]+\Z")
_FIELDS = "domain, TRUE or FALSE, path, TRUE or FALSE, expiry, name and value, with tabs between"
_FLAGS = {"TRUE": True, "FALSE": False}
_EXPIRY = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_MILLISECONDS = 100_000_000_000.0
"""As seconds this is the year 5138, as milliseconds 1973: some extensions write those."""
_LONGEST_LINE = 65_536
"""Bytes. Browsers take 4,096 for name and value together."""


def read_netscape(file: EvidenceFile) -> Evidence:
    """Read the cookies that ``file`` holds. A lifetime is what was left of it when the file was written.

    The record raises :class:`policycheck.errors.CaptureError`, with the line, for what is no cookie.
    """
    found_at, moment = written_at(file)
    note = (
        f"{file.name}: cookies that a client held at one moment: a lifetime is what was left of it {moment}, "
        "and neither SameSite nor the headers that set a cookie are known"
    )
    return Evidence(at_once(_found(file, found_at), file.name, found_at), notes=[note])


def _found(file: EvidenceFile, found_at: float) -> Iterator[Observation]:
    with file.open() as content:
        number, marks = 0, False
        while line := content.readline(_LONGEST_LINE):
            number += 1
            if not line.endswith(b"\n") and len(line) >= _LONGEST_LINE:
                raise CaptureError(f"{file.name}:{number}: a line of more than {_LONGEST_LINE} bytes is no cookie")
            place = f"{file.name}:{number}"
            text = _decoded(line, first=number == 1)
            marks = marks or (text.startswith("#") and _MARKS in text)
            cookie = _cookie(text, place)
            if cookie is not None:
                source = Source(ADAPTER, test=place, manner=found_at_host(cookie.domain))
                untold = _UNTOLD if marks or cookie.http_only else _UNTOLD | {"HttpOnly"}
                yield found_cookie(cookie, source, found_at, untold)


def _decoded(line: bytes, *, first: bool) -> str:
    try:
        text = line.decode("utf-8-sig" if first else "utf-8")
    except UnicodeDecodeError:  # as in headers, where no octet is lost that way
        text = line.decode("latin-1")
    return text.removesuffix("\n").removesuffix("\r")


def _cookie(line: str, place: str) -> StoredCookie | None:
    """The cookie of one line; None for a comment and for an empty line."""
    http_only = line.startswith(_HTTP_ONLY)
    if not line.strip() or (line.startswith("#") and not http_only):
        return None
    # A value may hold tabs; curl leaves an empty one out, with its tab.
    fields = line.removeprefix(_HTTP_ONLY).split("\t", 6)
    if len(fields) < 6:
        raise CaptureError(f"{place}: {len(fields)} of the seven fields of a cookie\n  fix: a line has {_FIELDS}")
    domain, subdomains, path, secure, expiry, name = fields[:6]
    host = _PORT.sub("", domain.removeprefix(".").lower())  # wget writes the port, where it is not the usual one
    if not host or any(character in host for character in " /"):
        raise CaptureError(f"{place}: the first field is no domain\n  fix: a line has {_FIELDS}")
    return StoredCookie(
        name=name,
        value=fields[6] if len(fields) == 7 else "",
        domain=host,
        host_only=not _flag(subdomains, "second", place),
        path=path or "/",
        expiry_time=_expiry(expiry, place),
        secure=_flag(secure, "fourth", place),
        http_only=http_only,
        same_site=None,
        partition_key=None,
        creation_time=0.0,
        last_access_time=0.0,
    )


def _flag(text: str, which: str, place: str) -> bool:
    flag = _FLAGS.get(text.strip().upper())
    if flag is None:
        raise CaptureError(f"{place}: the {which} field is neither TRUE nor FALSE\n  fix: a line has {_FIELDS}")
    return flag


def _expiry(text: str, place: str) -> float | None:
    """Epoch seconds; None for a session cookie: 0, or nothing."""
    if text.strip() in {"", "0"}:
        return None
    if _EXPIRY.fullmatch(text.strip()) is None:
        raise CaptureError(f"{place}: the fifth field is no time in epoch seconds\n  fix: a line has {_FIELDS}")
    moment = float(text)
    if moment > _MILLISECONDS:
        moment /= 1000
    return min(max(moment, 0.0), LATEST)
