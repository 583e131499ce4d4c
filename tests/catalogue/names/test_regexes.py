from __future__ import annotations

import re
import warnings
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policycheck.catalogue.names import NamePattern, NameSyntaxError, parse_regex
from policycheck.catalogue.names.regex import MAX_STATES

ATOMS = [
    *"ab01_-kKsS.",
    *(r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\.", r"\x41", r"\x{e9}", r"\n", r"\t", r"\-"),
    *("[a-c]", "[^a]", r"[^\w]", "[]a]", "[^]a]", "[k-s]", "[a-]", "[-a]", "[a-b-c]", r"[\x41-\x5A]", "[[a]"),
    *("é", "[à-ö]", r"\{", "}", "]", r"[^\n]"),
]
ONLY_RE2 = [r"[\d-z]", r"[\w-]", "[[:alpha:]-z]", "[[:alpha:]]", "[[:^digit:]_]", "[^[:space:]]", r"\a"]
COUNTS = ["*", "+", "?", "{2}", "{0,2}", "{1,}", "{0}", "{1,3}"]
names = st.text("aAbB01_-kKsS\u212a\u017féÉàÀ \n\t.{},cz][^", max_size=6)


def regexes(atoms: list[str], groups: list[str]) -> st.SearchStrategy[str]:
    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        lazy = st.sampled_from(["", "?"])
        return st.one_of(
            st.builds("{}{}".format, inner, inner),
            st.builds("{}|{}".format, inner, inner),
            st.builds("{}{})".format, st.sampled_from(groups), inner),
            st.builds("(?:{}){}{}".format, inner, st.sampled_from(COUNTS), lazy),
        )

    return st.recursive(st.sampled_from(atoms), grow, max_leaves=8)


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(["", "(?i)", "(?s)", "(?is)", "(?i)(?s)", "^"]),
    regexes([*ATOMS, *ONLY_RE2], ["(", "(?:", "(?P<x1>", "(?i:", "(?s:", "(?-i:", "(?i-s:"]),
    st.sampled_from(["", "$"]),
    st.lists(names, min_size=1, max_size=8),
)
def test_agrees_with_re2(start: str, body: str, end: str, tried: list[str]) -> None:
    re2: Any = pytest.importorskip("re2")
    options = re2.Options()
    options.log_errors = False
    text = start + body + end
    try:
        theirs = re2.compile(text, options)
    except re2.error:
        assume(False)
    ours = parse_regex(text)
    assert [ours.matches(name) for name in tried] == [bool(theirs.fullmatch(name)) for name in tried]


@settings(max_examples=120, deadline=None)
@given(regexes(ATOMS, ["(", "(?:", "(?i:", "(?s:"]), st.lists(names, min_size=1, max_size=8))
def test_agrees_with_python(text: str, tried: list[str]) -> None:
    assume(text.isascii() or not re.search(r"\\[dwsDWS]", text))
    assume("(?i:" not in text or all(map(str.isascii, tried)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = re.compile(_without_re2_hex(text), re.ASCII if text.isascii() else 0)
    ours = parse_regex(text)
    assert [ours.matches(name) for name in tried] == [bool(theirs.fullmatch(name)) for name in tried]


def _without_re2_hex(text: str) -> str:
    return text.replace(r"\x{e9}", "\\xe9")


def read(text: str) -> tuple[NamePattern | None, NameSyntaxError | None]:
    try:
        return parse_regex(text), None
    except NameSyntaxError as error:
        return None, error


@settings(deadline=None)
@given(st.text("ab()[]{}*+?|^$\\.:<>P!=-ikd12,", max_size=14))
def test_any_text_is_read_or_refused(text: str) -> None:
    pattern, refused = read(text)
    if pattern is None:
        assert refused is not None
        assert 0 <= refused.position <= len(text)
        assert refused.hint
        return
    re2: Any = pytest.importorskip("re2")
    options = re2.Options()
    options.log_errors = False
    try:
        theirs = re2.compile(text, options)
    except re2.error as error:
        assume("invalid repetition size" not in str(error))
        raise
    for name in ("", "a", "ab", "aab", "1", "{", "-", ","):
        assert pattern.matches(name) == bool(theirs.fullmatch(name))


NO_LOOK = "RE2 has no lookaround"
NO_ATOMIC = "RE2 has no possessive repeats and no atomic groups, and needs none: it never backtracks"
NO_BACK = "RE2 has no backreferences"
END_HINT = r"they may stand only at the ends of the whole; write \{0} for the character"


@pytest.mark.parametrize(
    ("text", "position", "message", "hint"),
    [
        ("x(?=a)", 1, "'(?=' is not in the RE2 syntax", NO_LOOK),
        ("(?!a)", 0, "'(?!' is not in the RE2 syntax", NO_LOOK),
        ("a(?<=b)", 1, "'(?<=' is not in the RE2 syntax", NO_LOOK),
        ("a(?<!b)", 1, "'(?<!' is not in the RE2 syntax", NO_LOOK),
        ("(?>a)", 0, "'(?>' is not in the RE2 syntax", NO_ATOMIC),
        ("(?P<x>a)(?P=x)", 8, "'(?P=' is not in the RE2 syntax", NO_BACK),
        ("(?P>x)", 0, "'(?P>' is not in the RE2 syntax", "RE2 has no recursion"),
        ("(?R)", 0, "'(?R' is not in the RE2 syntax", "RE2 has no recursion"),
        ("a(?(1)b)", 1, "'(?(' is not in the RE2 syntax", "RE2 has no conditions"),
        ("(?#a)", 0, "'(?#' is not in the RE2 syntax", "RE2 has no comments"),
        ("(?|a)", 0, "'(?|' is not in the RE2 syntax", "RE2 has no branch reset"),
        (r"(a)\1", 3, r"no such escape: \1", NO_BACK),
        (r"\k<x>", 0, r"no such escape: \k", NO_BACK),
        (r"\0", 0, r"no such escape: \0", r"write \x00 for a character by its number"),
        (r"a\pL", 1, r"no such escape: \p", "list the letters as ranges, such as [a-zA-Z]; Unicode groups are not supported"),
        (r"\bx", 0, r"no such escape: \b", "a name is matched whole and has no word boundaries"),
        (r"\Ax", 0, r"no such escape: \A", "a regex always matches the whole name; leave it out"),
        (r"\Qx\E", 0, r"no such escape: \Q", "put a backslash before each special character instead"),
        (r"\é", 0, r"no such escape: \é", "only punctuation needs a backslash"),
        (r"\y", 0, r"no such escape: \y", "only punctuation needs a backslash"),
        ("ab\\", 2, "the backslash at the end escapes nothing", r"write \\ for a backslash"),
        (r"\x4", 0, r"\x needs a character number", r"write two hexadecimal digits, or \x{2603}"),
        (r"\xZZ", 0, r"\x needs a character number", r"write two hexadecimal digits, or \x{2603}"),
        (r"\x{}", 0, r"\x needs a character number", r"write two hexadecimal digits, or \x{2603}"),
        (r"\x{41", 0, r"\x needs a character number", r"write two hexadecimal digits, or \x{2603}"),
        (r"\x{110000}", 0, r"\x needs a character number", r"write two hexadecimal digits, or \x{2603}"),
        (r"\x{0000041}", 0, r"\x needs a character number", r"write two hexadecimal digits, or \x{2603}"),
        ("a*+", 1, "'*+' repeats a repeat", NO_ATOMIC),
        ("a**", 1, "'**' repeats a repeat", "put the inner repeat into a group"),
        ("a+??", 1, "'+??' repeats a repeat", "put the inner repeat into a group"),
        ("a{2}{3}", 1, "'{2}{' repeats a repeat", "put the inner repeat into a group"),
        ("*a", 0, "there is nothing for '*' to repeat", r"write \* for the character, or .* for any run"),
        ("a|+", 2, "there is nothing for '+' to repeat", r"write \+ for the character, or .* for any run"),
        ("(?)", 0, "flags stand at the start of the regex or before a colon", "write (?i:...) for a part of it"),
        ("{2}", 0, "there is nothing for the count to repeat", r"write \{ for a brace"),
        ("a{,5}", 1, "'{,5}' is no repetition count", r"write {2}, {2,} or {2,5}, or \{ for a brace"),
        ("a{1,2,3}", 1, "'{1,2,3}' is no repetition count", r"write {2}, {2,} or {2,5}, or \{ for a brace"),
        ("a{01}", 1, "'{01}' is no repetition count", r"write {2}, {2,} or {2,5}, or \{ for a brace"),
        ("a{1001}", 1, "a repetition count over 1000", "RE2 allows 1000 at most"),
        ("a{1,1001}", 1, "a repetition count over 1000", "RE2 allows 1000 at most"),
        ("a{99999999999}", 1, "a repetition count over 1000", "RE2 allows 1000 at most"),
        ("a{3,2}", 1, "'{3,2}' goes backwards", "write the smaller count first"),
        ("a^b", 1, "'^' inside a regex matches nothing", END_HINT.format("^")),
        ("a$b", 1, "'$' inside a regex matches nothing", END_HINT.format("$")),
        ("(^a)", 1, "'^' inside a regex matches nothing", END_HINT.format("^")),
        ("(a$)", 2, "'$' inside a regex matches nothing", END_HINT.format("$")),
        ("(a", 0, "the '(' is never closed", r"add ')', or write \( for a parenthesis"),
        ("a(b|(c)", 1, "the '(' is never closed", r"add ')', or write \( for a parenthesis"),
        ("a)b", 1, "the ')' closes nothing", r"write \) for a parenthesis"),
        ("a[bc", 1, "the '[' is never closed", r"add ']', or write \[ for a bracket"),
        ("[]", 0, "the '[' is never closed", r"add ']', or write \[ for a bracket"),
        ("[^]", 0, "the '[' is never closed", r"add ']', or write \[ for a bracket"),
        ("[b-a]", 1, "the range 'b-a' goes backwards", "write the smaller one first"),
        (r"[a-\d]", 1, r"'a-\d' is no range", "a range ends with one character"),
        ("(?i", 0, "flags stand at the start of the regex or before a colon", "write (?i:...) for a part of it"),
        ("a(?i)b", 1, "flags stand at the start of the regex or before a colon", "write (?i:...) for a part of it"),
        ("(?x)a", 2, "no such flag: x", "there are i (any letter case) and s (. matches newlines)"),
        ("(?i-)a", 3, "no such flag: -", "there are i (any letter case) and s (. matches newlines)"),
        ("a(?iz:b)", 4, "no such flag: z", "there are i (any letter case) and s (. matches newlines)"),
        ("(?P<a", 0, "a group's name needs letters, digits and '_'", "write (?P<name>...)"),
        ("(?P<>a)", 0, "a group's name needs letters, digits and '_'", "write (?P<name>...)"),
        ("(?<a-b>a)", 0, "a group's name needs letters, digits and '_'", "write (?P<name>...)"),
        ("(?P<é>a)", 0, "a group's name needs letters, digits and '_'", "write (?P<name>...)"),
        ("((a{1000}){1000}){1000}", 0, "the regex needs 1000000000 states, the limit is 3000", "use smaller repetition counts"),
        ("(?:ab?){1000}[ab]{1000}x", 0, "the regex needs 4001 states, the limit is 3000", "use smaller repetition counts"),
        ("(" * 101 + ")" * 101, 100, "groups are nested deeper than 100", "write it flatter"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_and_where(text: str, position: int, message: str, hint: str) -> None:
    with pytest.raises(NameSyntaxError) as caught:
        parse_regex(text)
    error = caught.value
    assert (error.position, error.message, error.hint) == (position, message, hint)


def test_an_unknown_class_lists_the_known_ones() -> None:
    with pytest.raises(NameSyntaxError) as caught:
        parse_regex("x[[:letters:]]")
    assert caught.value.position == 2
    assert caught.value.message == "no such class: [:letters:]"
    assert caught.value.hint.startswith("there are alnum, alpha, ascii, ")


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("^_ga$", ["_ga"], ["x_ga", "_gax"]),
        ("^a|b$", ["a", "b"], ["ax", "xb", "ab"]),
        ("a.c", ["abc", "aéc"], ["ac", "a\nc"]),
        ("(?s)a.c", ["a\nc"], []),
        ("(?i)ga|k", ["GA", "Ga", "K", "\u212a"], ["g"]),
        ("(?i:g)a", ["Ga"], ["gA"]),
        ("(?i)g(?-i:a)", ["Ga"], ["gA"]),
        ("(?i)[^k]", ["j"], ["k", "K", "\u212a"]),
        (r"(?i)\W", ["-"], ["k", "\u212a", "\u017f"]),
        (r"[[:xdigit:]]{2}", ["0f", "AB"], ["g0", "0"]),
        (r"\x{1F600}\x41", ["\U0001f600A"], ["A"]),
        ("a{2,3}", ["aa", "aaa"], ["a", "aaaa"]),
        ("a{2,}", ["aa", "aaaaa"], ["a"]),
        ("a{1000}", ["a" * 1000], ["a" * 999, "a" * 1001]),
        ("(ab){3}", ["ababab"], ["abab", "abababab"]),
        ("(?:ab){0,40}x", ["x", "abx", "ab" * 40 + "x"], ["ab" * 41 + "x", "ax"]),
        ("a{x}", ["a{x}"], ["axx"]),
        ("a{", ["a{"], ["a"]),
        ("a{,}", ["a{,}"], ["a"]),
        ("()", [""], ["a"]),
        ("(?P<a>x)(?<a>y)", ["xy"], ["x"]),
        ("a||b", ["", "a", "b"], ["ab"]),
        ("(?:a|)b", ["ab", "b"], ["a"]),
        ("[^;]+", ["a", "\U0010ffff\n"], ["", "a;", ";"]),
        (r"[^\x00-\x{10FFFF}]*", [""], ["a"]),
        (r"x[^\x00-\x{10FFFF}]", [], ["x", "xa"]),
        ("[a-zé]+x?", ["é", "aéx"], ["É"]),
        (r"[\x{100}-\x{400}]{2}_", ["\u0101\u0102_"], ["ab_", "\u0101_"]),
        (r"[^\x{100}-\x{400}]{2}_", ["ab_"], ["\u0101\u0102_", "a\u0102_"]),
    ],
)
def test_matches_whole_names(text: str, yes: list[str], no: list[str]) -> None:
    pattern = parse_regex(text)
    assert [name for name in yes if not pattern.matches(name)] == []
    assert [name for name in no if pattern.matches(name)] == []


def test_the_limits_themselves_are_allowed() -> None:
    assert parse_regex("[ab]{1000}" * 3).matches("ab" * 1500)
    assert MAX_STATES == 3000
    assert parse_regex("(" * 100 + "a" + ")" * 100).exact == "a"


def test_literal_ends_of_a_regex() -> None:
    pattern = parse_regex("^_ga_[A-Z]+_x(?:y)$")
    assert (pattern.literal_prefix, pattern.literal_suffix) == ("_ga_", "_xy")
    assert parse_regex("a+b").literal_prefix == ""
    assert parse_regex("a{3}[bc]").literal_prefix == "aaa"
