"""JSON with positions: the C scanner reads, and a place is looked up only when somebody asks for it.

One level of the text is scanned for each step down; what lies deeper is skipped at the scanner's speed. So a document
that is in order costs little more than ``json.loads``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from policycheck.catalogue.documents import MAX_DEPTH, Mark, Parsed
from policycheck.catalogue.problems import CatalogueInvalid, Problem
from policycheck.catalogue.reading.text import Lines
from policycheck.model.finding import Location

_SPACE = re.compile(r"[ \t\n\r]*")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]|-?[A-Za-z0-9.+-]+', re.DOTALL)


class _NumberError(ValueError):
    """A number that JSON does not know; the argument is its spelling."""


class JsonNode:
    """A place in a JSON text. Its children are scanned when they are first asked for."""

    __slots__ = ("_children", "_keys", "_lines", "_text", "duplicates", "start")

    def __init__(self, text: str, start: int, lines: Lines) -> None:
        self._text = text
        self._lines = lines
        self.start = start
        self._children: dict[str, JsonNode] | None = None
        self._keys: dict[str, int] = {}
        self.duplicates: list[tuple[str, int, int]] = []

    @property
    def mark(self) -> Mark:
        """See :class:`policycheck.catalogue.documents.Node`."""
        return self._lines.mark(self.start)

    def child(self, token: str) -> JsonNode | None:
        """See :class:`policycheck.catalogue.documents.Node`."""
        return self.children().get(token)

    def key_mark(self, token: str) -> Mark | None:
        """See :class:`policycheck.catalogue.documents.Node`."""
        if token in self.children() and token in self._keys:
            return self._lines.mark(self._keys[token])
        child = self.children().get(token)
        return child.mark if child else None

    def children(self) -> dict[str, JsonNode]:
        """All children by key or index, scanned once."""
        if self._children is None:
            self._children = dict(self.scan())
        return self._children

    def scan(self) -> Iterator[tuple[str, JsonNode]]:
        """The children, one after the other, kept by nobody."""
        opening = self._text[self.start]
        if opening == "{":
            yield from self._members()
        elif opening == "[":
            yield from self._elements()

    def _members(self) -> Iterator[tuple[str, JsonNode]]:
        text, scan = self._text, _SCANNER.raw_decode
        at = _skip(text, self.start + 1)
        while text[at] != "}":
            key, end = scan(text, at)
            if key in self._keys:
                self.duplicates.append((key, self._keys[key], at))
            self._keys[key] = at
            value = _skip(text, _skip(text, end) + 1)
            yield key, JsonNode(text, value, self._lines)
            at = _skip(text, scan(text, value)[1])
            if text[at] == ",":
                at = _skip(text, at + 1)

    def _elements(self) -> Iterator[tuple[str, JsonNode]]:
        text, scan = self._text, _SCANNER.raw_decode
        at = _skip(text, self.start + 1)
        index = 0
        while text[at] != "]":
            yield str(index), JsonNode(text, at, self._lines)
            index += 1
            at = _skip(text, scan(text, at)[1])
            if text[at] == ",":
                at = _skip(text, at + 1)


_SCANNER = json.JSONDecoder()


def read_json(text: str, location: str) -> Parsed:
    """Read a JSON text (RFC 8259). Raises :class:`CatalogueInvalid`; of duplicate keys it names all."""
    lines = Lines(text)

    def fail(index: int, message: str, hint: str = "") -> NoReturn:
        raise CatalogueInvalid([Problem(Location(location, *lines.mark(index)), message, hint)]) from None

    deep = _too_deep(text)
    if deep is not None:
        fail(deep, f"the file nests deeper than {MAX_DEPTH} levels")
    root = JsonNode(text, _skip(text, 0), lines)
    repeated = False

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        data = dict(pairs)
        repeated = repeated or len(data) != len(pairs)
        return data

    try:
        data = json.loads(
            text, object_pairs_hook=collect, parse_constant=_refuse_constant, parse_float=_finite, parse_int=_short
        )
    except _NumberError as error:
        spelling = str(error)
        found = next((token for token in _TOKEN.finditer(text) if token[0] == spelling), None)
        fail(found.start() if found else 0, f"{spelling[:60]} is a number that JSON does not know", "put it in quotes")
    except json.JSONDecodeError as error:
        if not text.strip():
            return Parsed(None, None)
        what = error.msg.removesuffix(" starting at").removesuffix(" at")
        fail(error.pos, f"this is not JSON: {what}", _hint(error.msg, text, error.pos))
    # Only now, since whoever looks for the places takes for granted that all of the text is JSON.
    if repeated:
        raise CatalogueInvalid(_duplicates(root, text, location, lines))
    return Parsed(data, root)


def _skip(text: str, index: int) -> int:
    found = _SPACE.match(text, index)
    return found.end() if found else index


def _refuse_constant(spelling: str) -> NoReturn:
    raise _NumberError(spelling)


def _finite(spelling: str) -> float:
    value = float(spelling)
    if not math.isfinite(value):
        raise _NumberError(spelling)
    return value


def _short(spelling: str) -> int:
    if len(spelling) > 4_000:
        raise _NumberError(spelling)
    return int(spelling)


def _too_deep(text: str) -> int | None:
    """Where the text nests too deep, or None. Pairs of brackets are struck out first, which C does for nearly all."""
    brackets = text.encode("utf-8", "surrogatepass").translate(None, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        if not brackets:
            return None
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in {"[", "{"}:
            depth += 1
            if depth > MAX_DEPTH:
                return token.start()
        elif token[0] in {"]", "}"}:
            depth -= 1
    return None


def _duplicates(root: JsonNode, text: str, location: str, lines: Lines) -> list[Problem]:
    problems: list[Problem] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting.extend(child for _, child in node.scan() if text[child.start] in "{[")
        for key, first, second in node.duplicates:
            mark = lines.mark(first)
            message = f"the key {key[:60]!r} stands here twice; first at {mark.line}:{mark.column}"
            problems.append(Problem(Location(location, *lines.mark(second)), message, "keep one of them"))
    return problems


def _hint(message: str, text: str, index: int) -> str:
    following = text[index : index + 1]
    before = text[:index].rstrip()[-1:]
    if "trailing comma" in message.lower() or (following in {"]", "}"} and before == ","):
        return "remove the comma before it"
    if "Unterminated string" in message:
        return "close the string with a double quote"
    if not text[index:].strip():
        return "the file ends before everything is closed"
    if following == "'":
        return 'JSON strings stand in double quotes: "..."'
    if "Expecting ',' delimiter" in message:
        return "a comma is missing before it"
    if following in {"/", "#"}:
        return "JSON has no comments; use YAML, or a field that starts with x-"
    if "Extra data" in message:
        return "one file holds one catalogue"
    return ""
