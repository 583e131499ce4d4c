"""Chromium by Playwright's sync API."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from policycheck.capture.browser.cdp import Chromium
from policycheck.capture.browser.channel import Channel
from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.events import Snapshot
from policycheck.capture.browser.gaps import GAPS
from policycheck.capture.browser.nesting import EVENTS, Nesting
from policycheck.capture.browser.sessions import Answer, Params, Session
from policycheck.capture.browser.watch import SyncBrowserWatch
from policycheck.capture.patching import patch

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
        self._ready: WeakSet[Any] = WeakSet()
        self._undo: Callable[[], None] | None = None

    def start(self) -> None:
        self._injected = self._context.add_init_script(self._script)
        for page in self._context.pages:
            self._page(page)
        self._context.on("page", self._page)
        self._undo = patch(self._context, "new_page", self._new_page)

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
        if self._undo is not None:
            self._undo()
        self._chromium.stop()
        with suppress(self._error):  # a browser that is closed has nothing left to put back
            if self._injected is not None:
                self._injected.__exit__(None, None, None)
            for session in self._sessions.values():
                session.detach()
        self._sessions.clear()

    def _new_page(self, original: Any) -> Any:
        """A page is handed out once it is watched, so that nothing of its first load is missed."""

        def new_page(*args: Any, **kwargs: Any) -> Any:
            page = original(*args, **kwargs)
            while page not in self._ready:
                page.wait_for_timeout(1)
            return page

        return new_page

    def _page(self, page: Any) -> None:
        self._number += 1
        name = str(self._number)
        try:
            cdp = self._context.new_cdp_session(page)
        except self._error:  # closed before anybody could look
            self._ready.add(page)
            return
        self._sessions[name] = cdp
        for method in EVENTS:
            cdp.on(method, lambda params, method=method: self._event(name, method, params))
        page.on("close", lambda _: self._closed(name))
        with suppress(self._error):
            self._chromium.attach((name,), (cdp.send("Target.getTargetInfo"))["targetInfo"])
        self._ready.add(page)

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
