"""The entries of a HAR file one after the other, each with its place, and with the members that something here reads.

With msgspec the members that nobody reads, bodies above all, are passed over without being built; without it, and for
entries that are unusual, the standard library reads them whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypedDict, cast

from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.har.bodies import WithoutBodies, on_lines
from policycheck.capture.har.window import SIZE, Window
from policycheck.errors import CaptureError

NO_HAR = "no HAR file: it has no list 'entries' in an object 'log'"
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
Entry = dict[str, Any]


class _Header(TypedDict, total=False):
    name: Any
    value: Any


class _Content(TypedDict, total=False):
    mimeType: Any


class _Request(TypedDict, total=False):
    method: Any
    url: Any
    headers: list[_Header]
    cookies: list[_Header]


class _Response(TypedDict, total=False):
    status: Any
    headers: list[_Header]
    cookies: list[dict[str, Any]]
    content: _Content
    redirectURL: Any
    _error: Any


class _Entry(TypedDict, total=False):
    startedDateTime: Any
    time: Any
    timings: Any
    pageref: Any
    request: _Request
    response: _Response
    _initiator: Any
    _resourceType: Any
    _fromCache: Any
    _error: Any


class Entries:
    """The entries of ``file``, read once. ``log`` is what stood before them: ``creator`` and ``pages``, if they did."""

    def __init__(self, file: EvidenceFile, size: int = SIZE) -> None:
        self.log: dict[str, Any] = {}
        self._file = file
        self._size = size
        self._quick = _decoder()

    def __iter__(self) -> Iterator[tuple[Entry, str]]:
        """Yield ``(entry, place)``. Raises CaptureError with line, column and number where the file is broken."""
        with self._file.open() as stream:
            short = WithoutBodies(stream) if on_lines(self._file.head()) else stream
            window = Window(short, self._file.name, self._size)
            self._begin(window)
            found = False
            for key in _keys(window):
                if key != "log" or window.peek() != b"{":
                    window.skip()
                    continue
                for inner in _keys(window):
                    if inner == "entries" and window.peek() == b"[":
                        found = True
                        yield from self._entries(window)
                    else:
                        self._keep(inner, window)
            if window.peek():
                window.fail("expected the end of the file")
            if not found:
                raise CaptureError(f"{self._file.name}: {NO_HAR}")

    def _begin(self, window: Window) -> None:
        start = self._file.head(len(_BOM))
        if start.startswith(_UTF16):
            raise CaptureError(
                f"{self._file.name}:1: UTF-16, and JSON is written in UTF-8\n"
                "  fix: save the file as UTF-8, or let the program that recorded it write the file itself"
            )
        if start == _BOM:
            while window.end < len(_BOM) and window.fill():
                pass
            window.at = len(_BOM)
        if window.peek() != b"{":
            raise CaptureError(f"{self._file.name}: {NO_HAR}")

    def _keep(self, key: str, window: Window) -> None:
        start, end = window.skip()
        if key in {"creator", "pages"}:
            try:
                self.log[key] = _loads(bytes(window.data[start:end]))
            except ValueError:  # nothing depends on it that would be worth an error
                return

    def _entries(self, window: Window) -> Iterator[tuple[Entry, str]]:
        window.expect(b"[")
        number = 0
        while window.peek() != b"]":
            if not window.peek():
                window.fail_at_end()
            if number:
                window.expect(b",")
            number += 1
            try:
                if window.peek() not in b"{":
                    window.fail("expected an object")
                place = window.place()
                entry, end = self._entry(window)
            except CaptureError as error:
                raise CaptureError(f"{error} (entry {number})") from None
            window.at = end
            yield entry, place
        window.expect(b"]")

    def _entry(self, window: Window) -> tuple[Entry, int]:
        """The entry that stands next, and where it ends."""
        guess = window.guess_end()
        if guess is not None:
            try:
                return self._quick(window.data, window.at, guess), guess
            except ValueError:  # then it was no end
                pass
        end = window.value_end()
        try:
            entry = _decode(self._quick, window.data, window.at, end)
        except ValueError as error:
            if isinstance(error, json.JSONDecodeError):
                window.at += len(error.doc[: error.pos].encode("utf-8", "surrogatepass"))
                window.fail(f"not valid JSON: {error.msg.removesuffix(' starting at').removesuffix(' at')}")
            window.fail(f"not valid JSON: {error}")
        window.learn(end)
        return entry, end


def _keys(window: Window) -> Iterator[str]:
    """The keys of the object that stands next; whoever asks for another one has stepped over the value."""
    window.expect(b"{")
    first = True
    while window.peek() != b"}":
        if not first:
            window.expect(b",")
        first = False
        if window.peek() not in b'"':
            window.fail("not valid JSON: expected a key in double quotes")
        start, end = window.skip()
        key = bytes(window.data[start + 1 : end - 1]).decode("utf-8", "replace")
        window.expect(b":")
        yield key
    window.expect(b"}")


_Decoder = Callable[[bytearray, int, int], Entry]


def _decoder() -> _Decoder:
    """What reads an ordinary entry in a part of the window. It raises ValueError where there is none."""
    try:
        import msgspec
    except ImportError:
        return lambda data, start, end: cast("Entry", _loads(bytes(data[start:end])))
    decode = msgspec.json.Decoder(_Entry).decode

    def read(data: bytearray, start: int, end: int) -> Entry:
        try:
            with memoryview(data) as whole, whole[start:end] as part:
                return cast("Entry", decode(part))
        except (msgspec.MsgspecError, RecursionError) as error:
            raise ValueError(str(error)) from None

    return read


def _decode(quick: _Decoder, data: bytearray, start: int, end: int) -> Entry:
    """Read any entry, whose end is known. Raises ValueError, of JSON with the place."""
    try:
        return quick(data, start, end)
    except ValueError:
        return cast("Entry", _loads(bytes(data[start:end])))


def _loads(octets: bytes) -> Any:
    """Read what some writers take for JSON: control characters, octets that are no UTF-8, and numbers such as NaN."""
    try:
        return json.JSONDecoder(strict=False).decode(octets.decode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
