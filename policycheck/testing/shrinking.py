"""Making a sequence that breaks a law as short and as plain as it goes.

Hypothesis finds the sequence, and would shrink the draws that led to it. Here the moves themselves are left out, and
replaced by plainer ones: that takes a fifth of the time, and does not stop at sequences from which no draw leads away
(measured on one application and three seeds: 0.4 to 3 against 2 to 18 seconds of processor time).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from policycheck.errors import PolicycheckError
from policycheck.testing.journey import ConsentJourney
from policycheck.testing.setup import ConsentSetup
from policycheck.testing.violation import ConsentViolation
from policycheck.testing.visitor import Move

LONGEST = 60.0
"""Seconds that may be spent on it: where one journey takes seconds, a longer sequence now beats a shorter one later."""
TRIES = 300
"""How many journeys may be spent on it."""


def shrink(setup: ConsentSetup, found: ConsentViolation, moves: Sequence[Move]) -> ConsentViolation:
    """The violation of the same law after fewer or plainer moves, or ``found`` itself when there is none."""
    best, shortest = found, tuple(moves)
    with ConsentJourney(setup) as journey:
        first_page = journey.driver.pages[0]
    until = time.perf_counter() + LONGEST
    candidates = _simpler(setup, shortest, first_page)
    for _ in range(TRIES):
        candidate = next(candidates, None)
        if candidate is None or time.perf_counter() > until:
            break
        broken = _broken_by(setup, candidate)
        if broken is not None and broken[0].laws[:1] == found.laws[:1]:
            best, shortest = broken
            candidates = _simpler(setup, shortest, first_page)
    return best


def _broken_by(setup: ConsentSetup, moves: Sequence[Move]) -> tuple[ConsentViolation, tuple[Move, ...]] | None:
    """The violation that these moves lead to, with the moves up to it."""
    with ConsentJourney(setup) as journey:
        for number, move in enumerate(moves, 1):
            try:
                journey.make(move)
            except ConsentViolation as violation:
                return violation, tuple(moves[:number])
            except PolicycheckError:
                return None
    return None


def _simpler(setup: ConsentSetup, moves: tuple[Move, ...], first_page: str) -> Iterator[tuple[Move, ...]]:
    """Sequences without half of the moves, without fewer and fewer, without any two, and with one plainer move.

    Several grants may also be one of everything.
    """
    places = range(len(moves))
    size = len(moves) // 2
    while size:
        yield from (moves[:at] + moves[at + size :] for at in range(0, len(moves) - size + 1, size))
        size //= 2
    yield from (moves[:a] + moves[a + 1 : b] + moves[b + 1 :] for a in places for b in places if a < b)
    grants = [at for at in places if moves[at].method == "grant"]
    if len(grants) > 1:
        everything = (*moves[: grants[-1]], Move("grant_all"), *moves[grants[-1] + 1 :])
        yield tuple(move for at, move in enumerate(everything) if at not in grants[:-1])
    for at, move in enumerate(moves):
        yield from ((*moves[:at], plainer, *moves[at + 1 :]) for plainer in _plainer(setup, move, first_page))


def _plainer(setup: ConsentSetup, move: Move, first_page: str) -> Iterator[Move]:
    """Moves that say less: one category for several, a page for an action, the first page for another."""
    match move.method:
        case "act":
            yield Move("visit", (first_page,))
        case "visit" if move.arguments != (first_page,):
            yield Move("visit", (first_page,))
        case "grant_all":
            yield from (Move("grant", (category,)) for category in setup.categories)
        case "change":
            yield from (Move("grant", (category,)) for category in move.named["grant"])
            yield from (Move("withdraw", (category,)) for category in move.named["deny"])
            yield Move("refuse_all")
        case "refuse_all":
            yield from (Move("withdraw", (category,)) for category in setup.categories)
        case "wait" if move.named.get("days", 0) > 1:
            yield Move("wait", (), {"days": 1})
        case _:
            return
