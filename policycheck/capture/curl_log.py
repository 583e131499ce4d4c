"""What ``curl -v``, ``curl --trace-ascii`` and ``curl --trace`` say of a transfer: responses, each with its URL.

A line of ``-v`` begins with ``>`` (sent), ``<`` (received) or ``*`` (told), one of a trace with ``=> Send header``,
``<= Recv header`` or ``== Info``, the octets below it. ``--trace-time`` and ``--trace-ids`` put something before each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policycheck.capture.evidence import Evidence, Record, check_url
from policycheck.errors import CaptureError, UsageError
from policycheck.model.observation import HttpExchange
from policycheck.wire import parse_cookie_date

if TYPE_CHECKING:
    from policycheck.capture.evidencefile import EvidenceFile

ADAPTER = "curl-log"
NO_REQUEST = "the log holds no requests (lines with >), so Domain, Secure and the party were not judged"
LONGEST_LINE = 1 << 20
_BEFORE = re.compile(rb"(?:[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6} )?(?:\[[0-9x-]+\] )?")
_BLOCK = re.compile(rb"(=> Send|<= Recv) (SSL )?(header|data), [0-9]+ bytes")
_OCTETS = re.compile(rb"[0-9a-f]{4,8}:(?: |\Z)")
_HEX = re.compile(rb"[0-9a-f]{4,}: (?:[0-9a-f]{2} ){1,16}")
_HEX_START = re.compile(rb"[0-9a-f]{4,}: (?:[0-9a-f]{2} ){2}")
_REQUEST = re.compile(rb"([A-Za-z]+) (\S+) HTTP/[0-9.]+\s*\Z")
_STATUS = re.compile(rb"HTTP/[0-9](?:\.[0-9])? ([0-9]{3})(?: .*)?\Z", re.DOTALL)
_TRYING = re.compile(rb"\s*Trying \S+\.\.\.")
_CONNECTED = re.compile(rb"(?:Connected|Established connection) to (\S+) \(.*?port ([0-9]+)")
_REUSED = re.compile(rb"Re-using existing (?:(https?): )?connection.* with (?:host|proxy) (\S+)")
_TLS = re.compile(rb"SSL connection using |ALPN[:,] |using HTTP/3|schannel: ")


@dataclass
class _Request:
    method: str
    target: str
    host: str | None = None


@dataclass
class _Response:
    line: int
    status: int
    headers: list[tuple[str, bytes, int]] = field(default_factory=list[tuple[str, bytes, int]])

    def values(self, name: str) -> list[bytes]:
        return [value for key, value, _ in self.headers if key == name]


@dataclass
class _Block:
    """The octets of headers in a trace, from line ``number`` on."""

    kind: bytes
    number: int
    lines: list[bytes] = field(default_factory=list[bytes])

    def headers(self) -> Iterator[tuple[bytes, bytes, int]]:
        """The header lines. curl receives one a block, and sends all of a request in one."""
        if self.lines and _HEX_START.match(self.lines[0]):
            pairs = (_HEX.match(line) for line in self.lines)
            text = bytes.fromhex("".join(pair[0].partition(b":")[2].decode() for pair in pairs if pair is not None))
            for content in text.removesuffix(b"\n").split(b"\n"):
                yield self.kind, content.removesuffix(b"\r"), self.number
        elif self.lines:
            for content in self._joined():
                yield self.kind, content, self.number

    def _joined(self) -> Iterator[bytes]:
        """The lines of ``--trace-ascii``, those put together between which no line break lay."""
        joined, expected = b"", 0
        for line in self.lines:
            offset, _, piece = line.partition(b":")
            piece = piece.removeprefix(b" ")
            if joined and int(offset, 16) != expected:
                yield joined
                joined = b""
            joined += piece
            expected = int(offset, 16) + len(piece)
        yield joined


def read_curl_log(file: EvidenceFile) -> Evidence:
    """Read the responses that ``file`` tells, in order; what a proxy answered to CONNECT is none.

    The records raise :class:`policycheck.errors.CaptureError`, with the line, where a response stands for itself.
    """
    log = _Log(file)
    return Evidence(log.records(), notes=log.notes)


class _Log:
    def __init__(self, file: EvidenceFile) -> None:
        self._file = file
        self._request: _Request | None = None
        self._asking = self._asked = False
        self._response: _Response | None = None
        self.notes: list[str] = []
        self._host = ""
        self._tls = False
        self._by_tls: dict[str, bool] = {}

    def records(self) -> Iterator[Record]:
        for kind, line, number in self._events():
            if kind == b"*":
                self._told(line)
            elif kind == b">":
                self._sent(line)
            else:
                yield from self._received(line, number)
        yield from self._ended()

    def _told(self, line: bytes) -> None:
        if _TRYING.match(line):
            self._tls = False
        elif found := _CONNECTED.match(line):
            self._host = found[1].decode("latin-1").lower()
            self._tls = self._tls or found[2] == b"443"
        elif found := _REUSED.match(line):
            self._host = found[2].decode("latin-1").lower()
            self._tls = found[1] == b"https" or self._by_tls.get(self._host, False)
        elif _TLS.match(line):
            self._tls = True

    def _sent(self, line: bytes) -> None:
        if not self._asking and (found := _REQUEST.match(line)):
            self._request = _Request(found[1].decode(), found[2].decode("utf-8", "replace"))
            self._asking = self._asked = True
        elif not line.strip():
            self._asking = False
        elif self._request is not None:
            name, colon, value = line.partition(b":")
            if colon and name.strip().lower() == b"host":
                self._request.host = value.strip().decode("latin-1")

    def _received(self, line: bytes, number: int) -> Iterator[Record]:
        if self._response is None:
            found = _STATUS.match(line)
            if found is not None and (self._request is not None or not self._asked):
                self._asking = False
                self._response = _Response(number, int(found[1]))
        elif not line.strip():
            yield from self._ended()
        elif line[:1] in (b" ", b"\t") and self._response.headers:
            name, value, at = self._response.headers[-1]
            self._response.headers[-1] = (name, value + b" " + line.strip(), at)
        else:
            name_, colon, value = line.partition(b":")
            if colon and name_.strip():
                self._response.headers.append((name_.strip().decode("latin-1").lower(), value.strip(b" \t"), number))

    def _ended(self) -> Iterator[Record]:
        """The response whose headers have ended: to be recorded, unless it is a proxy's, or says that more follows."""
        response, request, self._response = self._response, self._request, None
        if response is None:
            return
        if request is None and NO_REQUEST not in self.notes:
            self.notes.append(NO_REQUEST)
        interim = 100 <= response.status < 200
        if not interim:
            self._request = None
        cookies = response.values("set-cookie")
        if (request is not None and request.method == "CONNECT") or (interim and not cookies):
            return
        dates = response.values("date")
        exchange = HttpExchange(
            method="" if request is None else request.method,
            url=None if request is None else self._url(request, response.line),
            status=response.status,
            set_cookie=tuple(cookies),
            date=dates[0].decode("latin-1") if dates else None,
            adapter=ADAPTER,
            clear_site_data=tuple(value.decode("latin-1") for value in response.values("clear-site-data")),
        )
        places = [at for name, _, at in response.headers if name == "set-cookie"]
        place = places[0] if len(places) == 1 else response.line
        moment = parse_cookie_date(exchange.date) if exchange.date else None
        yield Record(f"{self._file.name}:{place}", exchange, time=moment)

    def _url(self, request: _Request, line: int) -> str:
        url = request.target
        if "://" not in url:
            self._by_tls[self._host] = self._tls
            url = f"{'https' if self._tls else 'http'}://{request.host or self._host}{url}"
        try:
            check_url(url)
        except UsageError:
            raise CaptureError(f"{self._file.name}:{line}: the request before this response has no host") from None
        return url

    def _events(self) -> Iterator[tuple[bytes, bytes, int]]:
        """What was sent (``>``), received (``<``) and told (``*``): header lines without their end, with their line."""
        block: _Block | None = None
        with self._file.open() as content:
            number = 0
            while whole := content.readline(LONGEST_LINE):
                number += 1
                raw = whole.rstrip(b"\r\n")
                line = raw[_BEFORE.match(raw).end() :]  # type: ignore[union-attr] # it matches anything
                if _OCTETS.match(raw):
                    if block is not None:
                        block.lines.append(raw)
                    continue
                if block is not None:
                    yield from block.headers()
                    block = None
                if found := _BLOCK.match(line):
                    of_header = found[3] == b"header" and not found[2]
                    block = _Block(b">" if found[1] == b"=> Send" else b"<", number + 1) if of_header else None
                elif line.startswith(b"== Info: "):
                    yield b"*", line[9:], number
                elif line[:1] in (b">", b"<") and line[1:2] in (b" ", b""):
                    yield line[:1], line[2:], number
                elif (at := line.find(b"* ")) >= 0 and (at == 0 or line[at - 1 : at].isdigit()):
                    yield b"*", line[at + 2 :], number  # curl's progress may stand before it
        if block is not None:
            yield from block.headers()
