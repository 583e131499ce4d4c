"""JSON and JSON Lines, read record by record so that a message can say the line; it never repeats what stands there."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NoReturn

from policycheck.errors import CaptureError

_SPACE = " \t\r\n"
_BOM = b"\xef\xbb\xbf"
Records = Iterator[tuple[int, Any]]
"""Pairs of line and record."""


def read_records(stream: io.BufferedIOBase, name: str) -> tuple[dict[str, Any], Records]:
    """Read an array, an object with ``records``, or one value a line. Returns the head and ``(line, record)`` pairs.

    The head is the object without its records; empty where there is none. In JSON Lines it is a first line that has
    the key ``observations``; they are read line by line, and whatever else as a whole. ``stream`` is closed with the
    last record. Raises :class:`CaptureError` with ``name:line:column`` for what is no JSON: at once where the head is
    broken, else once the records before that were read.
    """
    first = stream.readline().removeprefix(_BOM)
    line = 1
    while first and not first.strip():
        first, line = stream.readline(), line + 1
    try:
        values = [value for _, value, _ in _Reader(first.decode(), name, line).values()]
    except (CaptureError, UnicodeDecodeError):
        values = []
    if len(values) != 1 or "records" in values[0]:
        with stream:
            return _read_whole(first + stream.read(), name, line)
    if "observations" in values[0]:
        return values[0], _read_lines(stream, name, line)
    return {}, _read_lines(stream, name, line, values)


def _read_lines(stream: io.BufferedIOBase, name: str, line: int, read: Sequence[Any] = ()) -> Records:
    """The value that was ``read`` already, then those of the lines behind ``line``."""
    with stream:
        for value in read:
            yield line, value
        for data in stream:
            line += 1
            if not data.strip():
                continue
            try:
                value = _one_object(data, name, line)
            except (CaptureError, UnicodeDecodeError):  # broken, or going on in the next line
                yield from _values(*_decoded(data + stream.read(), name, line), name, line)
                return
            yield line, value


def _one_object(data: bytes, name: str, line: int) -> dict[str, Any]:
    [(_, value, _)] = _Reader(data.decode(), name, line).values()
    return value


def _decoded(data: bytes, name: str, line: int) -> tuple[str, CaptureError | None]:
    """The text up to what is no UTF-8, and the error to raise behind it."""
    try:
        return data.decode(), None
    except UnicodeDecodeError as error:
        line += data.count(b"\n", 0, error.start)
        broken = CaptureError(f"{name}:{line}: not UTF-8, which JSON is written in (byte {error.start})")
        return data[: error.start].decode(), broken


def _values(text: str, broken: CaptureError | None, name: str, line: int) -> Records:
    return _raising(((at, value) for at, value, _ in _Reader(text, name, line).values()), broken)


def _raising(records: Records, broken: CaptureError | None) -> Records:
    """``records``, and behind them ``broken``, of which a record that is cut off is but the result."""
    try:
        yield from records
    except CaptureError as error:
        raise (broken or error) from None
    if broken is not None:
        raise broken


def _read_whole(data: bytes, name: str, line: int) -> tuple[dict[str, Any], Records]:
    text, broken = _decoded(data, name, line)
    reader = _Reader(text, name, line)
    if reader.peek() == "[":
        return {}, _raising(reader.whole(), broken)
    try:
        first = next(reader.values(), None)
    except CaptureError as error:
        raise (broken or error) from None
    if first is None:
        return {}, _raising(iter(()), broken)
    line, head, records = first
    if "records" in head:
        return {key: value for key, value in head.items() if key != "records"}, _raising(reader.rest(records), broken)
    rest = _raising(((at, value) for at, value, _ in reader.values()), broken)
    return (head, rest) if "observations" in head else ({}, chain([(line, head)], rest))


class _Reader:
    """Reads ``text``, whose first line is line ``line`` of the file ``name``."""

    def __init__(self, text: str, name: str, line: int) -> None:
        self._text = text
        self._name = name
        self._at = 0
        self._counted_to = 0
        self._first = self._line = line
        self._broken: CaptureError | None = None

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while self._at < len(self._text) and self._text[self._at] in _SPACE:
            self._at += 1
        return self._text[self._at : self._at + 1]

    def whole(self) -> Iterator[tuple[int, Any]]:
        """The elements of an array, behind which the file ends."""
        yield from self.array()
        self._end()

    def rest(self, records: list[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
        """The records of an object that was read, as far as it could be, behind which the file ends."""
        yield from records
        if self._broken is not None:
            raise self._broken
        self._end()

    def _end(self) -> None:
        if self.peek():
            self._fail("expected the end of the file")

    def array(self) -> Iterator[tuple[int, Any]]:
        """The elements of the array that starts here, each with its line."""
        self._take("[")
        if self.peek() == "]":
            self._take("]")
            return
        while True:
            yield self._value()
            if self.peek() == "]":
                self._take("]")
                return
            self._take(",")

    def values(self) -> Iterator[tuple[int, dict[str, Any], list[tuple[int, Any]]]]:
        """The objects that follow each other; ``records`` of an object comes apart, with the line of each."""
        while self.peek():
            if self.peek() != "{":
                self._fail('expected an object, as in {"url": "https://shop.example/", "setCookie": [...]}')
            yield self._object()

    def _object(self) -> tuple[int, dict[str, Any], list[tuple[int, Any]]]:
        line = self._here()
        members: dict[str, Any] = {}
        records: list[tuple[int, Any]] = []
        try:
            for key in self._keys(members):
                if key != "records":
                    members[key] = self._value()[1]
                    continue
                if self.peek() != "[":
                    self._fail("'records' must be an array")
                members[key] = records
                records.extend(self.array())
        except CaptureError as error:
            if not records:
                raise
            self._broken = error
        return line, members, records

    def _keys(self, members: dict[str, Any]) -> Iterator[str]:
        """The keys of the object that starts here; whoever asks for the next has read the value."""
        self._take("{")
        while self.peek() != "}":
            if members:
                self._take(",")
            if self.peek() != '"':
                self._fail("expected a key in double quotes")
            start = self._at
            key = str(self._value()[1])
            if key in members:
                self._at = start
                self._fail("the same key stands in this object before")
            self._take(":")
            yield key
        self._take("}")

    def _value(self) -> tuple[int, Any]:
        self.peek()
        line = self._here()
        try:
            value, self._at = _DECODER.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            self._at = error.pos
            self._fail(f"not valid JSON: {error.msg.removesuffix(' starting at').removesuffix(' at')}")
        except _RefusedError as error:
            self._fail(str(error))
        except RecursionError:
            self._fail("nested too deeply")
        except ValueError:
            self._fail("a number has too many digits")
        return line, value

    def _take(self, character: str) -> None:
        if self.peek() != character:
            self._fail(f"not valid JSON: expected {character!r}")
        self._at += 1

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        return self._line

    def _fail(self, message: str) -> NoReturn:
        line = self._text.count("\n", 0, self._at) + self._first
        column = self._at - (self._text.rfind("\n", 0, self._at) + 1) + 1
        raise CaptureError(f"{self._name}:{line}:{column}: {message}") from None


class _RefusedError(ValueError):
    """JSON that Python would read and that says two things, or nothing."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _RefusedError("an object has the same key twice")
    return members


def _no_constant(name: str) -> NoReturn:
    raise _RefusedError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
