from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.names.chars import ANY, DIGITS, NOT_NEWLINE, POSIX, SPACES, WORD, CharSet, of_text, single

SMALL = "abcdefgh"
texts = st.text(SMALL, max_size=8)


@settings(deadline=None)
@given(texts, texts)
def test_sets_behave_like_sets(left: str, right: str) -> None:
    a, b = of_text(left), of_text(right)
    universe = set(SMALL + "z\U0010ffff\x00")
    assert {c for c in universe if c in a} == set(left)
    assert set(a.union(b)) == set(left) | set(right)
    assert set(a.intersect(b)) == set(left) & set(right)
    assert {c for c in universe if c in a.negate()} == universe - set(left)
    assert a.negate().negate() == a
    assert len(a) == len(set(left))
    assert len(a.negate()) == 0x110000 - len(a)
    assert "".join(a) == "".join(sorted(set(left)))


def test_ranges_are_joined() -> None:
    assert CharSet.of([(5, 7), (1, 2), (3, 4), (6, 10), (20, 20)]).ranges == ((1, 10), (20, 20))
    assert CharSet.of([(1, 9), (2, 3), (11, 12)]).ranges == ((1, 9), (11, 12))


def test_ends_of_the_code_space() -> None:
    assert ANY.negate().ranges == ()
    assert CharSet(()).negate() == ANY
    assert "\U0010ffff" in ANY
    assert "\x00" in ANY
    assert "\x00" not in CharSet(())
    assert CharSet(((0, 0x10FFFE),)).negate() == single("\U0010ffff")
    assert single("\x00").negate().ranges == ((1, 0x10FFFF),)


@pytest.mark.parametrize(
    ("chars", "expected"),
    [
        ("zb", (0, "b")),
        ("9z", (0, "z")),
        ("97", (0, "7")),
        ("Ba0", (0, "a")),
        ("_B", (1, "B")),
        ("-_", (1, "_")),
        (".-", (1, "-")),
        ("!~", (1, "!")),
        ("\x00!", (1, "!")),
        (" é", (3, " ")),
        ("\x01é", (3, "é")),
        ("\x01\x02", (3, "\x01")),
        ("~\x7f", (1, "~")),
    ],
)
def test_picks_what_reads_well(chars: str, expected: tuple[int, str]) -> None:
    assert of_text(chars).pick() == expected


def test_nothing_to_pick() -> None:
    with pytest.raises(ValueError, match="empty set"):
        CharSet(()).pick()


@pytest.mark.parametrize(
    ("charset", "expected"),
    [
        (of_text("0123456789abcdef"), "[0-9a-f]"),
        (of_text("ab"), "[ab]"),
        (of_text("a"), "[a]"),
        (of_text("-]^\\"), r"[\-\\-\^]"),
        (of_text("\n;").negate(), r"[^\x{A};]"),
        (of_text("é"), r"[\x{E9}]"),
        (ANY, "any character"),
        (CharSet(()), "[]"),
        (of_text("acegikmoqsuw"), "[acegikmoqsuw]"),
        (of_text("acegikmoqsuwy"), "[acegikmoqsuw...]"),
    ],
)
def test_describes_itself(charset: CharSet, expected: str) -> None:
    assert charset.describe() == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alnum", string.ascii_letters + string.digits),
        ("alpha", string.ascii_letters),
        ("ascii", "".join(map(chr, range(128)))),
        ("blank", " \t"),
        ("cntrl", "".join(map(chr, [*range(32), 127]))),
        ("digit", string.digits),
        ("graph", string.ascii_letters + string.digits + string.punctuation),
        ("lower", string.ascii_lowercase),
        ("print", string.ascii_letters + string.digits + string.punctuation + " "),
        ("punct", string.punctuation),
        ("space", string.whitespace),
        ("upper", string.ascii_uppercase),
        ("word", string.ascii_letters + string.digits + "_"),
        ("xdigit", string.hexdigits),
    ],
)
def test_classes_of_posix(name: str, expected: str) -> None:
    assert set(POSIX[name]) == set(expected)
    assert POSIX[name] == of_text(expected)


def test_classes_of_perl() -> None:
    assert of_text(string.digits) == DIGITS
    assert of_text("\t\n\f\r ") == SPACES
    assert of_text(string.ascii_letters + string.digits + "_") == WORD
    assert of_text("\n").negate() == NOT_NEWLINE
    assert len(POSIX) == 14


def test_folding() -> None:
    assert set(of_text("k").fold()) == set("kK\u212a")
    assert set(of_text("S1").fold()) == set("sS\u017f1")
    assert set(of_text("a").fold()) == set("aA")
    assert set(of_text("\u03c3").fold()) == set("\u03c3ςΣ")
    assert set(of_text("\u0131").fold()) == set("\u0131")
    assert set(of_text("İ").fold()) == set("İ")
    assert set(of_text("éa").fold()) == set("éÉaA")
    assert set(of_text("\u212a").fold()) == set("kK\u212a")
    assert of_text("-").fold() == of_text("-")
    assert set(of_text("ǅ").fold()) == set("ǅǆǄ")
