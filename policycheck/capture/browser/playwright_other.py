"""Playwright on browsers without Chromium's protocol: hooks that are asked, responses, and a look into each frame.

The two APIs differ in one thing: whether a call is awaited. So what is done is written once, as generators that yield
the calls to make; ``_Sync`` and ``_Async`` make them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress
from functools import partial
from typing import Any, TypeAlias

from policycheck.capture.browser.channel import Channel
from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.events import OriginSnapshot, Snapshot
from policycheck.capture.browser.gaps import GAPS
from policycheck.capture.browser.look import read_cookie, read_snapshot, snapshot_script
from policycheck.capture.browser.watch import AsyncBrowserWatch, BrowserWatch, SyncBrowserWatch
from policycheck.jar.addresses import place_of_url
from policycheck.model.observation import HttpExchange
from policycheck.model.request import NAVIGATION, SentRequest

Steps: TypeAlias = Generator[Callable[[], Any], Any, None]
"""Yields calls of Playwright; is sent what they return, None for one that failed."""

_RESOURCES = {"ping": "beacon", "document": "iframe"}


def watch_other(
    context: Any, subject: Any, device: BrowserDevice, channel: Channel, *, asynchronous: bool
) -> BrowserWatch:
    """Begin to watch a context, or, of the async API, make what begins to when it is entered."""
    gaps = GAPS[device.adapter]
    if asynchronous:
        waiting = _Async(context, device, channel)
        return AsyncBrowserWatch(device.adapter, device, subject, gaps, waiting.start, waiting.settle, waiting.stop)
    source = _Sync(context, device, channel)
    source.start()
    return SyncBrowserWatch(device.adapter, device, subject, gaps, source.settle, source.stop)


class _Context:
    """The pages of one context, and what is done with them."""

    def __init__(self, context: Any, device: BrowserDevice, channel: Channel) -> None:
        self.context = context
        self.device = device
        self._channel = channel
        self._look = f"({snapshot_script()})()"
        self._responses: deque[Any] = deque()
        self._injected: Any = None
        self.taking = False
        self.ended = False

    def begin(self) -> Steps:
        """Have each document run the hooks, which take the binding away before a page can see it."""
        yield partial(self.context.expose_binding, self._channel.binding, self._called)
        self._injected = yield partial(self.context.add_init_script, self._channel.script)
        for frame in self._frames():
            yield partial(frame.evaluate, self._channel.script)
            yield partial(frame.evaluate, self._channel.bind)

    def look(self) -> Steps:
        """Ask the hooks, then look at what lies there."""
        origins: list[OriginSnapshot] = []
        for frame in self._frames():
            told = yield partial(frame.evaluate, self._channel.drain)
            if told:
                self.device.told(frame.url, told, frame.page.url)
            text = yield partial(frame.evaluate, self._look)
            origin = None if text is None else read_snapshot(text, frame.url, frame.page.url)
            if origin is not None:
                origins.append(origin)
            if self.device.recorder.browsing.reads:
                yield partial(frame.evaluate, self._channel.drain)  # what we ourselves have read just now
        cookies = yield self.context.cookies
        found = None if cookies is None else tuple(map(read_cookie, cookies))
        self.device.settle(Snapshot(tuple(origins), found, partitions=False))

    def end(self) -> Steps:
        """Put back what was changed in pages that are open. Releases before 1.65 go on to change those to come."""
        self.ended = True
        for frame in self._frames():
            yield partial(frame.evaluate, self._channel.off)

    def _called(self, source: Any, text: str) -> None:
        if self.ended:
            return
        try:
            self.device.told(source["frame"].url, text, source["page"].url)
        except Exception as error:  # noqa: BLE001 - a rule's, say; the page must not get it
            self.device.failed(error)

    def requested(self, request: Any) -> None:
        try:
            sent = _sent(request, _frame_of(request), self.device.recorder.now)
            if sent is not None:
                self.device.request(sent)
        except Exception as error:  # noqa: BLE001 - a rule's, say; Playwright would print it and go on
            self.device.failed(error)

    def responded(self, response: Any) -> Steps:
        """Tell responses in the order in which they came, whichever headers are there first."""
        self._responses.append(response)
        if self.taking:
            return
        self.taking = True
        try:
            while self._responses:
                response = self._responses.popleft()
                headers = yield response.headers_array
                self._tell(response, headers or [])
        finally:
            self.taking = False

    def undo(self) -> Any:
        """What takes the init script away again, in releases that can."""
        return self._injected

    def _tell(self, response: Any, headers: list[dict[str, str]]) -> None:
        request = response.request
        frame = _frame_of(request)
        page_load = _page_load(request, frame)
        page = response.url if page_load or frame is None else frame.page.url
        said: dict[str, list[str]] = {}
        for header in headers:  # Firefox folds headers of one name, with line ends between
            said.setdefault(header["name"].lower(), []).extend(header["value"].split("\n"))
        exchange = HttpExchange(
            method=request.method,
            url=response.url,
            status=response.status,
            set_cookie=tuple(said.get("set-cookie", ())),
            date=next(iter(said.get("date", ())), None),
            top_level_site=None if page_load else page,
            clear_site_data=tuple(said.get("clear-site-data", ())),
            page=page,
            frame=response.url if frame is None or request.is_navigation_request() else frame.url,
        )
        self.device.response(exchange, page_load=page_load)

    def _frames(self) -> list[Any]:
        return [frame for page in self.context.pages for frame in page.frames]


class _Sync:
    def __init__(self, context: Any, device: BrowserDevice, channel: Channel) -> None:
        from playwright.sync_api import Error

        self._error = Error
        self._source = _Context(context, device, channel)

    def start(self) -> None:
        self._run(self._source.begin())
        self._source.context.on("request", self._source.requested)
        self._source.context.on("response", self._responded)

    def settle(self) -> None:
        while self._source.taking and self._source.context.pages:
            with suppress(self._error):
                self._source.context.pages[0].wait_for_timeout(1)
        self._run(self._source.look())

    def stop(self) -> None:
        self._source.context.remove_listener("request", self._source.requested)
        self._source.context.remove_listener("response", self._responded)
        self._run(self._source.end())
        undo = self._source.undo()
        if undo is not None:
            with suppress(self._error):
                undo.__exit__(None, None, None)

    def _responded(self, response: Any) -> None:
        self._handle(self._source.responded(response))

    def _handle(self, steps: Steps) -> None:
        try:
            self._run(steps)
        except Exception as error:  # noqa: BLE001 - a rule's, say; Playwright would print it and go on
            self._source.device.failed(error)

    def _run(self, steps: Steps) -> None:
        with suppress(StopIteration):
            call = next(steps)
            while True:
                result = None
                with suppress(self._error):
                    result = call()
                call = steps.send(result)


class _Async:
    def __init__(self, context: Any, device: BrowserDevice, channel: Channel) -> None:
        from playwright.async_api import Error

        self._error = Error
        self._source = _Context(context, device, channel)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        await self._run(self._source.begin())
        self._source.context.on("request", self._source.requested)
        self._source.context.on("response", self._responded)

    async def settle(self) -> None:
        while self._tasks:
            await asyncio.gather(*self._tasks)
        await self._run(self._source.look())

    async def stop(self) -> None:
        self._source.context.remove_listener("request", self._source.requested)
        self._source.context.remove_listener("response", self._responded)
        await self._run(self._source.end())
        undo = self._source.undo()
        if undo is not None:
            with suppress(self._error):
                await undo.__aexit__(None, None, None)

    def _responded(self, response: Any) -> None:
        self._spawn(self._handle(self._source.responded(response)))

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, steps: Steps) -> None:
        try:
            await self._run(steps)
        except Exception as error:  # noqa: BLE001 - a rule's, say; nobody awaits the task
            self._source.device.failed(error)

    async def _run(self, steps: Steps) -> None:
        with suppress(StopIteration):
            call = next(steps)
            while True:
                result = None
                with suppress(self._error):
                    result = await call()
                call = steps.send(result)


def _frame_of(request: Any) -> Any:
    """The frame that asks; None where there is none yet, or a worker asks."""
    try:
        return request.frame
    except Exception:  # noqa: BLE001 - Playwright's Error, of either API
        return None


def _page_load(request: Any, frame: Any) -> bool:
    return bool(request.is_navigation_request()) and (frame is None or frame.parent_frame is None)


def _sent(request: Any, frame: Any, now: float) -> SentRequest | None:
    if place_of_url(request.url) is None:  # data:, blob:, about: nothing leaves the device
        return None
    navigation = bool(request.is_navigation_request())
    page_load = _page_load(request, frame)
    page = request.url if page_load or frame is None else frame.page.url
    kind = str(request.resource_type)
    return SentRequest(
        url=request.url,
        method=request.method,
        resource=NAVIGATION if page_load else _RESOURCES.get(kind, kind),
        page=page,
        frame=request.url if navigation or frame is None else frame.url,
        time=now,
    )
