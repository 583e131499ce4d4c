"""How a browser may be watched otherwise: what is read too, and as if nobody automated it."""

from __future__ import annotations

from typing import Any

import pytest

import policycheck
from policycheck.capture.browser.look import HIDDEN
from policycheck.model.storage import Operation
from policycheck.recording import Recorder

pytestmark = pytest.mark.browser
MANAGER = """() => {
  window.CookieConsent = {validConsent: () => false};
  if (!navigator.webdriver) document.body.innerHTML = '<div id="cc-main"></div>';
}"""


@pytest.fixture(scope="module")
def browser() -> Any:
    sync_api = pytest.importorskip("playwright.sync_api")
    from policycheck.capture.browser.machine import Machine

    found = Machine().chromium()
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.path, args=list(found.flags))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, contract_site: str) -> Any:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/blank", lambda route: route.fulfill(body="<p>nothing</p>", content_type="text/html"))
    page.blank = f"{contract_site}/blank"
    yield page
    context.close()


def test_reading_is_told_where_it_is_asked_for(page: Any) -> None:
    recorder = Recorder()
    with policycheck.observe(page, recorder, reads=True):
        page.goto(page.blank)
        page.evaluate("() => { document.cookie = 'a=1'; localStorage.setItem('b', '1'); }")
        page.evaluate("() => { document.cookie; localStorage.getItem('b'); localStorage.getItem('none'); }")
    read = [seen.name for seen in recorder.observations if seen.operation is Operation.ACCESS]
    assert read == ["a", "b"]
    assert len(recorder.observations) == 4


def test_reading_is_not_told_else(page: Any) -> None:
    with policycheck.observe(page) as watch:
        page.goto(page.blank)
        page.evaluate("() => { document.cookie = 'a=1'; return document.cookie; }")
    assert [seen.operation for seen in watch.recorder.observations] == [Operation.STORE]


def test_a_banner_that_hides_is_noted(page: Any) -> None:
    with policycheck.observe(page) as watch:
        page.goto(page.blank)
        page.evaluate(MANAGER)
    assert watch.notes == (HIDDEN,)


def test_the_browser_can_say_that_nobody_automates_it(page: Any) -> None:
    with policycheck.observe(page, hide_webdriver=True) as watch:
        page.goto(page.blank)
        assert page.evaluate("navigator.webdriver") is False
        page.evaluate(MANAGER)
    assert watch.notes == ()
