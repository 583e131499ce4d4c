"""Comparing entries: what the fast search finds is what comparing all pairs finds, at a fraction of the comparisons."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue import comparison
from policycheck.catalogue.comparison import (
    kinds_meet,
    narrowing_accepts,
    narrowings_meet,
    possible_covers,
    possible_ties,
)
from policycheck.catalogue.entries import Catalogue, Category, Item, Use
from policycheck.catalogue.names import NameBudgetError, NamePattern, covers, overlap, parse_regex, parse_template
from policycheck.model.finding import Breach, Location, Unevaluated
from policycheck.model.legal import ConsentNeed
from policycheck.model.lifetime import parse_retention
from policycheck.model.storage import SetBy, StorageKind
from policycheck.rules.catalogue_rules import cat001_ambiguous_names, cat002_unreachable_entry

USE = Use(Category("c", {"en": "C"}, ConsentNeed.REQUIRED), {"en": "For a test."})
SESSION = parse_retention("session")


def entry(
    name: str,
    *,
    kind: StorageKind = StorageKind.COOKIE,
    hosts: tuple[str, ...] = (),
    set_by: SetBy | None = None,
    partition: str | None = None,
    regex: bool = False,
    line: int = 1,
) -> Item:
    pattern = parse_regex(name) if regex else parse_template(name)
    return Item(
        name,
        kind,
        pattern,
        (USE,),
        SESSION,
        hosts=hosts,
        set_by=set_by,
        partition=partition,
        location=Location("c.yaml", line),
    )


class TestNarrowing:
    @pytest.mark.parametrize(
        ("one", "other", "meet", "accepts", "accepted"),
        [
            ((), (), True, True, True),
            ((), ("a.example",), True, True, False),
            (("a.example",), ("a.example",), True, True, True),
            (("a.example",), ("b.example",), False, False, False),
            (("*.example",), ("a.example",), True, True, False),
            (("*.example",), ("example",), False, False, False),
            (("*.example",), ("a.b.example",), True, True, False),
            (("*.example",), ("*.a.example",), True, True, False),
            (("*.example",), ("*.ample",), False, False, False),
            (("*.example",), ("x.myexample",), False, False, False),
            (("*.example", "b.test"), ("a.example", "b.test"), True, True, False),
            (("*.example",), ("a.example", "b.test"), True, False, False),
        ],
    )
    def test_hosts(
        self, one: tuple[str, ...], other: tuple[str, ...], meet: bool, accepts: bool, accepted: bool
    ) -> None:
        first, second = entry("a", hosts=one), entry("a", hosts=other)
        assert narrowings_meet(first, second) is narrowings_meet(second, first) is meet
        assert narrowing_accepts(first, second) is accepts
        assert narrowing_accepts(second, first) is accepted

    def test_writers_and_partitions(self) -> None:
        anybody, server, script = entry("a"), entry("a", set_by=SetBy.SERVER), entry("a", set_by=SetBy.SCRIPT)
        assert narrowings_meet(anybody, server)
        assert not narrowings_meet(server, script)
        assert narrowing_accepts(anybody, server)
        assert narrowing_accepts(server, server)
        assert not narrowing_accepts(server, anybody)
        here, there = entry("a", partition="https://a.example"), entry("a", partition="https://b.example")
        assert narrowings_meet(anybody, here)
        assert not narrowings_meet(here, there)
        assert narrowing_accepts(anybody, here)
        assert narrowing_accepts(here, here)
        assert not narrowing_accepts(here, anybody)

    def test_kinds(self) -> None:
        cookie, web, local = (
            entry("a", kind=kind) for kind in (StorageKind.COOKIE, StorageKind.WEB, StorageKind.LOCAL_STORAGE)
        )
        assert kinds_meet(web, local)
        assert kinds_meet(local, web)
        assert not kinds_meet(cookie, web)
        assert not kinds_meet(cookie, local)


names = st.one_of(
    st.text("ab*", min_size=1, max_size=5).map(lambda text: (text, False)),
    st.sampled_from(["a+", "[ab]+", "a?b", "(ab|ba)*a", "a{2,3}", "[ab]{2}b*", ".b", "a.*"]).map(
        lambda text: (text, True)
    ),
)
items = st.builds(
    lambda name, kind, set_by, hosts: entry(name[0], regex=name[1], kind=kind, set_by=set_by, hosts=hosts),
    names,
    st.sampled_from([StorageKind.COOKIE, StorageKind.WEB, StorageKind.LOCAL_STORAGE]),
    st.sampled_from([None, None, SetBy.SERVER, SetBy.SCRIPT]),
    st.sampled_from([(), (), ("a.example",), ("*.example",)]),
)


def identity(item: Item) -> tuple[object, ...]:
    return (item.key, item.pattern.is_regex, item.hosts, item.set_by)


@settings(max_examples=300, deadline=None)
@given(st.lists(items, max_size=6))
def test_ambiguities_are_those_that_comparing_all_pairs_finds(entries: list[Item]) -> None:
    expected = {
        frozenset((id(one), id(other)))
        for one, other in combinations(entries, 2)
        if one.pattern.specificity == other.pattern.specificity
        and one.narrowings == other.narrowings
        and kinds_meet(one, other)
        and narrowings_meet(one, other)
        and overlap(one.pattern, other.pattern) is not None
        and not (one.pattern.is_exact or other.pattern.is_exact)
    }
    pairs = [frozenset((id(one), id(other))) for one, other in possible_ties(entries)]
    assert len(pairs) == len(set(pairs))
    by_id = {id(item): item for item in entries}
    found = set()
    for pair in pairs:
        one, other = (by_id[number] for number in pair)
        if narrowings_meet(one, other) and overlap(one.pattern, other.pattern) is not None:
            found.add(pair)
    assert found == expected


@settings(max_examples=300, deadline=None)
@given(st.lists(items, max_size=6))
def test_what_is_hidden_is_what_comparing_all_pairs_finds(entries: list[Item]) -> None:
    expected = {
        (id(wide), id(narrow))
        for wide, narrow in permutations(entries, 2)
        if not wide.pattern.is_exact
        and not narrow.pattern.is_exact
        and (wide.pattern.specificity, wide.narrowings) > (narrow.pattern.specificity, narrow.narrowings)
        and wide.kind.accepts(narrow.kind)
        and narrowing_accepts(wide, narrow)
        and covers(wide.pattern, narrow.pattern)
    }
    found = {
        (id(wide), id(narrow)) for wide, narrow in possible_covers(entries) if covers(wide.pattern, narrow.pattern)
    }
    assert found == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(items, max_size=6))
def test_the_witness_is_a_name_that_both_match(entries: list[Item]) -> None:
    catalogue = Catalogue("c", "1", tuple(entries))
    for subject, breach in cat001_ambiguous_names.check(catalogue):
        assert isinstance(breach, Breach)
        witness = breach.actual.split("'")[1]
        matching = [item for item in entries if item.pattern.matches(witness)]
        assert len([item for item in matching if item.key in {subject, breach.key}]) >= 2


@pytest.fixture
def large() -> Catalogue:
    """2,500 entries, a quarter of them templates that begin, end or surround a word."""
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{n:04d}" for n in range(2_500)]
    shapes = ("{0}_*", "*_{0}zzz", "{0}_*_{0}", "{0}_<N>")
    entries = []
    for n, word in enumerate(words):
        text = shapes[n // 4 % 4].format(word) if n % 4 == 0 else word
        pattern = parse_template(text, {"N": "[0-9]+"})
        entries.append(Item(text, StorageKind.COOKIE, pattern, (USE,), SESSION, location=Location("c.yaml", n + 1)))
    return Catalogue("large", "1", tuple(entries))


def test_a_large_catalogue_is_not_compared_pair_by_pair(large: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counted_overlap(one: NamePattern, other: NamePattern) -> str | None:
        calls.append("overlap")
        return overlap(one, other)

    def counted_covers(one: NamePattern, other: NamePattern) -> bool:
        calls.append("covers")
        return covers(one, other)

    monkeypatch.setattr(cat001_ambiguous_names, "overlap", counted_overlap)
    monkeypatch.setattr(comparison, "overlap", counted_overlap)
    monkeypatch.setattr(cat002_unreachable_entry, "covers", counted_covers)
    assert list(cat001_ambiguous_names.check(large)) == []
    assert list(cat002_unreachable_entry.check(large)) == []
    assert len(calls) < 2_500


def test_an_entry_with_many_rivals_names_three() -> None:
    entries = (*(entry(f"a{chr(98 + n)}*", line=n + 1) for n in range(6)), entry("*zz", line=9))
    catalogue = Catalogue("c", "1", entries)
    found = [outcome.key for _, outcome in cat001_ambiguous_names.check(catalogue) if isinstance(outcome, Breach)]
    assert found == ["cookie:ab*", "cookie:ac*", "cookie:ad*"]


def test_names_too_large_to_compare_are_said_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(one: NamePattern, other: NamePattern) -> None:
        raise NameBudgetError("too large to compare")

    catalogue = Catalogue("c", "1", (entry("a*b"), entry("ab*"), entry("a*"), entry("a[b]?.*", regex=True)))
    monkeypatch.setattr(cat001_ambiguous_names, "overlap", give_up)
    assert list(cat001_ambiguous_names.check(catalogue)) == [
        ("cookie:ab*", Unevaluated("cookie 'a*b' and cookie 'ab*': too large to compare"))
    ]
    monkeypatch.setattr(comparison, "overlap", give_up)
    assert list(cat002_unreachable_entry.check(catalogue)) == []
