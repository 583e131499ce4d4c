"""What is read from a header: one line of a table each."""

from __future__ import annotations

import time
from dataclasses import fields
from typing import Any

import pytest

from policycheck.model.cookie import SetCookie
from policycheck.wire import parse_set_cookie

JUNE = 1_812_536_294.0
"""2027-06-09T10:18:14Z."""
DATE = "Wed, 09 Jun 2027 10:18:14 GMT"
NAMES = {field.name for field in fields(SetCookie)} - {"raw", "attributes", "anomalies"}


def said(header: str | bytes) -> dict[str, Any]:
    """Name, value and every attribute that counts, as the fields that differ from their default."""
    cookie = parse_set_cookie(header)
    default = SetCookie("", "")
    return {
        name: getattr(cookie, name)
        for name in sorted(NAMES)
        if name in ("name", "value") or getattr(cookie, name) != getattr(default, name)
    }


@pytest.mark.parametrize(
    ("header", "name", "value"),
    [
        ("a=b", "a", "b"),
        ("a=b=c", "a", "b=c"),
        ("a=", "a", ""),
        ("a", "", "a"),
        ("=a", "", "a"),
        ("==a", "", "=a"),
        ("", "", ""),
        ("=", "", ""),
        (";", "", ""),
        (" \ta\t = \tb c \t;", "a", "b c"),
        ("\ta b\t", "", "a b"),
        ("a=\xa0b\xa0", "a", "\xa0b\xa0"),
        ("XaX=XbX", "XaX", "XbX"),
        ("\xa0a\xa0=b", "\xa0a\xa0", "b"),
        ('a="b c"', "a", '"b c"'),
        ('a="b;c"', "a", '"b'),
        ("a=b,c", "a", "b,c"),
        ("A=B", "A", "B"),
        ("a\x00=b\x7f", "a\x00", "b\x7f"),
        ("a=\ud800", "a", "\ud800"),
    ],
)
def test_name_and_value(header: str, name: str, value: str) -> None:
    assert said(header) == {"name": name, "value": value}


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("Secure", {"secure": True}),
        (" SECURE ", {"secure": True}),
        ("secure=false", {"secure": True}),
        ("HttpOnly", {"http_only": True}),
        ("\thttponly\t=", {"http_only": True}),
        ("Partitioned", {"partitioned": True}),
        ("PARTITIONED=0", {"partitioned": True}),
        ("Secure; HttpOnly; Partitioned", {"secure": True, "http_only": True, "partitioned": True}),
        ("Secured; Http-Only; Partition", {}),
        ("SameSite=Lax", {"same_site": "Lax"}),
        ("SameSite=lax", {"same_site": "Lax"}),
        ("samesite=STRICT", {"same_site": "Strict"}),
        (" SameSite = None ", {"same_site": "None"}),
        ("SameSite=", {}),
        ("SameSite", {}),
        ("SameSite=Default", {}),
        ('SameSite="Lax"', {}),
        ("SameSite=Strict; SameSite=Lax", {"same_site": "Lax"}),
        ("SameSite=Strict; SameSite=?", {}),
        ("Path=/", {"path": "/"}),
        ("path=/; PATH=/b", {"path": "/b"}),
        ("Path= /a b ", {"path": "/a b"}),
        ("Path=//", {"path": "//"}),
        ("Path=/a=b", {"path": "/a=b"}),
        ("Path=", {}),
        ("Path", {}),
        ("Path=a", {}),
        ('Path="/"', {}),
        ("Path=/a; Path=", {}),
        ("Path=/a; Path=b", {}),
        ("Domain=example.com", {"domain": "example.com"}),
        ("Domain=.Example.COM", {"domain": "example.com"}),
        ("Domain=..example.com", {"domain": ".example.com"}),
        ("Domain=example.com.", {"domain": "example.com."}),
        ("Domain=BÜCHER.example", {"domain": "bÜcher.example"}),
        ("Domain=", {}),
        ("Domain=.", {}),
        ("Domain", {}),
        ("Domain=a.example; Domain=", {}),
        ("Domain=; Domain=a.example", {"domain": "a.example"}),
        ("Max-Age=0", {"max_age": 0}),
        ("Max-Age=1", {"max_age": 1}),
        ("max-age=-1", {"max_age": -1}),
        ("Max-Age=-0", {"max_age": 0}),
        ("Max-Age=007", {"max_age": 7}),
        ("MAX-AGE = 60 ", {"max_age": 60}),
        ("Max-Age=99999999999999999999", {"max_age": 99_999_999_999_999_999_999}),
        ("Max-Age=" + "9" * 1024, {"max_age": int("9" * 1024)}),
        ("Max-Age=-" + "9" * 1023, {"max_age": -int("9" * 1023)}),
        ("Max-Age=", {}),
        ("Max-Age=-", {}),
        ("Max-Age=--1", {}),
        ("Max-Age=+1", {}),
        ("Max-Age=1.0", {}),
        ("Max-Age=1 0", {}),
        ("Max-Age=1\n", {}),
        ("Max-Age=-1\n", {}),
        ("Max-Age=٣", {}),
        ("Max-Age=²", {}),
        ("Max-Age=5; Max-Age=x", {"max_age": 5}),
        ("Max-Age=x; Max-Age=5", {"max_age": 5}),
        ("Max-Age=5; Max-Age=6", {"max_age": 6}),
        (f"Expires={DATE}", {"expires": JUNE}),
        (f"EXPIRES = {DATE} ", {"expires": JUNE}),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", {"expires": 0.0}),
        ("Expires=0", {}),
        ("Expires=", {}),
        (f"Expires={DATE}; Expires=soon", {"expires": JUNE}),
        (f"Expires={DATE}; Max-Age=5", {"expires": JUNE, "max_age": 5}),
        ("Priority=High; =x; =; ; Version", {}),
        ("\xa0Path=/x", {}),
        ("Path\xa0=/x", {}),
        ("XPath=/x; PathX=/x", {}),
        ("Path=/xX", {"path": "/xX"}),
        ("Path=/x\xa0", {"path": "/x\xa0"}),
        ("\u017fecure; \u017fame\u017fite=Lax", {}),
        ("Path=/" + "p" * 1023, {"path": "/" + "p" * 1023}),
        ("Path=/" + "p" * 1024, {}),
        ("Path=/a; Path=/" + "p" * 1024, {"path": "/a"}),
        ("Path=/" + "é" * 511 + "p", {"path": "/" + "é" * 511 + "p"}),
        ("Path=/" + "é" * 512, {}),
        ("Path=/" + "🍪" * 255 + "ppp", {"path": "/" + "🍪" * 255 + "ppp"}),
        ("Path=/" + "🍪" * 256, {}),
        ("Secure=" + "x" * 1024, {"secure": True}),
        ("Secure=" + "x" * 1025, {}),
        ("Max-Age=" + "0" * 1025, {}),
    ],
)
def test_attributes(attributes: str, expected: dict[str, Any]) -> None:
    for separator in (";", "; ", ";;"):
        assert said(f"n=v{separator}{attributes}") == {"name": "n", "value": "v"} | expected


def test_attributes_are_kept_as_sent_in_order() -> None:
    header = 'n=v; PATH=/ ;Secure; path=x; Max-Age=; foo=b=c;; = ; =y; Priority=High; Domain="d"; secure=no; httponly'
    assert parse_set_cookie(header).attributes == (
        ("PATH", "/"),
        ("Secure", ""),
        ("path", "x"),
        ("Max-Age", ""),
        ("foo", "b=c"),
        ("", "y"),
        ("Priority", "High"),
        ("Domain", '"d"'),
        ("secure", "no"),
        ("httponly", ""),
    )


@pytest.mark.parametrize(
    "spelling", ["Path=/", "path=/", "Secure", "secure", "HttpOnly", "httponly", "Httponly", "Partitioned"]
)
@pytest.mark.parametrize("space", ["", " ", "  "])
def test_the_table_of_whole_attributes_says_what_the_long_way_says(spelling: str, space: str) -> None:
    quick = parse_set_cookie(f"n=v;{space}{spelling}")
    long = parse_set_cookie(f"n=v;\t{spelling}\t")
    name, _, value = spelling.partition("=")
    assert quick.attributes == long.attributes == ((name, value),)
    assert said(f"n=v;{space}{spelling}") == said(f"n=v;\t{spelling}\t")
    assert quick.anomalies == long.anomalies == ()


@pytest.mark.parametrize("same_site", ["Lax", "Strict", "None"])
@pytest.mark.parametrize("name", ["SameSite", "samesite", "Samesite"])
def test_the_table_of_same_site(same_site: str, name: str) -> None:
    for value in (same_site, same_site.lower()):
        cookie = parse_set_cookie(f"n=v; {name}={value}")
        assert (cookie.same_site, cookie.attributes) == (same_site, ((name, value),))


def test_raw_is_the_whole_text() -> None:
    assert parse_set_cookie(" n = v ; Path=/ ").raw == " n = v ; Path=/ "
    assert parse_set_cookie(b"n=\xc3\xa9").raw == "n=é"


@pytest.mark.parametrize(
    ("octets", "value"),
    [(b"n=v", "v"), (b"n=\xc3\xa9", "é"), (b"n=\xe9", "é"), (b"n=\xff\xc3\xa9", "ÿÃ©"), (b"n=\xf0\x9f\x8d\xaa", "🍪")],
)
def test_octets_are_utf8_or_else_latin1(octets: bytes, value: str) -> None:
    assert said(octets) == {"name": "n", "value": value}
    assert said(memoryview(octets).tobytes()) == said(octets)


@pytest.mark.parametrize(
    "text",
    [
        "n=v;" * 60_000,
        "n=" + "v" * 1_000_000,
        "n=v; Expires=" + "1 " * 500,
        "n=v; Path=/" + ", a" * 300_000,
        "n=v, " * 200_000,
        "n=" + ", \t" * 300_000 + "x",
        "\ud800" * 300_000,
        ("n=v; Path=" + "é" * 1000) * 300,
    ],
)
def test_megabytes_take_linear_time(text: str) -> None:
    start = time.process_time()
    parse_set_cookie(text)
    assert time.process_time() - start < 5
