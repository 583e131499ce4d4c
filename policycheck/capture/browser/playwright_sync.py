"""Chromium by Playwright's sync API."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from policycheck.capture.browser.channel import Channel
from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.events import Snapshot
from policycheck.capture.browser.gaps import GAPS
from policycheck.capture.browser.playwright_pages import PATIENCE, PageSessions
from policycheck.capture.browser.sessions import Answer, Params, Session
from policycheck.capture.browser.watch import SyncBrowserWatch
from policycheck.capture.patching import patch


def watch_sync(context: Any, subject: Any, device: BrowserDevice, channel: Channel) -> SyncBrowserWatch:
    """Begin to watch a context."""
    from playwright.sync_api import Error

    source = _Context(context, device, channel, Error)
    source.start()
    return SyncBrowserWatch(device.adapter, device, subject, GAPS[device.adapter], source.settle, source.stop)


class _Context(PageSessions):
    """The pages of one context. A command is waited for; events come in meanwhile."""

    def start(self) -> None:
        self.injected = self.context.add_init_script(self.script)
        for page in self.context.pages:
            self._page(page)
        self.context.on("page", self._page)
        self.undo = patch(self.context, "new_page", self._new_page)
        self.context.on("close", self.left)

    def send(self, session: Session, method: str, params: Params, then: Answer | None = None) -> None:
        cdp, method, params = self.outgoing(session, method, params, then)
        result = None
        with suppress(self.error):  # a page that is closed, a command that this browser does not have
            result = None if cdp is None else cdp.send(method, dict(params))
        self.answered(session, result, then)

    def settle(self) -> None:
        found: list[Snapshot] = []
        look = self.chromium.look(found.append)
        patience = time.monotonic() + PATIENCE
        while not found and time.monotonic() < patience and self._pump():
            pass
        self.device.settle(found[0] if found else look.so_far())

    def stop(self) -> None:
        self.context.remove_listener("page", self._page)
        self.left()
        self.chromium.stop()
        with suppress(self.error):  # a browser that is closed has nothing left to put back
            if self.injected is not None:
                self.injected.__exit__(None, None, None)
            for session in self.sessions.values():
                session.detach()
        self.sessions.clear()

    def _new_page(self, original: Any) -> Any:
        """A page is handed out once it is watched, so that nothing of its first load is missed."""

        def new_page(*args: Any, **kwargs: Any) -> Any:
            page = original(*args, **kwargs)
            while page not in self.ready:
                page.wait_for_timeout(1)
            return page

        return new_page

    def _page(self, page: Any) -> None:
        with suppress(self.error):  # closed before anybody could look
            cdp = self.context.new_cdp_session(page)
            name = self.opened(page, cdp)
            self.chromium.attach((name,), cdp.send("Target.getTargetInfo")["targetInfo"])
        self.ready.add(page)

    def _pump(self) -> bool:
        """Let events come in. False where no page is left that could answer."""
        for session in list(self.sessions.values()):
            try:
                session.send("Target.getTargetInfo")
            except self.error:
                continue
            return True
        return False
