"""TOML 1.0: ``tomllib`` reads, and a small scanner of our own says where keys and values stand."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from typing import Any, NoReturn, cast

from policycheck.catalogue.documents import MAX_DEPTH, Mark, Parsed
from policycheck.catalogue.problems import CatalogueInvalid, Problem
from policycheck.catalogue.reading.toml_places import locate
from policycheck.model.finding import Location

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_PART = r"""(?:(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++|"[^"\n]*"|'[^'\n]*')"""
_LONG_KEY = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART}){{{MAX_DEPTH}}}")


def read_toml(text: str, location: str) -> Parsed:
    """Read a TOML document; its dates and times become ISO 8601 strings. Raises :class:`CatalogueInvalid`."""

    def fail(mark: Mark, message: str, hint: str = "") -> NoReturn:
        raise CatalogueInvalid([Problem(Location(location, *mark), message, hint)]) from None

    for number, line in enumerate(text.split("\n"), 1):
        # tomllib takes quadratic time for a key of many parts, and arrays of many brackets exhaust its stack.
        if line.count(".") >= MAX_DEPTH and (found := _LONG_KEY.search(line)):
            fail(Mark(number, found.start() + 1), f"a key has more than {MAX_DEPTH} parts")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        mark, message = _place(str(error), text)
        ended = mark.line >= text.rstrip().count("\n") + 1 and mark.column > len(text.rstrip().rpartition("\n")[2])
        hint = "the file ends before everything is closed" if ended and "overwrite" not in message else _hint(message)
        if "Invalid value" in message and _ends_with_equals(text, mark):
            hint = "write a value after the =; texts stand in quotes"
        fail(mark, f"this is not TOML: {message}", hint)
    except RecursionError:
        fail(Mark(0, 0), f"the file nests deeper than {MAX_DEPTH} levels")
    except ValueError:
        fail(Mark(0, 0), "a number or a date is out of range", "put it in quotes")
    return Parsed(_plain(data), locate(text))


def _place(message: str, text: str) -> tuple[Mark, str]:
    found = _PLACE.search(message)
    if found is None:
        return Mark(0, 0), message
    last = text.rstrip("\n").split("\n")
    mark = Mark(int(found[1]), int(found[2])) if found[1] else Mark(len(last), len(last[-1]) + 1)
    return mark, message[: found.start()]


def _ends_with_equals(text: str, mark: Mark) -> bool:
    """Whether the line stops after an equals sign, where a value should stand."""
    line = text.split("\n")[mark.line - 1]
    rest = line[mark.column - 1 :].strip()
    return line[: mark.column - 1].rstrip().endswith("=") and (not rest or rest.startswith("#"))


def _hint(message: str) -> str:
    if "Cannot overwrite" in message or "Cannot declare" in message or "Duplicate" in message:
        return "the key or table stands twice; keep one of them"
    if "Invalid value" in message:
        return "texts stand in quotes"
    return "look at this line and the one before"


def _members(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value).items())
    return list(enumerate(cast("list[Any]", value)))


def _plain(data: dict[str, object]) -> dict[str, object]:
    """The same data with dates and times as text, changed in place, without recursion."""
    waiting: list[Any] = [data]
    while waiting:
        value = waiting.pop()
        for key, child in _members(value):
            if isinstance(child, (datetime, date, time)):
                value[key] = child.isoformat()
            elif isinstance(child, (dict, list)):
                waiting.append(child)
    return data
