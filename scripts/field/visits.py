"""A visitor of a page with an SDK: what is done there, on which hosts, with which keys."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright

from .collector import Site, certificate, serve
from .plain import PlainObserver
from .writes import Seen, Write, fold

HOST = "www.shop.test"
"""A name that Chromium is told lies on loopback: a site with a registrable domain of its own, over TLS."""
RULES = f"MAP {HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", f"--host-resolver-rules={RULES}",
)  # fmt: skip
AT_ONCE = 3
"""Devices that are on their way at a time: most of a visit is waiting."""
LATE = ("logout", "optOut", "optIn", "end")
"""Steps that stop something, so that they come after the second visit."""
CALL = """([step, given]) => Promise.race([
  Promise.resolve(sdk[step](...given)).then(() => null),
  new Promise((resolve) => setTimeout(resolve, 2500)),
])"""


class Observer(Protocol):
    """What tells of the writes of one device."""

    writes: list[Write]
    step: str
    last: float

    async def settle(self, page: Page) -> None:
        """Take in what is under way, at the end of a step."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *error: object) -> None: ...


@dataclass
class Visited:
    """One SDK: what it stored, and what went wrong in its pages."""

    name: str
    seen: list[Seen] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """A device: the address of the site, and which of the page's keys is used there."""

    device: str
    address: str
    key: int


@asynccontextmanager
async def sites(built: Path, site: Site) -> AsyncIterator[tuple[list[Place], str]]:
    """The site over TLS and over http, with the collector's address."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        http = stack.enter_context(serve(site))
        tls = stack.enter_context(serve(site, certificate(folder, HOST)))
        places = [
            Place("https", f"https://{HOST}:{tls}", 0),
            Place("address", f"http://127.0.0.1:{http}", 1),
            Place("localhost", f"http://app.localhost:{http}", 0),
        ]
        yield places, f"http://127.0.0.1:{http}"


async def observe(
    names: Sequence[str],
    built: Path,
    chromium: str,
    observer: Callable[[BrowserContext, str], Observer] = PlainObserver,
    tell: Callable[[Visited], None] = lambda visited: None,
    devices: int = 3,
) -> list[Visited]:
    """Visit the page of each SDK, on so many devices. Three devices are on their way at a time.

    Raises :class:`playwright.async_api.Error` when the browser cannot be started.
    """
    async with sites(built, Site(built)) as (places, collector), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        free = asyncio.Semaphore(AT_ONCE)

        async def visit(name: str) -> Visited:
            one = Visited(name)
            runs = [_device(browser, name, place, collector, observer, one, free) for place in places[:devices]]
            one.seen = fold(write for device in await asyncio.gather(*runs) for write in device)
            return one

        visits = [asyncio.ensure_future(visit(name)) for name in names]
        try:
            for under_way in visits:
                tell(await under_way)
        finally:
            for under_way in visits:
                under_way.cancel()
            await asyncio.gather(*visits, return_exceptions=True)
            await browser.close()
    return [under_way.result() for under_way in visits]


async def _device(
    browser: Browser,
    name: str,
    place: Place,
    collector: str,
    observer: Callable[[BrowserContext, str], Observer],
    visited: Visited,
    free: asyncio.Semaphore,
) -> list[Write]:
    async with free:
        context = await browser.new_context(ignore_https_errors=True)
        context.set_default_timeout(15_000)
        try:
            async with observer(context, place.device) as watch:
                page = await context.new_page()
                page.on("pageerror", lambda error: visited.faults.append(f"{place.device}: {str(error)[:200]}"))
                await Visitor(page, watch, f"{place.address}/{name}.html", visited).go(place, collector)
            return watch.writes
        finally:
            await context.close()


@dataclass
class Visitor:
    """Goes through the steps of one page, and waits after each until nothing is written any more."""

    page: Page
    watch: Observer
    address: str
    visited: Visited

    async def go(self, place: Place, collector: str) -> None:
        """A first visit with every step, a second one, what ends it, and a third one after an opt-out."""
        offered, keys = await self._open("load")
        given = {"key": keys[place.key % len(keys)], "collector": collector}
        early = [step for step in offered if step not in (*LATE, "start")]
        await self._do("start", given)
        for step in early:
            await self._do(step)
        await self._open("page change")
        await self._do("start", given, called="second visit")
        for step in early[:1]:
            await self._do(step, called="second visit")
        for step in ("logout", "optOut"):
            if step in offered:
                await self._do(step)
        if "optOut" in offered:
            await self._open("page change")
            await self._do("start", given, called="after opt-out")
        for step in ("optIn", "end"):
            if step in offered:
                await self._do(step)
        await self.watch.settle(self.page)

    async def _open(self, called: str) -> tuple[list[str], list[str]]:
        self.watch.step = called
        await self.page.goto(self.address)
        offered: list[str]
        offered, keys = await self.page.evaluate("[Object.keys(sdk).filter((name) => name != 'keys'), sdk.keys]")
        # What is written while a page is left is told by nobody, and the next start may take it away again.
        await self.watch.settle(self.page)
        return offered, keys

    async def _do(self, step: str, *given: Any, called: str = "") -> None:
        self.watch.step = called or step
        self.watch.last = time.monotonic()
        try:
            await self.page.evaluate(CALL, [step, list(given)])
        except Error as error:
            self.visited.faults.append(f"{step}: {str(error).splitlines()[0][:200]}")
        await self._quiet()
        await self.watch.settle(self.page)

    async def _quiet(self, silence: float = 0.3, most: float = 1.5) -> None:
        end = time.monotonic() + most
        while time.monotonic() < min(end, self.watch.last + silence):
            await asyncio.sleep(0.05)
