"""The shape of a pattern that is not exact: literal ends and what stands between them, and the quickest test for that.

Runs of any character are found by their literals in order; one run of a class is checked as a whole; only what is
left goes to an automaton. No test backtracks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policycheck.catalogue.names.automaton import Automaton
from policycheck.catalogue.names.chars import ANY
from policycheck.catalogue.names.syntax import Chars, Node, Repeat, Text, concat, items_of, lengths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policycheck.catalogue.names.chars import CharSet

_LISTED = 256
_EXCLUDED = 8


@dataclass(frozen=True, slots=True)
class Shape:
    """``prefix``, then ``middle``, then ``suffix``; lengths are those of the whole name, ``longest`` None where there is none."""

    prefix: str
    middle: tuple[Node, ...]
    suffix: str
    shortest: int
    longest: int | None

    @property
    def inner(self) -> tuple[str, ...]:
        """The literals between the ends, in order: every matching name holds them."""
        return tuple(item.text for item in self.middle if isinstance(item, Text))

    @property
    def is_gap(self) -> bool:
        """Whether anything may stand between the ends: only the length is left to check."""
        return len(self.middle) == 1 and gap_of(self.middle[0]) is not None


def shape_of(nodes: Iterable[Node]) -> Shape:
    """Split into literal ends and the middle. The nodes must not be literal text throughout."""
    whole = concat(nodes)
    items = items_of(whole)
    first, last = (items[0], items[-1]) if items else (None, None)
    prefix = first.text if isinstance(first, Text) else ""
    suffix = last.text if isinstance(last, Text) else ""
    middle = items[bool(prefix) : len(items) - bool(suffix)]
    return Shape(prefix, middle, suffix, *lengths(whole))


def gap_of(node: Node) -> int | None:
    """How many characters a run of any characters needs; None for anything else."""
    if isinstance(node, Repeat) and node.high is None and isinstance(node.body, Chars) and node.body.set == ANY:
        return node.low
    return None


def run_of(node: Node) -> CharSet | None:
    """The class of a node that is one run of one class."""
    if isinstance(node, Chars):
        return node.set
    if isinstance(node, Repeat) and isinstance(node.body, Chars):
        return node.body.set
    return None


def test_of(shape: Shape) -> Callable[[str], bool]:
    """Make the test for whole names."""
    prefix, suffix, shortest, longest = shape.prefix, shape.suffix, shape.shortest, shape.longest
    start, cut = len(prefix), len(suffix)
    inside = _inside(shape.middle)

    def test(name: str) -> bool:
        size = len(name)
        return (
            size >= shortest
            and (longest is None or size <= longest)
            and name.startswith(prefix)
            and name.endswith(suffix)
            and inside(name, start, size - cut)
        )

    return test


def _inside(middle: tuple[Node, ...]) -> Callable[[str, int, int], bool]:
    """Make the test for the part of a name between two positions, whose length already fits."""
    steps = _steps(middle)
    if steps is not None:
        return _segments(*steps)
    if len(middle) == 1 and (charset := run_of(middle[0])) is not None:
        quick = _run(charset)
        if quick is not None:
            return quick
    accepts = Automaton(concat(middle)).accepts
    return lambda name, start, end: accepts(name[start:end])


def _steps(middle: tuple[Node, ...]) -> tuple[list[tuple[int, str]], int] | None:
    """Read the middle as literals with a run of any characters before each, and one after the last."""
    steps: list[tuple[int, str]] = []
    waiting: int | None = None
    for item in middle:
        if isinstance(item, Text) and waiting is not None:
            steps.append((waiting, item.text))
            waiting = None
        elif waiting is None and (low := gap_of(item)) is not None:
            waiting = low
        else:
            return None
    return None if waiting is None else (steps, waiting)


def _segments(steps: list[tuple[int, str]], last: int) -> Callable[[str, int, int], bool]:
    def inside(name: str, start: int, end: int) -> bool:
        for low, text in steps:
            start = name.find(text, start + low, end)
            if start < 0:
                return False
            start += len(text)
        return end - start >= last

    return inside


def _run(charset: CharSet) -> Callable[[str, int, int], bool] | None:
    if len(charset) <= _LISTED:
        listed = "".join(charset)
        return lambda name, start, end: not name[start:end].strip(listed)
    excluded = charset.negate()
    if len(excluded) <= _EXCLUDED:
        few = tuple(excluded)
        return lambda name, start, end: all(name.find(char, start, end) < 0 for char in few)
    return None
