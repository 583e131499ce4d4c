"""Chromium by Playwright's async API."""

from __future__ import annotations

import asyncio
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
from policycheck.capture.browser.watch import AsyncBrowserWatch
from policycheck.capture.patching import patch

PATIENCE = 5.0
"""Seconds that a snapshot may take, where a page does not answer."""


def watch_async(context: Any, subject: Any, device: BrowserDevice, channel: Channel) -> AsyncBrowserWatch:
    """A watch of a context, which begins when it is entered."""
    source = _Context(context, device, channel)
    gaps = GAPS[device.adapter]
    return AsyncBrowserWatch(device.adapter, device, subject, gaps, source.start, source.settle, source.stop)


class _Context:
    """The pages of one context. Commands go out in the order in which they were given, one task for each."""

    flat = False
    injects = True

    def __init__(self, context: Any, device: BrowserDevice, channel: Channel) -> None:
        from playwright.async_api import Error

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
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._injected = await self._context.add_init_script(self._script)
        for page in self._context.pages:
            await self._attach(page)
        self._context.on("page", self._page)
        self._undo = patch(self._context, "new_page", self._new_page)
        await self._idle()

    def send(self, session: Session, method: str, params: Params, then: Answer | None = None) -> None:
        self._spawn(self._sent(session, method, params, then))

    async def settle(self) -> None:
        await self._idle()
        found: asyncio.Future[Snapshot] = asyncio.get_running_loop().create_future()
        look = self._chromium.look(lambda snapshot: None if found.done() else found.set_result(snapshot))
        try:
            snapshot = await asyncio.wait_for(found, PATIENCE)
        except TimeoutError:
            snapshot = look.so_far()
        self._device.settle(snapshot)

    async def stop(self) -> None:
        self._context.remove_listener("page", self._page)
        if self._undo is not None:
            self._undo()
        self._chromium.stop()
        await self._idle()
        with suppress(self._error):  # a browser that is closed has nothing left to put back
            if self._injected is not None:
                await self._injected.__aexit__(None, None, None)
            for session in self._sessions.values():
                await session.detach()
        self._sessions.clear()

    async def _sent(self, session: Session, method: str, params: Params, then: Answer | None) -> None:
        cdp = self._sessions.get(session[0])
        wrapped = len(session) > 1
        if wrapped:
            method, params = self._nesting.wrap(session, method, params, then)
        result = None
        with suppress(self._error):  # a page that is closed, a command that this browser does not have
            result = None if cdp is None else await cdp.send(method, dict(params))
        if wrapped and result is None:
            self._nesting.lost(session)
        elif then is not None and not wrapped:
            then(result)

    def _new_page(self, original: Any) -> Any:
        """A page is handed out once it is watched, so that nothing of its first load is missed."""

        async def new_page(*args: Any, **kwargs: Any) -> Any:
            page = await original(*args, **kwargs)
            while page not in self._ready:
                await asyncio.sleep(0.001)
            await self._idle()
            return page

        return new_page

    def _page(self, page: Any) -> None:
        self._spawn(self._attach(page))

    async def _attach(self, page: Any) -> None:
        self._number += 1
        name = str(self._number)
        try:
            cdp = await self._context.new_cdp_session(page)
        except self._error:  # closed before anybody could look
            self._ready.add(page)
            return
        self._sessions[name] = cdp
        for method in EVENTS:
            cdp.on(method, lambda params, method=method: self._event(name, method, params))
        page.on("close", lambda _: self._closed(name))
        with suppress(self._error):
            self._chromium.attach((name,), (await cdp.send("Target.getTargetInfo"))["targetInfo"])
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

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _idle(self) -> None:
        """Wait until everything that was sent is answered, with what was sent meanwhile."""
        while self._tasks:
            await asyncio.gather(*self._tasks)
