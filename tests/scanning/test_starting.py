"""Starting the browser of a scan: as a visitor's, with signals, or not at all. Each test starts one of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policycheck.capture.browser.machine import Machine
from policycheck.errors import CaptureError, UsageError
from policycheck.scanning.browsing import Browsing
from policycheck.scanning.plan import Plan
from policycheck.scanning.stopping import Stopper

pytestmark = pytest.mark.browser
Make = Callable[..., Plan]


def test_signals_and_looks(site: Any, plan: Make) -> None:
    """GPC by header and property; nothing that tells a page that it is automated."""
    headers: list[str] = []
    site.pages["/"] = lambda cookie: "<!doctype html>"
    with Browsing(plan(gpc=True, hide_webdriver=True), Stopper()) as browsing:
        tab = browsing.device()
        tab.page.on("request", lambda request: headers.append(request.headers.get("sec-gpc", "")))
        tab.open(site.url)
        assert tab.page.evaluate("navigator.globalPrivacyControl") is True
        assert not tab.is_automated()
        assert "Headless" not in tab.page.evaluate("navigator.userAgent")
    assert headers[0] == "1"


def test_a_browser_that_does_not_start(plan: Make, tmp_path: Path) -> None:
    program = tmp_path / "chrome"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    with (
        pytest.raises(CaptureError, match="the browser did not start: ") as caught,
        Browsing(plan(browser=str(program)), Stopper()),
    ):
        pass
    assert "fix: start it by hand" in str(caught.value)


def test_no_browser_at_all(plan: Make) -> None:
    nothing = Machine(which=lambda name: None, is_file=lambda path: False)
    with (
        pytest.raises(UsageError, match="no Chromium is on this machine"),
        Browsing(plan(browser=None), Stopper(), nothing),
    ):
        pass


def test_no_playwright(plan: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(UsageError, match="Playwright is not installed") as caught, Browsing(plan(), Stopper()):
        pass
    assert "pip install 'policycheck[browser]'" in str(caught.value)
