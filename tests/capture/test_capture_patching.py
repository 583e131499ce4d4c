from __future__ import annotations

import itertools
import types
from collections.abc import Callable
from typing import Any

import pytest

from policycheck.capture.patching import patch


class Base:
    def greet(self) -> str:
        return "base"


class Child(Base):
    pass


def marking(mark: str) -> Callable[[Any], Any]:
    def wrap(original: Any) -> Any:
        def wrapper(*args: Any) -> str:
            return f"{mark}({original(*args)})"

        return wrapper

    return wrap


def test_what_the_owner_holds_comes_back_exactly() -> None:
    before = vars(Base)["greet"]
    undo = patch(Base, "greet", marking("a"))
    assert Base().greet() == Child().greet() == "a(base)"
    undo()
    undo()
    assert vars(Base)["greet"] is before


def test_what_is_inherited_is_uncovered() -> None:
    undo = patch(Child, "greet", marking("a"))
    assert (Child().greet(), Base().greet()) == ("a(base)", "base")
    undo()
    assert "greet" not in vars(Child)


def test_an_instance_is_left_without_the_attribute() -> None:
    child, other = Child(), Child()
    undo = patch(child, "greet", marking("a"))
    assert (child.greet(), other.greet()) == ("a(base)", "base")
    undo()
    assert vars(child) == {}


def test_a_later_patch_of_the_base_is_seen_through_the_child() -> None:
    child = Child()
    undos = [
        patch(child, "greet", marking("instance")),
        patch(Child, "greet", marking("child")),
        patch(Base, "greet", marking("base")),
    ]
    assert child.greet() == "instance(child(base(base)))"
    for undo in undos:
        undo()
    assert child.greet() == "base"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_nested_patches_end_in_any_order(order: tuple[int, ...]) -> None:
    before = vars(Base)["greet"]
    undos = [patch(Base, "greet", marking(mark)) for mark in "abc"]
    assert Base().greet() == "c(b(a(base)))"
    left = ["a", "b", "c"]
    for number in order:
        undos[number]()
        left.remove("abc"[number])
        expected = "base"
        for mark in left:
            expected = f"{mark}({expected})"
        assert Base().greet() == expected
    assert vars(Base)["greet"] is before


def test_somebody_elses_patch_is_left_alone() -> None:
    class Owner:
        def greet(self) -> str:
            return "owner"

    undo = patch(Owner, "greet", marking("a"))
    ours = vars(Owner)["greet"]

    def theirs(self: Any) -> str:
        return f"theirs({ours(self)})"

    Owner.greet = theirs  # type: ignore[method-assign]
    undo()
    assert vars(Owner)["greet"] is theirs

    second = patch(Owner, "greet", marking("b"))
    assert Owner().greet() == "b(theirs(a(owner)))"
    second()
    assert vars(Owner)["greet"] is theirs


def test_a_foreign_patch_between_two_of_ours() -> None:
    class Owner:
        def greet(self) -> str:
            return "owner"

    original = vars(Owner)["greet"]
    first = patch(Owner, "greet", marking("a"))
    ours = vars(Owner)["greet"]
    foreign = marking("x")(ours)
    Owner.greet = foreign  # type: ignore[method-assign]
    second = patch(Owner, "greet", marking("b"))
    first()
    assert Owner().greet().startswith("b(x(")
    second()
    assert vars(Owner)["greet"] is foreign
    Owner.greet = ours  # type: ignore[method-assign]
    third = patch(Owner, "greet", marking("c"))
    third()
    assert vars(Owner)["greet"] is ours
    assert original(Owner()) == "owner"


def test_modules_and_plain_values() -> None:
    module: Any = types.ModuleType("some")
    module.answer = 41
    undo = patch(module, "answer", lambda value: value + 1)
    assert module.answer == 42
    undo()
    assert module.answer == 41
