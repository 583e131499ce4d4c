"""The patterns that a name comes nearest to, for "did you mean".

Patterns that share runs of three characters with the name are counted, the rarest runs first and up to a bound; the
best of them are compared by edit distance, in which a wildcard stands for any run at no cost.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from policycheck.catalogue.names.shape import Shape
from policycheck.catalogue.names.syntax import Text, items_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policycheck.catalogue.names.pattern import NamePattern

T = TypeVar("T")

_COUNTED: Final = 20_000
_COMPARED: Final = 60
_LONGEST: Final = 120
_EDIT: Final = 2
_CASE: Final = 1
_START, _END = "\x02", "\x03"
Skeleton = tuple[str | None, ...]
"""One item a character; None stands for a wildcard."""


def skeleton_of(pattern: NamePattern) -> Skeleton:
    """The literal characters of a pattern, with None for whatever is variable between them."""
    tokens: list[str | None] = []
    for item in items_of(pattern.node):
        if isinstance(item, Text):
            tokens.extend(item.text)
        elif not tokens or tokens[-1] is not None:
            tokens.append(None)
    return tuple(tokens)


def distance(skeleton: Skeleton, name: str) -> int:
    """Edit distance in half edits: 2 for a character added, left out or replaced, or two swapped; 1 for letter case."""
    any_case = _edits([token and token.lower() for token in skeleton], name.lower())
    return _EDIT * any_case + (_CASE if _edits(skeleton, name) != any_case else 0)


def _edits(skeleton: Sequence[str | None], name: str) -> int:
    above: list[int] = []
    row = list(range(len(name) + 1))
    before: str | None = None
    for token in skeleton:
        above2, above, row = above, row, [row[0] + (token is not None)]
        for at, char in enumerate(name, 1):
            if token is None:
                row.append(min(above[at], row[-1]))
                continue
            cost = min(above[at - 1] + (token != char), above[at] + 1, row[-1] + 1)
            if at > 1 and before is not None and token == name[at - 2] and before == char and token != char:
                cost = min(cost, above2[at - 2] + 1)
            row.append(cost)
        before = token
    return row[-1]


def _grams(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _grams_of(shape: Shape) -> set[str]:
    found: set[str] = set()
    for text in (_START + shape.prefix, *shape.inner, shape.suffix + _END):
        found |= _grams(text.lower())
    return found


def _shorten(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST // 2] + name[-_LONGEST // 2 :]


class Nearest(Generic[T]):
    """Finds near misses among exact names and patterns."""

    __slots__ = ("_by_gram", "_items", "_sizes")

    def __init__(self, exact: Iterable[tuple[str, T]], patterns: Iterable[tuple[NamePattern, T]]) -> None:
        self._items: list[tuple[str | NamePattern, T]] = [*patterns, *exact]
        self._sizes: list[int] = []
        self._by_gram: dict[str, list[int]] = {}
        for number, (key, _) in enumerate(self._items):
            grams = _grams(_START + key.lower() + _END) if isinstance(key, str) else _grams_of(key.shape)
            self._sizes.append(len(grams))
            for gram in grams:
                self._by_gram.setdefault(gram, []).append(number)

    def find(self, name: str, n: int) -> list[T]:
        """Give the values of the nearest, the nearest first; see :meth:`NameIndex.nearest`."""
        short = _shorten(name)
        scored: list[tuple[int, int, int]] = []
        for number in self._shortlist(_grams(_START + short.lower() + _END)):
            key = self._items[number][0]
            if key == name if isinstance(key, str) else key.matches(name):
                continue
            skeleton = tuple(_shorten(key)) if isinstance(key, str) else skeleton_of(key)[:_LONGEST]
            fixed = len(skeleton) - skeleton.count(None)
            away = distance(skeleton, short)
            if away <= _allowed(fixed, len(short) if isinstance(key, str) else 0):
                scored.append((away, -fixed, number))
        return [self._items[number][1] for _, _, number in sorted(scored)[:n]]

    def _shortlist(self, grams: set[str]) -> list[int]:
        """The numbers of the items that share most with the name, whatever the order of the set."""
        found = [(gram, self._by_gram[gram]) for gram in grams if gram in self._by_gram]
        shared: Counter[int] = Counter()
        left = _COUNTED
        for _, numbers in sorted(found, key=lambda pair: (len(pair[1]), pair[0])):
            shared.update(numbers[:left])
            left -= len(numbers)
            if left <= 0:
                break
        total = len(grams)

        def score(number: int) -> tuple[float, int]:
            size = self._sizes[number]
            whole = isinstance(self._items[number][0], str)
            return -2 * shared[number] / (size + (total if whole else size)), number

        return sorted(shared, key=score)[:_COMPARED]


def _allowed(fixed: int, length: int) -> int:
    """How many half edits still count as near: two in five characters, and one edit for the shortest names."""
    return max(_EDIT, _EDIT * 2 * max(fixed, length) // 5) if fixed > 1 else -1
