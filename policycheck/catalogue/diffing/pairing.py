"""Which entry of the one catalogue is which of the other, and which takes names over from another."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from policycheck.catalogue.comparison import kinds_meet, narrowing_accepts, narrowings_meet
from policycheck.catalogue.diffing.fields import same_language
from policycheck.catalogue.entries import Item
from policycheck.catalogue.names import NameBudgetError, covers, overlap


@dataclass(slots=True)
class Pairing:
    """Which of ``new`` is which of ``old``; what has no partner was removed or added."""

    old: Sequence[Item]
    new: Sequence[Item]
    _new_of: dict[int, Item] = field(default_factory=dict[int, Item])
    _old_of: dict[int, Item] = field(default_factory=dict[int, Item])

    @property
    def pairs(self) -> list[tuple[Item, Item]]:
        """What has a partner, in the order of the new catalogue."""
        return [(self._old_of[id(item)], item) for item in self.new if id(item) in self._old_of]

    @property
    def removed(self) -> list[Item]:
        """Entries of the old catalogue alone."""
        return [item for item in self.old if id(item) not in self._new_of]

    @property
    def added(self) -> list[Item]:
        """Entries of the new catalogue alone."""
        return [item for item in self.new if id(item) not in self._old_of]

    def join(self, one: Item, other: Item) -> None:
        """Make the two partners, unless one of them has a partner already."""
        if id(one) not in self._new_of and id(other) not in self._old_of:
            self._new_of[id(one)], self._old_of[id(other)] = other, one


def pair(old: Sequence[Item], new: Sequence[Item]) -> Pairing:
    """Pair what is declared alike; of what is left, what matches the same names, then what matches more or fewer."""
    pairing = Pairing(old, new)
    for key in (_declared, _named):
        _join_by(key, pairing)
    for _, one, other in sorted(_related(pairing.removed, pairing.added), key=lambda found: found[0]):
        pairing.join(one, other)
    return pairing


def _declared(item: Item) -> Hashable:
    return _named(item), frozenset(item.hosts), item.partition, item.set_by


def _named(item: Item) -> Hashable:
    return item.kind, item.name, item.pattern.is_regex


def _join_by(key: Callable[[Item], Hashable], pairing: Pairing) -> None:
    waiting: dict[Hashable, list[Item]] = defaultdict(list)
    for item in reversed(pairing.removed):
        waiting[key(item)].append(item)
    for item in pairing.added:
        if found := waiting.get(key(item)):
            pairing.join(found.pop(), item)


def _related(old: list[Item], new: list[Item]) -> Iterator[tuple[tuple[object, ...], Item, Item]]:
    """Pairs of which one may hold all that the other does, each with a rank that is the same read backwards."""
    known = _Near(new)
    for one in old:
        for other in known.to(one):
            if not (one.kind.accepts(other.kind) or other.kind.accepts(one.kind)):
                continue
            if not (narrowing_accepts(one, other) or narrowing_accepts(other, one)):
                continue
            wider, narrower = covers(one.pattern, other.pattern), covers(other.pattern, one.pattern)
            if wider or narrower:
                rank = 3 - wider - narrower + (one.kind is not other.kind)
                yield (rank, *sorted((one.name, other.name)), *sorted((one.kind, other.kind))), one, other


class _Near:
    """Finds, of many entries, those whose names may begin as another one's do; the others share no name with it."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._by_start: dict[str, list[int]] = defaultdict(list)
        for at, item in enumerate(items):
            self._by_start[item.pattern.literal_prefix].append(at)
        self._starts = sorted(self._by_start)

    def to(self, item: Item) -> list[Item]:
        """The entries, in order."""
        start = item.pattern.literal_prefix
        found = [at for size in range(len(start) + 1) for at in self._by_start.get(start[:size], ())]
        if not item.pattern.is_exact:
            for place in range(bisect_right(self._starts, start), len(self._starts)):
                if not self._starts[place].startswith(start):
                    break
                found += self._by_start[self._starts[place]]
        return [self._items[at] for at in sorted(found)]


def handovers(pairing: Pairing) -> Iterator[tuple[Item, Item]]:
    """Entries of both catalogues that are no partners: names that the first declared are declared by the second now.

    That happens where an entry went, came, or matches other names than before. An entry takes nothing over where a more
    specific one stands for all of it, before or after.
    """
    moved_old, moved_new = {*map(id, pairing.removed)}, {*map(id, pairing.added)}
    partners: dict[int, Item] = {}
    for one, other in pairing.pairs:
        partners[id(one)] = other
        if not _same_place(one, other):
            moved_old.add(id(one))
            moved_new.add(id(other))
    if not moved_old and not moved_new:
        return
    earlier, later = _Meeting(pairing.old), _Meeting(pairing.new)
    for one in pairing.old:
        for other in later.near.to(one):
            moved = id(one) in moved_old or id(other) in moved_new
            if moved and partners.get(id(one)) is not other and _meet(one, other):
                hidden = later.stands_before(other, one) or earlier.stands_before(one, other)
                if not hidden:
                    yield one, other


def _same_place(one: Item, other: Item) -> bool:
    same = one.kind is other.kind and narrowing_accepts(one, other) and narrowing_accepts(other, one)
    return same and same_language(one.pattern, other.pattern)


def _meet(one: Item, other: Item) -> bool:
    """Whether some observation may be declared by either; also where that cannot be told."""
    if not kinds_meet(one, other) or not narrowings_meet(one, other):
        return False
    try:
        return overlap(one.pattern, other.pattern) is not None
    except NameBudgetError:
        return True


class _Meeting:
    """The entries of one catalogue, and which of them stand for all of another, found once for each."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.near = _Near(items)
        self._found: dict[int, list[Item]] = {}

    def stands_before(self, entry: Item, whole: Item) -> bool:
        """Whether an entry here goes before ``entry`` and stands for all of ``whole``: nothing is left of it."""
        known = self._found.get(id(whole))
        if known is None:
            known = self._found[id(whole)] = [item for item in self.near.to(whole) if _stands_for_all(item, whole)]
        return any(item is not entry and _rank(item) > _rank(entry) for item in known)


def _stands_for_all(wide: Item, narrow: Item) -> bool:
    return wide.kind.accepts(narrow.kind) and narrowing_accepts(wide, narrow) and covers(wide.pattern, narrow.pattern)


def _rank(item: Item) -> tuple[tuple[int, ...], int]:
    return item.pattern.specificity, item.narrowings
