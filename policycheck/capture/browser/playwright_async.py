"""Chromium by Playwright's async API."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from policycheck.capture.browser.channel import Channel
from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.events import Snapshot
from policycheck.capture.browser.gaps import GAPS
from policycheck.capture.browser.playwright_pages import PATIENCE, PageSessions
from policycheck.capture.browser.sessions import Answer, Params, Session
from policycheck.capture.browser.watch import AsyncBrowserWatch
from policycheck.capture.patching import patch


def watch_async(context: Any, subject: Any, device: BrowserDevice, channel: Channel) -> AsyncBrowserWatch:
    """A watch of a context, which begins when it is entered."""
    from playwright.async_api import Error

    source = _Context(context, device, channel, Error)
    gaps = GAPS[device.adapter]
    return AsyncBrowserWatch(device.adapter, device, subject, gaps, source.start, source.settle, source.stop)


class _Context(PageSessions):
    """The pages of one context. Commands go out in the order in which they were given, one task for each."""

    def __init__(self, context: Any, device: BrowserDevice, channel: Channel, error: type[Exception]) -> None:
        super().__init__(context, device, channel, error)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self.injected = await self.context.add_init_script(self.script)
        for page in self.context.pages:
            await self._attach(page)
        self.context.on("page", self._page)
        self.undo = patch(self.context, "new_page", self._new_page)
        self.context.on("close", self.left)
        await self._idle()

    def send(self, session: Session, method: str, params: Params, then: Answer | None = None) -> None:
        self._spawn(self._sent(session, method, params, then))

    async def settle(self) -> None:
        await self._idle()
        found: asyncio.Future[Snapshot] = asyncio.get_running_loop().create_future()
        look = self.chromium.look(lambda snapshot: None if found.done() else found.set_result(snapshot))
        try:
            snapshot = await asyncio.wait_for(found, PATIENCE)
        except TimeoutError:
            snapshot = look.so_far()
        self.device.settle(snapshot)

    async def stop(self) -> None:
        self.context.remove_listener("page", self._page)
        self.left()
        self.chromium.stop()
        await self._idle()
        with suppress(self.error):  # a browser that is closed has nothing left to put back
            if self.injected is not None:
                await self.injected.__aexit__(None, None, None)
            for session in self.sessions.values():
                await session.detach()
        self.sessions.clear()

    async def _sent(self, session: Session, method: str, params: Params, then: Answer | None) -> None:
        cdp, method, params = self.outgoing(session, method, params, then)
        result = None
        with suppress(self.error):  # a page that is closed, a command that this browser does not have
            result = None if cdp is None else await cdp.send(method, dict(params))
        self.answered(session, result, then)

    def _new_page(self, original: Any) -> Any:
        """A page is handed out once it is watched, so that nothing of its first load is missed."""

        async def new_page(*args: Any, **kwargs: Any) -> Any:
            page = await original(*args, **kwargs)
            while page not in self.ready:
                await asyncio.sleep(0.001)
            await self._idle()
            return page

        return new_page

    def _page(self, page: Any) -> None:
        self._spawn(self._attach(page))

    async def _attach(self, page: Any) -> None:
        with suppress(self.error):  # closed before anybody could look
            cdp = await self.context.new_cdp_session(page)
            name = self.opened(page, cdp)
            self.chromium.attach((name,), (await cdp.send("Target.getTargetInfo"))["targetInfo"])
        self.ready.add(page)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _idle(self) -> None:
        """Wait until everything that was sent is answered, with what was sent meanwhile."""
        while self._tasks:
            await asyncio.gather(*self._tasks)
