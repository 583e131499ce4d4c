from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.catalogue.problems import (
    CatalogueInvalid,
    Problem,
    edit_distance,
    nearest,
    plural,
    shown,
    without_echoes,
)
from policycheck.errors import CatalogueError
from policycheck.model.finding import Location

WORDS = st.text("abcé", max_size=6)


def reference(first: str, second: str) -> int:
    """The same distance, written the other way: by recursion on the ends."""
    if not first or not second:
        return len(first) + len(second)
    best = min(
        reference(first[:-1], second) + 1,
        reference(first, second[:-1]) + 1,
        reference(first[:-1], second[:-1]) + (first[-1] != second[-1]),
    )
    if len(first) > 1 and len(second) > 1 and first[-1] == second[-2] and first[-2] == second[-1]:
        best = min(best, reference(first[:-2], second[:-2]) + 1)
    return best


@given(WORDS, WORDS, st.integers(1, 8))
def test_the_distance_is_that_of_the_definition(first: str, second: str, enough: int) -> None:
    distance = reference(first, second)
    assert edit_distance(first, second, 99) == distance
    assert min(edit_distance(first, second, enough), enough) == min(distance, enough)


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("catagory", ["kind", "category", "categories"], "category"),
        ("ctaegory", ["category"], "category"),
        ("httponly", ["httpOnly", "secure"], "httpOnly"),
        ("HTTPONLY", ["httpOnly"], "httpOnly"),
        ("a", ["b"], "b"),
        ("ab", ["cd"], None),
        ("id", ["kind"], None),
        ("zzzzzz", ["category"], None),
        ("", ["abc"], None),
        ("abcdef", ["abxyef", "abcxef", "abcdxx"], "abcxef"),
        ("x" * 200, ["x" * 199], "x" * 199),
        ("kind", [], None),
    ],
)
def test_the_nearest_word(word: str, known: list[str], meant: str | None) -> None:
    assert nearest(word, known) == meant


def test_of_very_many_words_the_first_are_looked_at() -> None:
    assert nearest("kind", itertools.chain(["kinds"], itertools.repeat("other"))) == "kinds"
    assert nearest("kind", itertools.repeat("nothing like it")) is None


def test_a_problem_as_text() -> None:
    full = Problem(Location("c.yaml", 3, 5, "/items/0"), "is wrong", "mend it", "this")
    assert str(full) == "c.yaml:3:5: /items/0: is wrong; did you mean 'this'?\n  fix: mend it"
    assert str(Problem(Location("c.yaml", 3), "is wrong")) == "c.yaml:3: is wrong"
    assert str(Problem(Location("c.yaml"), "is wrong")) == "c.yaml: is wrong"


def test_an_error_holds_each_problem_once_in_the_order_of_the_files() -> None:
    first, second, third = (
        Problem(Location(file, line, column), "x") for file, line, column in (("a", 2, 1), ("a", 10, 1), ("b", 1, 1))
    )
    earlier = Problem(Location("a", 2, 0), "x")
    error = CatalogueInvalid([third, second, first, first, earlier])
    assert error.problems == (earlier, first, second, third)
    assert isinstance(error, CatalogueError)
    assert error.exit_code == 2
    assert str(error).split("\n") == [
        "a:2: x",
        "a:2:1: x",
        "a:10:1: x",
        "b:1:1: x",
        "4 problems in 2 files; nothing was checked",
    ]
    assert str(CatalogueInvalid([first, second])).endswith("2 problems; nothing was checked")
    assert str(CatalogueInvalid([first])) == "a:2:1: x"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1}, "an object"),
        ([1], "a list"),
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        ("it's", '"it\'s"'),
        ("x" * 58, repr("x" * 58)),
        ("x" * 59, "'" + "x" * 56 + "..."),
    ],
)
def test_how_a_value_is_shown(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_list_in_words() -> None:
    assert plural(["a"]) == "a"
    assert plural(["a", "b", "c"]) == "a, b or c"


def test_one_slip_is_one_problem() -> None:
    slip = Problem(Location("c", 2, 1, "/items/0/nmae"), "'nmae' is not a field of the item", "", "name")
    echo = Problem(Location("c", 1, 1, "/items/0"), "the item has no name")
    others = [
        Problem(Location("c", 1, 1, "/items/0"), "the item has no kind"),
        Problem(Location("c", 1, 1, "/items/1"), "the item has no name"),
        Problem(Location("d", 1, 1, "/items/0"), "the item has no name"),
    ]
    assert without_echoes([echo, slip, *others]) == [slip, *others]
