"""The tree that templates and regexes are read into, and its measures.

The builders :func:`concat`, :func:`alternate` and :func:`repeat` keep it in one shape: neighbouring texts are joined,
runs of the same class are joined, a choice of single characters is a class. Equal shapes then get equal treatment
later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from policycheck.catalogue.names.chars import ANY, CharSet, single

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_UNROLLED_TEXT = 64


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    set: CharSet


@dataclass(frozen=True, slots=True)
class Concat:
    """One after the other; without items it matches the empty text."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternate:
    """Any one of two or more."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The body, ``low`` to ``high`` times; ``high`` is None where there is no end."""

    body: Node
    low: int
    high: int | None


Node: TypeAlias = Text | Chars | Concat | Alternate | Repeat
EMPTY = Concat(())


def gap(low: int) -> Repeat:
    """``low`` or more of any character."""
    return Repeat(Chars(ANY), low, None)


def chars(charset: CharSet) -> Node:
    """One character of the set; a set of one is text."""
    if len(charset.ranges) == 1 and charset.ranges[0][0] == charset.ranges[0][1]:
        return Text(chr(charset.ranges[0][0]))
    return Chars(charset)


def concat(nodes: Iterable[Node]) -> Node:
    """Join neighbours that belong together."""
    items: list[Node] = []
    for node in nodes:
        for item in node.items if isinstance(node, Concat) else (node,):
            joined = _join(items[-1], item) if items else None
            if joined is None:
                items.append(item)
            else:
                items[-1] = joined
    return items[0] if len(items) == 1 else Concat(tuple(items))


def _join(left: Node, right: Node) -> Node | None:
    if isinstance(left, Text) or isinstance(right, Text):
        return Text(left.text + right.text) if isinstance(left, Text) and isinstance(right, Text) else None
    first, second = _run(left), _run(right)
    if first is None or second is None or first[0] != second[0]:
        return None
    high = None if first[2] is None or second[2] is None else first[2] + second[2]
    return Repeat(Chars(first[0]), first[1] + second[1], high)


def _run(node: Node) -> tuple[CharSet, int, int | None] | None:
    """Read a node as a run of one class: the class, how many at least, how many at most."""
    if isinstance(node, Chars):
        return node.set, 1, 1
    if isinstance(node, Repeat) and isinstance(node.body, Chars):
        return node.body.set, node.low, node.high
    return None


def alternate(nodes: Sequence[Node]) -> Node:
    """Choose one; single characters become one class."""
    singles: CharSet | None = None
    others: list[Node] = []
    for node in nodes:
        charset = _as_set(node)
        if charset is None:
            if node not in others:
                others.append(node)
        else:
            singles = charset if singles is None else singles.union(charset)
    if singles is not None:
        others.append(chars(singles))
    return others[0] if len(others) == 1 else Alternate(tuple(others))


def _as_set(node: Node) -> CharSet | None:
    if isinstance(node, Chars):
        return node.set
    if isinstance(node, Text) and len(node.text) == 1:
        return single(node.text)
    return None


def repeat(node: Node, low: int, high: int | None) -> Node:
    """Repeat; short texts with a fixed count are written out."""
    if high == 0 or node == EMPTY:
        return EMPTY
    if low == high == 1:
        return node
    if isinstance(node, Text) and low == high and len(node.text) * low <= _UNROLLED_TEXT:
        return Text(node.text * low)
    if isinstance(node, Text) and len(node.text) == 1:
        return Repeat(Chars(single(node.text)), low, high)
    return Repeat(node, low, high)


def items_of(node: Node) -> tuple[Node, ...]:
    """List what stands one after the other."""
    return node.items if isinstance(node, Concat) else (node,)


def size(node: Node) -> int:
    """Count the states that the node costs in an automaton."""
    if isinstance(node, Text):
        return len(node.text)
    if isinstance(node, Chars):
        return 1
    if isinstance(node, Concat):
        return sum(map(size, node.items))
    if isinstance(node, Alternate):
        return 1 + sum(map(size, node.options))
    body = size(node.body)
    return body * node.low + (body + 1) * (1 if node.high is None else node.high - node.low)


def literals(node: Node) -> int:
    """Count the literal characters that every matching name holds."""
    if isinstance(node, Text):
        return len(node.text)
    if isinstance(node, Chars):
        return 0
    if isinstance(node, Concat):
        return sum(map(literals, node.items))
    if isinstance(node, Alternate):
        return min(map(literals, node.options))
    if isinstance(node.body, Chars) and len(node.body.set) == 1:
        return node.low
    return literals(node.body) * node.low


def lengths(node: Node) -> tuple[int, int | None]:
    """Give the shortest and the longest match in characters; None where there is no longest."""
    if isinstance(node, Text):
        return len(node.text), len(node.text)
    if isinstance(node, Chars):
        return 1, 1
    if isinstance(node, Repeat):
        low, high = lengths(node.body)
        if high == 0:
            return 0, 0
        return low * node.low, None if high is None or node.high is None else high * node.high
    pairs = [lengths(item) for item in (node.items if isinstance(node, Concat) else node.options)]
    lows, highs = [low for low, _ in pairs], [high for _, high in pairs if high is not None]
    open_end = len(highs) < len(pairs)
    if isinstance(node, Concat):
        return sum(lows), None if open_end else sum(highs)
    return min(lows), None if open_end else max(highs)


def is_wide(charset: CharSet) -> bool:
    """Whether the set has most characters, so that a character of it says nothing."""
    return len(charset) > len(ANY) // 2


def constrained(node: Node) -> int:
    """Count the characters that every matching name takes from a class that is not wide."""
    if isinstance(node, Chars):
        return int(len(node.set) > 1 and not is_wide(node.set))
    if isinstance(node, Repeat):
        return constrained(node.body) * node.low
    if isinstance(node, Concat):
        return sum(map(constrained, node.items))
    return min(map(constrained, node.options)) if isinstance(node, Alternate) else 0


def openness(node: Node, *, unbounded: bool = False) -> tuple[int, int, int]:
    """Measure how open the variable parts are: smaller is narrower.

    How many wide classes repeat without end, how many others do, and the sizes of all classes together.
    """
    if isinstance(node, Text):
        return 0, 0, 0
    if isinstance(node, Chars):
        count = len(node.set)
        if count <= 1:
            return 0, 0, 0
        wide = is_wide(node.set)
        return int(unbounded and wide), int(unbounded and not wide), count
    if isinstance(node, Repeat):
        return openness(node.body, unbounded=unbounded or node.high is None)
    items = node.items if isinstance(node, Concat) else node.options
    parts = [openness(item, unbounded=unbounded) for item in items]
    return sum(p[0] for p in parts), sum(p[1] for p in parts), sum(p[2] for p in parts)


def reverse(node: Node) -> Node:
    """Match the same texts, read backwards."""
    if isinstance(node, Text):
        return Text(node.text[::-1])
    if isinstance(node, Concat):
        return Concat(tuple(reverse(item) for item in reversed(node.items)))
    if isinstance(node, Alternate):
        return Alternate(tuple(map(reverse, node.options)))
    if isinstance(node, Repeat):
        return Repeat(reverse(node.body), node.low, node.high)
    return node
