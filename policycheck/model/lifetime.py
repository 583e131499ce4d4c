"""Retention (what the catalogue declares) and lifetime (what was observed on the device).

Months and years are calendar months and years: a lifetime is within ``6 months`` if it ends no later than six calendar
months after some day on which it could have been set, so at most 184 days. There is no other tolerance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

DAY = 86_400
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": DAY, "week": 7 * DAY}
_WORDS = re.compile(r"(\d{1,9}) (second|minute|hour|day|week|month|year)s?")
_ISO = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?"
)


class RetentionKind(StrEnum):
    """The three forms a retention takes."""

    SESSION = "session"
    PERSISTENT = "persistent"
    DURATION = "duration"


_FOUR_YEARS = [days + (month == 1 and year == 0) for year in range(4) for month, days in enumerate(_MONTH_DAYS)]


def _runs_of_months(count: int) -> list[int]:
    """Days in each run of ``count`` consecutive calendar months; a century without its leap day is left aside."""
    cycles, rest = divmod(count, len(_FOUR_YEARS))
    doubled = _FOUR_YEARS + _FOUR_YEARS
    whole = cycles * sum(_FOUR_YEARS)
    return [whole + sum(doubled[start : start + rest]) for start in range(len(_FOUR_YEARS))]


@cache
def longest_months(count: int) -> int:
    """Days in the longest run of ``count`` calendar months, wherever it starts: 6 gives 184, 12 gives 366."""
    return max(_runs_of_months(count))


@cache
def shortest_months(count: int) -> int:
    """Days in the shortest run of ``count`` consecutive calendar months: 6 gives 181, 1 gives 28."""
    return min(_runs_of_months(count))


@dataclass(frozen=True, slots=True)
class Retention:
    """How long an entry may stay. ``text`` is the catalogue's own spelling; ``months`` and ``seconds`` add up."""

    text: str
    kind: RetentionKind
    months: int = 0
    seconds: int = 0
    max_seconds: int | None = field(default=None, compare=False)
    """The longest lifetime that is still within: seconds for a duration, 0 for a session, None for persistent."""

    @property
    def min_seconds(self) -> int:
        """The shortest lifetime that a duration can mean: 181 days for ``6 months``; 0 for the other kinds."""
        return shortest_months(self.months) * DAY + self.seconds

    def __str__(self) -> str:
        return self.text


def parse_retention(text: str) -> Retention:
    """Read ``session``, ``persistent``, ``6 months``, ``400 days``, ``P6M`` or ``PT30M`` (ISO 8601 durations).

    Raises :class:`ValueError` with a message that names the accepted forms.
    """
    if text == "session":
        return Retention(text, RetentionKind.SESSION, max_seconds=0)
    if text == "persistent":
        return Retention(text, RetentionKind.PERSISTENT)
    if match := _WORDS.fullmatch(text):
        amount, unit = int(match[1]), match[2]
        if unit in {"month", "year"}:
            return _duration(text, amount * (12 if unit == "year" else 1), 0)
        return _duration(text, 0, amount * _UNIT_SECONDS[unit])
    if match := _ISO.fullmatch(text):
        years, months, weeks, days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
        return _duration(text, years * 12 + months, (weeks * 7 + days) * DAY + hours * 3_600 + minutes * 60 + seconds)
    raise ValueError(
        f"{text!r} is not a retention; write session, persistent, a number and a unit (6 months), "
        "or an ISO 8601 duration (P6M)"
    )


def _duration(text: str, months: int, seconds: int) -> Retention:
    if months == 0 and seconds == 0:
        raise ValueError(f"{text!r} lasts no time; write session for what ends with the browser's session")
    return Retention(text, RetentionKind.DURATION, months, seconds, max_seconds=longest_months(months) * DAY + seconds)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long an observed entry stays: ``seconds`` from the moment it was set, None for session or persistent ones.

    Read from the header, not from a browser's jar, which cuts it to 400 days. ``left`` says that ``seconds`` is what
    was left of it when it was found: it was set to stay for that long at least.
    """

    seconds: float | None
    session: bool = False
    left: bool = False

    @property
    def persistent(self) -> bool:
        """True for web storage, which stays until the application or the person deletes it."""
        return self.seconds is None and not self.session

    def describe(self) -> str:
        """The lifetime in the largest unit that reads well: ``730 days``, ``90 minutes``, ``session``."""
        if self.seconds is None:
            return "session" if self.session else "persistent"
        return describe_seconds(self.seconds)


SESSION = Lifetime(None, session=True)
PERSISTENT = Lifetime(None)


_FOREVER = 1_000 * 366 * DAY
_MEAN_MONTH = 30.436875 * DAY
_YEARS = re.compile(r"\d+ years?|P\d+Y")


def describe_seconds(seconds: float) -> str:
    """Seconds in the largest unit of which there are at least two, else the exact one: ``184 days``, ``36 hours``."""
    if seconds > _FOREVER:
        return "over 1,000 years"
    for unit, size in (("day", DAY), ("hour", 3_600), ("minute", 60)):
        amount = seconds / size
        if amount >= 2 or amount == 1:
            return _amount(amount, unit)
    return _amount(round(seconds), "second")


def describe_exactly(seconds: float) -> str:
    """Seconds taken apart into days, hours, minutes and seconds: ``184 days 1 second``."""
    if seconds > _FOREVER:
        return "over 1,000 years"
    rest = round(seconds)
    parts: list[str] = []
    for unit, size in (("day", DAY), ("hour", 3_600), ("minute", 60), ("second", 1)):
        amount, rest = divmod(rest, size)
        if amount:
            parts.append(_amount(amount, unit))
    return " ".join(parts) or "0 seconds"


def describe_like(seconds: float, retention: Retention) -> str:
    """Seconds in the unit of ``retention``, to one decimal: beside ``6 months``, 730 days are ``24 months``.

    What is shorter than one of that unit is said in its own: beside ``6 months``, one day is ``1 day``.
    """
    written = _WORDS.fullmatch(retention.text)
    if retention.months:
        unit, size = ("year", 12 * _MEAN_MONTH) if _YEARS.fullmatch(retention.text) else ("month", _MEAN_MONTH)
    elif written is not None:
        unit, size = written[2], _UNIT_SECONDS[written[2]]
    else:
        return describe_seconds(seconds)
    return _amount(seconds / size, unit) if size <= seconds <= _FOREVER else describe_seconds(seconds)


def _amount(amount: float, unit: str) -> str:
    text = f"{amount:.1f}".removesuffix(".0")
    return f"{text} {unit}{'' if text == '1' else 's'}"
