"""Cookie dates: the forgiving algorithm of RFC 6265bis, 5.1.1, with a short cut for the dates that servers send."""

from __future__ import annotations

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Lower-casing folds no other letter into these: only the Kelvin sign becomes an ASCII one, and no month has a k.
_MONTH_NUMBER = {name: number for number, name in enumerate(_MONTHS, 1)}
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EPOCH_DAYS = 719_162
"""Days from 1 January of the year 1 to 1 January 1970 in the proleptic Gregorian calendar."""

# A token is a run of everything that is not a delimiter of 5.1.1. Digits are spelled out: \d would take other scripts.
_TOKEN = re.compile(r"[^\t -/;-@\[-`{-~]+")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])")
_DAY = re.compile(r"([0-9]{1,2})(?![0-9])")
_YEAR = re.compile(r"([0-9]{2,4})(?![0-9])")

_FIXED_DAY = re.compile(
    "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2}([ -])(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\1[0-9]{4} "
)
"""The first 17 characters of an IMF-fixdate, or of Netscape's form with dashes. Exactly these words, because a weekday
such as ``9hu`` would be the day of the month."""
LENGTH_OF_FIXED_DATE = 29
_MINUTE_OF_DAY = {f"{hour:02d}:{minute:02d}": hour * 3600 + minute * 60 for hour in range(24) for minute in range(60)}
_SECOND_AND_ZONE = {f":{second:02d} GMT": second for second in range(60)}
"""What may stand at the end of a fixed date, with its seconds: two look-ups instead of three numbers to check."""
_DAY_CACHE_SIZE = 4096
_days_seen: dict[str, float] = {}


def parse_cookie_date(text: str) -> float | None:
    """Return the seconds since the epoch that a cookie date names, or None when it names none.

    Never raises. Every date is read as UTC: zones and offsets are not part of the algorithm. A day that the calendar
    lacks, an hour above 23 and a year below 1601 name no date.
    """
    if len(text) == LENGTH_OF_FIXED_DATE:
        minute = _MINUTE_OF_DAY.get(text[17:22])
        second = _SECOND_AND_ZONE.get(text[22:])
        if minute is not None and second is not None:
            start = text[:17]
            midnight = _days_seen.get(start)
            if midnight is None:
                midnight = _remember(start)
            if midnight is not None:
                return midnight + minute + second
    return _parse_tokens(text)


def _remember(start: str) -> float | None:
    """Read the day of a fixed-length date and keep it; None sends the whole date through the general algorithm."""
    midnight = _parse_tokens(f"{start}00:00:00") if _FIXED_DAY.fullmatch(start) else None
    if midnight is not None:
        if len(_days_seen) >= _DAY_CACHE_SIZE:
            _days_seen.clear()
        _days_seen[start] = midnight
    return midnight


def _parse_tokens(text: str) -> float | None:
    """Take the first token that can be the time, the day, the month and the year, in this order of preference."""
    time = day = month = year = None
    for match in _TOKEN.finditer(text):
        token = match.group()
        if time is None and (found := _TIME.match(token)):
            time = found
        elif day is None and (found := _DAY.match(token)):
            day = int(found.group(1))
        elif month is None and (number := _MONTH_NUMBER.get(token[:3].lower())):
            month = number
        elif year is None and (found := _YEAR.match(token)):
            year = int(found.group(1))
    if time is None or day is None or month is None or year is None:
        return None
    if year < 70:
        year += 2000
    elif year < 100:
        year += 1900
    hour, minute, second = map(int, time.groups())
    if hour > 23 or minute > 59 or second > 59:
        return None
    return _seconds(year, month, day, hour * 3600 + minute * 60 + second)


def _seconds(year: int, month: int, day: int, second_of_day: int) -> float | None:
    """Epoch seconds of a calendar day, or None when there is no such day (5.1.1 steps 5 and 6)."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    length = 29 if month == 2 and leap else _MONTH_DAYS[month - 1]
    if year < 1601 or not 1 <= day <= length:
        return None
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400
    days += sum(_MONTH_DAYS[: month - 1]) + (1 if leap and month > 2 else 0) + day - 1
    return float((days - _EPOCH_DAYS) * 86_400 + second_of_day)
