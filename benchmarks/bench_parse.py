"""Set-Cookie headers that never repeat: our parser beside those that Python projects use.

Run ``python benchmarks/bench_parse.py``, or with ``--quick`` for fewer headers. Each round takes fresh headers, and all
contestants take turns within it; figures are medians over the rounds, of processor time. Read the ratios, not
the rates: machines differ. The peers do less than we do, each in its way; the last column says what.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.cookies import SimpleCookie

from policycheck.wire import parse_set_cookie

Parser = Callable[[str], object]
GOALS = {"setcookie": 4.0, "http.cookies": 2.5, "aiohttp": 2.5, "werkzeug": 2.2, "pyreqwest": 0.25}
"""How many times as fast we mean to be."""


def header(chance: random.Random) -> str:
    """One header as applications send them: a random value, half of the attributes, dates and lifetimes that differ."""
    name = chance.choice(["sid", "_ga", "csrftoken", "session", "prefs"])
    parts = [f"{name}{chance.randrange(10**6)}={chance.getrandbits(128):032x}"]
    if chance.random() < 0.4:
        parts.append(f"Expires={formatdate(1.7e9 + chance.randrange(10**8), usegmt=True)}")
    if chance.random() < 0.6:
        parts.append(f"Max-Age={chance.randrange(10**8)}")
    if chance.random() < 0.4:
        parts.append(f"Domain=.example{chance.randrange(1000)}.com")
    parts.append("Path=/")
    parts += [flag for flag in ("Secure", "HttpOnly") if chance.random() < 0.5]
    if chance.random() < 0.6:
        parts.append(f"SameSite={chance.choice(['Lax', 'Strict', 'None'])}")
    return "; ".join(parts)


def contestants() -> Iterator[tuple[str, Parser, str]]:
    """Every parser that is installed, with what it leaves undone."""
    yield "policycheck", parse_set_cookie, "attributes, anomalies and the raw text kept"
    try:
        import setcookie

        yield "setcookie", setcookie.parse, "RFC 6265bis; oddities skipped"
    except ImportError:
        pass

    def simple(text: str) -> object:
        return SimpleCookie(text)

    yield "http.cookies", simple, "no dates, no sizes, no repair; drops the whole header at times"
    try:
        from aiohttp._cookie_helpers import parse_set_cookie_headers

        def aiohttp(text: str) -> object:
            return parse_set_cookie_headers([text])

        yield "aiohttp", aiohttp, "no dates, no sizes"
    except ImportError:
        pass
    try:
        from werkzeug.test import Cookie

        def werkzeug(text: str) -> object:
            return Cookie._from_response_header("localhost", "/", text)

        yield "werkzeug", werkzeug, "the test client's; no sizes, no anomalies"
    except (ImportError, AttributeError):
        pass
    try:
        from pyreqwest.cookie import Cookie as Native

        attributes = (
            "name",
            "value",
            "domain",
            "path",
            "max_age",
            "expires_datetime",
            "secure",
            "http_only",
            "same_site",
        )

        def native(text: str) -> object:
            cookie = Native.parse(text)
            return [getattr(cookie, attribute) for attribute in attributes]

        yield "pyreqwest", native, "Rust, its attributes read; no anomalies"
    except (ImportError, AttributeError):
        pass


def measure(rounds: int, headers: int) -> dict[str, list[float]]:
    """Headers in a second for each contestant and round."""
    chance = random.Random(6265)
    rates: dict[str, list[float]] = {}
    parsers = list(contestants())
    for turn in range(rounds):
        texts = [header(chance) for _ in range(headers)]
        for name, parse, _ in parsers[turn % len(parsers) :] + parsers[: turn % len(parsers)]:
            start = time.process_time()
            for text in texts:
                parse(text)
            rates.setdefault(name, []).append(headers / (time.process_time() - start))
    return rates


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="fewer headers and rounds")
    quick = arguments.parse_args().quick
    rates = measure(5 if quick else 11, 3_000 if quick else 20_000)
    ours = rates["policycheck"]
    print(f"{'parser':14}{'headers/s':>12}{'we are':>10}{'spread':>14}{'goal':>8}   it does")
    for name, _, remark in contestants():
        ratios = sorted(mine / theirs for mine, theirs in zip(ours, rates[name], strict=True))
        goal = f"{GOALS[name]:.2f}x" if name in GOALS else ""
        print(
            f"{name:14}{statistics.median(rates[name]):12,.0f}{statistics.median(ratios):9.2f}x"
            f"{ratios[0]:8.2f}-{ratios[-1]:.2f}{goal:>8}   {remark}"
        )


if __name__ == "__main__":
    main()
