"""Taking typed values out of plain data. What has the wrong type counts as absent, since the schema reports it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TypeVar

from policycheck.catalogue.entries import Text
from policycheck.catalogue.plain import as_list, as_object

Choice = TypeVar("Choice", bound=StrEnum)
UNDETERMINED = "und"
"""The language tag of a text that was written without one (ISO 639-2, BCP 47)."""


def word(data: Mapping[str, object], key: str) -> str | None:
    """A string, or None."""
    value = data.get(key)
    return value if isinstance(value, str) else None


def flag(data: Mapping[str, object], key: str) -> bool | None:
    """A boolean, or None."""
    value = data.get(key)
    return value if isinstance(value, bool) else None


def strings(data: Mapping[str, object], key: str) -> tuple[str, ...]:
    """The strings of a list."""
    value = data.get(key)
    return tuple(entry for entry in as_list(value) if isinstance(entry, str))


def choice(data: Mapping[str, object], key: str, kind: type[Choice]) -> Choice | None:
    """A member of an enumeration by its value, or None."""
    value = data.get(key)
    return _members(kind).get(value) if isinstance(value, str) else None


@cache
def _members(kind: type[Choice]) -> Mapping[str, Choice]:
    return {member.value: member for member in kind}


def text_of(data: Mapping[str, object], key: str) -> Text:
    """A text by language; a plain string stands under ``und``."""
    value = data.get(key)
    if isinstance(value, str):
        return {UNDETERMINED: value}
    return {tag: entry for tag, entry in as_object(value).items() if isinstance(entry, str)}
