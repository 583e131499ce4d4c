"""What watching costs a page in Chromium that writes 1,000 times while it loads: the page's time with and without us.

Run ``python benchmarks/bench_browser.py``, or with ``--quick``; ``--writes 160`` makes a page that writes less. One
browser, a context for each load; contestants take turns within a round. The page loads eight scripts from loopback and
makes 600 of 1,000 writes to localStorage, 200 to sessionStorage, 150 to ``document.cookie`` and 50 to an object store,
spread over its scripts as pages do. Told is the time from the start of the navigation to the end of the load event by
the page's own clock, and what one write of each kind takes. ``settle`` is what taking a snapshot costs the test, which
the page does not feel.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import sync_playwright

import policycheck
from policycheck.capture.browser.machine import Machine

SCRIPTS = 8
SEEN = 0.9
"""The share of the writes that must have been observed, or the figures would mean nothing. Of puts that are alike in
one transaction sixteen are told."""
GOAL = 10.0
"""Per cent that a page load may take longer."""
WRITES = """
const part = PART, of = OF, writes = COUNT;
const share = (count) =>
  Array.from({length: Math.floor(count * writes / 1000 / of)}, (_, index) => part * 1000 + index);
for (const at of share(600)) localStorage.setItem('l' + at, '{"seen":' + at + ',"id":"0123456789abcdef"}');
for (const at of share(200)) sessionStorage.setItem('s' + at, 'value ' + at);
for (const at of share(150)) document.cookie = 'c' + at % 40 + '=' + at + '; Max-Age=86400; Path=/';
if (part === 0) {
  const opening = indexedDB.open('db', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('store');
  opening.onsuccess = () => {
    const store = opening.result.transaction('store', 'readwrite').objectStore('store');
    for (let at = 0; at < 50 * writes / 1000; at++) store.put({at}, at);
  };
}
"""
EACH = """() => {
  const cost = (count, write) => {
    const start = performance.now();
    for (let at = 0; at < count; at++) write(at);
    return (performance.now() - start) * 1000 / count;
  };
  return {
    setItem: cost(400, (at) => localStorage.setItem('x' + at % 20, 'value ' + at)),
    cookie: cost(200, (at) => { document.cookie = 'x' + at % 20 + '=' + at + '; Path=/'; }),
  };
}"""
LOADED = "() => { const [entry] = performance.getEntriesByType('navigation'); return entry.loadEventEnd; }"


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    writes = 1000

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name.isdigit():
            body, kind = WRITES.replace("PART", name).replace("OF", str(SCRIPTS)), "text/javascript"
            body = f"{{{body.replace('COUNT', str(self.writes))}}}"
        else:
            scripts = "".join(f"<script src=/{part}></script>" for part in range(SCRIPTS))
            body, kind = f"<!doctype html><title>Bench</title>{'<p>text</p>' * 500}{scripts}", "text/html"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        """Quiet."""


def serve(ports: Any, writes: int) -> None:
    _Site.writes = writes
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    ports.put(server.server_port)
    server.serve_forever()


@contextmanager
def site(writes: int = 1000) -> Iterator[str]:
    """The page, served by a process of its own: what the test's process has to do must not hold up the answers."""
    context = multiprocessing.get_context("spawn")
    ports = context.Queue()
    server = context.Process(target=serve, args=(ports, writes), daemon=True)
    server.start()
    yield f"http://bench.localhost:{ports.get()}/"
    server.terminate()
    server.join()


def load(browser: Any, url: str, *, watched: bool, writes: int = 1000) -> dict[str, float]:
    """Load the page once in a context of its own; milliseconds, and microseconds for single writes."""
    context = browser.new_context()
    page = context.new_page()
    with policycheck.observe(page) if watched else nullcontext() as watch:
        page.goto(url)
        page.wait_for_function("() => performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
        found: dict[str, float] = {"load": page.evaluate(LOADED)}
        settled = 0.0
        if watch is not None:
            start = time.perf_counter()
            watch.settle()
            settled = (time.perf_counter() - start) * 1000
            seen = len(watch.recorder.observations)
            if seen < SEEN * writes:
                raise SystemExit(f"only {seen} writes were seen: the figures would mean nothing")
        found |= page.evaluate(EACH) | {"settle": settled}
    context.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="3 rounds in the place of 25")
    parser.add_argument("--writes", type=int, default=1000, metavar="N", help="writes of the page (default: 1000)")
    options = parser.parse_args()
    rounds = 3 if options.quick else 25
    visit = partial(load, writes=options.writes)
    chromium = Machine().chromium()
    plain: list[dict[str, float]] = []
    watched: list[dict[str, float]] = []
    with site(options.writes) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path, args=list(chromium.flags))
        visit(browser, url, watched=False)
        visit(browser, url, watched=True)
        for _ in range(rounds):
            plain.append(visit(browser, url, watched=False))
            watched.append(visit(browser, url, watched=True))
        browser.close()
    print(f"{rounds} rounds, median (quartiles) of each; ratio: median of the rounds' own ratios\n")
    print(f"{'':<26}{'without':>22}{'with':>22}{'ratio':>8}")
    for key, unit, title in (
        ("load", "ms", f"page load, {options.writes:,} writes"),
        ("setItem", "us", "localStorage.setItem"),
        ("cookie", "us", "document.cookie = ..."),
    ):
        pairs = [(one[key], other[key]) for one, other in zip(plain, watched, strict=True)]
        ratio = statistics.median(other / one for one, other in pairs)
        columns = [told([pair[at] for pair in pairs], unit) for at in (0, 1)]
        print(f"{title:<26}{columns[0]:>22}{columns[1]:>22}{ratio:>8.3f}")
    print(f"\nsettle(): {told([one['settle'] for one in watched], 'ms')}")
    longer = statistics.median(b["load"] / a["load"] for a, b in zip(plain, watched, strict=True)) * 100 - 100
    print(f"page load: {longer:+.1f} % (goal: at most {GOAL:g} %): {'met' if longer <= GOAL else 'missed'}")


def told(figures: list[float], unit: str) -> str:
    low, middle, high = statistics.quantiles(figures, n=4)
    return f"{middle:.1f} ({low:.1f}-{high:.1f}) {unit}"


if __name__ == "__main__":
    main()
