"""The browser of a scan: Chromium by Playwright, which opens the pages of its scope and leads nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from policycheck.capture.browser.machine import NO_PLAYWRIGHT, Chromium, Machine
from policycheck.errors import CaptureError, UsageError
from policycheck.scanning.plan import Plan
from policycheck.scanning.scope import Scope, shown
from policycheck.scanning.stopping import Stopper

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Frame, Page, Playwright, Request, Response

_SLICE = 0.25
"""Seconds that one call may wait, so that Ctrl-C is soon heard."""
_RESPONSE = 3.0
"""Seconds that a page may take to answer a question."""
_GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true, configurable: true})"
_LINKS = "() => [...document.links].filter(link => !link.hasAttribute('download')).map(link => link.href)"
_FEWER_FLAGS = ["--disable-popup-blocking"]
"""What Playwright switches off for tests, and visitors have."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How opening a page went. ``url`` is where it ended, ``status`` of the response; ``failure`` is why it is none."""

    url: str
    status: int | None = None
    failure: str | None = None
    unfinished: bool = False
    """True when the page did not finish loading in time; it was looked at as it was."""


class Browsing:
    """A browser, and devices in it; a context manager. Raises UsageError without Playwright or a browser."""

    def __init__(self, plan: Plan, stopper: Stopper, machine: Machine | None = None) -> None:
        self._plan = plan
        self._stopper = stopper
        self._machine = machine or Machine()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._user_agent: str | None = None
        self.name = ""
        """``Chromium 156.0 (the system's)``, once it runs."""

    def __enter__(self) -> Self:
        self._playwright = _playwright()
        try:
            own = self._playwright.chromium.executable_path
            found = self._machine.chromium(own, chosen=self._plan.browser)
            self._browser = self._launch(found)
        except BaseException:
            self._playwright.stop()
            raise
        self.name = f"Chromium {self._browser.version} ({found.origin})"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            return  # the driver's event loop is gone; its process ends with ours
        if self._browser is not None:
            _quietly(self._browser.close)
        if self._playwright is not None:
            _quietly(self._playwright.stop)

    def device(self) -> Tab:
        """A device on which nothing is stored, with one empty page. Close it."""
        assert self._browser is not None
        context = self._browser.new_context(
            accept_downloads=False,
            user_agent=self._visitors_agent() if self._plan.hide_webdriver else None,
            extra_http_headers={"Sec-GPC": "1"} if self._plan.gpc else None,
        )
        if self._plan.gpc:
            context.add_init_script(_GPC)
        return Tab(context, self._plan, self._stopper)

    def _launch(self, found: Chromium) -> Browser:
        from playwright.sync_api import Error

        assert self._playwright is not None
        if self._plan.headed and found.headless_only:
            raise UsageError("Playwright's headless shell has no window to show\n  fix: playwright install chromium")
        flags = [*found.flags, "--block-new-web-contents"]
        if self._plan.hide_webdriver:
            flags.append("--disable-blink-features=AutomationControlled")
        try:
            return self._playwright.chromium.launch(
                executable_path=found.path,
                headless=not self._plan.headed,
                args=flags,
                ignore_default_args=_FEWER_FLAGS,
                handle_sigint=False,
            )
        except Error as error:
            raise CaptureError(
                f"the browser did not start: {found.path} ({found.origin}): {_first_line(error)}\n"
                "  fix: start it by hand to see why, or name another one with --browser"
            ) from None

    def _visitors_agent(self) -> str:
        """The browser's user agent without the word that says that it has no window."""
        if self._user_agent is None:
            assert self._browser is not None
            page = self._browser.new_page()
            self._user_agent = str(page.evaluate("navigator.userAgent")).replace("HeadlessChrome", "Chrome")
            page.close()
        return self._user_agent


@dataclass(slots=True)
class _Navigation:
    """How the opening of a page stands."""

    answered: Response | None = None
    committed: bool = False
    failed: str | None = None
    download: bool = False

    def over(self) -> bool:
        return self.committed or self.failed is not None


class Tab:
    """The one page of a device. ``left`` are the addresses that pages wanted to lead to, and that are not in scope."""

    def __init__(self, context: BrowserContext, plan: Plan, stopper: Stopper) -> None:
        self.context = context
        self.left: dict[str, None] = {}
        self._plan = plan
        self._stopper = stopper
        self._navigation = _Navigation()
        self.page: Page
        self._new_page()

    def _new_page(self) -> None:
        self.page = self.context.new_page()
        self._guard = _Guard(self.page, self._plan.scope, self._leaves)
        self.page.on("response", self._on_response)
        self.page.on("requestfailed", self._on_failure)
        self.page.on("framenavigated", self._on_navigation)
        self.page.on("download", self._on_download)

    def _replace_page(self) -> None:
        """Go on in another tab of the same device, since this one is lost."""
        lost = self.page
        self._new_page()
        _quietly(lost.close)

    def close(self) -> None:
        """Forget the device."""
        _quietly(self.context.close)

    def open(self, url: str) -> Opened:
        """Open a page and look at it for a while. What goes wrong stands in the result."""
        from playwright.sync_api import Error
        from playwright.sync_api import TimeoutError as TimedOut

        deadline = time.monotonic() + self._plan.timeout
        navigation = self._navigation = _Navigation()
        self.left.clear()
        try:
            self.page.goto(url, wait_until="commit", timeout=1_000 * _SLICE)
        except TimedOut:  # the browser goes on with it
            self._wait(navigation.over, deadline)
        except Error as error:
            navigation.failed = navigation.failed or _first_line(error)
            self._wait(lambda: navigation.download, time.monotonic() + _SLICE)  # which is told a moment later
        if not navigation.committed:
            why = self._why_not(navigation)
            self.stop_loading()
            return Opened(url, failure=why)
        loaded = self._wait(self._loaded, deadline)
        self.rest(self._plan.wait)
        if not self._responds():
            self._replace_page()
            return Opened(url, failure="does not respond, since its scripts never rest")
        status = None if navigation.answered is None else navigation.answered.status
        failure = f"answered {status}" if status is not None and status >= 400 else None
        return Opened(self.page.url, status, failure, unfinished=not loaded)

    def _why_not(self, navigation: _Navigation) -> str:
        if self.left:
            return f"leads to {shown(next(iter(self.left)))}, which was not named"
        if navigation.download:
            return "is a download, not a page"
        if navigation.failed is None:
            return f"did not answer within {self._plan.timeout:g} seconds"
        return f"could not be loaded: {navigation.failed}"

    def stop_loading(self) -> None:
        """Give up what is still loading, which others would wait for: the page stays as it is."""
        self._guard.stop_loading()

    def rest(self, seconds: float) -> None:
        """Let the page go on by itself. Raises ScanStopped."""
        self._wait(lambda: False, time.monotonic() + seconds)

    def is_automated(self) -> bool:
        """True when the page can tell that nobody sits before the browser (WebDriver, ``navigator.webdriver``)."""
        return bool(self.page.evaluate("navigator.webdriver === true"))

    def links(self) -> list[str]:
        """Where the links of the page lead, as absolute URLs."""
        found: list[str] = self.page.evaluate(_LINKS)
        return found

    def screenshot(self, path: Path) -> str | None:
        """Write what a visitor sees as PNG. Returns why it could not, None when it did."""
        from playwright.sync_api import Error

        try:
            self.page.screenshot(path=path, timeout=1_000 * min(self._plan.timeout, 10))
        except Error as error:
            return _first_line(error)
        return None

    def _wait(self, done: Callable[[], bool], deadline: float) -> bool:
        while not done():
            self._stopper.check()
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self.page.wait_for_timeout(1_000 * min(left, _SLICE))
        self._stopper.check()
        return True

    def _loaded(self) -> bool:
        from playwright.sync_api import TimeoutError as TimedOut

        try:
            self.page.wait_for_load_state("load", timeout=1_000 * _SLICE)
        except TimedOut:
            return False
        return True

    def _responds(self) -> bool:
        """False for a page whose scripts never rest: it would let every question wait for ever."""
        from playwright.sync_api import TimeoutError as TimedOut

        try:
            self.page.wait_for_function("() => true", timeout=1_000 * _RESPONSE)
        except TimedOut:
            return False
        return True

    def _leaves(self, url: str) -> None:
        self.left[url] = None

    def _on_response(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            self._navigation.answered = response

    def _on_download(self, download: object) -> None:
        self._navigation.download = True

    def _on_failure(self, request: Request) -> None:
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self._navigation.failed = request.failure

    def _on_navigation(self, frame: Frame) -> None:
        if frame == self.page.main_frame and not frame.url.startswith("chrome-error:"):
            self._navigation.committed = True


class _Guard:
    """Lets no page lead out of the scope: asks the browser to hold each document back until it was looked at.

    Documents alone are held, so that all else loads, and is cached, as it would without us. What leads elsewhere is
    answered with 204 (No Content), on which a browser stays where it is (HTML, navigate).
    """

    def __init__(self, page: Page, scope: Scope, leaves: Callable[[str], None]) -> None:
        self._scope = scope
        self._leaves = leaves
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._frame: str = self._ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._session.on("Fetch.requestPaused", self._paused)
        patterns = [{"resourceType": "Document", "requestStage": "Request"}]
        self._ask("Fetch.enable", {"patterns": patterns})

    def stop_loading(self) -> None:
        """Press the browser's own button for it."""
        self._send("Page.stopLoading", {})

    def _paused(self, event: dict[str, Any]) -> None:
        number, url = event["requestId"], event["request"]["url"]
        if event["frameId"] != self._frame or self._scope.holds(url):
            self._send("Fetch.continueRequest", {"requestId": number})
            return
        self._leaves(url)
        self._send("Fetch.fulfillRequest", {"requestId": number, "responseCode": 204})

    def _send(self, method: str, arguments: dict[str, Any]) -> None:
        # The request may be gone, and so may the page.
        _quietly(lambda: self._ask(method, arguments))

    def _ask(self, method: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        session: Any = self._session  # whose types leave open what an answer holds
        answer: dict[str, Any] = session.send(method, arguments)
        return answer


def why_browser_failed(error: Exception) -> str | None:
    """Why the browser cannot go on, when ``error`` is Playwright's; None for any other error."""
    from playwright.sync_api import Error

    return _first_line(error) if isinstance(error, Error) else None


def _playwright() -> Playwright:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise UsageError(NO_PLAYWRIGHT) from None
    return sync_playwright().start()


def _quietly(do: Callable[[], object]) -> None:
    from playwright.sync_api import Error

    try:
        do()
    except Error:
        return


def _first_line(error: Exception) -> str:
    """What Playwright says, without the address, which may carry tokens, and without its log."""
    line = str(error).strip().partition("\n")[0]
    return line.partition(": ")[2].partition(" at ")[0] or type(error).__name__
