"""The index: from the name that was observed to the entry that declares it, whatever the size of the catalogue.

Exact names stand in a dict. Every other pattern stands under one piece of literal text that its names must have: a
prefix, else a suffix, else its rarest run of three characters; only a pattern without any is tried on every name.
Candidates are verified from the most specific one down, and what cannot win any more is not tried.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from policycheck.catalogue.names.anchors import Candidate, GramTable, PrefixTable
from policycheck.catalogue.names.nearest import Nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policycheck.catalogue.names.pattern import NamePattern

T = TypeVar("T")

MEMO_SIZE: Final = 8192
"""How many answers for names that are not exact entries are kept."""
_MEMO_NAME: Final = 256
_CROWDED: Final = 8
_NEVER: Final = 10**9
_MISSING: Final = object()


class NameIndex(Generic[T]):
    """Finds the values of the patterns that match a name.

    Of several patterns with the same specificity the one given first wins. ``memo_size`` bounds how many answers are
    remembered; 0 remembers none. The index does not change after it is built; several threads may use it.
    """

    __slots__ = (
        "_always",
        "_exact",
        "_grams",
        "_memo",
        "_memo_size",
        "_nearest",
        "_prefixes",
        "_ranked",
        "_suffixes",
        "_twins",
    )

    def __init__(self, entries: Iterable[tuple[NamePattern, T]], memo_size: int = MEMO_SIZE) -> None:
        self._exact: dict[str, T] = {}
        self._twins: dict[str, list[T]] = {}
        self._memo: dict[str, T | None] = {}
        self._memo_size = memo_size
        self._nearest: Nearest[T] | None = None
        ranked: list[tuple[NamePattern, T]] = []
        for entry in entries:
            exact = entry[0].exact
            if exact is None:
                ranked.append(entry)
            elif exact in self._exact:
                self._twins.setdefault(exact, []).append(entry[1])
            else:
                self._exact[exact] = entry[1]
        ranked.sort(key=lambda entry: entry[0].specificity, reverse=True)
        self._ranked = ranked
        self._file()

    def _file(self) -> None:
        """Put each pattern that is not exact under its anchor."""
        prefixes = Counter(pattern.shape.prefix for pattern, _ in self._ranked)
        suffixes = Counter(pattern.shape.suffix for pattern, _ in self._ranked)
        by_prefix: dict[str, list[Candidate[T]]] = {}
        by_suffix: dict[str, list[Candidate[T]]] = {}
        by_gram: list[tuple[tuple[str, ...], Candidate[T]]] = []
        always: list[Candidate[T]] = []
        for rank, (pattern, value) in enumerate(self._ranked):
            shape = pattern.shape
            prefix, suffix = shape.prefix, shape.suffix
            before = prefixes[prefix] if prefix else _NEVER
            behind = suffixes[suffix] if suffix else _NEVER
            decided = shape.is_gap and not (prefix and suffix)
            candidate = (rank, shape.shortest, None if decided else pattern, value)
            if min(before, behind) > _CROWDED and shape.inner:
                by_gram.append((shape.inner, candidate))
            elif before <= _CROWDED or before <= behind < _NEVER or (prefix and not suffix):
                by_prefix.setdefault(prefix, []).append(candidate)
            elif suffix:
                by_suffix.setdefault(suffix[::-1], []).append(candidate)
            else:
                always.append(candidate)
        self._prefixes = PrefixTable(by_prefix)
        self._suffixes = PrefixTable(by_suffix)
        self._grams = GramTable(by_gram)
        self._always = tuple(always)

    def __len__(self) -> int:
        return len(self._exact) + sum(map(len, self._twins.values())) + len(self._ranked)

    def lookup(self, name: str) -> T | None:
        """Give the value of the most specific pattern that matches, or None."""
        found = self._exact.get(name, _MISSING)
        if found is _MISSING:
            found = self._memo.get(name, _MISSING)
            if found is _MISSING:
                return self._search(name)
        return cast("T | None", found)

    def _search(self, name: str) -> T | None:
        """Look among the patterns that are not exact, and remember the answer."""
        size = len(name)
        best = len(self._ranked)
        value: T | None = None
        for table, text in ((self._prefixes, name), (self._suffixes, name[::-1])):
            at = table.longest(text) if table.keys else -1
            while at >= 0 and table.floors[at] < best:
                for rank, shortest, pattern, candidate in table.buckets[at]:
                    if rank >= best:
                        break
                    if size >= shortest and (pattern is None or pattern.matches(name)):
                        best, value = rank, candidate
                        break
                at = table.parents[at]
        if self._grams.floor < best:
            for rank, shortest, pattern, candidate in self._grams.candidates(name):
                if rank < best and size >= shortest and (pattern is None or pattern.matches(name)):
                    best, value = rank, candidate
        for rank, shortest, pattern, candidate in self._always:
            if rank >= best:
                break
            if size >= shortest and (pattern is None or pattern.matches(name)):
                value = candidate
                break
        if self._memo_size and size <= _MEMO_NAME:
            if len(self._memo) >= self._memo_size:
                self._memo.clear()
            self._memo[name] = value
        return value

    def lookup_all(self, name: str) -> list[T]:
        """Give the values of all patterns that match, the most specific first."""
        found = [self._exact[name], *self._twins.get(name, ())] if name in self._exact else []
        size = len(name)
        matched = [
            (rank, value)
            for rank, shortest, pattern, value in self._candidates(name)
            if size >= shortest and (pattern is None or pattern.matches(name))
        ]
        matched.sort(key=lambda pair: pair[0])
        return found + [value for _, value in matched]

    def _candidates(self, name: str) -> Iterator[Candidate[T]]:
        yield from self._prefixes.candidates(name)
        yield from self._suffixes.candidates(name[::-1])
        yield from self._grams.candidates(name)
        yield from self._always

    def nearest(self, name: str, n: int = 3) -> list[T]:
        """Give the values of up to ``n`` patterns that nearly match, the nearest first, for "did you mean".

        What does match is not among them. The first call prepares a table of the whole catalogue; after that a call
        looks at a bounded number of patterns.
        """
        if self._nearest is None:
            self._nearest = Nearest(self._exact.items(), self._ranked)
        return self._nearest.find(name, n)
