"""A window over a stream of JSON that is too large to hold: values are found in it, exactly or by a guess."""

from __future__ import annotations

import io
import re
from typing import NoReturn

from policycheck.errors import CaptureError

SIZE = 1 << 20
"""Bytes that a window holds at least."""
GUESS_WITHIN = 4 << 20
"""A guess is looked for no further than this; what is larger is found exactly, and is held as a whole."""
_TIMES = 8
"""A guess is looked for no further than so many times the size of what had to be found exactly, either."""
_SPACE = re.compile(rb"[ \t\r\n]*+")
# A string, a bracket, or the quote of a string that does not end in the window.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]"]', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}]*+")
_SEPARATOR = re.compile(rb'\}\s*,\s*\{\s*"[^"\\]{0,60}+"')
_OPEN, _CLOSE = frozenset(b"{["), frozenset(b"}]")
_SEPARATORS = 4


class Window:
    """Reads ``stream`` forward. :attr:`at` is the place in ``data`` where the next value, or what is no value, stands.

    What is found at one place is cut from ``data`` by :meth:`take` and stays valid until the window moves.
    """

    def __init__(self, stream: io.BufferedIOBase | io.RawIOBase, name: str, size: int = SIZE) -> None:
        self.data = bytearray(max(size, 1))
        self.at = 0
        self.end = 0
        self._stream = stream
        self._name = name
        self._size = max(size, 1)
        self._done = False
        self._line = 1
        self._line_start = 0
        self._counted_to = 0
        self._separators: list[bytes] = []
        self._reach = GUESS_WITHIN

    def peek(self) -> bytes:
        """The next byte that is no white space; empty at the end."""
        while True:
            self.at = _after(_SPACE.match(self.data, self.at, self.end))
            if self.at < self.end:
                return bytes(self.data[self.at : self.at + 1])
            if not self.fill():
                return b""

    def expect(self, byte: bytes) -> None:
        """Step over ``byte``."""
        found = self.peek()
        if not found:
            self.fail_at_end()
        if found != byte:
            self.fail(f"not valid JSON: expected {byte.decode()!r}")
        self.at += 1

    def value_end(self) -> int:
        """The place behind the value at :attr:`at`, found exactly, however far away it is."""
        depth, place = 0, self.at
        while True:
            for found in _TOKEN.finditer(self.data, place, self.end):
                first = self.data[found.start()]
                if first in _OPEN:
                    depth += 1
                elif first in _CLOSE:
                    depth -= 1
                elif found.end() - found.start() == 1:
                    place = found.start()
                    break
                if depth <= 0:
                    return found.end()
                place = found.end()
            else:
                place = self.end
            moved = self.at
            if not self.fill():
                self.fail_at_end()
            place -= moved

    def scalar_end(self) -> int:
        """The place behind a number, or a word."""
        while True:
            end = _after(_SCALAR.match(self.data, self.at, self.end))
            if end < self.end or not self.fill():
                return end

    def skip(self) -> tuple[int, int]:
        """Step over a value of any kind; return where it stands."""
        first = self.peek()
        if not first:
            self.fail_at_end()
        end = self.value_end() if first in b'{["' else self.scalar_end()
        if end == self.at:
            self.fail("not valid JSON: expected a value")
        start, self.at = self.at, end
        return start, end

    def guess_end(self) -> int | None:
        """Where the object at :attr:`at` may end: before the text that stood between two objects so far.

        A guess that can be read is right: no object is the beginning of another. None where there is none to make.
        """
        scanned = self.at
        while self._separators:
            best = limit = min(self.end, self.at + self._reach)
            for separator in self._separators:
                found = self.data.find(separator, scanned, min(best + len(separator), limit))
                best = best if found < 0 else min(best, found)
            if best < limit:
                return best + 1
            if limit < self.end:
                return None
            longest = max(map(len, self._separators))
            scanned, moved = max(self.end - longest, self.at), self.at
            if not self.fill():
                return None
            scanned -= moved
        return None

    def learn(self, end: int) -> None:
        """Remember what stands between the object that ends at ``end`` and the next one, if that is in the window.

        Call it for an object of which no right guess was made. Where that is the rule, little is spent on guesses.
        """
        self._reach = min(max(self._reach // 2, (end - self.at) * _TIMES), GUESS_WITHIN)
        found = _SEPARATOR.match(self.data, end - 1, self.end)
        if found is not None and found[0] not in self._separators:
            self._separators = [bytes(found[0]), *self._separators[: _SEPARATORS - 1]]

    def fill(self) -> bool:
        """Read on, and drop what stands before :attr:`at`. False at the end of the stream."""
        if self._done:
            return False
        self._count()
        kept = self.end - self.at
        if kept > len(self.data) // 2:
            self.data.extend(bytes(len(self.data)))
        self.data[:kept] = self.data[self.at : self.end]
        self._line_start -= self.at
        self.at = self._counted_to = 0
        with memoryview(self.data) as whole, whole[kept : kept + max(self._size, kept)] as free:
            read = self._stream.readinto(free)
        self.end = kept + (read or 0)
        self._done = not read
        return bool(read)

    def place(self) -> str:
        """``file:line``, or ``file:line:column`` where more stands before it on the line than an indentation."""
        self._count()
        before = self.at - self._line_start
        indented = before < 256 and not bytes(self.data[max(self.at - before, 0) : self.at]).strip()
        return f"{self._name}:{self._line}" if indented else f"{self._name}:{self._line}:{before + 1}"

    def fail(self, message: str) -> NoReturn:
        """Raise CaptureError about :attr:`at`, with line and column."""
        self._count()
        raise CaptureError(f"{self._name}:{self._line}:{self.at - self._line_start + 1}: {message}")

    def fail_at_end(self) -> NoReturn:
        """Raise CaptureError: the file ends too early."""
        self.at = self.end
        self.fail("the file ends before the JSON does; was the recording cut off?")

    def _count(self) -> None:
        """Count the lines up to :attr:`at`."""
        if self.at > self._counted_to:
            self._line += self.data.count(b"\n", self._counted_to, self.at)
            newest = self.data.rfind(b"\n", self._counted_to, self.at)
            if newest >= 0:
                self._line_start = newest + 1
            self._counted_to = self.at


def _after(found: re.Match[bytes] | None) -> int:
    assert found is not None
    return found.end()
