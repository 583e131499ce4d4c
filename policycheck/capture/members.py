"""The members of a record of evidence, read by key: a message names the place and the key, never what stands there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from policycheck.capture.evidence import check_url
from policycheck.consent.reading import ObservedConsent, read_consent
from policycheck.errors import CaptureError, UsageError
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus, Lapse
from policycheck.model.spelling import did_you_mean

LATEST = 253_402_300_799.0
"""The end of the year 9999, in epoch seconds."""
EVERY = "*"
"""Stands for every category that a state of consent does not name."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_OF_MACHINES = frozenset({"http", "https", "ws", "wss"})
_CHOICE = ("status", "time", "version", "signal", "lapsed")


class Members:
    """The members of one object. ``categories`` are those of the catalogue; others raise."""

    def __init__(self, members: Mapping[str, Any], place: str, categories: tuple[str, ...] | None) -> None:
        self.members = members
        self.place = place
        self.categories = categories

    def __contains__(self, key: str) -> bool:
        """True when the object has a member of that name, null or not."""
        return key in self.members

    def only(self, known: tuple[str, ...], what: str) -> None:
        """Raise CaptureError for a member that is none of ``known`` and no extension."""
        for key in self.members:
            if key not in known and not key.startswith("x-"):
                self.fail(key, f"is no field of {what}{did_you_mean(key, known)}\n  fix: {what} has {', '.join(known)}")

    def required(self, *keys: str) -> None:
        """Raise CaptureError for the first of ``keys`` that is no member."""
        for key in keys:
            if key not in self.members:
                self.fail(key, "is missing")

    def value(self, key: str, read: Callable[[Any], Any]) -> Any:
        """What ``read`` makes of a member; None where there is none. Its ValueError is told with the place."""
        if key not in self.members:
            return None
        try:
            return read(self.members[key])
        except UsageError as error:
            self.fail("", f"{key!r}: {error}")
        except ValueError as error:
            self.fail(key, str(error))

    def within(self, key: str, known: tuple[str, ...] | None, what: str = "") -> Members | None:
        """The members of an object that is a member itself; None where there is none. ``known`` None: any."""
        if key not in self.members:
            return None
        inner = self.members[key]
        if not isinstance(inner, dict):
            self.fail(key, "must be an object")
        found = Members(cast("dict[str, Any]", inner), f"{self.place}: {key}", self.categories)
        if known is not None:
            found.only(known, what)
        return found

    def consent(self) -> ConsentState | None:
        """The state of consent that ``consent``, ``gpc`` and ``choices`` say together; None where they say nothing."""
        if "consent" in self and not isinstance(self.members["consent"], (str, list, dict)):
            self.fail("consent", "must be a text, a list or an object")
        state = cast("ConsentState | None", self.value("consent", self._statuses))
        gpc, choices = self.value("gpc", flag), self._choices()
        if isinstance(state, ObservedConsent) and (gpc or choices):
            self.fail("consent", "is 'observed', so no choices and no gpc can be told")
        if gpc is None and choices is None:
            return state
        return replace(state or UNSET, gpc=bool(gpc), choices=choices or {})

    def told_consent(self) -> ConsentState | None:
        """The same, of a record, for which nobody observes it."""
        found = self.consent()
        if isinstance(found, ObservedConsent):
            self.fail("consent", "is 'observed', which only a whole file can be")
        return found

    def _statuses(self, value: Any) -> ConsentState:
        told = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        if EVERY not in told:
            return read_consent(cast("object", value), self.categories)
        rest = read_consent({key: status for key, status in told.items() if key != EVERY}, self.categories)
        return replace(rest, default=read_consent(told[EVERY]).default)

    def _choices(self) -> dict[str, Choice] | None:
        given = self.within("choices", None)
        if given is None:
            return None
        choices: dict[str, Choice] = {}
        for category in given.members:
            choice = given.within(category, _CHOICE, "a choice")
            if choice is not None:
                given.value(category, partial(self._known, category))
                choices[category] = _choice(choice)
        return choices

    def _known(self, category: str, _choice: object) -> ConsentState:
        return read_consent([category], self.categories)

    def fail(self, key: str, message: str) -> Any:
        """Raise CaptureError about a member, or about the whole object."""
        named = f"{key!r} {message}" if key else message
        raise CaptureError(f"{self.place}: {named}") from None


def _choice(members: Members) -> Choice:
    if "status" not in members:
        members.fail("status", "is missing: a choice says how the visitor decided")
    lapsed = members.value("lapsed", one_of(tuple(Lapse)))
    return Choice(
        ConsentStatus(members.value("status", one_of(tuple(ConsentStatus)))),
        members.value("time", moment),
        members.value("version", text),
        members.value("signal", text) or "",
        Lapse(lapsed) if lapsed else None,
    )


def text(value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def name(value: Any) -> str:
    """A text that is not empty."""
    if not text(value):
        raise ValueError("must be a text that is not empty")
    return str(value)


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def url(value: Any) -> str:
    """An absolute http or https URL."""
    check_url(text(value))
    return str(value)


def address(value: Any) -> str:
    """An absolute URL of any scheme; one that leads to a machine can be read."""
    scheme = _SCHEME.match(text(value))
    if scheme is None:
        raise ValueError("must be an absolute URL, such as https://stats.example/collect")
    return url(value) if scheme.group()[:-1].lower() in _OF_MACHINES else str(value)


def status(value: Any) -> int:
    """A status code of HTTP."""
    if not 100 <= count(value) <= 599:
        raise ValueError("must be a whole number from 100 to 599")
    return int(value)


def count(value: Any) -> int:
    """A whole number from 0 upwards."""
    if not _is_whole(value) or value < 0:
        raise ValueError("must be a whole number, 0 or more")
    return int(value)


def whole(value: Any) -> int:
    """A whole number, which 1.0 is as well."""
    if not _is_whole(value):
        raise ValueError("must be a whole number")
    return int(value)


def _is_whole(value: Any) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def ordinal(value: Any) -> int:
    """A whole number from 1 upwards."""
    if not _is_whole(value) or value < 1:
        raise ValueError("must be a whole number, 1 or more")
    return int(value)


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts."""
    items = cast("list[object]", value) if isinstance(value, list) else [None]
    found = tuple(item for item in items if isinstance(item, str))
    if len(found) < len(items):
        raise ValueError("must be a list of texts")
    return found


def moment(value: Any) -> float:
    """Epoch seconds, as such or as an ISO 8601 time."""
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("must be epoch seconds or a time such as 2026-05-01T12:00:00Z") from None
        return seconds((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    return seconds(value)


def seconds(value: Any) -> float:
    """A number of seconds from 0 upwards."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= LATEST:
        raise ValueError("must be a number of seconds, 0 or more")
    return float(value)


def one_of(words: tuple[str, ...]) -> Callable[[Any], str]:
    """A reader for one of ``words``."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return read
