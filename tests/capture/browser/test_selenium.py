"""Selenium on Chromium: watched beside the driver, which must not notice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

import policycheck
from policycheck.capture.browser.device import NOT_LOOKED
from policycheck.capture.browser.selenium_other import adapter_of
from policycheck.capture.browser.websocket import BrowserSocket, browser_address
from policycheck.errors import CaptureError
from policycheck.model.observation import Observation
from policycheck.recording import Recorder

pytestmark = pytest.mark.browser


@pytest.fixture
def driver(selenium_chrome: Any) -> Iterator[Any]:
    made = selenium_chrome()
    yield made
    made.quit()


def names(recorder: Recorder) -> set[str]:
    return {seen.name for seen in recorder.observations}


def done(driver: Any) -> None:
    until = time.monotonic() + 30
    while not driver.execute_script("return document.documentElement.dataset.done === 'yes'"):
        assert time.monotonic() < until
        time.sleep(0.05)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "policycheck-browser"]


def test_dialogs_stay_the_drivers(driver: Any, contract_site: str) -> None:
    with policycheck.observe(driver) as watch:
        driver.get(f"{contract_site}/next.html")
        driver.execute_script("setTimeout(() => { localStorage.answer = confirm('sure?') }, 0)")
        time.sleep(0.3)
        assert driver.switch_to.alert.text == "sure?"
        driver.switch_to.alert.accept()
        assert driver.execute_script("return localStorage.answer") == "true"
    assert "answer" in names(watch.recorder)


def test_settling_does_not_wait_for_ever_for_a_page_that_shows_a_dialog(driver: Any, contract_site: str) -> None:
    with policycheck.observe(driver) as watch:
        driver.get(f"{contract_site}/next.html")
        driver.execute_script("setTimeout(() => alert('wait'), 0)")
        time.sleep(0.3)
        begin = time.monotonic()
        watch.settle()
        assert time.monotonic() - begin < 10
        driver.switch_to.alert.accept()


def test_closing_puts_everything_back(driver: Any, contract_site: str) -> None:
    driver.get(f"{contract_site}/next.html")
    driver.execute_script("return 1")  # chromedriver leaves a global of its own
    before = driver.execute_script("window.native = Storage.prototype.setItem; return Object.keys(globalThis)")
    watch = policycheck.observe(driver)
    driver.execute_script("localStorage.setItem('seen', '1')")
    assert driver.execute_script("return Storage.prototype.setItem !== window.native")
    watch.close()
    assert "seen" in names(watch.recorder)
    assert threads() == []
    assert driver.execute_script("return Storage.prototype.setItem === window.native")
    assert driver.execute_script("return Object.keys(globalThis)") == before
    driver.execute_script("localStorage.setItem('unseen', '1')")
    driver.get(f"{contract_site}/index.html")
    done(driver)
    assert "unseen" not in names(watch.recorder)
    assert "ls_method" not in names(watch.recorder)
    watch.close()


def test_a_driver_that_quits_first(driver: Any, contract_site: str) -> None:
    watch = policycheck.observe(driver)
    driver.get(f"{contract_site}/next.html")
    driver.quit()
    begin = time.monotonic()
    watch.settle()
    watch.close()
    assert time.monotonic() - begin < 3
    assert watch.notes == (NOT_LOOKED,)
    assert threads() == []
    with pytest.raises(CaptureError, match=r"the browser at localhost:\d+ does not answer"):
        policycheck.observe(driver)


def test_observing_while_a_page_loads(selenium_chrome: Any, contract_site: str) -> None:
    driver = selenium_chrome(page_load_strategy="none")
    try:
        driver.get(f"{contract_site}/start")
        with policycheck.observe(driver) as watch:
            done(driver)
            watch.settle()
            assert {"ls_method", "idb_main", "hide_cookie"} & names(watch.recorder) == {"ls_method", "idb_main"}
            driver.get(f"{contract_site}/next.html")
    finally:
        driver.quit()


def test_windows_that_open_later(driver: Any, contract_site: str) -> None:
    with policycheck.observe(driver) as watch:
        driver.get(f"{contract_site}/next.html")
        driver.execute_script("window.open('/next.html?popup', '_blank').localStorage.setItem('from_opener', '1')")
        driver.switch_to.new_window("tab")
        driver.get(f"{contract_site}/next.html?tab")
        driver.execute_script("sessionStorage.setItem('in_tab', '1')")
    found = {seen.name: seen for seen in watch.recorder.observations}
    assert urlsplit(found["in_tab"].source.page or "").query == "tab"
    assert "from_opener" in found


def test_the_drivers_own_browser_context_alone(driver: Any, contract_site: str) -> None:
    answers: list[Any] = []
    address = browser_address(driver.capabilities["goog:chromeOptions"]["debuggerAddress"])
    other = BrowserSocket(address, lambda *event: None, answers.append)
    with policycheck.observe(driver) as watch:
        other.send((), "Target.createBrowserContext", {}, answers.append)
        other.idle(5)
        where = {"url": f"{contract_site}/index.html", "browserContextId": answers[0]["browserContextId"]}
        other.send((), "Target.createTarget", where, answers.append)
        other.idle(5)
        time.sleep(1)
    other.close()
    assert "targetId" in answers[1]
    assert watch.recorder.observations == []
    assert watch.recorder.exchanges == 0


def test_what_a_sink_raises_comes_out_where_the_user_is(driver: Any, contract_site: str) -> None:
    def sink(observation: Observation) -> None:
        raise ValueError(observation.name)

    watch = policycheck.observe(driver, Recorder(sink=sink))
    driver.get(f"{contract_site}/index.html")
    done(driver)
    with pytest.raises(ValueError, match="h_document"):
        watch.settle()
    with pytest.raises(ValueError, match="early_"):
        watch.close()
    assert threads() == []


def test_drivers_of_other_browsers_have_adapters_of_their_own() -> None:
    said = [adapter_of({"browserName": name}) for name in ("firefox", "MiniBrowser", "Safari")]
    assert said == ["selenium-firefox", "selenium-webkitgtk", "selenium-safari"]
