"""Retention and lifetime: calendar arithmetic, and how both are said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.model.lifetime import (
    DAY,
    PERSISTENT,
    SESSION,
    Lifetime,
    Retention,
    RetentionKind,
    describe_exactly,
    describe_like,
    describe_seconds,
    longest_months,
    parse_retention,
    shortest_months,
)

FOREVER = 1_000 * 366 * DAY


@pytest.mark.parametrize(
    ("months", "shortest", "longest"),
    [
        (0, 0, 0),
        (1, 28, 31),
        (2, 59, 62),
        (3, 89, 92),
        (6, 181, 184),
        (12, 365, 366),
        (13, 393, 397),
        (24, 730, 731),
        (25, 758, 762),
        (48, 1461, 1461),
        (49, 1489, 1492),
        (96, 2922, 2922),
    ],
)
def test_months_in_days(months: int, shortest: int, longest: int) -> None:
    assert (shortest_months(months), longest_months(months)) == (shortest, longest)


@given(st.integers(1, 60), st.integers(0, 4 * 12 - 1))
@settings(deadline=None)
def test_months_agree_with_the_calendar(count: int, start: int) -> None:
    year, month = divmod(start, 12)
    end_year, end_month = divmod(start + count, 12)
    days = (date(2024 + end_year, end_month + 1, 1) - date(2024 + year, month + 1, 1)) / timedelta(days=1)
    assert shortest_months(count) <= days <= longest_months(count)


@pytest.mark.parametrize(
    ("text", "months", "seconds", "longest", "shortest"),
    [
        ("1 second", 0, 1, 1, 1),
        ("30 seconds", 0, 30, 30, 30),
        ("5 minutes", 0, 300, 300, 300),
        ("2 hours", 0, 7200, 7200, 7200),
        ("400 days", 0, 400 * DAY, 400 * DAY, 400 * DAY),
        ("2 weeks", 0, 14 * DAY, 14 * DAY, 14 * DAY),
        ("1 month", 1, 0, 31 * DAY, 28 * DAY),
        ("6 months", 6, 0, 184 * DAY, 181 * DAY),
        ("1 year", 12, 0, 366 * DAY, 365 * DAY),
        ("2 years", 24, 0, 731 * DAY, 730 * DAY),
        ("P6M", 6, 0, 184 * DAY, 181 * DAY),
        ("P1Y1M", 13, 0, 397 * DAY, 393 * DAY),
        ("P1W", 0, 7 * DAY, 7 * DAY, 7 * DAY),
        ("P1M10DT2H3M4S", 1, 10 * DAY + 7384, 41 * DAY + 7384, 38 * DAY + 7384),
        ("PT30M", 0, 1800, 1800, 1800),
        ("P2W3D", 0, 17 * DAY, 17 * DAY, 17 * DAY),
    ],
)
def test_durations(text: str, months: int, seconds: int, longest: int, shortest: int) -> None:
    retention = parse_retention(text)
    assert retention.kind is RetentionKind.DURATION
    assert (retention.months, retention.seconds) == (months, seconds)
    assert (retention.max_seconds, retention.min_seconds) == (longest, shortest)
    assert str(retention) == retention.text == text


def test_session_and_persistent() -> None:
    session, persistent = parse_retention("session"), parse_retention("persistent")
    assert (session.kind, session.max_seconds, session.min_seconds) == (RetentionKind.SESSION, 0, 0)
    assert (persistent.kind, persistent.max_seconds, persistent.min_seconds) == (RetentionKind.PERSISTENT, None, 0)


@pytest.mark.parametrize(
    "text",
    [
        "", "6", "6 month s", "6months", " 6 months", "6  months", "6 Months", "-1 day", "1.5 days", "forever", "P",
        "PT", "P1", "P1DT", "1Y", "P1H", "PT1D", "p6m", "9999999999 days", "6 months\n", "Session",
    ],
)  # fmt: skip
def test_what_is_no_retention(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a retention; write session, persistent, a number and a unit \(6 "):
        parse_retention(text)


@pytest.mark.parametrize("text", ["0 days", "P0D", "PT0S", "0 months"])
def test_no_time_is_no_retention(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' lasts no time; write session"):
        parse_retention(text)


def test_retentions_are_equal_by_what_they_say() -> None:
    assert parse_retention("6 months") == Retention("6 months", RetentionKind.DURATION, 6, 0)
    assert parse_retention("6 months") != parse_retention("P6M")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (61, "61 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (150, "2.5 minutes"),
        (3600, "1 hour"),
        (3601, "60 minutes"),
        (7200, "2 hours"),
        (DAY, "1 day"),
        (DAY + 1, "24 hours"),
        (36 * 3600, "36 hours"),
        (184 * DAY, "184 days"),
        (184.5 * DAY, "184.5 days"),
        (FOREVER, "366000 days"),
        (FOREVER + 1, "over 1,000 years"),
        (float("inf"), "over 1,000 years"),
    ],
)
def test_describe_seconds(seconds: float, text: str) -> None:
    assert describe_seconds(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (0.4, "0 seconds"),
        (1, "1 second"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (DAY, "1 day"),
        (184 * DAY + 1, "184 days 1 second"),
        (2 * DAY + 2 * 3600 + 2 * 60 + 2, "2 days 2 hours 2 minutes 2 seconds"),
        (DAY - 1, "23 hours 59 minutes 59 seconds"),
        (FOREVER, "366000 days"),
        (FOREVER + 1, "over 1,000 years"),
        (float("inf"), "over 1,000 years"),
    ],
)
def test_describe_exactly(seconds: float, text: str) -> None:
    assert describe_exactly(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "retention", "text"),
    [
        (730 * DAY, "6 months", "24 months"),
        (730 * DAY, "P6M", "24 months"),
        (730 * DAY, "1 year", "2 years"),
        (730 * DAY, "2 years", "2 years"),
        (365.2425 * DAY, "P1Y", "1 year"),
        (45 * DAY, "1 month", "1.5 months"),
        (730 * DAY, "400 days", "730 days"),
        (21 * DAY, "2 weeks", "3 weeks"),
        (90, "30 seconds", "90 seconds"),
        (90, "1 minute", "1.5 minutes"),
        (36 * 3600, "PT12H", "36 hours"),
        (730 * DAY, "session", "730 days"),
        (730 * DAY, "persistent", "730 days"),
        (FOREVER, "1 day", "366000 days"),
        (FOREVER + 1, "1 day", "over 1,000 years"),
        (float("inf"), "6 months", "over 1,000 years"),
        (DAY, "6 months", "1 day"),
        (12 * 3_600, "1 day", "12 hours"),
        (DAY, "1 day", "1 day"),
        (DAY - 1, "1 day", "24 hours"),
        (180 * DAY, "1 year", "180 days"),
    ],
)
def test_describe_like(seconds: float, retention: str, text: str) -> None:
    assert describe_like(seconds, parse_retention(retention)) == text


def test_lifetimes() -> None:
    assert SESSION.session
    assert not SESSION.persistent
    assert PERSISTENT.persistent
    assert not Lifetime(60.0).persistent
    assert [lifetime.describe() for lifetime in (SESSION, PERSISTENT, Lifetime(86400.0))] == [
        "session",
        "persistent",
        "1 day",
    ]
