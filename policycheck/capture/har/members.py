"""Members of a HAR entry, whatever a writer put there: each is of the type that is asked for, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

Object = Mapping[str, Any]
_READ = frozenset({"clear-site-data", "cookie", "date", "referer", "sec-fetch-dest", "sec-gpc", "set-cookie"})


def member(value: Object, key: str) -> Object:
    """An object; empty where there is none."""
    found = value.get(key)
    return cast("Object", found) if isinstance(found, dict) else {}


def objects(value: Object, key: str) -> list[Object]:
    """The objects of a list."""
    found = value.get(key)
    listed = cast("list[Object]", found) if isinstance(found, list) else []
    return [item for item in listed if isinstance(item, dict)]


def text(value: Object, key: str) -> str:
    """A text; empty where there is none."""
    found = value.get(key)
    return found if isinstance(found, str) else ""


def number(value: Object, key: str) -> float | None:
    """A number that is finite, also one that is written as a text."""
    found = value.get(key)
    try:
        told = float(found) if isinstance(found, int | float | str) and not isinstance(found, bool) else None
    except (ValueError, OverflowError):
        return None
    return told if told is not None and abs(told) < float("inf") else None


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response: its members, and of its headers those that something here reads."""

    members: Object = field(repr=False)
    _headers: Mapping[str, list[str]] = field(repr=False)

    @classmethod
    def of(cls, entry: Object, key: str) -> Message:
        """The message of ``entry`` that is called ``key``."""
        found = member(entry, key)
        told: dict[str, list[str]] = {}
        listed = found.get("headers")
        for header in cast("list[Object]", listed) if isinstance(listed, list) else ():
            if (
                isinstance(header, dict)
                and isinstance(name := header.get("name"), str)
                and (lower := name.lower()) in _READ
            ):
                told.setdefault(lower, []).append(text(header, "value"))
        return cls(found, told)

    def headers(self, name: str) -> list[str]:
        """The values of the headers ``name``, which is lower case, in order."""
        return self._headers.get(name, [])

    def header(self, name: str) -> str:
        """The value of the first header ``name``; empty where there is none."""
        found = self._headers.get(name)
        return found[0].strip() if found else ""


def moment(value: Object, key: str) -> float | None:
    """A date of ISO 8601 as epoch seconds; one without a zone is read as UTC."""
    try:
        told = datetime.fromisoformat(text(value, key))
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
