"""The dict that answers look-ups: exact names are in it, other answers are worked out when they are first asked for."""

from __future__ import annotations

from bisect import bisect_right
from threading import Lock
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from policycheck.catalogue.names.anchors import HEAD, NO_RANK

if TYPE_CHECKING:
    from policycheck.catalogue.names.anchors import Candidate, Node, PrefixTable, SuffixTable
    from policycheck.catalogue.names.blocks import BlockTable

T = TypeVar("T")

_LONGEST_REMEMBERED: Final = 256


class Answers(dict[str, "T | None"], Generic[T]):
    """From name to value. ``answers[name]`` never raises ``KeyError``: a name that nothing declares gives None.

    What was worked out is kept for up to ``memo_size`` names; ``remembered`` holds those names, all others are exact.
    """

    __slots__ = ("always", "blocks", "inside", "lock", "memo_size", "others", "prefixes", "remembered", "suffixes")

    def __init__(
        self,
        exact: dict[str, T],
        prefixes: PrefixTable[T],
        suffixes: SuffixTable[T],
        blocks: BlockTable[T],
        always: tuple[Candidate[T], ...],
        memo_size: int,
    ) -> None:
        super().__init__(exact)
        self.prefixes = prefixes
        self.suffixes = suffixes
        self.blocks = blocks
        self.always = always
        self.inside = bool(always or suffixes.shorts) or blocks.floor < NO_RANK
        self.others = self.inside or suffixes.floor < NO_RANK
        self.memo_size = memo_size
        self.lock = Lock()
        self.remembered: dict[str, None] = {}

    def __missing__(self, name: str) -> T | None:
        # PrefixTable.longest and the start of _best, written out: most names end here, and each call costs a tenth.
        group = self.prefixes.heads.get(name[:HEAD])
        if group is None:
            node = self.prefixes.longest_short(name)
        else:
            keys, nodes = group
            node = nodes[bisect_right(keys, name)] if keys else nodes[0]
            while node is not None and not name.startswith(node[0]):
                node = node[3]
        best = None
        if node is not None:
            best = node[2][0]
            test = best[2]
            if best[0] != node[1] or len(name) < best[1] or not (test is None or test(name)):
                best = _best(node, name)
        if self.others and (self.inside or name[-HEAD:] in self.suffixes.heads):
            best = self._search_others(name, best)
        value = None if best is None else best[3]
        if self.memo_size and len(name) <= _LONGEST_REMEMBERED:
            self._remember(name, value)
        return value

    def _search_others(self, name: str, best: Candidate[T] | None) -> Candidate[T] | None:
        """Try what has no literal prefix, or a crowded one, as far as it can still win."""
        limit = NO_RANK if best is None else best[0]
        if self.suffixes.floor < limit and (node := self.suffixes.longest(name)) is not None:
            found = _best(node, name, limit)
            if found is not None:
                best, limit = found, found[0]
        if self.blocks.floor < limit:
            for found in self.blocks.candidates(name):
                if found[0] < limit and _fits(found, name):
                    best, limit = found, found[0]
        for found in self.always:
            if found[0] >= limit:
                break
            if _fits(found, name):
                return found
        return best

    def search_all(self, name: str) -> list[T]:
        """The values of all candidates that match, the most specific first; exact entries are not among them."""

        def fits(candidate: Candidate[T]) -> bool:
            return _fits(candidate, name)

        found: dict[int, T] = {}
        for table in (self.prefixes, self.suffixes, self.blocks):
            found.update((rank, value) for rank, _, _, value in filter(fits, table.candidates(name)))
        found.update((rank, value) for rank, _, _, value in filter(fits, self.always))
        return [found[rank] for rank in sorted(found)]

    def exact(self, name: str) -> list[T]:
        """The value of an exact entry, in a list; an empty list where there is none."""
        with self.lock:
            return [cast("T", self[name])] if name in self and name not in self.remembered else []

    def exact_items(self) -> list[tuple[str, T]]:
        """The exact entries, in order."""
        with self.lock:
            return [(name, cast("T", value)) for name, value in self.items() if name not in self.remembered]

    def _remember(self, name: str, value: T | None) -> None:
        with self.lock:
            if len(self.remembered) >= self.memo_size:
                for old in self.remembered:
                    self.pop(old, None)
                self.remembered.clear()
            self.remembered[name] = None
            self[name] = value


def _best(start: Node[T], name: str, limit: int = NO_RANK) -> Candidate[T] | None:
    """The candidate along the chain that matches, with the lowest rank below the limit."""
    best: Candidate[T] | None = None
    node: Node[T] | None = start
    while node is not None:
        _, floor, candidates, node = node
        if floor >= limit:
            break
        for candidate in candidates:
            rank, shortest, test, _ = candidate
            if rank >= limit:
                break
            if len(name) >= shortest and (test is None or test(name)):
                best, limit = candidate, rank
                break
    return best


def _fits(candidate: Candidate[T], name: str) -> bool:
    return len(name) >= candidate[1] and (candidate[2] is None or candidate[2](name))
