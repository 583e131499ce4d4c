"""Clocks: time that passes when the visitor waits, for whoever reads it in this process."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import time

import pytest

from policycheck.testing.clock import Clock, DriverClock, ProcessClock, can_stop_time

LIBRARIES = ["time_machine", "freezegun"]


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each library that can stop time, as if the other were not installed."""
    pytest.importorskip(request.param)
    for other in LIBRARIES:
        if other != request.param:
            monkeypatch.setitem(sys.modules, other, None)
    return str(request.param)


def test_time_stands_still_and_is_moved(library: str) -> None:
    real = time.time()
    with ProcessClock(1_800_000_000.7) as clock:
        assert clock.now() == time.time() == 1_800_000_000
        clock.advance(90)
        assert clock.now() == time.time() == 1_800_000_090
        assert dt.datetime.now(tz=dt.UTC).year == 2027
        clock.rewind(1_700_000_000)
        assert clock.now() == time.time() == 1_700_000_000
    assert 0 <= time.time() - real < 30
    clock.advance(5)
    assert 0 <= time.time() - real < 30, "once it was left it moves nobody's time"


def test_it_starts_now_and_event_loops_go_on(library: str) -> None:
    real = time.time()
    with ProcessClock() as clock:
        assert 0 <= real - clock.now() < 2
        asyncio.run(asyncio.sleep(0.01))
    assert (clock.movable, clock.rewindable) == (True, True)


def test_what_can_stop_time() -> None:
    assert can_stop_time()


def test_the_clock_of_an_application_elsewhere_is_moved_by_its_driver() -> None:
    moved: list[float] = []
    with DriverClock(moved.append) as clock:
        before = clock.now()
        clock.advance(100)
        assert moved == [100]
        assert 100 <= clock.now() - before < 130
    assert (clock.movable, clock.rewindable) == (True, False)


def test_a_clock_that_cannot_be_moved_shows_the_time() -> None:
    with Clock() as clock:
        before = clock.now()
        clock.advance(100)
        clock.rewind(0)
        assert 0 <= clock.now() - before < 30
    assert (clock.movable, clock.rewindable) == (False, False)
