"""Every oddity that a header can have, what is said of it, and that nothing is said of a careful header."""

from __future__ import annotations

import pytest

from policycheck.model.cookie import Anomaly, AnomalyKind
from policycheck.wire import parse_set_cookie

K = AnomalyKind


def found(header: str | bytes) -> list[tuple[AnomalyKind, str]]:
    return [(anomaly.kind, anomaly.detail) for anomaly in parse_set_cookie(header).anomalies]


@pytest.mark.parametrize(
    "header",
    [
        "n=v",
        "n=",
        'n="v"',
        "n=v; Path=/; Secure; HttpOnly; SameSite=Strict; Partitioned; Domain=.example.com; Max-Age=5",
        "n=v; Expires=Wed, 09 Jun 2027 10:18:14 GMT",
        "n=v; expires=Wednesday, 09-Jun-27 10:18:14 GMT",
        "n=a,b=c",
        'n={"a":1, "b":2}',
        "n=a\tb",
        "n=v;",
        "n=v; ;",
        "n=v; = ",
        "n=v; Path=/a,b",
        "n=" + "v" * 4095,
        "nn=" + "v" * 4094,
        "n=v; Path=/" + "p" * 1023,
        "n=v; Max-Age=-5",
    ],
)
def test_a_careful_header_has_none(header: str) -> None:
    assert found(header) == []


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("n\x00=v", [(K.CONTROL_CHARACTER, "%x00 at character 1 of 4")]),
        ("n=v; Path=/\x1f\x7f", [(K.CONTROL_CHARACTER, "%x1F at character 11 of 13")]),
        ("n=v\x7f", [(K.CONTROL_CHARACTER, "%x7F at character 3 of 4")]),
        ("n=v\x08", [(K.CONTROL_CHARACTER, "%x08 at character 3 of 4")]),
        ("n=v\x0b", [(K.CONTROL_CHARACTER, "%x0B at character 3 of 4")]),
        ("", [(K.EMPTY, "")]),
        ("=;Path=/", [(K.EMPTY, "")]),
        ("v", [(K.NAMELESS, "")]),
        ("=v", [(K.NAMELESS, "")]),
        ("n=" + "v" * 4096, [(K.OVERSIZED, "4097 octets")]),
        ("n" * 4097 + "=", [(K.OVERSIZED, "4097 octets")]),
        ("n=" + "é" * 2048, [(K.NON_ASCII, "2048 characters"), (K.OVERSIZED, "4097 octets")]),
        ("n=v; Path=/" + "p" * 1024, [(K.OVERSIZED_ATTRIBUTE, "Path: 1025 octets")]),
        ("n=v; path=/" + "é" * 512, [(K.NON_ASCII, "512 characters"), (K.OVERSIZED_ATTRIBUTE, "Path: 1025 octets")]),
        ("n=v; foo=" + "x" * 1025, [(K.OVERSIZED_ATTRIBUTE, "foo: 1025 octets")]),
        ("n=v; a1=" + "x" * 1025, [(K.OVERSIZED_ATTRIBUTE, "<2 octets>: 1025 octets")]),
        ("n=v; Priority=High", [(K.UNKNOWN_ATTRIBUTE, "Priority")]),
        ("n=v; Same-Party", [(K.UNKNOWN_ATTRIBUTE, "Same-Party")]),
        ("n=v; " + "a" * 24, [(K.UNKNOWN_ATTRIBUTE, "a" * 24)]),
        ("n=v; " + "a" * 25, [(K.UNKNOWN_ATTRIBUTE, "<25 octets>")]),
        ("n=v; 3cr3t", [(K.UNKNOWN_ATTRIBUTE, "<5 octets>")]),
        ("n=v; é", [(K.NON_ASCII, "1 character"), (K.UNKNOWN_ATTRIBUTE, "<2 octets>")]),
        ("n=v; =x", [(K.UNKNOWN_ATTRIBUTE, "<0 octets>")]),
        ("n=v; Path=/; path=/", [(K.REPEATED_ATTRIBUTE, "Path")]),
        ("n=v; Secure; secure", [(K.REPEATED_ATTRIBUTE, "Secure")]),
        ("n=v; Max-Age=5; Max-Age=5; Max-Age=5", [(K.REPEATED_ATTRIBUTE, "Max-Age")] * 2),
        ("n=v; Max-Age=", [(K.BAD_MAX_AGE, "Max-Age is no whole number (0 octets)")]),
        ("n=v; max-age=2.63", [(K.BAD_MAX_AGE, "Max-Age is no whole number (2.63)")]),
        ("n=v; Max-Age=" + "." * 16, [(K.BAD_MAX_AGE, f"Max-Age is no whole number ({'.' * 16})")]),
        ("n=v; Max-Age=" + "." * 17, [(K.BAD_MAX_AGE, "Max-Age is no whole number (17 octets)")]),
        ("n=v; Max-Age=1 day", [(K.BAD_MAX_AGE, "Max-Age is no whole number (5 octets)")]),
        ("n=v; Expires=soon", [(K.BAD_EXPIRES, "Expires holds no cookie date (4 octets)")]),
        ("n=v; Expires", [(K.BAD_EXPIRES, "Expires holds no cookie date (0 octets)")]),
        ("n=v; SameSite=foo", [(K.BAD_SAME_SITE, "SameSite is none of Lax, Strict and None (3 octets)")]),
        ("n=v; Domain=", [(K.EMPTY_DOMAIN, "Domain")]),
        ("n=v; Domain=.", [(K.EMPTY_DOMAIN, "Domain")]),
        ("n=v; Path=a/b", [(K.RELATIVE_PATH, "Path does not start with / (3 octets)")]),
        ("n=v; Path", [(K.RELATIVE_PATH, "Path does not start with / (0 octets)")]),
        ("n=v; Secure=false", [(K.VALUE_ON_FLAG, "Secure")]),
        ("n=v; httponly=1", [(K.VALUE_ON_FLAG, "HttpOnly")]),
        ("n=v; Partitioned=1", [(K.VALUE_ON_FLAG, "Partitioned")]),
        ("n=v; Secure=", []),
        ('n=v; Domain="a.example"', [(K.QUOTED_ATTRIBUTE, "Domain")]),
        (
            'n=v; Max-Age="5"',
            [(K.QUOTED_ATTRIBUTE, "Max-Age"), (K.BAD_MAX_AGE, "Max-Age is no whole number (3 octets)")],
        ),
        ("n=é", [(K.NON_ASCII, "1 character")]),
        ("n=\x85", [(K.NON_ASCII, "1 character")]),
        ("n=\udfff", [(K.NON_ASCII, "1 character"), (K.UNDECODABLE, "1 lone surrogate")]),
        ("n=\ud800\udfff", [(K.NON_ASCII, "2 characters"), (K.UNDECODABLE, "2 lone surrogates")]),
        (b"n=\xe9", [(K.UNDECODABLE, "read as ISO 8859-1"), (K.NON_ASCII, "1 character")]),
        (b"n=\xc3\xa9", [(K.NON_ASCII, "1 character")]),
    ],
)
def test_what_is_said(header: str | bytes, expected: list[tuple[AnomalyKind, str]]) -> None:
    assert found(header) == expected


PAIR = (K.FOLDED, "several cookies in one header, by the look of it")
ATTRIBUTE = (K.FOLDED, "a comma in an attribute, and name= after it")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("a=1, b=2", [PAIR]),
        ("a=1, b", []),
        ("a=1; Path=/, b=2", [ATTRIBUTE]),
        ("a=1; Path=/,b=2", [ATTRIBUTE]),
        ("a=1; Max-Age=5, b=2", [ATTRIBUTE, (K.BAD_MAX_AGE, "Max-Age is no whole number (6 octets)")]),
        ("a=1; foo=x, b=2", [ATTRIBUTE, (K.UNKNOWN_ATTRIBUTE, "foo")]),
        ("a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT, b=2", [ATTRIBUTE]),
        ("a=1; Expires=09 Jun 2027 10:18:14, bb=22", [ATTRIBUTE]),
        (
            "a=1; Expires=soon, or later, bbbbb=222222",
            [(K.BAD_EXPIRES, "Expires holds no cookie date (28 octets)"), ATTRIBUTE],
        ),
        (
            "a=1; Expires=soon, or later, bbbbb=2222222",
            [(K.BAD_EXPIRES, "Expires holds no cookie date (29 octets)"), ATTRIBUTE],
        ),
        ("a=1\nb=2", [(K.CONTROL_CHARACTER, "%x0A at character 3 of 7"), PAIR]),
        ("a=1\rb=2", [(K.CONTROL_CHARACTER, "%x0D at character 3 of 7"), PAIR]),
        ("a=1\r\n", [(K.CONTROL_CHARACTER, "%x0D at character 3 of 5")]),
    ],
)
def test_folded_headers(header: str, expected: list[tuple[AnomalyKind, str]]) -> None:
    assert found(header) == expected


def test_an_anomaly_is_a_value() -> None:
    assert parse_set_cookie("v").anomalies == (Anomaly(K.NAMELESS, ""),)
    assert K.BAD_EXPIRES.value == "bad-expires"
