"""Comparisons: what another device would hold after nearly the same journey. They gather facts; rules judge them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from policycheck.consent.laws.names import LawName
from policycheck.consent.signals import SignalError
from policycheck.consent.signals.mapping import reading_to_statuses
from policycheck.consent.steps import Comparison, Difference, Place, place_of
from policycheck.matching.match import Match
from policycheck.model.consent import ConsentStatus
from policycheck.testing.clock import TICK
from policycheck.testing.visitor import Move

if TYPE_CHECKING:
    from policycheck.testing.journey import ConsentJourney

_SAME_TIME = Move("wait")
_Entry: TypeAlias = tuple[str, str | None, str | None, str | None]
"""An entry as two devices can be compared by it: its item (or kind and name), domain or host, path, partition."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a visitor sees at one moment: the entries on the device, the banner, and what records of the choice say."""

    entries: Mapping[_Entry, Match]
    asked: bool | None
    said: Mapping[str, bool | None]


def sight(journey: ConsentJourney) -> Sight:
    """What there is to see now."""
    return Sight(_entries(journey), journey.asked(), _said(journey))


def look_around(journey: ConsentJourney) -> Sight:
    """Load every page, and then look."""
    for page in journey.driver.pages:
        journey.driver.visit(page)
    return sight(journey)


def repeated_grant(
    journey: ConsentJourney, text: str, before: Sight, settled: Sight, after: Sight
) -> Comparison | None:
    """What a second grant changed on a device that had settled; None where it had not.

    Where something changed, a twin looks around as often without the second grant: what comes or goes with the pages
    that were loaded has nothing to do with it. None where no twin can be brought to the same time.
    """
    if _apart(before, settled, "", ""):
        return None
    gone, new = "is gone after the same consent was given again", "is there only after it"
    found = _apart(settled, after, gone, new)
    if found:
        earlier = [move for move, _ in journey.moves[:-1]]
        if not _can_repeat(journey, earlier):
            return None
        first, *later = _looking_on(journey, earlier)
        usual = {_difference(each) for sight in later for each in _apart(first, sight, gone, new)}
        found = [each for each in found if _difference(each) not in usual]
    return Comparison(LawName.GRANT_IS_IDEMPOTENT, text, f"{text}; {text}", tuple(found))


def _looking_on(journey: ConsentJourney, earlier: Sequence[Move]) -> list[Sight]:
    """What a twin sees who looks around once more than the visitor that grants again: the last two looks and on."""
    with _twin(journey) as twin:
        for move in earlier:
            twin.make(move)
        twin.clock.advance(TICK)
        return [look_around(twin) for _ in range(4)][1:]


def _difference(difference: Difference) -> tuple[str, _Entry | None]:
    """A difference as it can be compared with one of another device."""
    match = difference.match
    return (difference.what, None if match is None else _entry(place_of(match.observation), match))


def both_orders(journey: ConsentJourney, earlier: Sequence[Move], first: str, second: str) -> Comparison | None:
    """What two visitors see who granted two categories in either order, after the same journey.

    None where they cannot be brought to the same time.
    """
    if not _can_repeat(journey, earlier):
        return None
    orders = ((first, second), (second, first))
    here, there = (_after_both(journey, earlier, *order) for order in orders)
    one, other = (f"grant({a!r}); grant({b!r})" for a, b in orders)
    found = _apart(here, there, f"is there only after {one}", f"is there only after {other}")
    return Comparison(LawName.ORDER_DOES_NOT_MATTER, one, other, tuple(found))


def _after_both(journey: ConsentJourney, earlier: Sequence[Move], first: str, second: str) -> Sight:
    with _twin(journey) as twin:
        for move in earlier:
            twin.make(move)
        twin.clock.advance(TICK)
        twin.grant_and_look(first, second)
        return sight(twin)


def without_refused_visits(journey: ConsentJourney, fresh: frozenset[str]) -> Comparison | None:
    """What the entries of the categories ``fresh``, granted just now, would hold without the visits before the grant.

    Two twins make the journey without them, but with the first page after consent had ended: there the application may
    clear up. An entry whose value they have in common, and this device has not, holds
    what was collected before; the second is asked only where the first holds something else. Values are compared in
    memory. None where no such entry is there.
    """
    entries = {
        entry: match
        for entry, match in _entries(journey).items()
        if match.item is not None
        and all(use.needs_consent and use.category.key in fresh for use in match.item.uses if use.enabled)
        and match.observation.value is not None
    }
    if not entries or not _can_repeat(journey, [move for move, _ in journey.moves]):
        return None
    moves = list(_without_refused(journey, fresh))
    if _SAME_TIME not in moves:
        return None
    one = _entries_after(journey, moves)
    suspects = {entry: match for entry, match in entries.items() if _value(one, entry) != match.observation.value}
    other = _entries_after(journey, moves) if suspects else one
    found = [
        Difference("holds something else than it would without the visits before the grant", match)
        for entry, match in suspects.items()
        if _value(one, entry) == _value(other, entry)
    ]
    here = "; ".join(move.text for move, _ in journey.moves)
    return Comparison(LawName.REGRANT_STARTS_CLEAN, here, "; ".join(move.text for move in moves), tuple(found))


def _without_refused(journey: ConsentJourney, fresh: frozenset[str]) -> Iterator[Move]:
    """The moves on this device; in the place of pages that were loaded while nothing of ``fresh`` was granted, time."""
    to_clear_up = False
    for move, state in journey.moves:
        if any(state.status(name) is ConsentStatus.GRANTED for name in fresh):
            to_clear_up = True
            yield move
        elif move.method != "visit":
            yield move
        else:
            yield move if to_clear_up else _SAME_TIME
            to_clear_up = False


def _entries_after(journey: ConsentJourney, moves: Sequence[Move]) -> Mapping[_Entry, Match]:
    with _twin(journey) as twin:
        for move in moves:
            twin.make(move)
        return _entries(twin)


def _value(entries: Mapping[_Entry, Match], entry: _Entry) -> str | None:
    match = entries.get(entry)
    return None if match is None else match.observation.value


@contextmanager
def _twin(journey: ConsentJourney) -> Generator[ConsentJourney, None, None]:
    """Another visitor of the same application, who begins when this one began. The clock is put back in the end."""
    from policycheck.testing.journey import ConsentJourney

    now = journey.clock.now()
    journey.clock.rewind(journey.device_started)
    try:
        with ConsentJourney(journey.setup, clock=journey.clock, watched=False) as twin:
            yield twin
    finally:
        journey.clock.rewind(now)


def _can_repeat(journey: ConsentJourney, moves: Sequence[Move]) -> bool:
    """True when a twin can see the same times, or no time has passed to speak of; a revision happens only once."""
    methods = {move.method for move in moves}
    return "revise" not in methods and (journey.clock.rewindable or not methods & {"wait", "expire"})


def _entries(journey: ConsentJourney) -> Mapping[_Entry, Match]:
    return {_entry(place, match): match for place, match in journey.device.items()}


def _entry(place: Place, match: Match) -> _Entry:
    kind, name, where, path, partition = place
    return (match.item.key if match.item else f"{kind}:{name}", where, path, partition)


def _said(journey: ConsentJourney) -> Mapping[str, bool | None]:
    """What the records of consent managers on the device say about each category."""
    said: dict[str, bool | None] = {}
    index = journey.setup.signals
    for match in journey.device.values():
        observation = match.observation
        if observation.value is not None:
            try:
                found = index.read(observation.kind, observation.name, observation.value)
            except SignalError:
                continue
            if found is not None:
                said |= reading_to_statuses(*found, journey.setup.categories)
    return said


def _apart(one: Sight, other: Sight, only_one: str, only_other: str) -> list[Difference]:
    found = [Difference(only_one, match) for entry, match in one.entries.items() if entry not in other.entries]
    found += [Difference(only_other, match) for entry, match in other.entries.items() if entry not in one.entries]
    if one.asked != other.asked:
        found.append(Difference("counts in one case only: in the other the visitor is asked again"))
    for category, choice in one.said.items():
        if other.said.get(category) != choice:
            found.append(Difference(f"says something else about {category!r}"))
    return found
