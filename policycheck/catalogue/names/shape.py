"""The shape of a pattern that is not exact: literal ends and what stands between them, and the quickest test for that.

Runs of any character are found by their literals in order; one run of a class is checked as a whole; only what is
left goes to an automaton. No test backtracks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policycheck.catalogue.names.automaton import Automaton
from policycheck.catalogue.names.chars import ANY
from policycheck.catalogue.names.syntax import Chars, Node, Repeat, Text, concat, items_of, lengths

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policycheck.catalogue.names.chars import CharSet

Test = Callable[[str], bool]
Inside = Callable[[str, int, int], bool]
"""Tests the part of a name between two positions. The length of the whole already fits."""
_LISTED = 256
_EXCLUDED = 8
_UNLIMITED = 1 << 60


@dataclass(frozen=True, slots=True)
class Shape:
    """``prefix``, then ``middle``, then ``suffix``.

    The lengths are those of the whole name; ``longest`` is None where there is none.
    """

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


def test_of(shape: Shape) -> Test:
    """Make the test for whole names. What each shape needs stands in one function: calls are what costs."""
    middle = shape.middle
    fields = _fields(middle)
    if shape.is_gap:
        return _test_gap(shape)
    if fields is not None and len(fields) == 1 and not fields[0].behind:
        return _test_run(shape, fields[0].listed)
    steps = _steps(middle)
    if steps is not None:
        return _test_inside(shape, _segments(*steps))
    if fields is not None:
        return _test_inside(shape, _split(fields))
    excluded = _excluded(middle)
    if excluded is not None:
        return _test_inside(shape, _without(excluded))
    return _test_inside(shape, _walk(middle))


def _test_gap(shape: Shape) -> Test:
    prefix, suffix, shortest = shape.prefix, shape.suffix, shape.shortest

    def test(name: str) -> bool:
        return len(name) >= shortest and name.endswith(suffix) and name.startswith(prefix)

    return test


def _test_run(shape: Shape, listed: str) -> Test:
    prefix, suffix, shortest, longest = shape.prefix, shape.suffix, shape.shortest, _limit(shape.longest)
    start, cut = len(prefix), len(suffix)

    def test(name: str) -> bool:
        size = len(name)
        return (
            shortest <= size <= longest
            and not name[start : size - cut].strip(listed)
            and name.startswith(prefix)
            and (not suffix or name.endswith(suffix))
        )

    return test


def _test_inside(shape: Shape, inside: Inside) -> Test:
    prefix, suffix, shortest, longest = shape.prefix, shape.suffix, shape.shortest, _limit(shape.longest)
    start, cut = len(prefix), len(suffix)

    def test(name: str) -> bool:
        size = len(name)
        return (
            shortest <= size <= longest
            and name.endswith(suffix)
            and name.startswith(prefix)
            and inside(name, start, size - cut)
        )

    return test


def _limit(longest: int | None) -> int:
    return _UNLIMITED if longest is None else longest


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


def _segments(steps: list[tuple[int, str]], last: int) -> Inside:
    def inside(name: str, start: int, end: int) -> bool:
        for low, text in steps:
            start = name.find(text, start + low, end)
            if start < 0:
                return False
            start += len(text)
        return end - start >= last

    return inside


@dataclass(frozen=True, slots=True)
class _Field:
    """A run of listed characters, how many, and the literal behind it, whose first character is none of them."""

    listed: str
    low: int
    high: int
    behind: str


def _fields(middle: tuple[Node, ...]) -> list[_Field] | None:
    """Read the middle as runs with literals between them that show where each run ends."""
    fields: list[_Field] = []
    for at in range(0, len(middle), 2):
        charset = run_of(middle[at])
        behind = middle[at + 1] if at + 1 < len(middle) else None
        if charset is None or len(charset) > _LISTED or not (behind is None or isinstance(behind, Text)):
            return None
        text = "" if behind is None else behind.text
        if text and text[0] in charset:
            return None
        low, high = lengths(middle[at])
        fields.append(_Field("".join(charset), low, _limit(high), text))
    return fields


def _split(fields: list[_Field]) -> Inside:
    steps = [(field.listed, field.low, field.high, field.behind) for field in fields]

    def inside(name: str, start: int, end: int) -> bool:
        for listed, low, high, behind in steps:
            stop = name.find(behind, start, end) if behind else end
            if not low <= stop - start <= high or name[start:stop].strip(listed):
                return False
            start = stop + len(behind)
        return True

    return inside


def _excluded(middle: tuple[Node, ...]) -> CharSet | None:
    """Read the middle as one run of all but a few characters; give these few."""
    charset = run_of(middle[0]) if len(middle) == 1 else None
    excluded = None if charset is None else charset.negate()
    return excluded if excluded is not None and len(excluded) <= _EXCLUDED else None


def _without(excluded: CharSet) -> Inside:
    few = tuple(excluded)
    return lambda name, start, end: all(name.find(char, start, end) < 0 for char in few)


def _walk(middle: tuple[Node, ...]) -> Inside:
    """Make the test by an automaton, which is built when the first name gets this far."""
    built: list[Automaton] = []

    def inside(name: str, start: int, end: int) -> bool:
        if not built:
            built.append(Automaton(concat(middle)))
        return built[0].accepts(name[start:end])

    return inside
