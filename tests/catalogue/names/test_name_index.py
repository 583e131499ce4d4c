"""The index against a reference that is written apart from it: every pattern on every name, every split of the name."""

from __future__ import annotations

import functools
import random
import string
import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.names import NameIndex, NamePattern, parse_regex, parse_template
from policycheck.catalogue.names.anchors import NO_RANK
from policycheck.catalogue.names.blocks import BlockTable

PLACEHOLDERS: dict[str, str | None] = {
    "ANY": None,
    "HEX": "[0-9a-f]{2,3}",
    "NUM": "[0-9]+",
    "ODD": "(?:ab|b)*",
    "NOT": "[^_]+",
}
REFERENCE: dict[str, Callable[[str], bool]] = {
    "*": lambda text: True,
    "ANY": lambda text: text != "",
    "HEX": lambda text: 2 <= len(text) <= 3 and all(char in "0123456789abcdef" for char in text),
    "NUM": lambda text: text != "" and all(char in string.digits for char in text),
    "ODD": lambda text: not text.replace("ab", "b").strip("b") and not text.endswith("a"),
    "NOT": lambda text: text != "" and "_" not in text,
}
SAMPLES = {
    "*": ["", "x", "ab"],
    "ANY": ["a", "_<"],
    "HEX": ["0a", "abc"],
    "NUM": ["7", "10"],
    "ODD": ["", "abb"],
    "NOT": ["a*"],
}
ALPHABET = "ab_1\\<*é\U0001f642"


@dataclass(frozen=True)
class Case:
    """A template as pieces: literal texts, and names of placeholders (or a star) in a tuple."""

    pieces: tuple[str | tuple[str], ...]

    @property
    def text(self) -> str:
        out: list[str] = []
        for piece in self.pieces:
            if isinstance(piece, tuple):
                out.append("*" if piece[0] == "*" else f"<{piece[0]}>")
            else:
                out.extend("\\" + char if char in "\\<*" else char for char in piece)
        return "".join(out)

    def pattern(self) -> NamePattern:
        return parse_template(self.text, PLACEHOLDERS, {})

    def matches(self, name: str) -> bool:
        @functools.cache
        def fits(piece: int, at: int) -> bool:
            if piece == len(self.pieces):
                return at == len(name)
            wanted = self.pieces[piece]
            if isinstance(wanted, str):
                return name[at : at + len(wanted)] == wanted and fits(piece + 1, at + len(wanted))
            check = REFERENCE[wanted[0]]
            return any(check(name[at:end]) and fits(piece + 1, end) for end in range(at, len(name) + 1))

        return fits(0, 0)


literal = st.text(ALPHABET, min_size=1, max_size=3)
variable = st.sampled_from(sorted(REFERENCE)).map(lambda label: (label,))
cases = st.lists(st.one_of(literal, variable), min_size=1, max_size=5).map(lambda pieces: Case(tuple(pieces)))


@st.composite
def names_for(draw: st.DrawFn, catalogue: list[Case]) -> str:
    """Draw a name: made from an entry, sometimes with one more character, or any text."""
    if not draw(st.integers(0, 3)):
        return draw(st.text(ALPHABET, max_size=8))
    case = draw(st.sampled_from(catalogue))
    name = "".join(
        piece if isinstance(piece, str) else draw(st.sampled_from(SAMPLES[piece[0]])) for piece in case.pieces
    )
    return name + draw(st.sampled_from(["", "", "a", "_"]))


def ordered(catalogue: list[Case], name: str) -> list[int]:
    """Give the numbers of the entries that match, the most specific first, then as they stand."""
    hits = [number for number, case in enumerate(catalogue) if case.matches(name)]
    return sorted(hits, key=lambda number: catalogue[number].pattern().specificity, reverse=True)


@settings(max_examples=120, deadline=None)
@given(st.data(), st.lists(cases, min_size=1, max_size=30), st.sampled_from([0, 1, 3, 100]))
def test_agrees_with_the_reference(data: st.DataObject, catalogue: list[Case], memo_size: int) -> None:
    index = NameIndex([(case.pattern(), number) for number, case in enumerate(catalogue)], memo_size)
    assert len(index) == len(catalogue)
    names = data.draw(st.lists(names_for(catalogue), min_size=1, max_size=8))
    for name in [*names, *names, ""]:
        expected = ordered(catalogue, name)
        assert index.lookup(name) == (expected[0] if expected else None)
        assert index.lookup_all(name) == expected


@settings(max_examples=150, deadline=None)
@given(cases, st.data())
def test_one_pattern_agrees_with_the_reference(case: Case, data: st.DataObject) -> None:
    pattern = case.pattern()
    for name in data.draw(st.lists(names_for([case]), min_size=1, max_size=6)):
        assert pattern.matches(name) == case.matches(name)
        assert (pattern.captures(name) is not None) == case.matches(name)
        if case.matches(name):
            assert name.startswith(pattern.literal_prefix)
            assert name.endswith(pattern.literal_suffix)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.text("ab", max_size=2), st.text("ab", min_size=1, max_size=10), st.text("ab", max_size=2)),
        max_size=60,
    ),
    st.lists(st.text("ab", max_size=30), min_size=1, max_size=5),
)
def test_crowded_catalogues_agree_with_the_reference(parts: list[tuple[str, str, str]], names: list[str]) -> None:
    catalogue = [Case((prefix, ("*",), inner, ("*",), suffix)) for prefix, inner, suffix in parts]
    index = NameIndex([(case.pattern(), number) for number, case in enumerate(catalogue)], 0)
    for name in names:
        expected = ordered(catalogue, name)
        assert index.lookup_all(name) == expected
        assert index.lookup(name) == (expected[0] if expected else None)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text("abc", min_size=1, max_size=12), max_size=100),
    st.text("abc", max_size=40),
    st.sampled_from([0, 6]),
)
def test_blocks_miss_no_literal(texts: list[str], name: str, few: int) -> None:
    table = BlockTable([((text,), (number, 0, None, text)) for number, text in enumerate(texts)], few)
    found = {candidate[0] for candidate in table.candidates(name)}
    assert found >= {number for number, text in enumerate(texts) if text in name}


def index_of(*texts: str, memo_size: int = 100) -> NameIndex[str]:
    return NameIndex([(parse_template(text, PLACEHOLDERS, {}), text) for text in texts], memo_size)


class TestWhichWins:
    @pytest.mark.parametrize(
        ("name", "winner"),
        [
            ("_ga", "_ga"),
            ("_ga_", "_ga*"),
            ("_gab", "_ga*"),
            ("_ga_1", "_ga_<NUM>"),
            ("_ga_x", "_ga_<ANY>"),
            ("_gx_id_session", "*_id_session"),
            ("_ga_id_session", "*_id_session"),
            ("xx_id_session", "*_id_session"),
            ("x_consent_y", "*_consent_*"),
            ("_ga_consent_y", "*_consent_*"),
            ("zz", "*"),
            ("", "*"),
            ("77", "<NUM>"),
        ],
    )
    @pytest.mark.parametrize("turned", [False, True])
    def test_the_most_specific(self, name: str, winner: str, turned: bool) -> None:
        texts = ["*", "_ga", "_ga*", "_ga_<ANY>", "_ga_<NUM>", "*_id_session", "*_consent_*", "<NUM>", "_*"]
        index = index_of(*(texts[::-1] if turned else texts))
        assert index.lookup(name) == winner
        assert index.lookup(name) == winner
        assert index.lookup_all(name)[0] == winner

    def test_of_equals_the_first(self) -> None:
        assert index_of("a*", "*b").lookup("ab") == "a*"
        assert index_of("*b", "a*").lookup("ab") == "*b"
        assert index_of("*b", "a*").lookup_all("ab") == ["*b", "a*"]

    def test_the_same_exact_name_twice(self) -> None:
        patterns = [
            (parse_template("a", {}, {}), 1),
            (parse_regex("a"), 2),
            (parse_template("a*", {}, {}), 3),
            (parse_regex("^a$"), 4),
        ]
        index = NameIndex(patterns)
        assert index.lookup("a") == 1
        assert index.lookup_all("a") == [1, 2, 4, 3]
        assert len(index) == 4

    def test_all_that_match_in_order(self) -> None:
        index = index_of("*", "a*", "ab*", "*c", "abc", "*b*", "a<ANY>")
        assert index.lookup_all("abc") == ["abc", "ab*", "a<ANY>", "a*", "*c", "*b*", "*"]
        assert index.lookup_all("zzz") == ["*"]

    def test_regexes_take_part(self) -> None:
        index = NameIndex(
            [
                (parse_regex("_ga_[A-Z]+"), "regex"),
                (parse_template("_g*", {}, {}), "template"),
                (parse_regex("[a-z]+"), "any"),
            ]
        )
        assert index.lookup("_ga_X") == "regex"
        assert index.lookup("_ga_x") == "template"
        assert index.lookup("abc") == "any"
        assert index.lookup("ABC") is None


class TestMemo:
    def test_remembers_what_was_worked_out(self) -> None:
        index = index_of("a*", "b")
        assert [index.lookup(name) for name in ("a1", "a1", "x", "x", "b")] == ["a*", "a*", None, None, "b"]
        assert list(index._answers.remembered) == ["a1", "x"]
        assert len(index) == 2

    def test_is_bounded(self) -> None:
        index = index_of("a*", "b", memo_size=3)
        for number in range(10):
            assert index.lookup(f"a{number}") == "a*"
            assert len(index._answers.remembered) <= 3
            assert len(index._answers) <= 4
        assert index.lookup("b") == "b"
        assert list(index._answers.remembered) == ["a9"]

    def test_can_be_switched_off(self) -> None:
        index = index_of("a*", memo_size=0)
        assert index.lookup("a1") == "a*"
        assert len(index._answers) == 0

    def test_long_names_are_not_kept(self) -> None:
        index = index_of("a*")
        assert index.lookup("a" * 257) == "a*"
        assert not index._answers.remembered
        assert index.lookup("a" * 256) == "a*"
        assert len(index._answers.remembered) == 1

    def test_what_is_remembered_is_no_exact_entry(self) -> None:
        index = index_of("a*", "*1")
        index.lookup("a1")
        assert index.lookup_all("a1") == ["a*", "*1"]
        assert index._answers.exact_items() == []
        assert index.nearest("a1") == []

    def test_many_threads_see_the_same(self) -> None:
        index = index_of("a*", "b", "*<NUM>", memo_size=2)
        wrong: list[str] = []

        def work(seed: int) -> None:
            rng = random.Random(seed)
            for _ in range(2_000):
                name = rng.choice(["b", "a1", "a2", "x1", "x2", "zz", "ab"])
                expected = {"b": "b", "a": "a*", "x": "*<NUM>", "z": None}[name[0]]
                if index.lookup(name) != expected or (name == "b") != (index.lookup_all(name) == ["b"]):
                    wrong.append(name)

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert len(index) == 3
        assert len(index._answers.remembered) <= 2


class TestAnchors:
    def test_an_empty_catalogue(self) -> None:
        index = index_of()
        assert (index.lookup("a"), index.lookup_all("a"), index.nearest("a"), len(index)) == (None, [], [], 0)
        assert index._answers.prefixes.floor == index._answers.blocks.floor == NO_RANK

    def test_every_name_of_a_nested_chain(self) -> None:
        texts = ["a" * length + "*" for length in range(1, 60)]
        index = index_of(*texts, memo_size=0)
        for length in range(1, 60):
            assert index.lookup("a" * length + "b") == "a" * length + "*"
            assert index.lookup_all("a" * length) == texts[length - 1 :: -1]
        assert index.lookup("b") is None

    def test_a_neighbour_that_is_no_prefix(self) -> None:
        index = index_of("abcd*", "abcdefgh*", "abcdx*", "abcdefgi<NUM>*", memo_size=0)
        assert index.lookup("abcdefghz") == "abcdefgh*"
        assert index.lookup("abcdefgg") == "abcd*"
        assert index.lookup("abcdw") == "abcd*"
        assert index.lookup("abcd") == "abcd*"
        assert index.lookup("abcdxx") == "abcdx*"
        assert index.lookup("abc") is None

    def test_the_first_of_a_group_is_greater_than_the_name(self) -> None:
        index = index_of("abcdm*", "abcdz*", "ab*", memo_size=0)
        assert index.lookup("abcda") == "ab*"
        assert index.lookup("abcd") == "ab*"

    def test_a_crowded_prefix_gives_way(self) -> None:
        index = index_of(*(f"a*x{number}" for number in range(40)), *(f"b*in{number}_*" for number in range(40)))
        answers = index._answers
        assert sorted(answers.prefixes.shorts) == []
        assert len(answers.suffixes.shorts) == 40 or len(answers.suffixes.heads) + len(answers.suffixes.shorts) == 40
        assert sum(len(found) for table in answers.blocks.by_cut.values() for found in table.values()) >= 40
        assert index.lookup("a_x17") == "a*x17"
        assert index.lookup("b_in17_") == "b*in17_*"
        assert index.lookup("b_in17") is None

    def test_a_crowd_without_another_anchor_stays(self) -> None:
        placeholders: dict[str, str | None] = {f"P{number}": f"[a-c]{{{number}}}" for number in range(1, 30)}
        index = NameIndex([(parse_template(f"k_<P{number}>", placeholders, {}), number) for number in range(1, 30)])
        assert [index.lookup("k_" + "a" * number) for number in range(1, 30)] == list(range(1, 30))

    def test_short_and_long_suffixes(self) -> None:
        index = index_of("*b", "*ab", "*xxab", "*yyxxab", "*zyxxab", memo_size=0)
        for name, winner in [
            ("b", "*b"),
            ("ab", "*ab"),
            ("1xxab", "*xxab"),
            ("yyxxab", "*yyxxab"),
            ("zyxxab", "*zyxxab"),
            ("ayxxab", "*xxab"),
        ]:
            assert index.lookup(name) == winner
        assert index.lookup("a") is None

    def test_long_infixes_wherever_they_stand(self) -> None:
        texts = [
            f"*{word}*"
            for word in ("consent", "session", "visitor", "tracking", "campaign", "language", "currency", "abc", "ab")
        ]
        index = index_of(*texts, memo_size=0)
        assert set(index._answers.blocks.by_cut) == {(4, 4)}
        assert len(index._answers.blocks.few) == 2
        for text in texts:
            for before in range(6):
                assert index.lookup("." * before + text.strip("*") + "..") == text
        assert index.lookup("consen") is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", "ssupp_", "_ga_", "a" * 500]))
def test_any_name_gets_an_answer(tail: str, start: str) -> None:
    index = index_of("ssupp_<HEX>", "ssupp.vid", "_ga_<NUM>-<NUM>", "*consent*", "*_id", "wp-*-<ANY>", "<ODD>x")
    name = start + tail
    found = index.lookup_all(name)
    assert index.lookup(name) == (found[0] if found else None)
    assert set(index.nearest(name)).isdisjoint(found)
