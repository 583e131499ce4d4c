"""Clocks: the time of one journey, which passes only when the visitor waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

TICK = 1.0
"""Seconds that each step of a journey takes, so that a lifetime which is renewed is seen to be renewed."""


class Clock:
    """The time of day, in epoch seconds. This one cannot be moved: laws about time are not looked at with it.

    ``movable`` says that time can be let pass, ``rewindable`` that it can be put back, for a second device that is to
    see the same times.
    """

    movable = False
    rewindable = False

    def now(self) -> float:
        """Epoch seconds."""
        return time.time()

    def advance(self, seconds: float) -> None:
        """Let time pass. With a clock that cannot be moved nothing happens."""

    def rewind(self, now: float) -> None:
        """Put the time to ``now`` (epoch seconds), earlier or later; only where it is ``rewindable``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        pass


class DriverClock(Clock):
    """The clock of an application elsewhere, moved by its driver: ``move`` gets the seconds that pass."""

    movable = True

    def __init__(self, move: Callable[[float], object]) -> None:
        self._move = move
        self._ahead = 0.0

    def now(self) -> float:
        """Epoch seconds, as the application sees them."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let time pass in the application."""
        self._move(seconds)
        self._ahead += seconds


class ProcessClock(Clock):
    """The clock of this whole process, standing still between steps: for applications that run in it.

    A context manager; on leaving it the time is the real one again. It needs time-machine or freezegun, and takes the
    first of them that is there.
    """

    movable = True
    rewindable = True

    def __init__(self, start: float | None = None) -> None:
        self._now = float(int(time.time() if start is None else start))
        self._stopped: Any = None
        self._move: Callable[[float], None] = lambda now: None

    def now(self) -> float:
        """Epoch seconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass for the whole process."""
        self.rewind(self._now + seconds)

    def rewind(self, now: float) -> None:
        """Put the time of the whole process to ``now``."""
        self._now = now
        self._move(now)

    def __enter__(self) -> Self:
        self._stopped, self._move = _stop_time(self._now)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stopped.stop()
        self._move = lambda now: None


def can_stop_time() -> bool:
    """True when time-machine or freezegun is installed."""
    from importlib.util import find_spec

    return find_spec("time_machine") is not None or find_spec("freezegun") is not None


def _stop_time(now: float) -> tuple[Any, Callable[[float], None]]:
    from datetime import UTC, datetime

    try:
        import time_machine
    except ImportError:
        import freezegun  # type: ignore[import-not-found,unused-ignore]

        freezer: Any = freezegun.freeze_time(datetime.fromtimestamp(now, tz=UTC), real_asyncio=True)
        frozen = freezer.start()
        return freezer, lambda moment: frozen.move_to(datetime.fromtimestamp(moment, tz=UTC))
    traveller: Any = time_machine.travel(now, tick=False)
    moved = traveller.start()
    return traveller, moved.move_to
