"""A name as the catalogue writes it, ready to match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policycheck.catalogue.names.captures import Part, capture
from policycheck.catalogue.names.chars import ANY
from policycheck.catalogue.names.shape import Shape, shape_of, test_of
from policycheck.catalogue.names.syntax import Node, Text, concat, constrained, lengths, literals, openness

if TYPE_CHECKING:
    from collections.abc import Callable

_UNLIMITED: Final = 10**9
_ANY_SIZE: Final = len(ANY)


class NamePattern:
    """A template or a regex. It never changes; two are equal when they are written alike and mean the same.

    Make one with :func:`~policycheck.catalogue.names.parse_template` or
    :func:`~policycheck.catalogue.names.parse_regex`. What is only needed for matching is worked out at the first
    match.
    """

    __slots__ = ("_exact", "_is_regex", "_parts", "_shape", "_specificity", "_test", "_text")

    _shape: Shape
    _specificity: tuple[int, ...]
    _test: Callable[[str], bool]

    def __init__(self, text: str, exact: str | None, parts: tuple[Part, ...] = (), *, is_regex: bool = False) -> None:
        self._text = text
        self._exact = exact
        self._parts = parts
        self._is_regex = is_regex

    @property
    def text(self) -> str:
        """The name as written in the catalogue."""
        return self._text

    @property
    def is_regex(self) -> bool:
        """Whether it was written as a regex."""
        return self._is_regex

    @property
    def is_exact(self) -> bool:
        """Whether only one name matches."""
        return self._exact is not None

    @property
    def exact(self) -> str | None:
        """The one name that matches; None where several do."""
        return self._exact

    @property
    def parts(self) -> tuple[Part, ...]:
        """The pieces as written; none where :attr:`exact` says all."""
        return self._parts

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The placeholders used and not bound, in order, each once."""
        return tuple(dict.fromkeys(p.placeholder for p in self._parts if p.placeholder is not None))

    @property
    def node(self) -> Node:
        """The whole pattern as one tree."""
        if self._exact is not None:
            return concat([Text(self._exact)] if self._exact else [])
        return concat(part.node for part in self._parts)

    @property
    def shape(self) -> Shape:
        """Literal ends and middle; of an exact name, the name as prefix."""
        try:
            return self._shape
        except AttributeError:
            if self._exact is not None:
                size = len(self._exact)
                self._shape = Shape(self._exact, (), "", size, size)
            else:
                self._shape = shape_of(part.node for part in self._parts)
            return self._shape

    @property
    def literal_prefix(self) -> str:
        """What every matching name begins with."""
        return self.shape.prefix

    @property
    def literal_suffix(self) -> str:
        """What every matching name ends with, behind the prefix."""
        return self.shape.suffix

    @property
    def specificity(self) -> tuple[int, ...]:
        """How narrow the pattern is; the larger one wins.

        In this order: exact; more literal characters; templates before regexes; more characters of a class; fewer
        endless runs of nearly any character; fewer endless runs of a class; smaller classes; a longer shortest match; a
        shorter longest match. What the pattern of a placeholder says counts as if it stood in the name.
        """
        try:
            return self._specificity
        except AttributeError:
            self._specificity = self._measure()
            return self._specificity

    def _measure(self) -> tuple[int, ...]:
        if self._exact is not None:
            return (1, len(self._exact))
        shape = self.shape
        if shape.is_gap and not self._is_regex:
            fixed = len(shape.prefix) + len(shape.suffix)
            return (0, fixed, 1, 0, -1, 0, -_ANY_SIZE, shape.shortest, -_UNLIMITED)
        node = self.node
        wide, narrow, sizes = openness(node)
        shortest, longest = lengths(node)
        longest = _UNLIMITED if longest is None else longest
        template = int(not self._is_regex)
        return (0, literals(node), template, constrained(node), -wide, -narrow, -sizes, shortest, -longest)

    @property
    def test(self) -> Callable[[str], bool]:
        """The function behind :meth:`matches`, for whoever calls it often."""
        try:
            return self._test
        except AttributeError:
            self._test = self._exact.__eq__ if self._exact is not None else test_of(self.shape)
            return self._test

    def matches(self, name: str) -> bool:
        """Whether the whole name matches, in time linear in its length."""
        return self.test(name)

    def captures(self, name: str) -> dict[str, str] | None:
        """What each placeholder stands for, or None where the name does not match.

        Where there are several readings, earlier placeholders take as little as they can. A placeholder that is used
        twice may stand for two different texts; the first is given.
        """
        if self._exact is not None:
            return {} if name == self._exact else None
        return capture(self._parts, name)

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (self._text, self._exact, self._parts, self._is_regex)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NamePattern):
            return NotImplemented
        return (self._text, self._exact, self._is_regex, self._parts) == (
            other.text,
            other.exact,
            other.is_regex,
            other.parts,
        )

    def __hash__(self) -> int:
        return hash((self._text, self._exact, self._is_regex))

    def __repr__(self) -> str:
        return f"{'parse_regex' if self._is_regex else 'parse_template'}({self._text!r})"


def _restore(text: str, exact: str | None, parts: tuple[Part, ...], is_regex: bool) -> NamePattern:
    """Rebuild a pattern that was pickled or copied, without what it had worked out."""
    return NamePattern(text, exact, parts, is_regex=is_regex)
