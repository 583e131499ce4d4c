"""Our jar beside Chromium's: the same headers, and each difference named in DIFFERENCES or in CDP_SHOWS_OTHERWISE."""

from __future__ import annotations

import json
import os
import random
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from policycheck.jar import CookieJar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from policycheck.jar import StoredCookie

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
BATCH = 60
"""Headers for one host: well below the 180 cookies that Chromium keeps for one site."""
GENERATED = int(os.environ.get("POLICYCHECK_CHROMIUM_HEADERS", "600"))
"""Raise it for a longer look; the seed moves with it."""
EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"
FAR = "Fri, 31 Dec 9999 23:59:59 GMT"


class Server(Protocol):
    set_cookie: dict[str, list[bytes]]

    def url(self, scheme: str, place: str) -> str: ...


class Browser(Protocol):
    context: Any

    def visit(self, url: str) -> None: ...
    def script(self, text: str) -> None: ...
    def fetch(self, url: str) -> None: ...
    def cookies(self) -> list[dict[str, Any]]: ...
    def as_shown(self, cookies: Iterable[StoredCookie]) -> list[dict[str, Any]]: ...
    def same(self, left: Sequence[dict[str, Any]], right: Sequence[dict[str, Any]]) -> bool: ...


# ----------------------------------------------------------------- how Chromium reads otherwise


@dataclass(frozen=True)
class Difference:
    """``reading`` turns a header into the one that Chromium seems to have read; None where it stored nothing."""

    why: str
    reading: Callable[[str], str | None]


def each_attribute(header: str, change: Callable[[str, str], tuple[str, str]]) -> str:
    pair, *rest = header.split(";")
    read = []
    for attribute in rest:
        name, equals, value = attribute.partition("=")
        name, value = change(name.strip(" \t"), value.strip(" \t"))
        read.append(f"{name}={value}" if equals else name)
    return ";".join([pair, *read])


def tab_refused(header: str) -> str | None:
    texts = (side.strip(" \t") for part in header.split(";") for side in part.split("=", 1))
    return None if any("\t" in text for text in texts) else header


def too_long(attribute: str) -> bool:
    return len(attribute.partition("=")[2].strip(" \t")) > 1024


def last_counts(header: str) -> str:
    pair, *rest = header.split(";")
    names = ["" if too_long(attribute) else attribute.partition("=")[0].strip(" \t").lower() for attribute in rest]
    kept = [
        attribute
        for index, attribute in enumerate(rest)
        if names[index] not in ("max-age", "expires") or names[index] not in names[index + 1 :]
    ]
    return ";".join([pair, *kept])


def plus_accepted(header: str) -> str:
    def change(name: str, value: str) -> tuple[str, str]:
        plus = name.lower() == "max-age" and re.fullmatch(r"\+[0-9]+", value)
        return name, value[1:] if plus else value

    return each_attribute(header, change)


def lone_dot_refused(header: str) -> str | None:
    domains = [
        value.strip(" \t")
        for name, _, value in (attribute.partition("=") for attribute in header.split(";")[1:])
        if name.strip(" \t").lower() == "domain"
    ]
    return None if domains and domains[-1] == "." else header


def equals_refused(header: str) -> str | None:
    name, _, value = header.partition(";")[0].partition("=")
    return None if not name.strip(" \t") and "=" in value else header


def in_dates(change: Callable[[list[str]], list[str]]) -> Callable[[str], str]:
    """Lift a change of a date's tokens to one of a header."""

    def on_attribute(name: str, value: str) -> tuple[str, str]:
        if name.lower() != "expires":
            return name, value
        return name, " ".join(change([token for token in re.split(r"[\t -/;-@\[-`{-~]+", value) if token]))

    return lambda header: each_attribute(header, on_attribute)


def zeros_dropped(tokens: list[str]) -> list[str]:
    def change(token: str) -> str:
        if re.fullmatch(r"[0-9]+:[0-9]+:[0-9]+", token):
            return ":".join(f"{int(part):02d}" for part in token.split(":"))
        return f"{int(token):04d}" if re.fullmatch(r"0[0-9]{4,}", token) else token

    return [change(token) for token in tokens]


def digits_alone(tokens: list[str]) -> list[str]:
    numeric = r"[0-9]+|[0-9]+:[0-9]+:[0-9]+"
    return [token for token in tokens if not token[:1].isdigit() or re.fullmatch(numeric, token)]


def any_year(tokens: list[str]) -> list[str]:
    """A year of another length than two or four digits, or before 1601, is a year."""
    numbers = [token for token in tokens if token.isdigit()]
    if len(numbers) != 2 or ":" not in "".join(tokens) or len(numbers[0]) > 2:
        return tokens
    year = numbers[1]
    if len(year) > 4:
        return [FAR]
    return [EPOCH] if len(year) in (1, 3) or (len(year) == 4 and int(year) < 1601) else tokens


DIFFERENCES = {
    "tab-refused": Difference(
        "a tab that trimming leaves in a name, a value or an attribute: the RFC excepts tabs from the control characters "
        "that end a cookie, Chromium refuses it",
        tab_refused,
    ),
    "last-lifetime-counts": Difference(
        "Max-Age or Expires twice: the RFC ignores one that cannot be read, so that the other stays in force; Chromium "
        "looks at the last one alone",
        last_counts,
    ),
    "plus-in-max-age": Difference(
        "Max-Age=+5: the RFC wants a digit or a minus first, Chromium takes it as 5", plus_accepted
    ),
    "domain-of-a-dot": Difference(
        "Domain=. is empty without its leading dot, which makes a host-only cookie; Chromium refuses it",
        lone_dot_refused,
    ),
    "equals-without-a-name": Difference(
        "=a=b has no name and the value a=b, which would be sent like a cookie named a; Chromium refuses it",
        equals_refused,
    ),
    "zeros-in-dates": Difference(
        "010:18:14 and 02027: the RFC allows two digits and four, Chromium any number of zeros before them",
        in_dates(zeros_dropped),
    ),
    "text-after-digits": Difference(
        "09th, 2027x, 10:18:14.5 without a delimiter: the RFC reads the digits before other characters, Chromium does not",
        in_dates(digits_alone),
    ),
    "years-beyond-the-calendar": Difference(
        "a year before 1601, of one digit, of three or of five: the RFC reads no date, Chromium the past or the future",
        in_dates(any_year),
    ),
}


def as_chromium_reads(header: str, without: str = "") -> str | None:
    read: str | None = header
    for name, difference in DIFFERENCES.items():
        if read is not None and name != without:
            read = difference.reading(read)
    return read


# --------------------------------------------------------------------------------- comparing


@dataclass(frozen=True)
class Sent:
    """One header that one host sent."""

    scheme: str
    site: str
    header: str
    at: float

    @property
    def place(self) -> str:
        return f"www.{self.site}/dir/page"


def expected(chromium: Browser, sent: Sent, header: str | None) -> list[dict[str, Any]]:
    jar = CookieJar(now=lambda: sent.at)
    if header is not None:
        jar.receive(f"{sent.scheme}://{sent.place}", [header.encode("latin-1")])
    return chromium.as_shown(jar)


def name_of(header: str) -> str:
    pair = header.partition(";")[0]
    return pair.partition("=")[0].strip(" \t").encode("latin-1").decode() if "=" in pair else ""


def serve(chromium: Browser, answers: Server, batches: list[list[str]]) -> list[tuple[Sent, list[dict[str, Any]]]]:
    """Send each batch from a host of its own, every fourth over http; return what Chromium holds of each header."""
    chromium.context.clear_cookies()
    sent: list[Sent] = []
    for number, batch in enumerate(batches):
        site, scheme = f"g{number}.test", "http" if number % 4 == 0 else "https"
        headers = [header.replace("SITE", site) for header in batch]
        answers.set_cookie[f"www.{site}/dir/page"] = [header.encode("latin-1") for header in headers]
        chromium.visit(answers.url(scheme, f"www.{site}/dir/page"))
        sent += [Sent(scheme, site, header, time.time()) for header in headers]
    held: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for cookie in chromium.cookies():
        site = cookie["domain"].lstrip(".").removeprefix("www.")
        held.setdefault((site, cookie["name"]), []).append(cookie)
    results = [(one, held.pop((one.site, name_of(one.header)), [])) for one in sent]
    assert not held, "Chromium holds cookies under names that we did not expect"
    return results


def check(chromium: Browser, results: list[tuple[Sent, list[dict[str, Any]]]]) -> None:
    unexplained = {
        one.header: (found, expected(chromium, one, one.header))
        for one, found in results
        if not chromium.same(found, expected(chromium, one, as_chromium_reads(one.header)))
    }
    assert not unexplained


# ------------------------------------------------------------------------------------- headers

HEADERS: dict[str, list[str]] = json.loads((HERE / "chromium_headers.json").read_text())
"""Pieces for the generator, and the headers picked by hand; characters stand for octets."""
VALUED = ["Expires", "Max-Age", "Domain", "Path", "SameSite"]
FLAGS = ["Secure", "HttpOnly", "Partitioned"]


def generated(count: int) -> list[str]:
    """Headers of all kinds, the same in every run, each with a name of its own."""
    chance = random.Random(count)

    def space() -> str:
        return chance.choice(["", "", "", " ", "\t", "  "])

    def attribute() -> str:
        name = chance.choice([*VALUED, *VALUED, *FLAGS, "junk"])
        if name == "junk":
            return chance.choice(HEADERS["junk"])
        spelled = chance.choice([name, name, name.lower(), name.upper()])
        value = f"={space()}{chance.choice(HEADERS[name])}" if name in VALUED else ""
        return f"{space()}{spelled}{space()}{value}{space()}"

    def header(number: int) -> str:
        pair = f"{chance.choice(HEADERS['names']).format(f'n{number}')}={chance.choice(HEADERS['values'])}"
        attributes = [attribute() for _ in range(chance.choice([0, 1, 1, 2, 2, 3, 4]))]
        return ";".join([pair, *attributes, *([" Secure"] if chance.random() < 0.3 else [])])

    return [header(number) for number in range(count)]


AT_THE_LIMITS = [
    "v4095=" + "x" * 4090,
    "v4096=" + "x" * 4091 + "; Path=/",
    "v4097=" + "x" * 4092,
    "w4096=" + "\xc3\xa9" * 2045 + "y",
    "w4097=" + "\xc3\xa9" * 2046,
    "p1024=1; Path=/" + "p" * 1023,
    "p1025=1; Path=/" + "p" * 1024,
    "p1025again=1; Path=/dir/page; Path=/" + "p" * 1024,
    "d1025=1; Domain=SITE; Domain=" + "d" * 1025,
    "s1025=1; Secure=" + "s" * 1025,
    "m1024=1; Max-Age=" + "0" * 1024,
    "m1025=1; Max-Age=6000; Max-Age=" + "0" * 1025,
]
NAMELESS_AT_THE_LIMITS = ["x" * 4096, "x" * 4097]


def in_batches(headers: list[str]) -> list[list[str]]:
    return [headers[start : start + BATCH] for start in range(0, len(headers), BATCH)]


def test_generated_headers(chromium: Browser, answers: Server) -> None:
    results = serve(chromium, answers, in_batches(generated(GENERATED)))
    assert len(results) == GENERATED
    assert sum(bool(found) for _, found in results) > GENERATED / 4
    check(chromium, results)


def test_hand_picked_headers(chromium: Browser, answers: Server) -> None:
    alone = [[header] for header in HEADERS["nameless"] + NAMELESS_AT_THE_LIMITS]
    check(chromium, serve(chromium, answers, [[], *in_batches(HEADERS["named"] + AT_THE_LIMITS), *alone]))


def test_no_difference_is_stale(chromium: Browser, answers: Server) -> None:
    """Each entry of DIFFERENCES is needed: without it some header comes out otherwise than in Chromium."""
    needed = [
        "t1=a\tb",
        "l1=1; Max-Age=6000; Max-Age=x",
        "m1=1; Max-Age=+5000",
        "d1=1; Domain=.",
        "z1=1; Expires=09 Jun 2027 10:018:14",
        "z2=1; Expires=09 Jun 02027 10:18:14",
        "x1=1; Expires=09x Jun 2027 10:18:14",
        "x2=1; Expires=09 Jun 2027 10:18:14:15",
        "x3=1; Expires=9hu, 12 Nov 2027 10:10:10",
        "y1=1; Expires=09 Jun 1600 10:18:14",
        "y2=1; Expires=09 Jun 600 10:18:14",
        "y3=1; Expires=09 Jun 6 10:18:14",
        "y4=1; Expires=12-Aug-31841 20:49:07",
    ]
    results = serve(chromium, answers, [[], needed, ["=a=b"]])
    check(chromium, results)
    used = {
        name
        for name in DIFFERENCES
        for one, found in results
        if not chromium.same(found, expected(chromium, one, as_chromium_reads(one.header, without=name)))
    }
    assert used == set(DIFFERENCES)


def test_octets_that_are_not_utf8_are_kept_and_shown_as_nothing(chromium: Browser, answers: Server) -> None:
    """CDP cannot show such a value; we read it as ISO 8859-1. All else is the same."""
    ((one, (found,)),) = serve(chromium, answers, [[], ["bad=\xff; Path=/"]])
    assert found["value"] == ""
    assert chromium.same([{**found, "value": "\xff"}], expected(chromium, one, one.header))
