from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.names import (
    NameBudgetError,
    NamePattern,
    covers,
    find_ambiguous,
    overlap,
    parse_regex,
    parse_template,
)

PLACEHOLDERS: dict[str, str | None] = {
    "ANY": None,
    "KEY": "[0-9a-f]{4}",
    "NUM": "[0-9]+",
    "UP": "[A-Z]+",
    "NUL": r"[\x00-\x08]",
}


def make(text: str) -> NamePattern:
    return parse_regex(text[3:]) if text.startswith("re:") else parse_template(text, PLACEHOLDERS, {})


@pytest.mark.parametrize(
    ("one", "other", "witness"),
    [
        ("a", "a", "a"),
        ("a", "b", None),
        ("_ga", "_g*", "_ga"),
        ("_ga", "<NUM>", None),
        ("a*", "*b", "ab"),
        ("a<ANY>", "<ANY>b", "ab"),
        ("ab*", "*ba", "aba"),
        ("ab<ANY>", "<ANY>ba", "aba"),
        ("a*", "b*", None),
        ("*a", "*b", None),
        ("*foo*", "*bar*", "barfoo"),
        ("<NUM>", "<KEY>", "0000"),
        ("<NUM>", "<UP>", None),
        ("<UP>", "*", "A"),
        ("<NUL>", "<ANY>", "\x00"),
        ("*", "*", ""),
        ("<ANY>", "*", "a"),
        ("x_<KEY>", "x_<NUM>", "x_0000"),
        ("wp-<NUM>-<NUM>", "wp-*-1", "wp-0-1"),
        ("re:(?:ab)+", "re:(?:aba|b)+", "abab"),
        ("re:a{3,5}", "re:(?:aa)+", "aaaa"),
        ("re:(?:aaa)+", "re:(?:aaaaa)+", "a" * 15),
        ("re:[A-Z-]b|[A-Z]b", "*b", "Ab"),
        ("re:[-A]", "<ANY>", "A"),
        ("re:[^a-z]x", "*", "0x"),
        ("re:ab|c", "re:ab|d", "ab"),
        ("re:x[^\\x00-\\x{10FFFF}]", "*", None),
    ],
)
def test_gives_a_shortest_readable_name_that_both_match(one: str, other: str, witness: str | None) -> None:
    found = overlap(make(one), make(other))
    assert found == overlap(make(other), make(one)) or (
        found and len(found) == len(overlap(make(other), make(one)) or "")
    )
    if witness is None:
        assert found is None
    else:
        assert found is not None
        assert make(one).matches(found)
        assert make(other).matches(found)
        assert len(found) == len(witness)
        assert sorted(map(str.isalnum, found)) == sorted(map(str.isalnum, witness))
        if witness not in ("barfoo", "0000", "x_0000"):
            assert found == witness


pieces = st.sampled_from(["a", "b", "ab", "_", "*", "<ANY>", "<NUM>", "<KEY>", "1"])
patterns = st.one_of(
    st.lists(pieces, min_size=1, max_size=5).map(lambda p: make("".join(p))),
    st.lists(
        st.sampled_from(["a", "b", "[ab]", "a*", "(?:ab)+", "b?", "[^a]", "(?:a|bb)"]), min_size=1, max_size=4
    ).map(lambda p: parse_regex("".join(p))),
)


@settings(max_examples=150, deadline=None)
@given(patterns, patterns, st.lists(st.text("ab_1", max_size=6), min_size=5, max_size=30))
def test_overlap_and_covers_agree_with_matching(one: NamePattern, other: NamePattern, names: list[str]) -> None:
    shared = overlap(one, other)
    both = [name for name in names if one.matches(name) and other.matches(name)]
    if shared is None:
        assert both == []
    else:
        assert one.matches(shared)
        assert other.matches(shared)
        assert all(len(shared) <= len(name) for name in both)
    if covers(one, other):
        assert [name for name in names if other.matches(name) and not one.matches(name)] == []
        if shared is not None:
            assert one.specificity <= other.specificity or one.is_regex or other.is_regex


@settings(deadline=None)
@given(patterns)
def test_a_pattern_covers_itself_and_meets_itself(pattern: NamePattern) -> None:
    assert covers(pattern, pattern)
    shared = overlap(pattern, pattern)
    assert shared is not None
    assert pattern.matches(shared)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("*", "anything", True),
        ("*", "a<KEY>", True),
        ("a*", "a", True),
        ("a*", "ab*", True),
        ("ab*", "a*", False),
        ("a<ANY>", "a*", False),
        ("a*", "a<ANY>", True),
        ("x_<NUM>", "x_<KEY>", False),
        ("x_<ANY>", "x_<KEY>", True),
        ("*b*", "abc*", True),
        ("*b", "abc*", False),
        ("a", "a*", False),
        ("a", "a", True),
        ("a", "b", False),
        ("a*b*c", "ab*bc", True),
        ("re:[a-z]+", "re:[a-m]+", True),
        ("re:[a-m]+", "re:[a-z]+", False),
        ("re:(?:a|b)*", "re:[ab]{3}", True),
        ("re:(?:aa)*", "re:(?:aaaa)+", True),
        ("re:(?:aaaa)*", "re:(?:aa)+", False),
        ("re:[^_]*", "<NUM>", True),
        ("re:.*", "*", False),
        ("re:(?s).*", "*", True),
        ("re:[a-f]|[g-z]", "re:[a-z]", True),
        ("re:(?:[a-f]|[h-z])_", "re:[a-z]_", False),
        ("re:[^a]|a", "re:(?s).", True),
        ("re:[\\x00-\\x{10FFFE}]", "re:(?s).", False),
    ],
)
def test_covers(wide: str, narrow: str, expected: bool) -> None:
    assert covers(make(wide), make(narrow)) is expected


def test_too_large_to_compare_is_said_not_guessed() -> None:
    one, other = make("re:(?:[ab]{2})*x"), make("re:(?:[ab]{3})*x")
    with pytest.raises(NameBudgetError, match="more than 5 steps; write one of them simpler") as caught:
        overlap(one, other, budget=5)
    assert caught.value.exit_code == 2
    assert overlap(one, other, budget=500) == "x"
    assert not covers(make("re:[ab]*x"), one, budget=3)
    assert covers(make("re:[ab]*x"), one)


def test_large_regexes_end_within_the_budget() -> None:
    one, other = make("re:(?:[ab]?c){500}x"), make("re:(?:[ab]?c){499}y")
    try:
        assert overlap(one, other) is None
    except NameBudgetError as error:
        assert "400000 steps" in str(error)  # noqa: PT017
    blowup = make("re:[ab]*a[ab]{18}")
    assert not covers(blowup, make("re:[ab]*b[ab]{19}"))
    assert not covers(blowup, make("re:[ab]{20,40}x?"))


class TestAmbiguous:
    def found(self, *texts: str) -> list[tuple[str, str, str]]:
        return list(find_ambiguous([(make(text), text) for text in texts]))

    def test_equally_specific_with_a_shared_name(self) -> None:
        assert self.found("a*", "*b", "c*") == [("a*", "*b", "ab"), ("*b", "c*", "cb")] or set(
            self.found("a*", "*b", "c*")
        ) == {
            ("a*", "*b", "ab"),
            ("*b", "c*", "cb"),
        }

    def test_in_the_order_given(self) -> None:
        assert self.found("*b", "a*") == [("*b", "a*", "ab")]
        assert self.found("a*", "*b") == [("a*", "*b", "ab")]

    def test_the_same_name_twice(self) -> None:
        assert self.found("_ga", "_gb", "_ga") == [("_ga", "_ga", "_ga")]
        assert self.found("_ga", "re:_ga") == [("_ga", "re:_ga", "_ga")]
        assert len(self.found("x", "x", "x")) == 3

    def test_a_more_specific_one_is_no_conflict(self) -> None:
        assert self.found("a*", "ab*", "a<ANY>", "ab") == []

    def test_same_prefix_but_apart(self) -> None:
        assert self.found("a*x", "a*y", "a<NUM>z") == []
        assert self.found("ab", "abc") == []

    def test_many_entries_are_compared_by_prefix_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        calls: list[int] = []

        def counting(a: NamePattern, b: NamePattern, *, budget: int) -> str | None:
            calls.append(1)
            return overlap(a, b, budget=budget)

        monkeypatch.setattr("policycheck.catalogue.names.comparing.overlap", counting)
        assert self.found(*(f"k{number:04}*" for number in range(2_000))) == []
        assert calls == []
