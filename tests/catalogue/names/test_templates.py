from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.names import (
    NamePattern,
    NameSyntaxError,
    escape_template,
    parse_regex,
    parse_template,
)

PLACEHOLDERS: dict[str, str | None] = {
    "ANY": None,
    "KEY": "[0-9a-f]{40}",
    "SHORT": "[0-9a-f]{4}",
    "NUM": "[0-9]+",
    "WORD": "[a-z]+",
    "V": "v1|v2",
    "ONE": "abc",
}


NO_CLASSES = r"write \\ for a backslash; what stands for a class of characters belongs into a placeholder's pattern"


def template(text: str, bindings: dict[str, str] | None = None) -> NamePattern:
    return parse_template(text, PLACEHOLDERS, bindings or {})


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("ssupp.vid", ["ssupp.vid"], ["ssupp_vid", "SSUPP.VID", "ssupp.vid ", ""]),
        ("*", ["", "a", "a\nb", "\ud800"], []),
        ("<ANY>", ["a", "\n", "é"], [""]),
        ("_ga_*", ["_ga_", "_ga_X", "_ga_\n"], ["_ga", "x_ga_", "_GA_1"]),
        ("_ga_<ANY>", ["_ga_X", "_ga__"], ["_ga_", "_ga"]),
        ("*_id", ["_id", "a_id", "_id_id"], ["_id_", "id"]),
        ("*_i*d", ["_id", "x_ixd"], ["id", "_di"]),
        ("a*a", ["aa", "aba"], ["a", "ab", "ba"]),
        ("a<ANY>a", ["aaa", "aba"], ["aa", "a"]),
        ("ab*ba", ["abba", "abxba"], ["aba", "ab", "ba"]),
        ("*foo*bar*", ["foobar", "xfooxbarx", "barfoobar"], ["barfoo", "fobar", "foofoo"]),
        ("a*b*c", ["abc", "abcbc", "axbxc"], ["acb", "ac", "abcd"]),
        ("*<ANY>", ["a", "ab"], [""]),
        ("<ANY><ANY>", ["ab", "abc"], ["", "a"]),
        ("<ANY>-<ANY>", ["a-b", "---"], ["-a", "a-", "-", "--"]),
        ("x_<KEY>", ["x_" + "0a" * 20], ["x_" + "0a" * 19, "x_" + "0a" * 20 + "0", "x_" + "0A" * 20, "x_" + "g" * 40]),
        ("<SHORT>_x", ["beef_x"], ["bee_x", "beefs_x", "beef_", "_x"]),
        ("a<SHORT>a", ["abeefa"], ["abeea", "abeefb", "bbeefa", "abeeffa"]),
        (
            "wp-<NUM>-<NUM>",
            ["wp-1-2", "wp-10-200"],
            ["wp-1-", "wp--1", "wp-1-2-3", "wp-1", "wp-a-1", "wp-1-a", "wp-1x2"],
        ),
        ("<NUM>-<NUM>x", ["1-2x"], ["1-2", "1-x", "-2x", "1-2xx"]),
        ("<NUM><WORD>", ["1a", "12ab"], ["1", "a", "a1", "1a1"]),
        ("<NUM>*", ["1", "1a"], ["", "a"]),
        ("*-<NUM>", ["-1", "a-b-1"], ["a-b", "-"]),
        ("k.<V>", ["k.v1", "k.v2"], ["k.v3", "k.v1v2", "k."]),
        ("k.<V>.<V>", ["k.v1.v2", "k.v1.v1"], ["k.v1", "k.v1."]),
        (r"a\*b", ["a*b"], ["aab", r"a\*b"]),
        (r"a\<ANY>", ["a<ANY>"], ["ab"]),
        (r"a\\", ["a\\"], ["a", "a\\\\"]),
        (r"\*\**", [r"**", "**a"], ["*", "a"]),
        ("a>b", ["a>b"], ["ab"]),
        (r"\é\-", ["é-"], ["é"]),
    ],
)
def test_matches_whole_names(text: str, yes: list[str], no: list[str]) -> None:
    pattern = template(text)
    assert [name for name in yes if not pattern.matches(name)] == []
    assert [name for name in no if pattern.matches(name)] == []


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, "the name is empty; write the name, or '*' for any name"),
        ("ab<KEY", 2, r"the '<' is never closed; add '>', or write \< for the character"),
        ("ab<>", 2, r"no such placeholder: <>; declare it under 'placeholders', or write \< for the character"),
        ("x<KYE>", 1, "no such placeholder: <KYE>; did you mean <KEY>?"),
        ("ab\\", 2, r"the backslash at the end escapes nothing; write \\ for a backslash"),
        (r"a*\d", 2, r"'\d' means nothing in a name; " + NO_CLASSES),
        (r"\7", 0, r"'\7' means nothing in a name; " + NO_CLASSES),
    ],
)  # fmt: skip
def test_says_what_is_wrong_and_where(text: str, position: int, message: str) -> None:
    with pytest.raises(NameSyntaxError) as caught:
        template(text)
    error = caught.value
    assert (error.position, str(error)) == (position, message)
    assert message == f"{error.message}; {error.hint}"


def test_an_error_without_hint_is_its_message() -> None:
    error = NameSyntaxError("so", 3)
    assert (str(error), error.hint, error.position) == ("so", "", 3)
    assert isinstance(error, ValueError)


def test_a_placeholder_with_a_broken_pattern_is_named() -> None:
    with pytest.raises(NameSyntaxError) as caught:
        parse_template("a_<P>", {"P": "x(?=y)"}, {})
    assert caught.value.position == 2
    assert (
        caught.value.message == "the pattern of <P> cannot be read: '(?=' is not in the RE2 syntax (at its character 2)"
    )
    assert caught.value.hint == "RE2 has no lookaround"


class TestBindings:
    def test_makes_the_name_exact(self) -> None:
        pattern = template("ssupp_<KEY>", {"KEY": "0" * 40})
        assert pattern.exact == "ssupp_" + "0" * 40
        assert pattern.is_exact
        assert pattern.text == "ssupp_<KEY>"
        assert pattern.placeholders == ()

    def test_leaves_the_rest_variable(self) -> None:
        pattern = template("a_<NUM>_<WORD>_z", {"NUM": "12"})
        assert pattern.placeholders == ("WORD",)
        assert pattern.literal_prefix == "a_12_"
        assert pattern.literal_suffix == "_z"
        assert pattern.matches("a_12_q_z")
        assert not pattern.matches("a_13_q_z")

    def test_a_bound_value_is_literal(self) -> None:
        assert template("<ANY>", {"ANY": "*<x>\\"}).exact == "*<x>\\"

    @pytest.mark.parametrize(("label", "value"), [("NUM", "1x"), ("ANY", ""), ("KEY", "0" * 39)])
    def test_the_pattern_must_allow_it(self, label: str, value: str) -> None:
        with pytest.raises(NameSyntaxError) as caught:
            template(f"a<{label}>", {label: value})
        assert caught.value.position == 1
        assert caught.value.message == f"<{label}> is bound to a value that its pattern does not allow"
        assert caught.value.hint == "give it a value that its pattern matches"

    def test_an_undeclared_placeholder_may_be_bound(self) -> None:
        assert parse_template("a<X>", {}, {"X": "b"}).exact == "ab"

    def test_placeholders_and_bindings_may_be_left_out(self) -> None:
        assert parse_template("a*").matches("ab")


class TestExact:
    @pytest.mark.parametrize("text", ["a", "_ga", r"a\*", "<ONE>", "x<ONE>", " "])
    def test_is_exact(self, text: str) -> None:
        pattern = template(text)
        exact = pattern.exact
        assert exact is not None
        assert pattern.is_exact
        assert pattern.matches(exact)
        assert (pattern.literal_prefix, pattern.literal_suffix) == (exact, "")
        assert pattern.shape.shortest == pattern.shape.longest == len(exact)

    @pytest.mark.parametrize("text", ["*", "a*", "<ANY>", "<V>"])
    def test_is_not(self, text: str) -> None:
        assert template(text).exact is None
        assert not template(text).is_exact

    def test_a_regex_without_choice_is_exact(self) -> None:
        assert parse_regex(r"^_ga\.x$").exact == "_ga.x"
        assert parse_regex("").exact == ""
        assert parse_regex("").matches("")
        assert not parse_regex("").matches("a")
        assert parse_regex("").node.__class__.__name__ == "Concat"


class TestCaptures:
    @pytest.mark.parametrize(
        ("text", "name", "expected"),
        [
            ("ssupp_<SHORT>", "ssupp_beef", {"SHORT": "beef"}),
            ("ssupp_<SHORT>", "ssupp_bee", None),
            ("<ANY>_<NUM>", "a_b_12", {"ANY": "a_b", "NUM": "12"}),
            ("<ANY>_<WORD>*", "a_b_c", {"ANY": "a", "WORD": "b"}),
            ("<NUM>-<NUM>", "1-2", {"NUM": "1"}),
            ("<NUM><WORD>", "12ab", {"NUM": "12", "WORD": "ab"}),
            ("<ANY><NUM>", "x12", {"ANY": "x", "NUM": "12"}),
            ("<ANY>", "", None),
            ("*x", "x", {}),
            ("a*", "b", None),
            ("a", "a", {}),
            ("a", "b", None),
            ("<V>.<ANY>", "v1.x.y", {"V": "v1", "ANY": "x.y"}),
            ("<V><ANY>x", "v1x", None),
        ],
    )
    def test_says_what_each_stands_for(self, text: str, name: str, expected: dict[str, str] | None) -> None:
        assert template(text).captures(name) == expected

    @settings(deadline=None)
    @given(
        st.lists(st.sampled_from(["<NUM>", "<WORD>", "<ANY>", "*", "a", "_"]), min_size=1, max_size=5),
        st.text("a1_", max_size=8),
    )
    def test_agrees_with_matching(self, pieces: list[str], name: str) -> None:
        pattern = template("".join(pieces))
        found = pattern.captures(name)
        assert (found is not None) == pattern.matches(name)
        for label, text in (found or {}).items():
            assert text in name
            assert template(f"<{label}>").matches(text)


class TestIdentity:
    def test_equal_when_written_alike_and_meant_alike(self) -> None:
        assert template("a<NUM>") == template("a<NUM>")
        assert hash(template("a<NUM>")) == hash(template("a<NUM>"))
        assert template("a") == template("a")

    def test_different_otherwise(self) -> None:
        assert template("a<NUM>") != parse_template("a<NUM>", {"NUM": "[0-9]"}, {})
        assert template("a<NUM>") != template("a<NUM>", {"NUM": "1"})
        assert template("abc") != parse_regex("abc")
        assert template("a<NUM>") != template("a<WORD>")
        assert template("abc") != "abc"

    def test_repr_is_how_it_was_made(self) -> None:
        assert repr(template("a<NUM>")) == "parse_template('a<NUM>')"
        assert repr(parse_regex("a+")) == "parse_regex('a+')"

    @pytest.mark.parametrize("text", ["a", "a<NUM>*", "a*b", "<NUM><WORD>"])
    def test_can_be_copied_and_sent_to_another_process(self, text: str) -> None:
        pattern = template(text)
        pattern.matches("a1b")
        again = pickle.loads(pickle.dumps(pattern))
        assert again == pattern == copy.deepcopy(pattern)
        assert again.matches("a1b") == pattern.matches("a1b")
        assert pickle.loads(pickle.dumps(parse_regex("a+"))).is_regex

    def test_knows_its_kind(self) -> None:
        assert parse_regex("a").is_regex
        assert not template("a").is_regex

    def test_placeholders_in_order_each_once(self) -> None:
        assert template("<NUM>*<ANY>-<NUM>").placeholders == ("NUM", "ANY")


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("_ga", "_g*"),
        ("a", "abcdefgh*"),
        ("_ga_*", "_ga*"),
        ("a*b*", "a*"),
        ("a<ANY>", "a*"),
        ("a<NUM>", "a<ANY>"),
        ("a<SHORT>", "a<ANY>"),
        ("a<SHORT>", "a<NUM>"),
        ("a<NUM>", "a<WORD>"),
        ("a<NUM>-<NUM>", "a<NUM>"),
        ("a*b", "a*b*"),
        ("a<V>", "a<ANY>"),
        ("a<V>", "b*"),
        ("a<NUM>", "<NUM>"),
        ("a*", "re:ab*"),
        ("a*", "re:a.*"),
        ("a<NUM>", "re:a[0-9]+"),
        ("re:ab.*", "a*"),
        ("re:a[0-9]", "re:a[0-9]+"),
        ("re:a[0-9]{2}", "re:a[0-9]{1,2}"),
        ("re:a[0-9]{1,2}", "re:a[0-9]{1,3}"),
        ("re:a[0-8]", "re:a[0-9]"),
        ("re:a(?:bc|bd)", "re:a(?:b|cd)"),
        ("re:a{3}[0-9]", "re:a{2}[0-9]"),
        ("re:ab+", "re:ab*"),
        ("re:(?:ab){40}[0-9]", "re:(?:ab){39}[0-9]"),
        ("re:ab", "re:(?i)ab"),
        ("re:abc", "abc*"),
    ],
)
def test_the_narrower_is_more_specific(narrow: str, wide: str) -> None:
    def make(text: str) -> NamePattern:
        return parse_regex(text[3:]) if text.startswith("re:") else template(text)

    assert make(narrow).specificity > make(wide).specificity


def test_equally_wide_is_equally_specific() -> None:
    assert template("a*").specificity == template("*b").specificity
    assert template("<NUM>x").specificity == parse_template("x<N>", {"N": r"\d+"}, {}).specificity
    assert parse_regex("a|b").specificity == parse_regex("[ab]").specificity
    assert template("a").specificity == template("b").specificity


@settings(deadline=None)
@given(st.text(min_size=1))
def test_an_escaped_name_is_exact(name: str) -> None:
    assert parse_template(escape_template(name), {}, {}).exact == name


@settings(deadline=None)
@given(st.text("ab<>*\\KEY", max_size=12))
def test_any_text_is_read_or_refused_with_a_position(text: str) -> None:
    refused: NameSyntaxError | None = None
    try:
        template(text)
    except NameSyntaxError as error:
        refused = error
    if refused is not None:
        assert 0 <= refused.position <= len(text)
        assert refused.message
        assert refused.hint
