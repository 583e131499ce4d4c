"""Limits that hold for every format, and what no format may hold."""

from __future__ import annotations

import math
from collections.abc import Iterable

from policycheck.catalogue.documents import MAX_DEPTH, MAX_NODES, Node, Parsed, join
from policycheck.catalogue.problems import CatalogueInvalid, Problem
from policycheck.model.finding import Location

_PLAIN = (bool, int, type(None))
Path = tuple[str | int, ...]


def check_size(parsed: Parsed, location: str) -> None:
    """Raise :class:`CatalogueInvalid` for data that is too deep, too large, or no JSON.

    Goes down level by level, without recursion, so that no document exhausts the stack.
    """
    level: list[object] = [parsed.data]
    count = 0
    for _ in range(MAX_DEPTH + 1):
        count += len(level)
        if count > MAX_NODES:
            raise _at(parsed, location, (), f"the file holds more than {MAX_NODES:,} values", "split it")
        if not all(map(_is_json, level)):
            break
        level = [child for value in level if isinstance(value, (dict, list)) for child in _children(value)]
        if not level:
            return
    raise _first_fault(parsed, location)


def _children(value: dict[str, object] | list[object]) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value


def _is_json(value: object) -> bool:
    if isinstance(value, str):
        return value.isascii() or not _has_surrogate(value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and (key.isascii() or not _has_surrogate(key)) for key in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, list) or isinstance(value, _PLAIN)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _first_fault(parsed: Parsed, location: str) -> CatalogueInvalid:
    """The second, slower walk, which knows where it is."""
    level: list[tuple[Path, object]] = [((), parsed.data)]
    for _ in range(MAX_DEPTH):
        for path, value in level:
            if not _is_json(value):
                return _at(parsed, location, path, *_fault(value))
        level = [
            ((*path, key), child)
            for path, value in level
            if isinstance(value, (dict, list))
            for key, child in (value.items() if isinstance(value, dict) else enumerate(value))
        ]
    return _at(parsed, location, level[0][0], f"the file nests deeper than {MAX_DEPTH} levels", "")


def _fault(value: object) -> tuple[str, str]:
    if isinstance(value, float):
        return f"{value} is a number that JSON does not know", "put it in quotes"
    if isinstance(value, dict):
        wrong = next(key for key in value if not isinstance(key, str) or _has_surrogate(key))
        return f"the key {wrong!a} is not a text", "put it in quotes, and write characters themselves"
    if isinstance(value, str):
        return "a lone surrogate is no character", "write the character itself"
    return f"a {type(value).__name__} is a value that JSON does not know", "put it in quotes"


def _at(parsed: Parsed, location: str, path: Path, message: str, hint: str) -> CatalogueInvalid:
    node: Node | None = parsed.root
    mark = node.mark if node else (0, 0)
    for token in path:
        node = node.child(str(token)) if node else None
        mark = node.mark if node else mark
    return CatalogueInvalid([Problem(Location(location, *mark, pointer=join("", *path)), message, hint)])
