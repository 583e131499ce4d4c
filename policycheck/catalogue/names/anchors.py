"""Tables that find patterns by their literal ends, at a cost that does not depend on how many there are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
Test = Callable[[str], bool]
Candidate = tuple[int, int, "Test | None", T]
"""Rank (0 is the most specific), shortest name, test (None where the anchor and the length decide), value."""
Node = tuple[str, int, "tuple[Candidate[T], ...]", "Node[T] | None"]
"""A prefix; the lowest rank here and further along the chain; what stands here, by rank; the next shorter prefix."""
Group = tuple["list[str]", "list[Node[T]]"]
"""Nodes with the same first characters, sorted, and the prefixes of all but the first."""

NO_RANK: Final = 1 << 60
"""Larger than every rank."""
HEAD: Final = 4
"""How many characters at an end narrow the search down."""


class PrefixTable(Generic[T]):
    """Candidates under literal prefixes.

    The prefixes are sorted, and each knows its longest proper prefix in the table. The longest one that a name begins
    with is the greatest that sorts no later than the name, or stands before that one in its chain: whatever lies
    between a prefix and the name begins with that prefix. ``heads`` narrows the search to a few of them.
    """

    __slots__ = ("floor", "heads", "lengths", "shorts")

    def __init__(self, groups: dict[str, list[Candidate[T]]]) -> None:
        self.heads: dict[str, Group[T]] = {}
        self.shorts: dict[str, Node[T]] = {}
        self.floor = NO_RANK
        node: Node[T] | None = None
        for key in sorted(groups):
            while node is not None and not key.startswith(node[0]):
                node = node[3]
            rank = groups[key][0][0]
            node = (key, rank if node is None else min(rank, node[1]), tuple(groups[key]), node)
            self.floor = min(self.floor, rank)
            if len(key) < HEAD:
                self.shorts[key] = node
            elif (group := self.heads.get(key[:HEAD])) is None:
                self.heads[key[:HEAD]] = ([], [node])
            else:
                group[0].append(key)
                group[1].append(node)
        self.lengths = tuple(sorted({len(key) for key in self.shorts}, reverse=True))

    def longest(self, name: str) -> Node[T] | None:
        """The node of the longest prefix of the name."""
        group = self.heads.get(name[:HEAD])
        if group is None:
            return self.longest_short(name) if self.lengths else None
        keys, nodes = group
        node: Node[T] | None = nodes[bisect_right(keys, name) if keys else 0]
        while node is not None and not name.startswith(node[0]):
            node = node[3]
        return node

    def longest_short(self, name: str) -> Node[T] | None:
        """The same among prefixes too short for ``heads``."""
        for length in self.lengths:
            if (node := self.shorts.get(name[:length])) is not None:
                return node
        return None

    def candidates(self, name: str) -> Iterator[Candidate[T]]:
        """All candidates whose anchor the name has."""
        node = self.longest(name)
        while node is not None:
            yield from node[2]
            node = node[3]


class SuffixTable(PrefixTable[T]):
    """Candidates under literal suffixes: the same, read backwards. Only ``heads`` has the ends as they are written."""

    __slots__ = ()

    def __init__(self, groups: dict[str, list[Candidate[T]]]) -> None:
        super().__init__({key[::-1]: group for key, group in groups.items()})
        self.heads = {head[::-1]: group for head, group in self.heads.items()}

    def longest(self, name: str) -> Node[T] | None:
        """The node of the longest suffix of the name."""
        group = self.heads.get(name[-HEAD:])
        if group is None:
            return self.longest_short(name[:-HEAD:-1]) if self.lengths else None
        keys, nodes = group
        text = name[::-1]
        node: Node[T] | None = nodes[bisect_right(keys, text)]
        while node is not None and not text.startswith(node[0]):
            node = node[3]
        return node
