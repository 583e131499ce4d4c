"""No name and no pattern makes matching slow. Work is counted, never timed."""

from __future__ import annotations

import pytest

from policycheck.catalogue.names import NameIndex, parse_regex, parse_template
from policycheck.catalogue.names.automaton import MAX_CACHED, Automaton, State

NASTY = [
    ("(a+)+", "a", "b"),
    ("(a*)*b", "a", "c"),
    ("(a|a)*", "a", "b"),
    ("(a|aa)+", "a", "b"),
    ("(?:a?){40}a{40}", "a", "b"),
    ("(?:(?:a{0,5}){0,5}){0,5}", "a", "b"),
    ("(?:.*a){9}", "a", "b"),
    ("[ab]*a[ab]{12}", "ab", "c"),
    ("(x+x+)+y", "x", "z"),
    ("(?i)(?:[a-z]+-?)+!", "aB", "?"),
]


@pytest.mark.parametrize(("regex", "unit", "end"), NASTY)
@pytest.mark.parametrize("limit", [1, 16, MAX_CACHED])
def test_work_grows_no_faster_than_the_name(regex: str, unit: str, end: str, limit: int) -> None:
    node = parse_regex(regex).node
    work: list[int] = []
    for count in (200, 400, 800):
        machine = Automaton(node, limit)
        machine.accepts(unit * count + end)
        work.append(machine.program.work)
    states = len(Automaton(node).program.sets)
    assert work[1] <= 2.5 * work[0]
    assert work[2] <= 2.5 * work[1]
    assert work[2] <= 2 * states * (len(unit) * 800 + 2)


def test_a_small_cache_forgets_and_stays_right() -> None:
    node = parse_regex("[ab]*a[ab]{6}").node
    small, large = Automaton(node, 3), Automaton(node)
    for number in range(512):
        name = f"{number:09b}".replace("0", "a").replace("1", "b")
        assert small.accepts(name) == large.accepts(name) == (name[-7] == "a")
    assert small.program.work > 3 * large.program.work


def test_the_cache_is_bounded() -> None:
    machine = Automaton(parse_regex("[^;]*;[^;]*").node, 10)
    for code in range(0x4E00, 0x4F00):
        machine.accepts(chr(code))
    assert len(machine.start) <= 10


def test_what_was_worked_out_is_not_worked_out_again() -> None:
    machine = Automaton(parse_regex("(?:ab)+c").node)
    assert machine.accepts("ababc")
    before = machine.program.work
    assert machine.accepts("ababc")
    assert machine.program.work == before
    assert isinstance(machine.start["a"], State)


class CountingName(str):
    """A name that counts how many characters its searches could pass over."""

    __slots__ = ("passed",)
    passed: int

    def find(self, text: str, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        stop = len(self) if end is None else end
        found = super().find(text, start, stop)
        self.passed += (stop if found < 0 else found + len(text)) - start
        return found


@pytest.mark.parametrize("template", ["*a*a*a*a*b", "*a*a*a*a*b*", "*ab*ab*ab*x", "x*a*b*a*b*a*y", "*<N>_*_<N>a*"])
@pytest.mark.parametrize("unit", ["a", "ab", "ba_"])
def test_stars_never_look_back(template: str, unit: str) -> None:
    pattern = parse_template(template, {"N": None}, {})
    name = CountingName("x" + unit * 500)
    name.passed = 0
    pattern.matches(name)
    assert name.passed <= len(name)


def test_five_stars_on_a_long_name() -> None:
    pattern = parse_template("*a*a*a*a*b", {}, {})
    assert pattern.matches("a" * 100_000 + "b")
    assert not pattern.matches("a" * 100_000)


class Counter:
    """Counts how often the test of a pattern is called."""

    def __init__(self) -> None:
        self.calls = 0


@pytest.mark.parametrize(
    "make",
    [
        lambda n: f"base{n}_*",
        lambda n: f"*_base{n}",
        lambda n: f"*_inside{n}_*",
        lambda n: f"a*x{n}",
        lambda n: f"a{n}*x",
        lambda n: f"a*{n}in*x",
        lambda n: f"*a{n}*",
    ],
)  # fmt: skip
def test_a_look_up_tries_few_patterns_whatever_the_size(make: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(make)
    tried: list[int] = []
    for size in (200, 2_000):
        counter = Counter()

        def counting(found: tuple[int, int, object, object], name: str, counter: Counter = counter) -> bool:
            counter.calls += 1
            return len(name) >= found[1] and (found[2] is None or bool(found[2](name)))  # type: ignore[operator]

        monkeypatch.setattr("policycheck.catalogue.names.answers._fits", counting)
        index = NameIndex([(parse_template(make(n), {}, {}), n) for n in range(size)], memo_size=0)
        for n in (0, 7, size - 1):
            name = make(n).replace("*", "zz")
            assert n in index.lookup_all(name)
        tried.append(counter.calls)
    assert tried[1] <= tried[0] + 12
