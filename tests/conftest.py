"""Tests marked ``browser`` need a Chromium. A run without one skips them all for one reason, and says how many."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from policycheck.capture.browser.machine import Machine
from policycheck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NO_CHROMIUM = "no Chromium on this machine (scripts/chromium installs it)"
WITHOUT = "POLICYCHECK_WITHOUT_BROWSER"
"""Set it to leave the tests out that need a browser, as on a machine without one."""


@cache
def _program() -> str | None:
    """The system's Chromium, else Playwright's, whose driver has to be started to ask for it."""
    if os.environ.get(WITHOUT):
        return None
    try:
        return Machine().chromium().path
    except UsageError:
        pass
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    try:
        return Machine().chromium(own).path
    except UsageError:
        return None


@pytest.fixture(scope="session")
def chromium_program() -> str:
    """The program of a Chromium."""
    program = _program()
    assert program is not None, "only tests marked 'browser' may ask for one"
    return program


@pytest.fixture(scope="module")
def chromium(chromium_program: str) -> Iterator[Any]:
    """The Chromium of this machine, by Playwright; no longer than a module, since its loop is in the way of others."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = Machine().chromium(chosen=chromium_program)
        browser = playwright.chromium.launch(executable_path=found.path, args=list(found.flags))
        yield browser
        browser.close()


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    browsing = [item for item in items if item.get_closest_marker("browser")]
    if browsing and _program() is None:
        for item in browsing:
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", ()) if NO_CHROMIUM in str(report.longrepr)]
    if skipped:
        tests = "browser test was" if len(skipped) == 1 else "browser tests were"
        terminalreporter.section("browsers", sep="-", yellow=True, bold=True)
        terminalreporter.line(f"{len(skipped)} {tests} skipped: {NO_CHROMIUM}")
