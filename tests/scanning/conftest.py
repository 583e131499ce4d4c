"""Small sites on loopback: a shop whose banner is a script, one whose banner is a form, and a tracker elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from policycheck.scanning.browsing import Browsing, Tab
from policycheck.scanning.plan import Plan
from policycheck.scanning.scope import scope_of
from policycheck.scanning.stopping import Stopper

CATALOGUE = """\
catalogue: 1
categories:
  analytics: {title: {en: Analytics}, consent: required}
items:
  - {name: session, kind: cookie, category: necessary, retention: session, purpose: {en: Keeps the basket.}}
  - {name: choice, kind: cookie, category: necessary, retention: 180 days, purpose: {en: Remembers the choice.}}
  - {name: _ga, kind: cookie, category: analytics, retention: 13 months, purpose: {en: Counts visitors.}}
  - {name: ajs_anonymous_id, kind: localStorage, category: analytics, retention: persistent, purpose: {en: Counts.}}
  - {name: tag, kind: localStorage, category: analytics, retention: persistent, purpose: {en: Counts.}}
"""
"""What the shops are held against."""
BANNER = """
<div id="consent" role="dialog" aria-label="Cookie consent" style="position:fixed;bottom:0;background:#eee;padding:1em">
  We use cookies to count visitors.
  <button id="yes">Accept all</button> <button id="no">Reject all</button>
</div>
<footer><button id="again">Cookie settings</button></footer>
<script>
  const box = document.getElementById("consent");
  const track = () => {
    document.cookie = "_ga=GA1.1.123456; Max-Age=34164000; Path=/";
    localStorage.setItem("ajs_anonymous_id", "b7f3");
    const pixel = document.createElement("script"); pixel.src = "//stats.localhost:" + location.port + "/tag.js";
    document.head.append(pixel);
  };
  const say = (what) => { document.cookie = "choice=" + what + "; Max-Age=15552000; Path=/"; box.hidden = true; box.style.display = "none"; };
  document.getElementById("yes").onclick = () => { say("yes"); track(); };
  document.getElementById("no").onclick = () => {
    say("no"); document.cookie = "_ga=; Max-Age=0; Path=/"; if (!window.leaky) localStorage.clear();
  };
  document.getElementById("again").onclick = () => { box.hidden = false; box.style.display = "block"; };
  const said = (/choice=(\\w+)/.exec(document.cookie) || [])[1];
  if (said) { box.hidden = true; box.style.display = "none"; }
  if (said === "yes") track();
</script>
"""
LINKS = """<nav><a href="/">Shop</a> <a href="/shelf#top">Shelf</a> <a href="/about">About</a> <a href="/logout">Log out</a>
<a href="//elsewhere.localhost:{port}/far">Elsewhere</a> <a href="/terms.pdf">Terms</a></nav>"""
FORM = """<form method="post" action="/consent" role="dialog" style="position:fixed;bottom:0">
This site uses cookies. <button name="all" value="yes">Allow all cookies</button> <button name="all" value="no">Only necessary</button></form>"""


@dataclass
class Site:
    """A server. ``pages`` give a page's text, or headers and text, by path; ``asked`` is each request as host and path."""

    port: int = 0
    pages: dict[str, Callable[[str], object]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://shop.localhost:{self.port}/"

    def visits(self, host: str = "shop.localhost") -> list[str]:
        """The paths asked for at one host, without the browser's own wish for an icon."""
        return [path for asked, path in self.asked if asked == host and path != "/favicon.ico"]


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def _answer(self) -> None:
        host = (self.headers["Host"] or "").rpartition(":")[0]
        self.site.asked.append((host, self.path))
        path = urlsplit(self.path).path
        if path not in self.site.pages:
            self.send_error(404)
            return
        given = self.site.pages[path](self.headers["Cookie"] or "")
        status, headers, text = given if isinstance(given, tuple) else (200, {}, given)
        body = str(text).replace("{port}", str(self.site.port)).encode()
        self.send_response(status)
        kind = "text/javascript" if path.endswith(".js") else "text/html; charset=utf-8"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value.replace("{port}", str(self.site.port)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = _answer  # noqa: N815 - the names are the base class's

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        self.site.asked.append(((self.headers["Host"] or "").rpartition(":")[0], f"POST {self.path} {said}"))
        self.send_response(303)
        self.send_header("Set-Cookie", f"choice={said.rpartition('=')[2]}; Max-Age=15552000; Path=/")
        self.send_header("Location", "/")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: a browser opens connections in advance and drops them."""


@contextmanager
def served(**pages: Callable[[str], object]) -> Iterator[Site]:
    """Serve ``pages``, in whose names ``_`` stands for ``/`` and ``__`` for a dot."""
    site = Site(
        pages={f"/{name.replace('__', '.').replace('_', '/').strip('/')}": page for name, page in pages.items()}
    )
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def page(title: str, body: str = "", links: str = LINKS) -> str:
    return f"<!doctype html><html lang=en><title>{title}</title><body style='font:16px sans-serif'>{links}<h1>{title}</h1>{body}"


def shop(*, early: bool = False, leaky: bool = False) -> dict[str, Callable[[str], object]]:
    """The shop with a banner in a script: it tracks after a yes; ``early`` at once, ``leaky`` without taking away."""
    extra = ("<script>window.leaky = true</script>" if leaky else "") + BANNER
    extra += "<script>document.cookie = '_ga=GA1.1.123456; Max-Age=34164000; Path=/'</script>" if early else ""
    session = {"Set-Cookie": "session=abc123; Path=/; HttpOnly; SameSite=Lax"}
    return {
        "_": lambda cookie: (200, session, page("Tea shop", extra)),
        "shelf": lambda cookie: page("Shelf", extra),
        "about": lambda cookie: page("About", extra),
        "tag__js": lambda cookie: (
            200,
            {"Set-Cookie": "uid=42; Max-Age=86400; Path=/"},
            "localStorage.setItem('tag', '1')",
        ),
        "logout": lambda cookie: page("Bye"),
        "far": lambda cookie: page("Far away"),
    }


def slow(seconds: float) -> Callable[[str], object]:
    def answer(cookie: str) -> object:
        time.sleep(seconds)
        return page("Slow")

    return answer


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site whose pages each test sets."""
    with served() as site:
        yield site


@pytest.fixture(scope="module")
def browsing(site: Site, chromium_program: str) -> Iterator[Browsing]:
    pytest.importorskip("playwright.sync_api", reason="a scan needs Playwright")
    plan = Plan(start=site.url, scope=scope_of(site.url), pages=(), timeout=10, wait=0.1, browser=chromium_program)
    with Browsing(plan, Stopper()) as browsing:
        yield browsing


@pytest.fixture
def tab(browsing: Browsing, site: Site) -> Iterator[Tab]:
    """A fresh device in a site without pages."""
    site.pages.clear()
    site.asked.clear()
    tab = browsing.device()
    yield tab
    tab.close()


@pytest.fixture
def show(tab: Tab, site: Site) -> Callable[..., Tab]:
    """Open the page ``/`` with this body."""

    def show(body: str, **pages: Callable[[str], object]) -> Tab:
        site.pages["/"] = lambda cookie: f"<!doctype html><html lang=en><body>{body}"
        site.pages.update({f"/{name}": page for name, page in pages.items()})
        opened = tab.open(site.url)
        assert opened.failure is None, opened
        return tab

    return show


@pytest.fixture
def plan(site: Site, chromium_program: str) -> Callable[..., Plan]:
    """A plan for the site, quick and without files."""

    def plan(**changes: Any) -> Plan:
        usual = Plan(
            start=site.url,
            scope=scope_of(site.url),
            pages=(),
            timeout=10,
            wait=0.2,
            patience=1,
            browser=chromium_program,
        )
        return replace(usual, **changes)

    return plan


@pytest.fixture
def tea_shop() -> Iterator[Site]:
    """The shop with a banner in a script, served."""
    with served(**shop()) as site:
        yield site


@pytest.fixture(scope="session")
def serve() -> Any:
    """:func:`served`."""
    return served


@pytest.fixture(scope="session")
def make_shop() -> Any:
    """:func:`shop`."""
    return shop
