"""Moving the clock of a browser's pages with ``context.clock`` of Playwright, as far as that goes.

A document that is loaded after a jump replays the jumps before it, and in Playwright 1.65 starts its timers with the
negative sum as a delay. Browsers take a delay modulo 2**32 milliseconds, as a signed number: where that comes out
positive, no timer of the document ever runs. So a jump ends where it does not, at most 25 days short, and the rest of
the way only the time of day is set. A timer waits for 24.8 days at most (HTML, timer initialization steps), so that
none which is due is passed over.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

_ROUND = 2**32
_HALF = 2**31 - 3_600_000
"""Milliseconds; an hour less than half a round, for the time that the test itself takes."""


class PageClock:
    """The clock of all pages of a browser context, those to come included."""

    def __init__(self, context: BrowserContext) -> None:
        self._clock = context.clock
        self._jumped = 0
        self._ahead = 0.0
        self._clock.install()

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass: timers that are due run once, and the time of day is later by as much."""
        self._ahead += seconds
        wanted = round(seconds * 1000)
        jump = reach(self._jumped, wanted)
        if jump:
            self._jumped += jump
            self._clock.fast_forward(jump)
        if jump < wanted:
            self._clock.set_system_time(datetime.fromtimestamp(time.time() + self._ahead, tz=UTC))


def reach(jumped: int, wanted: int) -> int:
    """How many of ``wanted`` milliseconds may be jumped over after ``jumped``, so that new documents have timers."""
    end = jumped + wanted
    whole, rest = divmod(end, _ROUND)
    return wanted if rest < _HALF else max(whole * _ROUND + _HALF - 1 - jumped, 0)
