"""A site that writes in every way, and the browsers that can be driven on this machine, each with its adapter."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import policycheck
from policycheck.capture.browser.machine import Machine
from policycheck.errors import UsageError
from policycheck.recording import Recorder

CONTRACT = Path(__file__).parent / "contract"
TYPES = {".html": "text/html", ".js": "text/javascript"}
EMBEDDED = "; Secure; SameSite=None"
HEADERS: dict[str, tuple[int, str | None, Sequence[str]]] = {
    "/start": (302, "/index.html", ["h_redirect=1"]),
    "/index.html": (
        200,
        None,
        ["h_document=1; Max-Age=3600", "h_refused=1; Domain=foreign.example", "h_deleted=1", "h_deleted=; Max-Age=0"],
    ),
    "/app.js": (200, None, ["h_script=1"]),
    "/hop": (302, "/image", ["h_hop=1; Path=/"]),
    "/image": (200, None, ["h_hopped=1"]),
    "/api": (200, None, ["h_fetch=1; HttpOnly"]),
    "/pixel": (200, None, [f"h_pixel=1{EMBEDDED}; Partitioned", f"h_pixel_refused=1{EMBEDDED}"]),
    "/frame.html": (200, None, [f"h_frame=1{EMBEDDED}; Partitioned"]),
    "/worker.js": (200, None, ["h_worker=1"]),
    "/sw.js": (200, None, ["h_sw=1"]),
}
"""Path -> status, Location, Set-Cookie headers; a path that is not here is a plain file."""
PATIENCE = 30.0
DONE = "document.documentElement.dataset.done === 'yes'"
FAILED = "document.documentElement.dataset.failed"


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        status, location, cookies = HEADERS.get(path, (200, None, []))
        file = CONTRACT / path[1:]
        found = path.count("/") == 1 and file.is_file()
        body = file.read_bytes().replace(b"PORT", self.headers["Host"].rpartition(":")[2].encode()) if found else b""
        if not found and path not in HEADERS:
            status = 404
        self.send_response(status)
        self.send_header("Content-Type", TYPES.get(file.suffix, "text/plain"))
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        for cookie in cookies:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="session")
def contract_site() -> Iterator[str]:
    """The address of a site on loopback; a host below ``localhost`` is a site of its own, and counts as secure."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://shop.localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@dataclass(frozen=True)
class Visit:
    """What was recorded while the page wrote, and what the page itself says it could not do."""

    recorder: Recorder
    watch: Any
    failed: dict[str, str]
    third_parties: bool = False
    """Whether the browser lets third parties set cookies."""
    secure_cookies: bool = True
    """Whether it keeps Secure cookies of a loopback host without TLS, as those of cookieStore are."""


@pytest.fixture(name="chromium")
def chromium_here() -> tuple[str, list[str]]:
    """Chromium's path and flags."""
    return chromium()


def chromium() -> tuple[str, list[str]]:
    """Chromium's path and flags."""
    try:
        found = Machine().chromium()
    except UsageError as error:
        pytest.skip(str(error).partition("\n")[0])
    return found.path, list(found.flags)


def as_users_have_it(path: str, flags: list[str], profile: str) -> dict[str, Any]:
    """Chromium without Playwright's own flags, of which one has storage of third parties refused, not partitioned."""
    args = [*flags, "--headless", "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
    return {"executable_path": path, "args": args, "ignore_default_args": True}


def by_playwright(site: str) -> Visit:
    playwright = pytest.importorskip("playwright.sync_api")
    path, flags = chromium()
    with playwright.sync_playwright() as p, tempfile.TemporaryDirectory() as profile:
        context = p.chromium.launch_persistent_context(profile, **as_users_have_it(path, flags, profile))
        visit = visited(context, site)
        context.close()
    return visit


def visited(context: Any, site: str) -> Visit:
    """The visit of a context of Playwright's sync API."""
    page = context.new_page()
    recorder = Recorder()
    with policycheck.observe(page, recorder) as watch:
        page.goto(f"{site}/start")
        page.wait_for_function(DONE, timeout=PATIENCE * 1000)
        failed = json.loads(page.evaluate(FAILED))
        watch.settle()
        page.goto(f"{site}/next.html")
    return Visit(recorder, watch, failed)


def by_playwright_async(site: str) -> Visit:
    playwright = pytest.importorskip("playwright.async_api")
    path, flags = chromium()

    async def visit(profile: str) -> Visit:
        async with playwright.async_playwright() as p:
            context = await p.chromium.launch_persistent_context(profile, **as_users_have_it(path, flags, profile))
            visit = await visited_async(context, site)
            await context.close()
            return visit

    with tempfile.TemporaryDirectory() as profile:
        return asyncio.run(visit(profile))


async def visited_async(context: Any, site: str) -> Visit:
    """The visit of a context of Playwright's async API."""
    page = await context.new_page()
    recorder = Recorder()
    async with policycheck.observe(page, recorder) as watch:
        await page.goto(f"{site}/start")
        await page.wait_for_function(DONE, timeout=PATIENCE * 1000)
        failed = json.loads(await page.evaluate(FAILED))
        await watch.settle()
        await page.goto(f"{site}/next.html")
    return Visit(recorder, watch, failed)


def by_selenium(site: str) -> Visit:
    driver = chrome()
    try:
        return _driven(driver, site)
    finally:
        driver.quit()


@pytest.fixture
def selenium_chrome() -> Callable[..., Any]:
    """Makes a driver of Chromium, which the test has to end."""
    return chrome


def chrome(*, page_load_strategy: str = "normal") -> Any:
    """A driver of Chromium, without a window."""
    webdriver = pytest.importorskip("selenium.webdriver")
    path, flags = chromium()
    driver = Machine().which("chromedriver")
    if driver is None:
        pytest.skip("chromedriver is not on this machine")
    options = webdriver.ChromeOptions()
    options.binary_location = path
    options.page_load_strategy = page_load_strategy
    for flag in ("--headless=new", *flags):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))


def _driven(driver: Any, site: str) -> Visit:
    recorder = Recorder()
    with policycheck.observe(driver, recorder) as watch:
        driver.get(f"{site}/start")
        until = time.monotonic() + PATIENCE
        while not driver.execute_script(f"return {DONE}"):
            assert time.monotonic() < until, "the page does not come to an end"
            time.sleep(0.05)
        failed = json.loads(driver.execute_script(f"return {FAILED}"))
        watch.settle()
        driver.get(f"{site}/next.html")
    return Visit(recorder, watch, failed)


def firefox() -> dict[str, str]:
    """Debian's Firefox, as Playwright starts it."""
    path = Machine().which("firefox-esr") or Machine().which("firefox")
    if path is None:
        pytest.skip("Firefox is not on this machine")
    return {"channel": "moz-firefox", "executable_path": path}


NOT_DRIVEN = "this Playwright cannot drive Firefox: nox -s browsers takes one that can"


def by_firefox(site: str) -> Visit:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as p:
        browser = p.firefox.launch(**firefox())
        try:
            context = browser.new_context()
        except playwright.Error:
            browser.close()
            pytest.skip(NOT_DRIVEN)
        visit = visited(context, site)
        browser.close()
    return replace(visit, third_parties=True)


def by_firefox_async(site: str) -> Visit:
    playwright = pytest.importorskip("playwright.async_api")

    async def visit() -> Visit:
        async with playwright.async_playwright() as p:
            browser = await p.firefox.launch(**firefox())
            try:
                context = await browser.new_context()
            except playwright.Error:
                await browser.close()
                pytest.skip(NOT_DRIVEN)
            visit = await visited_async(context, site)
            await browser.close()
            return visit

    return replace(asyncio.run(visit()), third_parties=True)


def by_webkitgtk(site: str) -> Visit:
    """GNOME's WebKit, which needs a display."""
    webdriver = pytest.importorskip("selenium.webdriver")
    driver = Machine().which("WebKitWebDriver")
    browser = next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))), None)
    if driver is None or browser is None or not os.environ.get("DISPLAY"):
        pytest.skip("WebKitGTK's driver is not on this machine, or no display: xvfb-run -a")
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(browser)
    options.add_argument("--automation")
    with warnings.catch_warnings():  # Selenium calls its own code in a way that it deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        gtk = webdriver.WebKitGTK(options=options, service=webdriver.WebKitGTKService(driver))
    try:
        return replace(_driven(gtk, site), secure_cookies=False)
    finally:
        gtk.quit()


ADAPTERS: dict[str, Callable[[str], Visit]] = {
    "playwright-chromium": by_playwright,
    "playwright-chromium-async": by_playwright_async,
    "selenium-chromium": by_selenium,
    "playwright-firefox": by_firefox,
    "playwright-firefox-async": by_firefox_async,
    "selenium-webkitgtk": by_webkitgtk,
}


@pytest.fixture(scope="session", params=list(ADAPTERS))
def contract_visit(request: pytest.FixtureRequest, contract_site: str) -> tuple[str, Visit]:
    """The name of an adapter, and what it saw of the page that writes in every way."""
    visit = ADAPTERS[request.param](contract_site)
    return visit.watch.adapter, visit
