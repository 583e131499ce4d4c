from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.names import NameIndex, NamePattern, compare_failure, parse_regex, parse_template
from policycheck.catalogue.names.nearest import distance, skeleton_of

PLACEHOLDERS: dict[str, str | None] = {
    "ANY": None,
    "KEY": "[0-9a-f]{40}",
    "NUM": "[0-9]+",
    "FEW": "[0-9]{2,3}",
    "ODD": "(?:ab)+",
}


def make(text: str) -> NamePattern:
    return parse_regex(text[3:]) if text.startswith("re:") else parse_template(text, PLACEHOLDERS, {})


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        ("_ga", "_ga", "it matches"),
        ("_ga*", "_gab", "it matches"),
        ("_ga", "_gA", "'_gA' differs in letter case"),
        ("_ga", "_g", "needs 'a' at the end"),
        ("ssupp.vid", "ssupp.", "needs 'vid' at the end"),
        ("_ga", "ga", "needs '_' at the start"),
        ("_ga", "_gab", "has 'b' too much at the end"),
        ("_ga", "x_ga", "has 'x' too much at the start"),
        ("_ga", "_gb", "after '_g' expected 'a', got 'b'"),
        ("_ga", "xyz", "expected '_ga', got 'xyz'"),
        ("_ga", "", "needs '_ga' at the end"),
        ("re:", "a", "has 'a' too much at the end"),
        ("ssupp_<KEY>", "ssupp_" + "0" * 12, "after 'ssupp_' expected 40 of [0-9a-f], got 12"),
        ("ssupp_<KEY>", "ssupp_" + "0" * 41, "after 'ssupp_' expected 40 of [0-9a-f], got 41"),
        ("ssupp_<KEY>", "ssupp_" + "0" * 39 + "G", "after 'ssupp_' expected 40 of [0-9a-f], got 'G' at character 46"),
        ("ssupp_<KEY>", "SSUPP_" + "0" * 40, "'SSUPP_' differs in letter case"),
        ("ssupp_<KEY>", "supp_" + "0" * 40, "needs 'ssupp_' at the start"),
        ("ssupp_<KEY>", "ssup", "needs 'ssupp_' at the start"),
        ("<KEY>", "0", "expected 40 of [0-9a-f], got 1"),
        ("<NUM>", "", "expected 1 or more of [0-9], got 0"),
        ("a<FEW>", "a1", "after 'a' expected 2 to 3 of [0-9], got 1"),
        ("_ga_<ANY>", "_ga_", "after '_ga_' expected 1 or more of any character, got 0"),
        ("*_vid", "a_vix", "needs '_vid' at the end"),
        ("*_vid", "a_VID", "'_VID' differs in letter case"),
        ("*_vid", "d", "needs '_vid' at the end"),
        ("aba*ba", "aba", "is too short: needs 5 characters, has 3"),
        ("a*foo*bar*", "axbarfoo", "after 'axbarfoo' needs 'bar'"),
        ("a*foo*bar*", "abar", "after 'a' needs 'foo'"),
        ("*foo*", "bar", "needs 'foo'"),
        ("a<ANY>foo*", "afoo", "after 'a' needs 'foo' 1 or more characters later"),
        ("a<ANY><ANY>foo<ANY>", "axxfoo", "after 'axxfoo' needs 1 or more characters, got 0"),
        ("a*foo<ANY>z", "afooz", "after 'afoo' needs 1 or more characters, got 0"),
        ("wp-<NUM>-<NUM>", "wp-1-", "ends too early for 'wp-<NUM>-<NUM>'"),
        ("wp-<NUM>-<NUM>", "wp-1x", "after 'wp-1' 'x' does not fit 'wp-<NUM>-<NUM>'"),
        ("x<ODD>*", "xabb", "it matches"),
        ("x<ODD>", "xaba", "ends too early for 'x<ODD>'"),
        ("<ODD>", "ba", "'ba' does not fit '<ODD>'"),
        ("x<ODD>y", "xabby", "after 'xab' 'b' does not fit 'x<ODD>y'"),
        ("re:[a-z]+", "aB", "expected 1 or more of [a-z], got 'B' at character 2"),
        ("a*", "\x1b[31m", "needs 'a' at the start"),
        ("\x1b", "a", r"expected '\x1b', got 'a'"),
        ("x", "y" * 41, "expected 'x', got '" + "y" * 19 + "..." + "y" * 18 + "'"),
        ("x", "y" * 40, "expected 'x', got '" + "y" * 40 + "'"),
    ],
)
def test_says_why_a_name_does_not_match(text: str, name: str, reason: str) -> None:
    assert compare_failure(make(text), name) == reason


@settings(deadline=None)
@given(st.sampled_from(["a*", "*a", "a<NUM>b", "<ODD>", "a*b*c", "abc", "re:a|b+c", "<KEY>"]), st.text(max_size=30))
def test_says_something_for_every_name(text: str, name: str) -> None:
    pattern = make(text)
    reason = compare_failure(pattern, name)
    assert (reason == "it matches") == pattern.matches(name)
    assert reason.isprintable()


def index_of(*texts: str) -> NameIndex[str]:
    return NameIndex([(make(text), text) for text in texts])


class TestNearest:
    CATALOGUE = (
        "_ga",
        "_gid",
        "_ga_<ANY>",
        "ssupp.vid",
        "ssupp_<KEY>",
        "PHPSESSID",
        "*_consent",
        "*sessiontoken*",
        "csrftoken",
        "*",
        "<NUM>",
    )

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("_gA", ["_ga"]),
            ("_gi", ["_gid", "_ga"]),
            ("ssupp_vid", ["ssupp_<KEY>", "ssupp.vid"]),
            ("ssupp_" + "0" * 39, ["ssupp_<KEY>"]),
            ("ssup_" + "0" * 40, ["ssupp_<KEY>"]),
            ("phpsessid", ["PHPSESSID"]),
            ("csrf_token", ["csrftoken"]),
            ("crsftoken", ["csrftoken"]),
            ("my_consnet", ["*_consent"]),
            ("x_sessiontokn_y", ["*sessiontoken*"]),
            ("zzzzzz", []),
            ("", []),
            ("7x", []),
        ],
    )
    def test_gives_what_comes_near(self, name: str, expected: list[str]) -> None:
        index = index_of(*(text for text in self.CATALOGUE if text != "*"))
        assert index.nearest(name)[: len(expected)] == expected
        assert bool(index.nearest(name)) == bool(expected)

    def test_what_matches_is_not_near(self) -> None:
        index = index_of(*self.CATALOGUE)
        assert index.nearest("_ga") == ["_ga_<ANY>"]
        assert "*" not in index.nearest("_gi")
        assert index.nearest("_ga_X")[:1] == ["_ga"]

    def test_a_pattern_of_one_literal_character_is_near_nothing(self) -> None:
        assert index_of("a<NUM>").nearest("ax") == []
        assert index_of("<NUM>a<NUM>", "<FEW>b").nearest("xax") == []
        assert index_of("ab<NUM>").nearest("abx") == ["ab<NUM>"]

    def test_of_equally_near_ones_the_more_literal_comes_first(self) -> None:
        assert index_of("ab<NUM>", "abc<NUM>").nearest("abcx") == ["abc<NUM>", "ab<NUM>"]

    def test_gives_as_many_as_asked_for(self) -> None:
        index = index_of(*(f"name{letter}" for letter in "abcdefgh"))
        assert index.nearest("namex", 2) == ["namea", "nameb"]
        assert len(index.nearest("namex")) == 3
        assert len(index.nearest("namex", 8)) == 8
        assert index.nearest("namex", 0) == []

    def test_the_nearest_comes_first_in_a_large_catalogue(self) -> None:
        index = index_of(*(f"entry_{number:05}_name" for number in range(5_000)), "other_*_thing")
        assert index.nearest("entry_04321_nam")[0] == "entry_04321_name"
        assert index.nearest("othr_1_thing") == ["other_*_thing"]

    def test_long_names_cost_no_more(self) -> None:
        index = index_of("start_<NUM>", "*_end", "e" * 300)
        assert index.nearest("strt_" + "9" * 5_000) == ["start_<NUM>"]
        assert index.nearest("9" * 5_000 + "_ned") == ["*_end"]
        assert index.nearest("e" * 299) == ["e" * 300]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("abc", "abc", 0),
        ("abc", "abd", 2),
        ("abc", "ab", 2),
        ("abc", "abcd", 2),
        ("abc", "acb", 2),
        ("abc", "bac", 2),
        ("abcd", "badc", 4),
        ("abc", "aBc", 1),
        ("abc", "ABC", 1),
        ("abc", "ABd", 3),
        ("abc", "", 6),
        ("abc", "xyz", 6),
        ("ab*", "ab123", 0),
        ("ab*", "b123", 2),
        ("*ab", "123ba", 2),
        ("a*b", "a12b", 0),
        ("a*b", "a12", 2),
        ("*", "abc", 0),
        ("a<NUM><ANY>b", "ab", 0),
        ("aab", "aba", 2),
    ],
)
def test_distance_in_half_edits(text: str, name: str, expected: int) -> None:
    assert distance(skeleton_of(make(text)), name) == expected


@settings(deadline=None)
@given(st.text("abAB", max_size=6), st.text("abAB", max_size=6))
def test_distance_is_symmetric_and_zero_only_for_equals(left: str, right: str) -> None:
    there = distance(tuple(left), right)
    assert there == distance(tuple(right), left)
    assert (there == 0) == (left == right)
    assert there <= 2 * max(len(left), len(right))
    assert there >= 2 * abs(len(left) - len(right))


def test_skeletons() -> None:
    assert skeleton_of(make("a*b")) == ("a", None, "b")
    assert skeleton_of(make("<NUM><ANY>b<KEY>")) == (None, "b", None)
    assert skeleton_of(make("ab")) == ("a", "b")
