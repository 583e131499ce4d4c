"""Cookie dates, RFC 6265bis, 5.1.1."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from policycheck.wire import dates, parse_cookie_date


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> float:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()


JUNE = at(2027, 6, 9, 10, 18, 14)


@pytest.mark.parametrize(
    "text",
    [
        "Wed, 09 Jun 2027 10:18:14 GMT",
        "Wed, 09-Jun-2027 10:18:14 GMT",
        "Wednesday, 09-Jun-27 10:18:14 GMT",
        "Wed Jun  9 10:18:14 2027",
        "9 Jun 2027 10:18:14",
        "9 JUN 27 10:18:14",
        "june 9 2027 10:18:14",
        "10:18:14 9 juniper 2027",
        "9 2027 Jun 10:18:14",
        "9\tJun\t2027/10:18:14",
        '9!Jun"2027#10:18:14',
        "9;Jun@2027[10:18:14",
        "9`Jun{2027~10:18:14",
        "9 Jun 2027 10:18:14.999",
        "9 Jun 2027 10:18:14 PST +0200",
        "9th Jun 2027AD 10:18:14Z",
        "9 Jun 2027 10:18:14:59",
        "09 Jun 2027 10:18:14 11:00:00 10 Jul 2028",
        "Sun, 09 Jun 2027 10:18:14 GMT",
        "Xyz, 09 Jun 2027 10:18:14 GMT",
        "Wed, 09 jun 2027 10:18:14 GMT",
        "Wed, 09 Jun 2027 10:18:14 gmt",
        "Wed, 09 Jun 2027 10:18:14 CET",
        "Wed. 09 Jun 2027 10:18:14 GMT",
        "Wed, 09/Jun/2027 10:18:14 GMT",
        "Wed, 09-Jun 2027 10:18:14 GMT",
        "Monday 9 Jun 2027 10:18:14",
        "\x009 9 Jun 2027 10:18:14",
        "\x7f9 9 Jun 2027 10:18:14",
        "é9 9 Jun 2027 10:18:14",
        "٣ 9 Jun 2027 10:18:14",
    ],
)
def test_one_moment_in_many_spellings(text: str) -> None:
    assert parse_cookie_date(text) == JUNE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 Jan 1970 0:0:0", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 1.0),
        ("1 Jan 69 1:2:3", at(2069, 1, 1, 1, 2, 3)),
        ("1 Jan 70 1:2:3", at(1970, 1, 1, 1, 2, 3)),
        ("1 Jan 99 1:2:3", at(1999, 1, 1, 1, 2, 3)),
        ("1 Jan 100 1:2:3", None),
        ("1 Jan 00 1:2:3", at(2000, 1, 1, 1, 2, 3)),
        ("1 Jan 1601 0:0:0", at(1601, 1, 1)),
        ("31 Dec 9999 23:59:59", at(9999, 12, 31, 23, 59, 59)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", at(9999, 12, 31, 23, 59, 59)),
        ("29 Feb 2028 0:0:0", at(2028, 2, 29)),
        ("29 Feb 2000 0:0:0", at(2000, 2, 29)),
        ("1 Mar 2028 0:0:0", at(2028, 3, 1)),
        ("1 Mar 2100 0:0:0", at(2100, 3, 1)),
        ("28 Feb 2100 0:0:0", at(2100, 2, 28)),
        ("1 Jan 10 1:1:1", at(2010, 1, 1, 1, 1, 1)),
        ("10 Jan 1 1:1:1 1999", at(1999, 1, 10, 1, 1, 1)),
        ("9hu, 12 Nov 2027 1:1:1", at(2012, 11, 9, 1, 1, 1)),
        ("9hu, 12 Nov 2027 10:10:10 GMT", at(2012, 11, 9, 10, 10, 10)),
        ("Wed, 09 Jun 2027 23:59:59 GMT", at(2027, 6, 9, 23, 59, 59)),
        ("Wed, 09 Jun 2027 00:00:00 GMT", at(2027, 6, 9)),
        ("Wed, 00 09 2027 10:18:14 Jun.", None),
        ("Wed, 09 Jun 2027 24:00:00 GMT", None),
        ("Wed, 09 Jun 2027 23:60:00 GMT", None),
        ("Wed, 09 Jun 2027 23:59:60 GMT", None),
        ("9 Jun 2027 24:00:00", None),
        ("9 Jun 2027 23:60:00", None),
        ("9 Jun 2027 23:59:60", None),
        ("9 Jun 2027 23:59:59", at(2027, 6, 9, 23, 59, 59)),
        ("24:00:00 9 Jun 2027 10:18:14", None),
        ("0 Jun 2027 10:18:14", None),
        ("31 Dec 1600 23:59:59", None),
        ("Sun, 31 Dec 1600 23:59:59 GMT", None),
        ("Sun, 31 Feb 2027 23:59:59 GMT", None),
        ("Wed, 09 Jun 2027 1a:18:14 GMT", None),
        ("Wed, 09 Jun 20 7 10:18:14 GMT", at(2020, 6, 9, 10, 18, 14)),
        ("29 Feb 2027 0:0:0", None),
        ("29 Feb 2100 0:0:0", None),
        ("30 Feb 2028 0:0:0", None),
        ("9 Jun 2027", None),
        ("9 Jun 10:18:14", None),
        ("Jun 2027 10:18:14", None),
        ("9 2027 10:18:14", None),
        ("9 Jun 7 10:18:14", None),
        ("9 Jun 127 10:18:14", None),
        ("9 Jun 02027 10:18:14", None),
        ("009 Jun 2027 10:18:14", None),
        ("9 Jun 2027 010:18:14", None),
        ("9 Jun 2027 10:018:14", None),
        ("9 Jun 2027 10:18:014", None),
        ("9 Jun 2027 10:18", None),
        ("9 Jun 2027 10 18 14", None),
        ("9 Ju 2027 10:18:14", None),
        ("9 J\u0131n 2027 10:18:14", None),
        ("٩ Jun 2027 10:18:14", None),
        ("", None),
        ("GMT", None),
        (":::", None),
        (" " * 29, None),
        ("x" * 19 + ":xx:xx GMT", None),
    ],
)
def test_moments_and_none(text: str, expected: float | None) -> None:
    assert parse_cookie_date(text) == expected


@pytest.mark.parametrize("year", [1601, 1700, 1900, 1969, 1970, 1972, 2000, 2026, 2027, 2028, 2100, 2400, 9999])
def test_every_day_of_a_year(year: int) -> None:
    for month in range(1, 13):
        length = calendar.monthrange(year, month)[1]
        for day in range(1, 33):
            text = f"{day} {calendar.month_abbr[month]} {year} 1:2:3"
            assert parse_cookie_date(text) == (at(year, month, day, 1, 2, 3) if day <= length else None), text


def test_the_short_cut_says_what_the_algorithm_says() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(400):
        moment += timedelta(days=1, hours=1, minutes=1, seconds=1)
        text = format_datetime(moment, usegmt=True)
        for spelled in (text, text.replace(" ", "-", 3).replace("-", " ", 1), text.lower()):
            assert parse_cookie_date(spelled) == moment.timestamp(), spelled
        assert parse_cookie_date(text) == moment.timestamp()


def test_the_cache_of_days_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "_days_seen", {})
    monkeypatch.setattr(dates, "_DAY_CACHE_SIZE", 3)
    sizes = []
    for day in range(1, 9):
        assert parse_cookie_date(f"Wed, {day:02d} Jun 2027 00:00:00 GMT") == at(2027, 6, day)
        sizes.append(len(dates._days_seen))
    assert sizes == [1, 2, 3, 1, 2, 3, 1, 2]
    assert dates._days_seen == {f"Wed, {day:02d} Jun 2027 ": at(2027, 6, day) for day in (7, 8)}
    dates._days_seen["Wed, 07 Jun 2027 "] = 5.0
    assert parse_cookie_date("Wed, 07 Jun 2027 00:00:01 GMT") == 6.0
    parse_cookie_date("Wed, 31 Jun 2027 00:00:00 GMT")
    parse_cookie_date("Xyz, 09 Jun 2027 00:00:00 GMT")
    assert len(dates._days_seen) == 2
