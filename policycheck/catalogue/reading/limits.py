"""Limits that hold for every format, and what no format may hold."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, cast

from policycheck.catalogue.documents import MAX_DEPTH, MAX_NODES, Node, Parsed, join
from policycheck.catalogue.problems import CatalogueInvalid, Problem
from policycheck.model.finding import Location

Path = tuple[str | int, ...]


def check_size(parsed: Parsed, location: str) -> None:
    """Raise :class:`CatalogueInvalid` for data that is too deep, too large, or no JSON.

    Goes down level by level, without recursion, so that no document exhausts the stack.
    """
    level: list[Any] = [parsed.data]
    count = 0
    for _ in range(MAX_DEPTH):
        count += len(level)
        if count > MAX_NODES:
            raise _at(parsed, location, (), f"the file holds more than {MAX_NODES:,} values", "split it")
        if not all(map(_is_json, level)):
            break
        level = [child for value in level if isinstance(value, (dict, list)) for child in _children(value)]
        if not level:
            return
    if any(isinstance(value, (dict, list)) for value in level) or not all(map(_is_json, level)):
        raise _first_fault(parsed, location)


def _children(value: Any) -> Iterable[Any]:
    return cast("dict[str, Any]", value).values() if isinstance(value, dict) else value


def _members(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).items()
    return enumerate(cast("list[Any]", value))


def _is_json(value: Any) -> bool:
    if isinstance(value, str):
        return _is_text(value)
    if isinstance(value, dict):
        return all(map(_is_text, cast("dict[object, object]", value)))
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, (list, int))


def _is_text(value: object) -> bool:
    """True for a string without lone surrogates."""
    return isinstance(value, str) and (value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value))


def _first_fault(parsed: Parsed, location: str) -> CatalogueInvalid:
    """The second, slower walk, which knows where it is."""
    level: list[tuple[Path, Any]] = [((), parsed.data)]
    for depth in range(MAX_DEPTH + 1):
        for path, value in level:
            if depth == MAX_DEPTH and isinstance(value, (dict, list)):
                return _at(parsed, location, path, f"the file nests deeper than {MAX_DEPTH} levels", "")
            if not _is_json(value):
                return _at(parsed, location, path, *_fault(value))
        level = [
            ((*path, key), child)
            for path, value in level
            if isinstance(value, (dict, list))
            for key, child in _members(value)
        ]
    raise AssertionError("a document was refused, and nothing is wrong with it")


def _fault(value: Any) -> tuple[str, str]:
    if isinstance(value, float):
        return f"{value} is a number that JSON does not know", "put it in quotes"
    if isinstance(value, dict):
        wrong = next(key for key in cast("dict[object, object]", value) if not _is_text(key))
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
