"""Making a sequence that breaks a law as short and as plain as it goes, after Hypothesis has done its part.

Hypothesis shrinks the draws of an example, in which some rules may be switched off; so its shortest sequence can be one
that no draw leads away from. Here the moves themselves are left out, and replaced by plainer ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.errors import PolicycheckError
from policycheck.testing.journey import ConsentJourney
from policycheck.testing.setup import ConsentSetup
from policycheck.testing.violation import ConsentViolation
from policycheck.testing.visitor import Move

TRIES = 150
"""How many journeys may be spent on it."""


def polish(setup: ConsentSetup, found: ConsentViolation, moves: Sequence[Move]) -> ConsentViolation:
    """The violation of the same law after fewer or plainer moves, or ``found`` itself when there is none."""
    best, shortest = found, tuple(moves)
    tries = TRIES
    improved = True
    while improved and tries:
        improved = False
        for candidate in _simpler(setup, shortest):
            tries -= 1
            broken = _broken_by(setup, candidate)
            if broken is not None and broken[0].laws[:1] == found.laws[:1]:
                best, shortest = broken
                improved = True
                break
            if not tries:
                break
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


def _simpler(setup: ConsentSetup, moves: tuple[Move, ...]) -> Iterator[tuple[Move, ...]]:
    """Sequences without one move, without two, and with one plainer move."""
    places = range(len(moves))
    yield from (moves[:at] + moves[at + 1 :] for at in places)
    yield from (moves[:a] + moves[a + 1 : b] + moves[b + 1 :] for a in places for b in places if a < b)
    for at, move in enumerate(moves):
        yield from ((*moves[:at], plainer, *moves[at + 1 :]) for plainer in _plainer(setup, move))


def _plainer(setup: ConsentSetup, move: Move) -> Iterator[Move]:
    match move.method:
        case "grant_all":
            yield from (Move("grant", (category,)) for category in setup.categories)
        case "change":
            yield from (Move("grant", (category,)) for category in move.named["grant"])
            yield from (Move("withdraw", (category,)) for category in move.named["deny"])
            yield Move("refuse_all")
        case "refuse_all":
            yield from (Move("withdraw", (category,)) for category in setup.categories)
        case "wait" if move.named["days"] > 1:
            yield Move("wait", (), {"days": 1})
        case _:
            return
