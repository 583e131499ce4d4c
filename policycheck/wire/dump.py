"""Header dumps as curl writes them with ``-i``, ``-I`` or ``-D``: several responses, raw Set-Cookie values kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from policycheck.errors import CaptureError
from policycheck.wire.dates import parse_cookie_date

_STATUS_LINE = re.compile(rb"(HTTP/[0-9](?:\.[0-9])?) ([0-9]{3})(?: [^\r\n]*)?\r?(?:\n|\Z)")
_EMPTY_LINE = re.compile(rb"[ \t]*\r?\n")
_LENGTH = re.compile(rb"[0-9]{1,12}")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class DumpedCookie:
    """One Set-Cookie header: ``index`` of ``count`` in its response, from 1, and the line where it starts, from 1."""

    raw: bytes = field(repr=False)
    index: int
    count: int
    line: int


@dataclass(frozen=True, slots=True)
class DumpedResponse:
    """One response of a dump; ``line`` is its status line, ``date`` its Date header in epoch seconds or None.

    ``headers`` are names in lower case and raw values, in order. ``odd_lines`` are the numbers of lines in the header
    block that are no header; nothing was read from them.
    """

    protocol: str
    status: int
    line: int
    headers: tuple[tuple[str, bytes], ...] = field(repr=False)
    set_cookies: tuple[DumpedCookie, ...]
    date: float | None
    odd_lines: tuple[int, ...] = ()

    @property
    def interim(self) -> bool:
        """True for 1xx: more of the same exchange follows."""
        return 100 <= self.status < 200

    def values(self, name: str) -> list[bytes]:
        """Return every value of the header ``name``, in any letter case, in order."""
        return [value for key, value in self.headers if key == name.lower()]


def read_dump(data: bytes | str) -> list[DumpedResponse]:
    """Read every response of a header dump, in order: redirects, 1xx, answers to CONNECT, HTTP/1.x, 2 and 3.

    Lines end in CRLF or LF; a folded line (RFC 9112, 5.2) is joined to the one before it. A body after a header block
    is left out: by its Content-Length where one is given and a response or nothing stands behind it, else all that
    follows, since a body may hold anything, a status line too. So write one dump for each URL, or use ``-D``.
    Raises :class:`CaptureError`, with the line, when the dump does not start with a status line.
    """
    octets = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    start = _first_line(octets)
    found = _STATUS_LINE.match(octets, start)
    if found is None:
        raise _no_status_line(octets, start)
    responses: list[DumpedResponse] = []
    lines_before = octets.count(b"\n", 0, start)
    counted_to = start
    while found is not None:
        lines_before += octets.count(b"\n", counted_to, found.start())
        counted_to = found.start()
        response, end = _read_response(octets, found, lines_before + 1)
        responses.append(response)
        found = _next_status_line(octets, end, response)
    return responses


def _read_response(octets: bytes, status_line: re.Match[bytes], line: int) -> tuple[DumpedResponse, int]:
    """Read the header block after ``status_line``; also return where the block and its empty line end."""
    fields: list[tuple[str, list[bytes], int]] = []
    odd_lines: list[int] = []
    position = status_line.end()
    number = line
    while position < len(octets):
        end = octets.find(b"\n", position)
        end = len(octets) if end < 0 else end + 1
        content = octets[position:end].removesuffix(b"\n").removesuffix(b"\r")
        position = end
        number += 1
        if not content:
            break
        name, colon, value = content.partition(b":")
        if content[:1] in (b" ", b"\t") and fields:
            fields[-1][1].append(content.strip(b" \t"))
        elif colon and name.strip(b" \t"):
            fields.append((name.strip(b" \t").decode("latin-1").lower(), [value.strip(b" \t")], number))
        else:
            odd_lines.append(number)
    headers = tuple((name, b" ".join(parts)) for name, parts, _ in fields)
    places = [(b" ".join(parts), at) for name, parts, at in fields if name == "set-cookie"]
    dates = [value for name, value in headers if name == "date"]
    response = DumpedResponse(
        protocol=status_line.group(1).decode("ascii"),
        status=int(status_line.group(2)),
        line=line,
        headers=headers,
        set_cookies=tuple(DumpedCookie(value, n, len(places), at) for n, (value, at) in enumerate(places, 1)),
        date=parse_cookie_date(dates[0].decode("latin-1")) if dates else None,
        odd_lines=tuple(odd_lines),
    )
    return response, position


def _next_status_line(octets: bytes, start: int, response: DumpedResponse) -> re.Match[bytes] | None:
    """Return the status line of the next response: behind a body of the stated length, else right here.

    A body that reaches to the end of the dump has nothing behind it, whatever it looks like. A dump without bodies
    states lengths too; so a length that leads nowhere is passed over.
    """
    lengths = response.values("content-length")
    if lengths and _LENGTH.fullmatch(lengths[-1]) is not None:
        end = start + int(lengths[-1])
        if end == len(octets):
            return None
        behind = _STATUS_LINE.match(octets, end)
        if behind is not None:
            return behind
    return _STATUS_LINE.match(octets, start)


def _first_line(octets: bytes) -> int:
    """Skip a byte order mark and empty lines, which editors and shells leave before a dump."""
    position = len(_BOM) if octets.startswith(_BOM) else 0
    while (found := _EMPTY_LINE.match(octets, position)) is not None:
        position = found.end()
    return position


def _no_status_line(octets: bytes, start: int) -> CaptureError:
    """Say what was expected; never what stands there instead, which may be a secret."""
    number = octets.count(b"\n", 0, start) + 1
    line = octets[start:].partition(b"\n")[0]
    if not line:
        return CaptureError(
            "line 1: the header dump is empty\n"
            "  fix: write one with `curl -sS -D headers.txt -o /dev/null URL`, or pipe `curl -sSi URL`"
        )
    hint = "write the dump with `curl -sS -D headers.txt -o /dev/null URL`, or pipe `curl -sSi URL`"
    if line[:2] in (b"< ", b"> ", b"* "):
        hint = f"this is the log of `curl -v`; {hint}"
    return CaptureError(
        f"line {number}: expected a status line such as 'HTTP/1.1 200 OK' or 'HTTP/2 200', "
        f"found {len(line)} other bytes\n"
        f"  fix: {hint}"
    )
