"""How long things may stay, and how long they do."""

from __future__ import annotations

from hypothesis import strategies as st

from policycheck.model.lifetime import DAY, PERSISTENT, SESSION, Lifetime, Retention, RetentionKind, parse_retention

_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
_LONGEST = 10 * 366 * DAY


def retentions() -> st.SearchStrategy[Retention]:
    """What a catalogue may declare: session, persistent, a number and a unit, or an ISO 8601 duration."""
    amounts = st.integers(1, 400)
    words = st.tuples(amounts, st.sampled_from(_UNITS)).map(lambda said: f"{said[0]} {said[1]}{'s' * (said[0] > 1)}")
    days = st.tuples(amounts, st.sampled_from("DWMY")).map(lambda said: f"P{said[0]}{said[1]}")
    times = st.tuples(amounts, st.sampled_from("SMH")).map(lambda said: f"PT{said[0]}{said[1]}")
    return st.one_of(st.just("session"), st.just("persistent"), words, days, times).map(parse_retention)


def lifetimes(retention: Retention | None = None) -> st.SearchStrategy[Lifetime]:
    """How long an observed entry stays; with ``retention``, as long as that declares and no longer.

    Of a duration every length is drawn that it can mean, so that ``6 months`` gives 181 to 184 days.
    """
    if retention is None:
        return st.one_of(st.just(SESSION), st.just(PERSISTENT), seconds_of(None).map(Lifetime))
    if retention.kind is RetentionKind.SESSION:
        return st.just(SESSION)
    if retention.kind is RetentionKind.PERSISTENT:
        return st.just(PERSISTENT)
    return seconds_of(retention).map(Lifetime)


def seconds_of(retention: Retention | None) -> st.SearchStrategy[float]:
    """Whole seconds that ``retention`` can mean; any up to ten years for one that promises no length."""
    if retention is None or not retention.max_seconds:
        return st.integers(1, _LONGEST).map(float)
    return st.integers(retention.min_seconds, retention.max_seconds).map(float)
