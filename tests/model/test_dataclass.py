"""Our ``dataclass`` beside the standard library's: the same classes, made by both, behave alike."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.model import dataclass as ours
from policycheck.model.finding import Breach, Finding
from policycheck.model.lifetime import Retention, RetentionKind, parse_retention
from policycheck.model.storage import StorageKind

ROOT = Path(__file__).parents[2]


def classes(dataclass: Any, field: Any) -> dict[str, Any]:
    """The same classes, made by one of the two."""

    @dataclass(frozen=True, slots=True)
    class Frozen:
        """A value."""

        name: str
        hidden: str = field(default="h", repr=False)
        aside: int = field(default=1, compare=False)
        many: list[int] = field(default_factory=list, hash=False)
        last: str | None = None

    @dataclass(slots=True)
    class Open:
        """One that changes."""

        name: str
        last: int = 2

    @dataclass(frozen=True)
    class Roomy:
        """One without slots."""

        name: str = "n"

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        """One made by keywords."""

        second: int
        first: int = 1

    @dataclass(frozen=True, slots=True)
    class Empty:
        """One without fields."""

    @dataclass(slots=True, unsafe_hash=True, repr=False)
    class Own:
        """One with methods of its own."""

        first: int
        second: int = 0

        def __eq__(self, other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "own"

    return {made.__name__: made for made in (Frozen, Open, Roomy, Named, Empty, Own)}


OURS = classes(ours.dataclass, ours.field)
THEIRS = classes(dataclasses.dataclass, dataclasses.field)
SAMPLES: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Frozen", ("a",), {}),
    ("Frozen", ("a", "b", 3, [1], "e"), {}),
    ("Frozen", ("a",), {"last": "z", "many": [2]}),
    ("Open", ("a",), {}),
    ("Open", (), {"name": "b", "last": 3}),
    ("Roomy", (), {}),
    ("Named", (), {"second": 2}),
    ("Empty", (), {}),
    ("Own", (1,), {}),
]
WRONG: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Frozen", (), {}),
    ("Frozen", ("a",), {"none": 1}),
    ("Open", ("a", 1, 2), {}),
    ("Named", (1, 2), {}),
    ("Named", (), {}),
    ("Empty", (1,), {}),
]


def outcome(action: Any) -> Any:
    """What ``action`` gives, or the kind of error it raises with its text."""
    try:
        return action()
    except (TypeError, AttributeError) as error:
        return type(error), str(error)


@pytest.mark.parametrize(("name", "given_", "named"), SAMPLES)
def test_instances_look_and_compare_as_the_standard_library_s(
    name: str, given_: tuple[Any, ...], named: dict[str, Any]
) -> None:
    ours, theirs = OURS[name](*given_, **named), THEIRS[name](*given_, **named)
    assert repr(ours) == repr(theirs)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert outcome(lambda: hash(ours)) == outcome(lambda: hash(theirs))
    for other_name, other_given, other_named in SAMPLES:
        same = OURS[other_name](*other_given, **other_named), THEIRS[other_name](*other_given, **other_named)
        assert (ours == same[0]) is (theirs == same[1])
    assert (ours == 1) is (theirs == 1)
    assert ours.__class__.__match_args__ == theirs.__class__.__match_args__
    assert hasattr(ours, "__dict__") is hasattr(theirs, "__dict__")


@pytest.mark.parametrize(("name", "given_", "named"), WRONG)
def test_wrong_arguments_are_refused_in_the_same_words(
    name: str, given_: tuple[Any, ...], named: dict[str, Any]
) -> None:
    ours = outcome(lambda: OURS[name](*given_, **named))
    theirs = outcome(lambda: THEIRS[name](*given_, **named))
    assert ours[0] is TypeError
    assert ours == theirs


@pytest.mark.parametrize("name", list(OURS))
def test_signatures_and_fields_are_the_same(name: str) -> None:
    ours, theirs = OURS[name], THEIRS[name]
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)
    assert ours.__init__.__annotations__ == theirs.__init__.__annotations__
    assert (ours.__doc__, ours.__qualname__, ours.__module__) == (
        theirs.__doc__,
        theirs.__qualname__,
        theirs.__module__,
    )
    described = [
        [(one.name, one.type, one.default, one.default_factory, one.repr, one.hash, one.compare, one.kw_only) for one in
         dataclasses.fields(made)]
        for made in (ours, theirs)
    ]  # fmt: skip
    assert described[0] == described[1]
    assert dataclasses.is_dataclass(ours)


@pytest.mark.parametrize("name", ["Frozen", "Roomy", "Open"])
def test_what_is_frozen_stays_as_it_is(name: str) -> None:
    def attempts(made: dict[str, Any]) -> list[Any]:
        return [
            outcome(lambda: setattr(made[name]("a"), "name", 1)),
            outcome(lambda: delattr(made[name]("a"), "name")),
        ]

    assert attempts(OURS) == attempts(THEIRS)


def test_a_frozen_value_takes_no_foreign_attribute() -> None:
    for name in ("Frozen", "Roomy"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            OURS[name]("a").foreign = 1


def test_a_factory_makes_a_new_value_each_time() -> None:
    assert OURS["Frozen"]("a").many is not OURS["Frozen"]("a").many


@pytest.mark.parametrize("replace", [ours.replace, dataclasses.replace])
def test_both_kinds_of_replace_take_our_values(replace: Any) -> None:
    retention = parse_retention("6 months")
    changed = replace(retention, text="P6M")
    assert (changed.text, changed.months, changed.max_seconds) == ("P6M", 6, retention.max_seconds)
    assert retention.text == "6 months"
    assert replace(OURS["Named"](second=2), first=3) == OURS["Named"](first=3, second=2)
    with pytest.raises(TypeError, match="none"):
        replace(retention, none=1)


def test_values_are_copied_and_pickled() -> None:
    breach = Breach("was stored", expected="nothing")
    for same in (copy.copy(breach), copy.deepcopy(breach), pickle.loads(pickle.dumps(breach))):
        assert same == breach
        assert same is not breach


@given(st.builds(Retention, st.text(), st.sampled_from(RetentionKind), st.integers(), st.integers(), st.none()))
def test_equal_values_have_equal_hashes(retention: Retention) -> None:
    again = ours.replace(retention, max_seconds=7)
    assert again == retention
    assert hash(again) == hash(retention)
    assert ours.replace(retention, months=retention.months + 1) != retention


def test_the_order_of_fields_is_that_of_the_class() -> None:
    finding = Finding("A", "a", "error", "s", StorageKind.COOKIE, "m")  # type: ignore[arg-type]
    match finding:
        case Finding(code, name, _, subject):
            assert (code, name, subject) == ("A", "a", "s")


def test_importing_values_imports_neither_dataclasses_nor_inspect() -> None:
    code = (
        "import sys; from policycheck.model import finding, observation, cookie; "
        "print(sorted({'dataclasses', 'inspect'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
