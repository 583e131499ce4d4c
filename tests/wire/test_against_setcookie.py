"""Our reading beside that of the setcookie package, which follows RFC 6265bis too, on headers that mutation made odd."""

from __future__ import annotations

import os
import random

import pytest

from policycheck.model.cookie import AnomalyKind, SetCookie
from policycheck.wire import parse_cookie_date, parse_set_cookie

setcookie = pytest.importorskip("setcookie", reason="the peer is not installed: pip install setcookie")

COUNT = int(os.environ.get("POLICYCHECK_MUTATED_HEADERS", "4000"))
"""Raise it for a longer look; the seed moves with it, so that a longer run sees other headers."""

SEEDS = [
    "sid=31d4d96e407aad42; Path=/; Secure; HttpOnly; SameSite=Lax",
    "csrftoken=3SoJbrTU5QgD28YA4tu6xgVk; expires=Tue, 23 Nov 2027 02:25:02 GMT; Max-Age=31449600; Path=/; SameSite=Lax",
    'messages=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Strict',
    "__Host-id=1; Secure; Path=/; SameSite=None; Partitioned",
    "a=b; Domain=.example.com; Path=/shop/cart; expires=Wednesday, 09-Nov-27 23:12:40 GMT; Priority=High",
    "lu=Rg3v; Expires=Wed Jan 13 22:23:01 2027; Path=/; Domain=example.org; Secure; Version=1",
    "nameless",
    "=value; max-age=-1; samesite=none",
    'c={"a":[1,2]}; Max-Age=99999999999; Path="/"; Domain=',
]
PIECES = [
    ";",
    "=",
    " ",
    "\t",
    ",",
    '"',
    ".",
    "-",
    "0",
    "9",
    ":",
    "/",
    "é",
    "K",
    "\u017f",
    "\x00",
    "\x7f",
    "\x85",
    "\ud800",
    "; ",
    "=;",
]
PIECES += [
    "Path=",
    "Max-Age=",
    "Expires=",
    "Domain=",
    "Secure",
    "SameSite=",
    "x" * 1030,
    "x" * 4100,
    "Jan",
    "2027",
    "12:30:45",
    "+1",
]


def mutated(chance: random.Random) -> str:
    text = chance.choice(SEEDS)
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(5):
            case 0:
                text = text[:at] + chance.choice(PIECES) + text[at:]
            case 1:
                text = text[:at] + text[at + chance.randrange(1, 8) :]
            case 2:
                text = text[:at] + chr(chance.randrange(1, 128)) + text[at + 1 :]
            case 3:
                text = text[:at] + text[at:].swapcase()
            case _:
                text = text[:at] + text[chance.randrange(len(text) + 1) :]
    return text


def theirs(text: str) -> object:
    try:
        cookie = setcookie.parse(text)
    except setcookie.CookieError:
        return "ignored"
    return (
        cookie.name,
        cookie.value,
        None if cookie.expires is None else cookie.expires.timestamp(),
        cookie.max_age,
        cookie.domain,
        cookie.path or None,
        cookie.secure,
        cookie.http_only,
        cookie.same_site,
        cookie.partitioned,
    )


def ours(cookie: SetCookie) -> object:
    ignored = {AnomalyKind.CONTROL_CHARACTER, AnomalyKind.EMPTY, AnomalyKind.OVERSIZED}
    if any(anomaly.kind in ignored for anomaly in cookie.anomalies):
        return "ignored"
    return (
        cookie.name,
        cookie.value,
        cookie.expires,
        cookie.max_age,
        cookie.domain,
        cookie.path,
        cookie.secure,
        cookie.http_only,
        cookie.same_site,
        cookie.partitioned,
    )


def test_mutated_headers_read_alike() -> None:
    chance = random.Random(f"headers {COUNT}")
    different = []
    read = 0
    for _ in range(COUNT):
        text = mutated(chance)
        read += theirs(text) != "ignored"
        if ours(parse_set_cookie(text)) != theirs(text):
            different.append(text)
    assert different == []
    assert read > COUNT / 3


def test_mutated_dates_read_alike() -> None:
    chance = random.Random(f"dates {COUNT}")
    dates = ["Wed, 09 Jun 2027 10:18:14 GMT", "Wed, 09-Jun-2027 10:18:14 GMT", "Wednesday, 09-Jun-27 10:18:14 GMT"]
    dates += ["Wed Jun  9 10:18:14 2027", "29 Feb 2028 23:59:59", "31 Dec 1601 0:0:0"]
    different = []
    read = 0
    for _ in range(COUNT):
        text = chance.choice(dates)
        for _ in range(chance.randrange(4)):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice([*"0123456789:;-, aJx", chr(chance.randrange(1, 300))]) + text[at + 1 :]
        moment = setcookie.parse_date(text)
        read += moment is not None
        if parse_cookie_date(text) != (None if moment is None else moment.timestamp()):
            different.append(text)
    assert different == []
    assert read > COUNT / 3
