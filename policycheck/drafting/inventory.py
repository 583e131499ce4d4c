"""What was seen, gathered by kind and name. Values are not kept, so that an inventory may be written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from policycheck.drafting.sighting import Sighting
from policycheck.model.observation import Observation
from policycheck.model.storage import Operation, StorageKind

_PROBE = 2.0
"""Seconds within which a probe is gone again."""
_SAME_VISIT = 1.0
"""Seconds within which two writes of one entry belong to one visit."""

_Place = tuple[StorageKind, str, str | None, str | None, str | None]


class Inventory:
    """Everything that came to lie on the devices that were seen, in no order."""

    def __init__(self, sightings: Iterable[Sighting] = ()) -> None:
        self._sightings = {(sighting.kind, sighting.name): sighting for sighting in sightings}

    def __len__(self) -> int:
        return len(self._sightings)

    def __iter__(self) -> Iterator[Sighting]:
        return iter(self._sightings.values())

    def see(self, observations: Iterable[Observation]) -> None:
        """Take in what one device saw, in order: the observations of a journey, or of a test."""
        device = Device(self)
        for seen in observations:
            device.see(seen)
        device.close()

    def note(self, seen: Observation, when: str | None = None) -> None:
        """Take in one observation; ``when`` says in words under which consent, else it is told by its own.

        Whether it was a probe, and whether visits extend it, only a :class:`Device` can tell.
        """
        if seen.stored:
            self._of(seen).add(seen, when)

    def merge(self, other: Inventory) -> None:
        """Take in all that another one holds."""
        for sighting in other:
            key = (sighting.kind, sighting.name)
            known = self._sightings.get(key)
            self._sightings[key] = sighting if known is None else known.joined(sighting)

    def forget_consent(self) -> None:
        """Say that nobody knows what the visitor had said when this was stored."""
        for sighting in self:
            sighting.consents.clear()

    def plain(self) -> dict[str, Any]:
        """The inventory as JSON-like data, for another process."""
        return {"sightings": [sighting.plain() for sighting in self]}

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Inventory:
        """What :meth:`plain` made ``data`` of."""
        return cls(map(Sighting.from_plain, data["sightings"]))

    def _of(self, seen: Observation) -> Sighting:
        return self._sightings.setdefault((seen.kind, seen.name), Sighting(seen.kind, seen.name))

    def find(self, kind: StorageKind, name: str) -> Sighting | None:
        """What was seen of one name."""
        return self._sightings.get((kind, name))


class Device:
    """What is known of one device while its observations come in, one after the other."""

    def __init__(self, inventory: Inventory, *, noting: bool = True) -> None:
        self._inventory = inventory
        self._noting = noting
        self._last: dict[_Place, Observation] = {}
        self._there: dict[tuple[StorageKind, str], Observation] = {}

    def see(self, seen: Observation) -> None:
        """Take in the next observation of the device."""
        if self._noting:
            self._inventory.note(seen)
        sighting = self._inventory.find(seen.kind, seen.name)
        if sighting is None:
            return
        self._watch_probe(sighting, seen)
        self._watch_end(sighting, seen)

    def close(self) -> None:
        """Say that nothing more comes: what still lies there is no probe."""
        for kind, name in self._there:
            self._lasts(self._inventory.find(kind, name))

    def _watch_probe(self, sighting: Sighting, seen: Observation) -> None:
        """Tell a probe: each time it is removed at once, on the page that wrote it, which only a browser tells."""
        key = (seen.kind, seen.name)
        there = self._there.get(key)
        page = seen.source.page
        if there is not None and (seen.time - there.time > _PROBE or page is None or page != there.source.page):
            self._lasts(sighting)
        if seen.stored:
            self._there[key] = seen
        elif seen.operation is Operation.DELETE:
            self._there.pop(key, None)

    def _watch_end(self, sighting: Sighting, seen: Observation) -> None:
        """Tell what each visit pushes further out: stored again, later, while it lay there, to end later."""
        place = (seen.kind, seen.name, seen.domain or seen.host, seen.path, seen.partition_key)
        if seen.operation is Operation.DELETE:
            self._last.pop(place, None)
        elif seen.stored:
            before = self._last.get(place)
            self._last[place] = seen
            if before is None or seen.time - before.time < _SAME_VISIT:
                return
            ends = _end(before), _end(seen)
            if ends[0] is not None and ends[1] is not None and ends[0] > seen.time:
                sighting.ends.add("pushed" if ends[1] - ends[0] >= _SAME_VISIT else "kept")

    @staticmethod
    def _lasts(sighting: Sighting | None) -> None:
        if sighting is not None:
            sighting.lasting = True


def _end(seen: Observation) -> float | None:
    if seen.lifetime is None or seen.lifetime.seconds is None:
        return None
    return seen.time + seen.lifetime.seconds
