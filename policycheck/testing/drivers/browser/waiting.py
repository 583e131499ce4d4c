"""Waiting until a page has done what it was asked for: requests are answered, and scripts have had their turn."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from policycheck.testing.drivers.browser.scripts import QUIET

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

ENDLESS = frozenset({"eventsource", "websocket", "media", "ping"})
"""Kinds of requests for whose end nobody waits."""


class Traffic:
    """What is under way in a browser context: requests without an answer, and how often a page was loaded."""

    def __init__(self, context: BrowserContext) -> None:
        self._open: set[Any] = set()
        self.loads = 0
        context.on("request", self._asked)
        context.on("requestfinished", self._answered)
        context.on("requestfailed", self._answered)

    def _asked(self, request: Any) -> None:
        if request.resource_type not in ENDLESS:
            self._open.add(request)
        if request.is_navigation_request() and request.frame.parent_frame is None:
            self.loads += 1

    def _answered(self, request: Any) -> None:
        self._open.discard(request)

    def wait(self, page: Page, seconds: float) -> None:
        """Until nothing is under way and two turns of the page have passed, or ``seconds`` are over.

        A page that loads another one meanwhile is waited for. What a script does later, by a timer, is not.
        """
        from playwright.sync_api import Error

        over = time.monotonic() + seconds
        calm = 0
        while calm < 2 and time.monotonic() < over:
            try:
                page.evaluate(QUIET)
            except Error:  # the document went away under the question
                if page.is_closed():
                    raise
                page.wait_for_load_state("load")
                calm = 0
                continue
            calm = 0 if self._open else calm + 1
