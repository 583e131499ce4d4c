"""The table of patterns that have literal text only somewhere inside.

A literal of seven characters holds a whole block of four, wherever the name is cut into blocks of four: so only every
fourth position of a name is looked at, and the literal is filed under the four blocks that can come up. A literal that
is shorter, or whose blocks are crowded, is filed under one run of up to three characters, looked for everywhere.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from policycheck.catalogue.names.anchors import NO_RANK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policycheck.catalogue.names.anchors import Candidate

T = TypeVar("T")
Cut = tuple[int, int]
"""How long the blocks are, and how far their starts are apart."""

_LONG: Final[Cut] = (4, 4)
_SHORT: Final[tuple[Cut, ...]] = ((3, 1), (2, 1), (1, 1))
_FEW: Final = 6
_CROWDED: Final = 64


class BlockTable(Generic[T]):
    """Candidates under the rarest blocks of their longest literal. Where ``few`` share a cut, each is simply tried."""

    __slots__ = ("by_cut", "few", "floor")

    def __init__(self, entries: Iterable[tuple[tuple[str, ...], Candidate[T]]], few: int = _FEW) -> None:
        self.floor = NO_RANK
        self.few: list[tuple[str, Candidate[T]]] = []
        self.by_cut: dict[Cut, dict[str, list[Candidate[T]]]] = {}
        waiting = [(max(texts, key=len), candidate) for texts, candidate in entries]
        self.floor = min((candidate[0] for _, candidate in waiting), default=NO_RANK)
        for cut in (_LONG, *_SHORT):
            length = sum(cut) - 1
            group = [entry for entry in waiting if len(entry[0]) >= length]
            waiting = [entry for entry in waiting if len(entry[0]) < length]
            if len(group) <= few:
                self.few += group
            else:
                waiting += self._file(cut, group)

    def _file(self, cut: Cut, group: list[tuple[str, Candidate[T]]]) -> list[tuple[str, Candidate[T]]]:
        """Put each under its rarest window, and give back those that need another cut."""
        counts = Counter(block for text, _ in group for window in _windows(text, cut) for block in window)
        table: dict[str, list[Candidate[T]]] = {}
        refused: list[tuple[str, Candidate[T]]] = []
        for text, candidate in group:
            rarest = min(_windows(text, cut), key=lambda window: sum(counts[block] for block in window))
            if cut == _LONG and sum(counts[block] for block in rarest) > _CROWDED:
                refused.append((text, candidate))
                continue
            for block in rarest:
                table.setdefault(block, []).append(candidate)
        if table:
            self.by_cut[cut] = table
        return refused

    def candidates(self, name: str) -> Iterator[Candidate[T]]:
        """All candidates that a block of the name leads to; one may come several times."""
        for text, candidate in self.few:
            if text in name:
                yield candidate
        for (size, stride), table in self.by_cut.items():
            seen: set[str] = set()
            for at in range(0, len(name) - size + 1, stride):
                block = name[at : at + size]
                if block in table and block not in seen:
                    seen.add(block)
                    yield from table[block]


def _windows(text: str, cut: Cut) -> list[dict[str, None]]:
    """The ways to file a literal: each is the blocks that one of its windows can show."""
    size, stride = cut
    starts = range(len(text) - size - stride + 2)
    return [dict.fromkeys(text[at : at + size] for at in range(start, start + stride)) for start in starts]
