"""Chromium by Playwright's sync API."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from policycheck.capture.browser.cdp import Chromium
from policycheck.capture.browser.channel import Channel
from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.events import Snapshot
from policycheck.capture.browser.gaps import GAPS
from policycheck.capture.browser.nesting import EVENTS, Nesting
from policycheck.capture.browser.sessions import Answer, Params, Session
from policycheck.capture.browser.watch import SyncBrowserWatch

PATIENCE = 5.0
"""Seconds that a snapshot may take, where a page does not answer."""


def watch_sync(context: Any, subject: Any, device: BrowserDevice, channel: Channel) -> SyncBrowserWatch:
    """Begin to watch a context."""
    source = _Context(context, device, channel)
    source.start()
    return SyncBrowserWatch(device.adapter, device, subject, GAPS[device.adapter], source.settle, source.stop)


class _Context:
    """The pages of one context. Its transport: a session for each page, and what lies below that wrapped."""

    flat = False
    injects = True

    def __init__(self, context: Any, device: BrowserDevice, channel: Channel) -> None:
        from playwright.sync_api import Error

        self._error = Error
        self._context = context
        self._device = device
        self._script = channel.script
        self._chromium = Chromium(device, self, channel)
        self._nesting = Nesting(self._chromium.event)
        self._sessions: dict[str, Any] = {}
        self._injected: Any = None
        self._number = 0

    def start(self) -> None:
        self._injected = self._context.add_init_script(self._script)
        for page in self._context.pages:
            self._page(page)
        self._context.on("page", self._page)

    def send(self, session: Session, method: str, params: Params, then: Answer | None = None) -> None:
        cdp = self._sessions.get(session[0])
        wrapped = len(session) > 1
        if wrapped:
            method, params = self._nesting.wrap(session, method, params, then)
        result = None
        with suppress(self._error):  # a page that is closed, a command that this browser does not have
            result = None if cdp is None else cdp.send(method, dict(params))
        if wrapped and result is None:
            self._nesting.lost(session)
        elif then is not None and not wrapped:
            then(result)

    def settle(self) -> None:
        found: list[Snapshot] = []
        look = self._chromium.look(found.append)
        patience = time.monotonic() + PATIENCE
        while not found and time.monotonic() < patience and self._pump():
            pass
        self._device.settle(found[0] if found else look.so_far())

    def stop(self) -> None:
        self._context.remove_listener("page", self._page)
        self._chromium.stop()
        with suppress(self._error):  # a browser that is closed has nothing left to put back
            if self._injected is not None:
                self._injected.__exit__(None, None, None)
            for session in self._sessions.values():
                session.detach()
        self._sessions.clear()

    def _page(self, page: Any) -> None:
        self._number += 1
        name = str(self._number)
        try:
            cdp = self._context.new_cdp_session(page)
        except self._error:  # closed before anybody could look
            return
        self._sessions[name] = cdp
        for method in EVENTS:
            cdp.on(method, lambda params, method=method: self._event(name, method, params))
        page.on("close", lambda _: self._closed(name))
        self._chromium.attach((name,), "page", page.url)

    def _event(self, name: str, method: str, params: Params) -> None:
        try:
            self._nesting.event((name,), method, params)
        except Exception as error:  # noqa: BLE001 - a rule's, say; Playwright would print it and go on
            self._device.failed(error)

    def _closed(self, name: str) -> None:
        self._sessions.pop(name, None)
        self._nesting.lost((name,))
        self._chromium.gone((name,))

    def _pump(self) -> bool:
        """Let events come in. False where no page is left that could answer."""
        for session in list(self._sessions.values()):
            try:
                session.send("Target.getTargetInfo")
            except self._error:
                continue
            return True
        return False
