"""A visitor's journey of 50 steps over 5 categories, looked at by every law, beside the same requests without us.

Run ``python benchmarks/bench_consent.py``, or with ``--quick``. The application is a WSGI function whose responses are
made beforehand: nearly all of the time is ours. ``alone`` is what the very requests of the journey take it, built
beforehand; what a journey takes beyond that is policycheck's own time: driver, jar, recorder, matching, rules, laws.
Each page sends its cookies again, one or three for each category that is granted, and each choice deletes those of the
others. ``compared`` is the same journey with a clock that can be put back, as applications in this process have it:
each visit after a new grant then also drives two further visitors through the whole journey, for the law
regrant-starts-clean. Contestants take turns within a round; figures are processor time.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from policycheck.api import load_catalogue
from policycheck.catalogue.entries import Catalogue
from policycheck.consent.laws.names import LawName
from policycheck.testing import ConsentJourney, WsgiDriver
from policycheck.testing.clock import Clock
from policycheck.testing.drivers.messages import Answer, Request
from policycheck.testing.drivers.wsgi import environment
from policycheck.testing.setup import ConsentSetup, set_up

CATEGORIES = ("functional", "analytics", "marketing", "social", "embedded")
Plan = list[tuple[str, tuple[str, ...]]]
"""Moves of a visitor: the method of a journey and its arguments."""
STEPS = 50
GOAL = 25.0
"""Milliseconds of policycheck's own time for one journey."""
HALF_A_YEAR = 182 * 86_400


def catalogue() -> Catalogue:
    """The record of the choice, a session, three cookies of each category, and 200 more that nobody sets here."""
    lines = [
        "catalogue: 1",
        "id: bench",
        'version: "1"',
        "title: {en: Bench}",
        "consent: {validity: 6 months}",
        "providers: {shop: {name: Shop, role: controller}}",
        "categories:",
        *(
            f"  {name}: {{title: {{en: {name.title()}}}, consent: required, legalBasis: consent}}"
            for name in ("social", "embedded")
        ),
        "items:",
        item("choice", "necessary", "6 months", "remembersChoice: true"),
        item("session", "necessary", "session"),
        *(item(f"{name}_{number}", name, "1 month") for name in CATEGORIES for number in range(3)),
        *(item(f"unused_{number}", CATEGORIES[number % 5], "1 month") for number in range(200)),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.yaml"
        path.write_text("\n".join(lines), "utf-8")
        return load_catalogue(path)


def item(name: str, category: str, retention: str, more: str = "") -> str:
    """One entry of the catalogue."""
    rest = f", {more}" if more else ""
    return (
        f"  - {{name: {name}, kind: cookie, provider: shop, category: {category}, purpose: {{en: Serves.}}, "
        f"retention: {retention}, attributes: {{secure: true, httpOnly: true, sameSite: Lax}}{rest}}}"
    )


def set_cookie(name: str, value: str, max_age: int | None) -> tuple[str, str]:
    """A header as a careful application sends it."""
    age = "" if max_age is None else f"; Max-Age={max_age}"
    return "Set-Cookie", f"{name}={value}{age}; Path=/; Secure; HttpOnly; SameSite=Lax"


KIND = ("Content-Type", "text/html")
FIRST = [KIND, set_cookie("session", "0123456789abcdef", None)]


class Shop:
    """A WSGI application that does what it should, out of lists that are ready: for each set of granted categories."""

    def __init__(self, cookies: int) -> None:
        self.cookies = cookies
        self.pages = [
            [KIND, *(set_cookie(name, "0123456789", 30 * 86_400) for name in self.names(bits, True))]
            for bits in range(32)
        ]
        self.choices = [
            [
                KIND,
                set_cookie("choice", f"{bits:02d}", HALF_A_YEAR),
                *(set_cookie(name, "", 0) for name in self.names(bits, False)),
            ]
            for bits in range(32)
        ]

    def names(self, bits: int, granted: bool) -> Iterator[str]:
        """The cookies of the categories that are granted in ``bits``, or of those that are not."""
        for number, category in enumerate(CATEGORIES):
            if bool(bits >> number & 1) is granted:
                yield from (f"{category}_{cookie}" for cookie in range(self.cookies))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] == "POST":
            start_response("200 OK", self.choices[int(environ["wsgi.input"].read())])
            return (b"",)
        sent = environ.get("HTTP_COOKIE", "")
        at = sent.find("choice=")
        start_response("200 OK", FIRST if at < 0 else self.pages[int(sent[at + 7 : at + 9])])
        return (b"<p>Hello</p>",)


class ShopDriver(WsgiDriver):
    """Chooses by one request. ``sent``, where it is given, gets the requests of all visitors."""

    pages = ("/", "/basket")

    def __init__(self, shop: Shop, sent: list[Request] | None = None) -> None:
        super().__init__(shop)
        self.sent = sent

    def choose(self, granted: frozenset[str]) -> object:
        """Post the categories as one number."""
        bits = sum(1 << number for number, name in enumerate(CATEGORIES) if name in granted)
        return self.post("/choice", data=str(bits))

    def send(self, request: Request) -> Answer:
        """Send, and keep what was sent where somebody wants it."""
        if self.sent is not None:
            self.sent.append(request)
        return super().send(request)


def moves(seed: int) -> Plan:
    """Fifty moves of one visitor: half of them visits, the others choices of every kind."""
    chance = random.Random(seed)
    made: Plan = [("visit", ("/",))]
    granted: set[str] = set()
    while len(made) < STEPS:
        denied = sorted(set(CATEGORIES) - granted)
        kind = chance.choice(["visit", "visit", "visit", "grant", "withdraw", "grant_all", "refuse_all"])
        if kind == "visit":
            made.append((kind, (chance.choice(ShopDriver.pages),)))
        elif kind == "grant" and denied:
            made.append((kind, (chance.choice(denied),)))
            granted.add(made[-1][1][0])
        elif kind == "withdraw" and granted:
            made.append((kind, (chance.choice(sorted(granted)),)))
            granted.remove(made[-1][1][0])
        elif kind == "grant_all" and denied:
            made.append((kind, ()))
            granted = set(CATEGORIES)
        elif kind == "refuse_all":
            made.append((kind, ()))
            granted = set()
    return made


def walk(setup: ConsentSetup, plan: Plan, clock: Clock | None) -> int:
    """Make the journey; returns how many steps it had."""
    with ConsentJourney(setup, clock=clock) as journey:
        for method, arguments in plan:
            getattr(journey, method)(*arguments)
        return len(journey.steps)


def bare(shop: Shop, environments: list[tuple[dict[str, Any], bytes]]) -> None:
    """Send the same requests to the application, with nobody looking."""

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        answers.append((status, headers))

    answers: list[tuple[str, list[tuple[str, str]]]] = []
    for environ, body in environments:
        environ["wsgi.input"] = io.BytesIO(body)
        b"".join(shop(environ, start_response))


def requests_of(setup: ConsentSetup, shop: Shop, plan: Plan, clock: Clock | None) -> list[tuple[dict[str, Any], bytes]]:
    """What the journey sends, as WSGI environments."""
    sent: list[Request] = []
    walk(replace(setup, driver_factory=lambda: ShopDriver(shop, sent)), plan, clock)
    return [(environment(request), request.body) for request in sent]


@contextmanager
def profiled() -> Iterator[None]:
    """Say where the time goes."""
    import cProfile
    import pstats

    profile = cProfile.Profile()
    with profile:
        yield
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="fewer rounds")
    arguments.add_argument("--profile", action="store_true", help="say where the time of the journey goes")
    given = arguments.parse_args()
    plans = [moves(seed) for seed in range(5 if given.quick else 30)]
    loaded = catalogue()
    contestants: dict[str, tuple[int, Callable[[], Clock | None]]] = {
        "one cookie": (1, Clock),
        "three cookies": (3, Clock),
        "one, compared": (1, lambda: None),
    }
    setups: dict[str, tuple[Shop, ConsentSetup]] = {}
    for name, (cookies, clock) in contestants.items():
        shop = Shop(cookies)
        setups[name] = (shop, set_up(loaded, partial(ShopDriver, shop), categories=CATEGORIES))
        assert walk(setups[name][1], plans[0], clock()) == STEPS
    if given.profile:
        with profiled():
            for plan in plans:
                walk(setups["three cookies"][1], plan, Clock())
    whole: dict[str, list[float]] = {name: [] for name in contestants}
    alone: dict[str, list[float]] = {name: [] for name in contestants}
    counts: dict[str, list[int]] = {name: [] for name in contestants}
    for plan in plans:
        for name, (_, clock) in contestants.items():
            shop, setup = setups[name]
            sent = requests_of(setup, shop, plan, clock())
            start = time.process_time()
            bare(shop, sent)
            middle = time.process_time()
            walk(setup, plan, clock())
            whole[name].append((time.process_time() - middle) * 1e3)
            alone[name].append((middle - start) * 1e3)
            counts[name].append(len(sent))
    print(f"{'contestant':15}{'requests':>9}{'alone ms':>10}{'ms':>20}{'own ms':>20}{'of alone':>11}")
    for name in contestants:
        own = [one - other for one, other in zip(whole[name], alone[name], strict=True)]
        lone = statistics.median(alone[name])
        print(
            f"{name:15}{statistics.median(counts[name]):9.0f}{lone:10.2f}{spread(whole[name]):>20}"
            f"{spread(own):>20}{statistics.median(whole[name]) / lone:10.0f}x"
        )
    print(f"min/median/max of {len(plans)} journeys of {STEPS} steps; goal: less than {GOAL:.0f} ms of own time")
    for name in ("one cookie", "one, compared"):
        seen = setups[name][1].coverage.laws
        print(f"{name}: {len([law for law in LawName if seen[law]])} of {len(LawName)} laws looked at")


def spread(values: list[float]) -> str:
    """Least, median and most."""
    return f"{min(values):.1f}/{statistics.median(values):.1f}/{max(values):.1f}"


if __name__ == "__main__":
    main()
