"""Tables that find patterns by a piece of literal text, at a cost that does not depend on how many there are."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policycheck.catalogue.names.pattern import NamePattern

T = TypeVar("T")
Candidate = tuple[int, int, "NamePattern | None", T]
"""Rank (0 is the most specific), shortest name, the pattern (None where the anchor and the length decide), the value."""

_HEAD = 4
GRAM = 3
Gram = tuple[str, ...]


class PrefixTable(Generic[T]):
    """Candidates under literal prefixes.

    The prefixes are sorted, and each knows its longest proper prefix in the table. The greatest one that sorts no
    later than a name, or one of those before it in that chain, is the longest that the name begins with (whatever
    lies between a prefix and the name begins with that prefix). ``heads`` narrows the search to the prefixes with the
    name's first characters.
    """

    __slots__ = ("buckets", "floors", "heads", "keys", "lengths", "parents", "shorts")

    def __init__(self, groups: dict[str, list[Candidate[T]]]) -> None:
        self.keys = sorted(groups)
        self.buckets = [tuple(groups[key]) for key in self.keys]
        self.parents: list[int] = []
        self.floors: list[int] = []
        self.heads: dict[str, tuple[int, int]] = {}
        self.shorts: dict[str, int] = {}
        parent = -1
        for at, key in enumerate(self.keys):
            while parent >= 0 and not key.startswith(self.keys[parent]):
                parent = self.parents[parent]
            self.parents.append(parent)
            floor = self.buckets[at][0][0]
            self.floors.append(floor if parent < 0 else min(floor, self.floors[parent]))
            parent = at
            head = key[:_HEAD]
            if len(key) < _HEAD:
                self.shorts[key] = at
            else:
                self.heads[head] = (self.heads.get(head, (at, at))[0], at + 1)
        self.lengths = tuple(sorted({len(key) for key in self.shorts}, reverse=True))

    def longest(self, text: str) -> int:
        """The number of the longest prefix of the text, or -1."""
        span = self.heads.get(text[:_HEAD])
        if span is not None:
            keys = self.keys
            low, high = span
            at = bisect_right(keys, text, low, high) - 1 if high - low > 1 else low
            at = max(at, low)
            while at >= 0 and not text.startswith(keys[at]):
                at = self.parents[at]
            return at
        for length in self.lengths:
            at = self.shorts.get(text[:length], -1)
            if at >= 0:
                return at
        return -1

    def candidates(self, text: str) -> Iterator[Candidate[T]]:
        """All candidates whose prefix the text begins with."""
        at = self.longest(text)
        while at >= 0:
            yield from self.buckets[at]
            at = self.parents[at]


class GramTable(Generic[T]):
    """Candidates under their rarest run of up to three characters, wherever it stands in the name."""

    __slots__ = ("floor", "sizes")

    def __init__(self, entries: Sequence[tuple[tuple[str, ...], Candidate[T]]]) -> None:
        self.sizes: dict[int, dict[Gram, list[Candidate[T]]]] = {}
        self.floor = min((candidate[0] for _, candidate in entries), default=0)
        counts = Counter(gram for texts, _ in entries for gram in grams_of(texts))
        for texts, candidate in entries:
            gram = min(grams_of(texts), key=lambda gram: (counts[gram], -len(gram)))
            self.sizes.setdefault(len(gram), {}).setdefault(gram, []).append(candidate)

    def candidates(self, name: str) -> Iterator[Candidate[T]]:
        """All candidates whose run stands in the name."""
        for size, table in self.sizes.items():
            if not table.keys().isdisjoint(_windows(name, size)):
                for gram in set(_windows(name, size)):
                    yield from table.get(gram, ())


def _windows(name: str, size: int) -> Iterator[Gram]:
    return zip(*(name[start:] for start in range(size)), strict=False)


def grams_of(texts: tuple[str, ...]) -> dict[Gram, None]:
    """The runs of three characters of each text, or the text where it is shorter, in order of appearance."""
    found: dict[Gram, None] = {}
    for text in texts:
        found.update(dict.fromkeys(_windows(text, min(GRAM, len(text)))))
    return found
