from __future__ import annotations

import pytest

from policycheck.catalogue.names import parse_regex, parse_template
from policycheck.catalogue.names.automaton import Program
from policycheck.catalogue.names.chars import ANY, NOT_NEWLINE, of_text
from policycheck.catalogue.names.nearest import _shorten
from policycheck.catalogue.names.shape import gap_of, run_of
from policycheck.catalogue.names.syntax import (
    EMPTY,
    Alternate,
    Chars,
    Concat,
    Node,
    Repeat,
    Text,
    alternate,
    concat,
    constrained,
    gap,
    is_wide,
    lengths,
    literals,
    openness,
    repeat,
    reverse,
    size,
)

A, B, AB = Text("a"), Text("b"), Chars(of_text("ab"))
WIDE = len(NOT_NEWLINE)


def tree(regex: str) -> Node:
    return parse_regex(regex).node


class TestBuilders:
    def test_neighbours_are_joined(self) -> None:
        assert concat([A, B]) == Text("ab")
        assert concat([]) == concat([EMPTY, EMPTY]) == EMPTY
        assert concat([A, Concat((B, AB))]) == Concat((Text("ab"), AB))
        assert concat([gap(0), gap(1), gap(1)]) == gap(2)
        assert concat([AB, AB]) == Repeat(AB, 2, 2)
        assert concat([AB, Repeat(AB, 1, 3)]) == Repeat(AB, 2, 4)
        assert concat([Repeat(AB, 1, None), Repeat(AB, 1, 3)]) == Repeat(AB, 2, None)
        assert concat([Repeat(AB, 1, 2), Repeat(AB, 0, None)]) == Repeat(AB, 1, None)
        assert concat([AB, Chars(ANY)]) == Concat((AB, Chars(ANY)))

    def test_single_characters_become_a_class(self) -> None:
        assert alternate([A, B]) == AB
        assert alternate([A, A]) == A
        assert alternate([Text("xy"), Text("xy")]) == Text("xy")
        assert alternate([A, Text("xy"), AB]) == Alternate((Text("xy"), AB))
        assert alternate([EMPTY, EMPTY]) == EMPTY

    def test_fixed_repeats_of_text_are_written_out(self) -> None:
        assert repeat(A, 3, 3) == Text("aaa")
        assert repeat(Text("ab"), 32, 32) == Text("ab" * 32)
        assert repeat(Text("ab"), 33, 33) == Repeat(Text("ab"), 33, 33)
        assert repeat(A, 65, 65) == Repeat(Chars(of_text("a")), 65, 65)
        assert repeat(AB, 1, 1) == AB
        assert repeat(AB, 0, 0) == EMPTY
        assert repeat(EMPTY, 2, None) == EMPTY
        assert repeat(A, 1, 2) == Repeat(Chars(of_text("a")), 1, 2)
        assert repeat(Text("ab"), 1, 2) == Repeat(Text("ab"), 1, 2)


@pytest.mark.parametrize(
    ("regex", "states", "fixed", "length", "classes", "open_parts"),
    [
        ("", 0, 0, (0, 0), 0, (0, 0, 0)),
        ("abc", 3, 3, (3, 3), 0, (0, 0, 0)),
        ("[ab]", 1, 0, (1, 1), 1, (0, 0, 2)),
        ("a[bc]d", 3, 2, (3, 3), 1, (0, 0, 2)),
        ("ab|c", 4, 1, (1, 2), 0, (0, 0, 0)),
        ("[ab]x|[cd]", 4, 0, (1, 2), 1, (0, 0, 4)),
        ("[ab]{3}", 3, 0, (3, 3), 3, (0, 0, 2)),
        ("[ab]{1,3}", 5, 0, (1, 3), 1, (0, 0, 2)),
        ("[ab]*", 2, 0, (0, None), 0, (0, 1, 2)),
        ("[ab]+", 3, 0, (1, None), 1, (0, 1, 2)),
        ("x+", 3, 1, (1, None), 0, (0, 0, 0)),
        ("(?:xy)+", 5, 2, (2, None), 0, (0, 0, 0)),
        (".", 1, 0, (1, 1), 0, (0, 0, WIDE)),
        (".*", 2, 0, (0, None), 0, (1, 0, WIDE)),
        (".*x.*[ab]+", 8, 1, (2, None), 1, (2, 1, 2 * WIDE + 2)),
        ("(?:.[ab])+", 5, 0, (2, None), 1, (1, 1, WIDE + 2)),
        ("(?:[ab]{2}|x.*)y", 7, 1, (2, None), 0, (1, 0, WIDE + 2)),
        ("(?:ab?){2}", 6, 2, (2, 4), 0, (0, 0, 0)),
        ("(?:a|bc){2,}", 13, 2, (2, None), 0, (0, 0, 0)),
        ("(?:[^\\x00-\\x{10FFFF}]){0,2}a", 5, 1, (1, 3), 0, (0, 0, 0)),
    ],
)
def test_measures(
    regex: str,
    states: int,
    fixed: int,
    length: tuple[int, int | None],
    classes: int,
    open_parts: tuple[int, int, int],
) -> None:
    node = tree(regex)
    assert size(node) == states
    assert literals(node) == fixed
    assert lengths(node) == length
    assert constrained(node) == classes
    assert openness(node) == open_parts
    assert len(Program(node).sets) <= states + 2


def test_wide_is_more_than_half() -> None:
    assert is_wide(ANY)
    assert is_wide(NOT_NEWLINE)
    assert not is_wide(of_text("ab"))
    assert openness(gap(0)) == (1, 0, len(ANY))
    assert lengths(Repeat(EMPTY, 1, None)) == (0, 0)


@pytest.mark.parametrize("regex", ["abc", "ab[cd]e", "ab|cd", "(?:ab){3,5}x", "a?b*", ""])
def test_reversed_twice_is_the_same(regex: str) -> None:
    node = tree(regex)
    assert reverse(reverse(node)) == node
    assert lengths(reverse(node)) == lengths(node)


def test_reversed_reads_backwards() -> None:
    assert reverse(tree("ab[cd]")) == Concat((Chars(of_text("cd")), Text("ba")))
    assert reverse(tree("abc|de")) == Alternate((Text("cba"), Text("ed")))
    assert reverse(tree("(?:ab)*")) == Repeat(Text("ba"), 0, None)


def test_runs_and_gaps() -> None:
    assert gap_of(gap(2)) == 2
    assert gap_of(Repeat(Chars(ANY), 1, 5)) is None
    assert gap_of(Repeat(AB, 1, None)) is None
    assert gap_of(Chars(ANY)) is None
    assert run_of(AB) == run_of(Repeat(AB, 1, 2)) == of_text("ab")
    assert run_of(A) is run_of(Repeat(Text("ab"), 1, 2)) is None


@pytest.mark.parametrize(
    ("text", "prefix", "inner", "suffix", "shortest", "longest", "is_gap"),
    [
        ("a*", "a", (), "", 1, None, True),
        ("a<A><A>b", "a", (), "b", 4, None, True),
        ("*", "", (), "", 0, None, True),
        ("*x*yz*", "", ("x", "yz"), "", 3, None, False),
        ("a*b*c", "a", ("b",), "c", 3, None, False),
        ("a<N>", "a", (), "", 3, 4, False),
        ("<N>-<N>", "", ("-",), "", 5, 7, False),
    ],
)
def test_shapes(
    text: str, prefix: str, inner: tuple[str, ...], suffix: str, shortest: int, longest: int | None, is_gap: bool
) -> None:
    shape = parse_template(text, {"A": None, "N": "[0-9]{2,3}"}, {}).shape
    assert (shape.prefix, shape.inner, shape.suffix) == (prefix, inner, suffix)
    assert (shape.shortest, shape.longest, shape.is_gap) == (shortest, longest, is_gap)


def test_long_names_are_shortened_in_the_middle() -> None:
    assert _shorten("a" * 120) == "a" * 120
    assert _shorten("a" * 60 + "x" + "b" * 60) == "a" * 60 + "b" * 60
