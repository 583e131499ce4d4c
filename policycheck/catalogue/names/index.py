"""The index: from the name that was observed to the entry that declares it, whatever the size of the catalogue.

Exact names stand in a dict. Every other pattern stands under one piece of literal text that its names must have: a
prefix, else a suffix, else its rarest blocks inside; only a pattern without any is tried on every name.
Candidates are verified from the most specific one down, and what cannot win any more is not tried.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from policycheck.catalogue.names.anchors import Candidate, PrefixTable, SuffixTable
from policycheck.catalogue.names.answers import Answers
from policycheck.catalogue.names.blocks import BlockTable
from policycheck.catalogue.names.nearest import Nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policycheck.catalogue.names.pattern import NamePattern

T = TypeVar("T")

MEMO_SIZE: Final = 8192
"""How many answers are kept for names that are not exact entries."""
_CROWDED: Final = 8
_NEVER: Final = 1 << 60


class NameIndex(Generic[T]):
    """Finds the values of the patterns that match a name.

    Of several patterns with the same specificity the one given first wins. ``memo_size`` bounds how many answers are
    remembered; 0 remembers none. The index does not change after it is built; several threads may use it.
    """

    __slots__ = ("_answers", "_nearest", "_ranked", "_twins", "lookup")

    lookup: Callable[[str], T | None]
    """``lookup(name)`` gives the value of the most specific pattern that matches, or None.

    It is the look-up of a dict itself, without a Python function around it: that is half of its cost.
    """

    def __init__(self, entries: Iterable[tuple[NamePattern, T]], memo_size: int = MEMO_SIZE) -> None:
        exact: dict[str, T] = {}
        self._twins: dict[str, list[T]] = {}
        ranked: list[tuple[NamePattern, T]] = []
        for entry in entries:
            name = entry[0].exact
            if name is None:
                ranked.append(entry)
            elif name in exact:
                self._twins.setdefault(name, []).append(entry[1])
            else:
                exact[name] = entry[1]
        ranked.sort(key=lambda entry: entry[0].specificity, reverse=True)
        self._ranked = ranked
        self._nearest: Nearest[T] | None = None
        self._answers = _file(exact, ranked, memo_size)
        self.lookup = self._answers.__getitem__

    def __len__(self) -> int:
        return len(self._answers.exact_items()) + sum(map(len, self._twins.values())) + len(self._ranked)

    def lookup_all(self, name: str) -> list[T]:
        """Give the values of all patterns that match, the most specific first."""
        return [*self._answers.exact(name), *self._twins.get(name, ()), *self._answers.search_all(name)]

    def nearest(self, name: str, n: int = 3) -> list[T]:
        """Give the values of up to ``n`` patterns that nearly match, the nearest first, for "did you mean".

        What does match is not among them. The first call prepares a table of the whole catalogue; after that a call
        looks at a bounded number of patterns.
        """
        if self._nearest is None:
            self._nearest = Nearest(self._answers.exact_items(), self._ranked)
        return self._nearest.find(name, n)


def _file(exact: dict[str, T], ranked: list[tuple[NamePattern, T]], memo_size: int) -> Answers[T]:
    """Put each pattern that is not exact under its anchor. A crowded prefix or suffix gives way to a rarer anchor."""
    prefixes = Counter(pattern.shape.prefix for pattern, _ in ranked)
    suffixes = Counter(pattern.shape.suffix for pattern, _ in ranked)
    by_prefix: dict[str, list[Candidate[T]]] = {}
    by_suffix: dict[str, list[Candidate[T]]] = {}
    by_block: list[tuple[tuple[str, ...], Candidate[T]]] = []
    always: list[Candidate[T]] = []
    for rank, (pattern, value) in enumerate(ranked):
        shape = pattern.shape
        prefix, suffix, inner = shape.prefix, shape.suffix, shape.inner
        before = prefixes[prefix] if prefix else _NEVER
        behind = suffixes[suffix] if suffix else _NEVER
        decided = shape.is_gap and not (prefix and suffix)
        candidate = (rank, shape.shortest, None if decided else pattern.matches, value)
        if min(before, behind) > _CROWDED and inner:
            by_block.append((inner, candidate))
        elif prefix and (before <= _CROWDED or before <= behind):
            by_prefix.setdefault(prefix, []).append(candidate)
        elif suffix:
            by_suffix.setdefault(suffix, []).append(candidate)
        else:
            always.append(candidate)
    tables = PrefixTable(by_prefix), SuffixTable(by_suffix), BlockTable(by_block)
    return Answers(exact, *tables, tuple(always), memo_size)
