"""The whole check (parse, match in 2,500 entries, rules) beside what werkzeug's test client spends on parsing alone.

Run ``python benchmarks/bench_check.py``, or with ``--quick``. Each round takes fresh headers that conform to the
catalogue, and the contestants take turns within it; figures are medians over the rounds, of processor time. ``kernel``
is parse, match and every rule, on observations that are built by hand; ``journey`` is what a test of thirty headers
pays: recorder, jar and bookkeeping included.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from policycheck.api import load_catalogue
from policycheck.catalogue.entries import Catalogue
from policycheck.engine.project import Project
from policycheck.engine.session import Session
from policycheck.engine.settings import Settings
from policycheck.matching import match
from policycheck.model.lifetime import SESSION
from policycheck.model.observation import HttpExchange, Observation, Source
from policycheck.model.party import Party
from policycheck.model.storage import StorageKind
from policycheck.recording import declared_lifetime
from policycheck.wire import parse_set_cookie

ENTRIES = 2_500
DAY = 86_400
TEST, RESPONSE = 30, 5
"""Headers in a test, and in one response of it."""


def catalogue() -> Catalogue:
    """A catalogue of 2,500 cookies, a quarter of them templates."""
    lines = ["catalogue: 1", "id: large", 'version: "1"', "title: {en: Large}", "items:"]
    for number in range(ENTRIES):
        name = f"c{number}_*" if number % 4 == 0 else f"c{number}"
        lines.append(
            f"  - {{name: {name}, kind: cookie, category: necessary, purpose: {{en: Measures.}}, retention: 6 months}}"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.yaml"
        path.write_text("\n".join(lines), "utf-8")
        return load_catalogue(path)


def headers(chance: random.Random, count: int) -> list[str]:
    """Headers that conform to the catalogue, none like another."""
    made = []
    for _ in range(count):
        number = chance.randrange(ENTRIES)
        name = f"c{number}_{chance.randrange(10**6)}" if number % 4 == 0 else f"c{number}"
        lifetime = chance.randrange(181 * DAY, 184 * DAY)
        made.append(f"{name}={chance.getrandbits(96):024x}; Max-Age={lifetime}; Path=/; Secure; HttpOnly; SameSite=Lax")
    return made


def kernel(session: Session) -> Callable[[list[str]], object]:
    """Parse, match and rules, without the recorder and its jar."""
    source = Source("bench", "GET", "https://shop.test/", 200, 1, 1)

    def run(texts: list[str]) -> object:
        found: list[object] = []
        for text in texts:
            cookie = parse_set_cookie(text)
            observation = Observation(
                StorageKind.COOKIE,
                cookie.name,
                source=source,
                value=cookie.value,
                set_cookie=cookie,
                lifetime=declared_lifetime(cookie, 0.0) if not cookie.session else SESSION,
                host="shop.test",
                domain="shop.test",
                path="/",
                secure_origin=True,
                party=Party.FIRST,
            )
            matched = match(session.catalogue, observation)
            for _, check in session.checks_of(matched.item):
                found += check(matched, session.context)
        return found

    return run


def journey(session: Session) -> Callable[[list[str]], object]:
    """What a test pays for: everything from the response to the findings."""

    def run(texts: list[str]) -> object:
        found: list[object] = []
        for first in range(0, len(texts), TEST):
            started = session.journey()
            for start in range(first, min(first + TEST, len(texts)), RESPONSE):
                sent = tuple(texts[start : start + RESPONSE])
                started.recorder.response(HttpExchange("GET", "https://shop.test/", 200, sent, adapter="bench"))
            found += started.findings
        return found

    return run


def werkzeug(texts: list[str]) -> object:
    """Werkzeug's test client's own parsing."""
    from werkzeug.test import Cookie

    return [Cookie._from_response_header("shop.test", "/", text) for text in texts]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="fewer headers and rounds")
    quick = arguments.parse_args().quick
    rounds, count = (3, 500) if quick else (11, 3_000)
    session = Project(Settings(cache=False)).session(catalogue())
    contestants = {"kernel": kernel(session), "journey": journey(session), "werkzeug parse": werkzeug}
    chance = random.Random(1)
    for run in contestants.values():
        run(headers(chance, 50))
    spent: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        texts = headers(chance, count)
        for name, run in contestants.items():
            start = time.process_time()
            run(texts)
            spent[name].append((time.process_time() - start) / count)
    print(f"{'contestant':16}{'us/header':>12}{'of werkzeug':>14}{'spread':>16}")
    for name, values in spent.items():
        ratios = sorted(mine / theirs for mine, theirs in zip(values, spent["werkzeug parse"], strict=True))
        print(
            f"{name:16}{statistics.median(values) * 1e6:12.1f}{statistics.median(ratios):13.2f}x"
            f"{ratios[0]:9.2f}-{ratios[-1]:.2f}"
        )


if __name__ == "__main__":
    main()
