"""A browser in a test: settled before each change of consent and when the body is over, with what it cannot tell."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser

CATALOGUE = """
catalogue: 1
id: shop
version: "1"
title: {en: Shop}
items:
  - {name: _ga, kind: localStorage, category: analytics, retention: persistent, purpose: {en: Counts.}}
  - {name: choice, kind: cookie, category: necessary, retention: 6 months, purpose: {en: Keeps the choice.}}
"""
CONFTEST = """
import http.server, threading
import pytest
from playwright.sync_api import sync_playwright
from policycheck.capture.browser.machine import Machine

class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"<title>Shop</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass

@pytest.fixture(scope="session")
def site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://shop.localhost:{server.server_port}/"
    server.shutdown()

@pytest.fixture(scope="session")
def browser():
    found = Machine().chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.path, args=list(found.flags))
        yield browser
        browser.close()

@pytest.fixture
def page(browser, site):
    context = browser.new_context()
    page = context.new_page()
    yield page
    context.close()
"""
TESTS = """
def test_before_consent(policycheck, page, site):
    policycheck.observe(page)
    page.goto(site)
    page.evaluate("localStorage._ga = '1'")

def test_consent_comes_between(policycheck, page, site):
    policycheck.observe(page)
    page.goto(site)
    policycheck.consent.grant("analytics")
    page.evaluate("localStorage.setItem('_ga', '1')")
    policycheck.verify()

def test_after_withdrawal(policycheck, page, site):
    policycheck.observe(page)
    page.goto(site)
    policycheck.consent.grant("analytics")
    page.evaluate("localStorage._ga = '1'")
    policycheck.consent.withdraw("analytics")
    page.goto(site)

def test_what_is_read(policycheck, page, site):
    policycheck.observe(page, reads=True)
    page.goto(site)
    policycheck.consent.grant("analytics")
    page.evaluate("localStorage.setItem('_ga', '1')")
    policycheck.consent.withdraw("analytics")
    page.evaluate("localStorage.getItem('_ga'), localStorage.removeItem('_ga')")
"""


def test_a_browser_in_tests(pytester: Any) -> None:
    pytest.importorskip("playwright.sync_api")
    pytester.makefile(".yaml", catalogue=CATALOGUE)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-p", "no:randomly", "--policycheck-catalogue=catalogue.yaml", "-rN")
    outcome = result.parseoutcomes()
    assert (outcome["passed"], outcome["failed"]) == (2, 2), result.stdout.str()
    result.stdout.fnmatch_lines(
        [
            "CON001 stored-before-consent: localStorage '_ga' (analytics) was stored before consent",
            "  where:    /  ->  a script, by property*test_before_consent*",
            "CON003 survives-withdrawal: localStorage '_ga' *",
            "*CON010*",
            "*playwright-chromium: not observed: *",
        ]
    )
    result.stdout.no_fnmatch_line("*_ test_consent_comes_between*")


ASYNC_TESTS = """
import pytest
from playwright.async_api import async_playwright
from policycheck.capture.browser.machine import Machine
from policycheck.errors import UsageError

@pytest.mark.asyncio
async def test_async(policycheck, site):
    found = Machine().chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found.path, args=list(found.flags))
        page = await browser.new_page()
        async with policycheck.observe(page) as watch:
            await page.goto(site)
            with pytest.raises(UsageError, match="await watch.settle"):
                policycheck.consent.grant("analytics")
            await watch.settle()
            policycheck.consent.grant("analytics")
            await page.evaluate("localStorage._ga = '1'")
            await watch.settle()
            policycheck.consent.withdraw("analytics")
            await page.evaluate("localStorage.setItem('_ga', '2')")
        await browser.close()
"""


def test_an_async_page_is_settled_by_the_test(pytester: Any) -> None:
    pytest.importorskip("playwright.async_api")
    pytester.makefile(".yaml", catalogue=CATALOGUE)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(ASYNC_TESTS)
    result = pytester.runpytest_subprocess("-p", "no:randomly", "--policycheck-catalogue=catalogue.yaml", "-rN")
    result.stdout.fnmatch_lines(["CON004 written-after-withdrawal: localStorage '_ga' *"])
    assert result.parseoutcomes()["failed"] == 1
