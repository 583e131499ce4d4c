"""Bodies of responses are most of a HAR file, and nobody reads them: left out on the way, where that is certain.

In JSON that is written with a member on each line, a line that begins with ``"text": "`` and ends with a quote holds
one string, since a string can hold no line break. Such lines are most of what Chromium, Firefox and mitmproxy write.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

_CHUNK = 1 << 20
_LINES = 16
"""Line breaks in the beginning of a file that is written with a member on each line."""
_KEY = b'"text": "'
_SHORT = 1 << 10
"""Bytes of a line that are searched for its beginning, and of a body that is not worth leaving out."""


def on_lines(head: bytes) -> bool:
    """True where the file that begins so is written with a member on each line."""
    return head.count(b"\n") >= _LINES


class WithoutBodies(io.RawIOBase):
    """``source`` with empty texts in place of bodies. Lines stay where they are."""

    def __init__(self, source: io.BufferedIOBase, chunk: int = _CHUNK) -> None:
        self._source = source
        self._chunk = chunk
        self._ready: list[memoryview] = []
        self._line: list[bytes] | None = None
        """The line of a body, as far as earlier chunks hold it; None outside of one."""
        self._tail = b""
        """The end of the last chunk, in which a key may begin."""
        self._done = False

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Read what is there, up to the size of ``buffer``."""
        while not self._ready and not self._done:
            self._read_on()
        target = memoryview(buffer)
        filled = 0
        while self._ready and filled < len(target):
            part = self._ready[0][: len(target) - filled]
            target[filled : filled + len(part)] = part
            filled += len(part)
            if len(part) < len(self._ready[0]):
                self._ready[0] = self._ready[0][len(part) :]
            else:
                del self._ready[0]
        return filled

    def _read_on(self) -> None:
        chunk = self._source.read(self._chunk)
        self._done = not chunk
        if self._done:
            self._put(*(self._line or ()), self._tail)
            return
        at = 0
        if self._line is not None:
            at = self._end_line(chunk, 0)
        else:
            chunk = self._tail + chunk
        self._tail = b""
        while at < len(chunk):
            key = chunk.find(_KEY, at)
            if key < 0:
                kept = min(len(chunk) - at, _SHORT)
                self._put(memoryview(chunk)[at : len(chunk) - kept])
                self._tail = chunk[len(chunk) - kept :]
                return
            body = key + len(_KEY)
            self._put(memoryview(chunk)[at:body])
            newline = chunk.rfind(b"\n", max(key - _SHORT, 0), key)
            at = body
            if newline >= 0 and not chunk[newline:key].strip():
                at = self._end_line(chunk, body)

    def _end_line(self, chunk: bytes, start: int) -> int:
        """Go on with the line of a body at ``start``; return where it ends, in this chunk or after it."""
        newline = chunk.find(b"\n", start)
        end = len(chunk) if newline < 0 else newline
        line = [] if self._line is None else self._line
        if end > start:
            line.append(chunk[start:end])
        if newline < 0:
            self._line = line
            return end
        self._line = None
        ending = b"".join(part[-_SHORT:] for part in line[-4:]).rstrip(b" \t\r")  # of a quote, a comma, and white space
        sure = [kept for kept in (b'"', b'",') if ending.endswith(kept) and not ending.endswith(b"\\" + kept)]
        self._put(*(sure or line))
        return end

    def _put(self, *parts: bytes | memoryview) -> None:
        self._ready += [memoryview(part) for part in parts if part]
