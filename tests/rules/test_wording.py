"""How rules speak: the evidence shows, its value never."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.matching import Match
from policycheck.model.cookie import Anomaly, AnomalyKind
from policycheck.model.finding import Severity
from policycheck.model.observation import Observation
from policycheck.model.storage import SetBy, StorageKind
from policycheck.rules.wording import breach, detail_of, listed, printable, shown, shown_header
from policycheck.wire import parse_set_cookie


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("a=b", "a=<1 byte>"),
        ("a=", "a=<0 bytes>"),
        ("a=\u00e9", "a=<2 bytes>"),
        ("only", "=<4 bytes>"),
        (
            "_ga=GA1.1.1234567890.1700000000; Max-Age=63072000; Path=/",
            "_ga=<27 bytes>; Max-Age=63072000; Path=/",
        ),
        ("a=1; secure; HTTPONLY; Partitioned", "a=<1 byte>; secure; HTTPONLY; Partitioned"),
        ("a=1; Secure=false", "a=<1 byte>; Secure=<5 bytes>"),
        ("a=1; SameSite=lax; samesite=Sloppy", "a=<1 byte>; SameSite=lax; samesite=<6 bytes>"),
        ("a=1; Max-Age=-1; Max-Age=x", "a=<1 byte>; Max-Age=-1; Max-Age=<1 byte>"),
        ("a=1; Max-Age=" + "9" * 20, "a=<1 byte>; Max-Age=" + "9" * 20),
        ("a=1; Max-Age=" + "9" * 21, "a=<1 byte>; Max-Age=<21 bytes>"),
        ("a=1; Domain=.x.example; Expires=Wed, 03 Jul 2024 00:00:00 GMT", None),
        ("a=1; token; Priority=High", "a=<1 byte>; <attribute of 5 bytes>; <attribute of 12 bytes>"),
        ("a=1; Path=/\u202ex", "a=<1 byte>; Path=/\\u202ex"),
        ("a=1; Path=/, b=2; Domain=x, c=3", "a=<1 byte>; Path=<6 bytes>; Domain=<6 bytes>"),
        ("a=1; Path=/, b=2; Max-Age=5; Secure", "a=<1 byte>; Path=<6 bytes>; Max-Age=5; Secure"),
    ],
)
def test_headers(header: str, text: str | None) -> None:
    wanted = header.replace("a=1", "a=<1 byte>") if text is None else text
    assert shown_header(parse_set_cookie(header)) == wanted


@pytest.mark.parametrize(
    ("observation", "text"),
    [
        (Observation(StorageKind.LOCAL_STORAGE, "cart", value="\u00e9"), "cart=<2 bytes> in localStorage"),
        (Observation(StorageKind.LOCAL_STORAGE, "cart", value="abc", value_length=7), "cart=<7 bytes> in localStorage"),
        (Observation(StorageKind.LOCAL_STORAGE, "cart", value_length=1), "cart=<1 byte> in localStorage"),
        (Observation(StorageKind.INDEXED_DB, "db"), "db=<unknown length> in indexedDB"),
        (Observation(StorageKind.COOKIE, "c", set_by=SetBy.SCRIPT), "c=<unknown length>, a cookie set by a script"),
        (Observation(StorageKind.COOKIE, "c\n", value=""), "c\\n=<0 bytes>, a cookie set by a server"),
    ],
)
def test_evidence_without_a_header(observation: Observation, text: str) -> None:
    assert shown(observation) == text


def test_evidence_with_a_header_is_the_header() -> None:
    observation = Observation(StorageKind.COOKIE, "c", value="x", set_cookie=parse_set_cookie("c=xy; Secure"))
    assert shown(observation) == "c=<2 bytes>; Secure"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("", ""),
        ("a b", "a b"),
        ("a\tb\x00\x1b[31m", "a\\tb\\x00\\x1b[31m"),
        ("\u2028\ud800", "\\u2028\\ud800"),
        ("\u017eluva", "\u017eluva"),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 120 + "..."),
        ("\n" * 61, "\\n" * 60 + "..."),
    ],
)
def test_printable(text: str, printed: str) -> None:
    assert printable(text) == printed


@given(st.text())
@settings(deadline=None)
def test_printable_is_one_printable_line(text: str) -> None:
    assert printable(text).isprintable()
    assert len(printable(text)) <= 123


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "'a'"), (["a", "b"], "'a' and 'b'"), (["a", "b", "c"], "'a', 'b' and 'c'")],
)
def test_listed(words: list[str], text: str) -> None:
    assert listed(words) == text
    assert listed(words, "or") == text.replace("and", "or")


def test_breach_points_at_the_entry(kit: Any) -> None:
    catalogue = kit.make_catalogue(
        {"items": [{"name": "c", "kind": "cookie", "category": "necessary", "retention": "session"}]}
    )
    observation = Observation(StorageKind.COOKIE, "c", value="xyz")
    made = breach(Match(observation, catalogue.items[0]), "m", expected="e", fix="f")
    assert (made.message, made.expected, made.fix, made.actual) == (
        "m",
        "e",
        "f",
        "c=<3 bytes>, a cookie set by a server",
    )
    assert (made.severity, made.key, made.why) == (None, "", "")
    assert made.location == catalogue.items[0].location
    graded = breach(Match(observation, None), "m", expected="", fix="", severity=Severity.NOTE, key="k")
    assert (graded.location, graded.severity, graded.key) == (None, Severity.NOTE, "k")


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1), st.lists(st.text()))
@settings(deadline=None)
def test_no_value_shows(value: str, attributes: list[str]) -> None:
    canary = "c4n4ry"
    header = "; ".join([f"name={canary}{value}{canary}", *attributes])
    assert canary not in shown_header(parse_set_cookie(header))


@given(
    st.lists(
        st.sampled_from(
            ["c4n4ry", ";", ",", "=", " ", "Path", "Domain", "Expires", "Max-Age", "Secure", "/", "\n", "SameSite"]
        ),
        max_size=20,
    )
)
@settings(deadline=None)
def test_no_value_shows_however_the_header_is_broken(parts: list[str]) -> None:
    cookie = parse_set_cookie("x=c4n4ry-1, y=" + "".join(parts))
    text = shown_header(cookie)
    assert "c4n4ry-1" not in text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Expiry", "Expiry"),
        ("Security", "<8 octets>"),
        ("parties", "<7 octets>"),
        ("<9 octets>", "<9 octets>"),
        ("\u00e9", "<2 octets>"),
    ],
)
def test_an_unknown_attribute_shows_only_where_it_comes_near_a_known_one(name: str, told: str) -> None:
    assert detail_of(Anomaly(AnomalyKind.UNKNOWN_ATTRIBUTE, name)) == told
    assert detail_of(Anomaly(AnomalyKind.BAD_EXPIRES, name)) == name
