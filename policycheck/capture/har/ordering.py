"""Events in the order of their times, as far as a bounded number of them can be held back."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

LIMIT = 2_000
"""Events that are held back at most: what a page of a thousand requests comes to."""

T = TypeVar("T")


def in_order(events: Iterable[tuple[float, T]], disorder: Callable[[], None], limit: int = LIMIT) -> Iterator[T]:
    """Yield the values of ``events`` by time, those of one time as they came.

    At most ``limit`` are held back; ``disorder`` is called where that was too few, and what came too late then follows
    as soon as it can. An error of ``events`` is raised once everything before it was yielded.
    """
    held: list[tuple[float, int, T]] = []
    latest = float("-inf")
    broken: Exception | None = None
    source = enumerate(events)
    while broken is None:
        try:
            number, (moment, value) = next(source)
        except StopIteration:
            break
        except Exception as error:  # noqa: BLE001 - it is raised again
            broken = error
            break
        if moment < latest:
            disorder()
        heapq.heappush(held, (moment, number, value))
        if len(held) > limit:
            latest, _, value = heapq.heappop(held)
            yield value
    while held:
        yield heapq.heappop(held)[2]
    if broken is not None:
        raise broken
