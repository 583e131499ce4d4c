from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from shop.server import Running, serve

from policycheck.capture.browser.machine import Machine


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Any) -> dict[str, Any]:
    """Playwright's own Chromium where it is installed, else the system's."""
    chromium = Machine().chromium(playwright.chromium.executable_path)
    return {**browser_type_launch_args, "executable_path": chromium.path, "args": list(chromium.flags)}


@pytest.fixture(scope="session")
def shop() -> Iterator[Running]:
    with serve() as running:
        yield running


@pytest.fixture(scope="session")
def base_url(shop: Running) -> str:
    """Where ``page.goto("/")`` leads."""
    return shop.url
