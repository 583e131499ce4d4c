"""A visitor with a real browser: Chromium by Playwright, a fresh browser context for each device."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin, urlsplit
from weakref import WeakKeyDictionary

from policycheck.capture.browser.channel import HIDE_WEBDRIVER
from policycheck.errors import UsageError
from policycheck.recording import Recorder
from policycheck.testing.clock import TICK, Clock
from policycheck.testing.drivers.browser.ageing import age_cookies
from policycheck.testing.drivers.browser.hands import Hands, reason_of
from policycheck.testing.drivers.browser.jumping import PageClock
from policycheck.testing.drivers.browser.scripts import (
    EXPIRES_BY_THE_REAL_CLOCK,
    global_privacy_control,
)
from policycheck.testing.drivers.browser.waiting import Traffic
from policycheck.testing.drivers.browser.watching import begin_to_watch
from policycheck.testing.drivers.errors import DriverError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Worker

TIMEOUT = 15.0
"""Seconds that a manager, a banner or a button may take."""
LOADING = 30.0
"""Seconds that a page may take."""
_SMALL = 0.01
"""Seconds by which two clocks may differ."""


class BrowserDriver(Hands):
    """Acts for one visitor in a real Chromium. A subclass says where the banner is and writes :meth:`choose`.

    ``browser`` is a ``Browser`` of Playwright's synchronous API, Chromium, or a function that gives one. All visitors
    share it: each has a browser context of its own, with nothing stored and nothing in the cache. ``base_url`` is the
    origin of the site.

    Managers that keep away from robots do not ask them, and a site that asks nobody stores nothing: so the browser says
    that nobody automates it (``hide_webdriver``), does not call itself headless (or says ``user_agent``), and a first
    page without a banner raises :class:`DriverError`, unless ``must_ask`` is False. ``options`` go to
    ``Browser.new_context``.
    """

    pages: Sequence[str] = ("/",)
    actions: Mapping[str, Callable[[Any], object]] = {}
    in_process = False
    banner: str = ""
    """A selector of what asks the visitor for a choice."""
    ready = "true"
    """A JavaScript expression that is true once the manager has started."""
    hides_from_robots = False
    """True where the manager shows no banner when ``navigator.webdriver`` is set."""
    must_ask = True
    """False where nobody may be asked on a first visit."""
    banner_goes = True
    """False where the banner stays after a choice."""

    recorder: Recorder
    clock: Clock

    def __init__(
        self,
        browser: Browser | Callable[[], Browser],
        base_url: str,
        *,
        hide_webdriver: bool = True,
        user_agent: str | None = None,
        locale: str | None = None,
        timeout: float = TIMEOUT,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise UsageError("base_url is an origin, scheme and host such as https://shop.example, without a path")
        self.base_url = base_url
        self.interactions = 0
        self.timeout = timeout
        self._browser = browser
        self._hide_webdriver = hide_webdriver
        self._options = {**(options or {})}
        self._options |= {name: said for name, said in (("user_agent", user_agent), ("locale", locale)) if said}
        self._context: BrowserContext | None = None
        self._ahead = 0.0
        self._gpc = False
        self._asked_once = False
        self._banner_was_there = False
        self._decided: Callable[[], object] | None = None

    @abstractmethod
    def choose(self, granted: frozenset[str]) -> object:
        """Have the visitor consent to exactly the categories ``granted``, in the way that the banner offers."""

    def start(self, recorder: Recorder, clock: Clock) -> None:
        """Begin with an empty device: a browser context of its own, watched from before its first page."""
        self.recorder, self.clock = recorder, clock
        browser = _made(self._browser)
        options = {**self._options}
        if self._hide_webdriver and "user_agent" not in options:
            options["user_agent"] = _user_agent(browser)
        context = browser.new_context(**options)
        self._context = context
        context.set_default_timeout(self.timeout * 1000)
        context.set_default_navigation_timeout(LOADING * 1000)
        if self._hide_webdriver:
            context.add_init_script(HIDE_WEBDRIVER)
        context.add_init_script(EXPIRES_BY_THE_REAL_CLOCK)  # before the clock, whose time it is not to take
        self._clock = PageClock(context)
        self._traffic = Traffic(context)
        context.on("page", self._hear_workers)
        self._page = context.new_page()  # before the watch, which does not hold up pages that are opened under it
        self._watch = begin_to_watch(context, recorder)
        self._session = context.new_cdp_session(self._page)

    def close(self) -> None:
        """End the visit: stop to watch, and throw the device away. Called again it does nothing."""
        context, self._context = self._context, None
        if context is not None:
            try:
                self._watch.close()
            finally:
                context.close()

    @property
    def page(self) -> Page:
        """The page of the tab that the visitor is in, as Playwright's ``Page``."""
        if self._context is None:
            raise DriverError("no browser is open\n  fix: the driver runs from start() to close() only")
        return self._page

    def visit(self, page: str) -> None:
        """Load a page of the site, and wait until its manager has started and its scripts have had their turn."""
        self._load(page)
        self.settle()

    def asked(self) -> bool | None:
        """Whether the banner is to be seen; None where no page is open."""
        return self.visible(self.banner) if self._opened else None

    def advance(self, seconds: float) -> None:
        """Let time pass: the clock of each page jumps, its timers that are due run once, and cookies grow old.

        Windows and frames see it (:mod:`policycheck.testing.drivers.browser.jumping`), workers do not. The cookies: see
        :mod:`policycheck.testing.drivers.browser.ageing`.
        """
        if self._context is not None:
            self._pass(seconds)

    def gpc(self, on: bool) -> None:
        """Send ``Sec-GPC: 1`` with every request, or no longer, and say the same in ``navigator.globalPrivacyControl``.

        That holds for the documents that are loaded from now on. In a worker the property is there shortly after its
        start: what reads it in the first line does not find it.
        """
        context = self.page.context
        headers = {**self._options.get("extra_http_headers", {}), **({"Sec-GPC": "1"} if on else {})}
        context.set_extra_http_headers(headers)
        context.add_init_script(global_privacy_control(on))
        self._gpc = on

    def open_tab(self) -> None:
        """Open another, empty tab of the same browser and go on there; the one before stays as it is."""
        self._page = self.page.context.new_page()

    def deciding(self, decided: Callable[[], object]) -> None:
        """Call ``decided`` at the click by which the next choice is made. Said by the journey before each choice."""
        self._decided = decided

    def decide(self) -> None:
        """The visitor decides now: what was stored before falls under the consent before, the rest under the new."""
        decided, self._decided = self._decided, None
        if decided is not None:
            self.settle()
            decided()

    def begin_choice(self) -> None:
        """Have a page open on which a choice can be made."""
        if self._opened:
            self._catch_up()
        else:
            self._load(self.pages[0])
        self._banner_was_there = self.visible(self.banner)

    def end_choice(self) -> None:
        """Wait for what the choice brought about, a page that the manager loads anew among it, and record it.

        A banner that fades is waited for as well. One that stays raises :class:`DriverError`, unless ``banner_goes`` is
        False: the click was lost, and what follows would be checked under a choice that nobody took.
        """
        from playwright.sync_api import Error

        self.decide()
        self.settle()
        if self._banner_was_there and self.banner_goes:
            try:
                self._visible(self.banner).wait_for(state="hidden")
            except Error:
                raise DriverError(
                    f"{self.manager} still asks on {self._path} after the choice, so it was not taken\n"
                    "  fix: correct `ready` or the buttons; where the banner stays, set banner_goes = False"
                ) from None

    def settle(self) -> None:
        """Wait until the page is quiet, and record what it has stored."""
        loads = self._traffic.loads
        self._traffic.wait(self.page, self.timeout)
        if self._traffic.loads != loads:
            self._wait_until_ready()
            self._traffic.wait(self.page, self.timeout)
        self._watch.settle()

    @property
    def _opened(self) -> bool:
        return self.page.url != "about:blank"

    def _load(self, page: str) -> None:
        from playwright.sync_api import Error

        tab = self.page
        self._catch_up()
        try:
            response = tab.goto(urljoin(f"{self.base_url.rstrip('/')}/", page))
        except Error as error:
            raise DriverError(f"GET {page}: the browser cannot load it: {reason_of(error)}") from None
        if response is not None and response.status >= 400:
            raise DriverError(f"GET {page} answered {response.status}\n  fix: ask for a page that exists")
        self._wait_until_ready()
        if self.must_ask and not self._asked_once and not self._gpc:
            self._need_banner()
        self._asked_once = True

    def _wait_until_ready(self) -> None:
        from playwright.sync_api import Error

        self.page.wait_for_load_state("load")
        try:
            self.page.wait_for_function(f"() => {self.ready}")
        except Error:
            raise DriverError(
                f"{self.manager} did not start on {self._path} within {self.timeout:g} seconds: {self.ready}\n"
                "  fix: load its script in each page, or correct `ready` of the driver"
            ) from None

    def _need_banner(self) -> None:
        from playwright.sync_api import Error

        try:
            self._visible(self.banner).wait_for(state="visible")
        except Error:
            raise DriverError(self._why_no_banner()) from None

    def _why_no_banner(self) -> str:
        what = f"{self.manager} asked nothing on the first visit: {self.banner!r} was never to be seen on {self._path}"
        if not self.page.evaluate("navigator.webdriver === true"):
            return f"{what}\n  fix: correct `banner` of the driver; where nobody is asked, set must_ask = False"
        robot = "navigator.webdriver is set, and this manager hides from bots"
        if not self.hides_from_robots:
            robot = "note: navigator.webdriver is set, and some managers hide from bots"
        return f"{what}\n  {robot}\n  fix: leave hide_webdriver as it is"

    def _hear_workers(self, page: Page) -> None:
        page.on("worker", self._on_worker)

    def _on_worker(self, worker: Worker) -> None:
        if self._gpc:
            worker.evaluate(global_privacy_control(True))

    def _catch_up(self) -> None:
        """Let pass what passed while this device was not there: the journey's clock may be another driver's."""
        due = self.clock.now() - time.time() - self._ahead
        if due > _SMALL:
            self._pass(due)

    def _pass(self, seconds: float) -> None:
        self._ahead += seconds
        age_cookies(self._session, seconds)
        self._clock.advance(seconds)
        if seconds > TICK and self._opened:  # what a tick brings about, the step that follows takes in
            self.settle()


def _made(browser: Browser | Callable[[], Browser]) -> Browser:
    return cast("Browser", browser) if hasattr(browser, "new_context") else browser()  # type: ignore[operator, unused-ignore]


def _user_agent(browser: Browser) -> str:
    """What the browser calls itself where it is not headless. Found once for each browser."""
    found = _USER_AGENTS.get(browser)
    if found is None:
        page = browser.new_page()
        found = _USER_AGENTS[browser] = page.evaluate("navigator.userAgent").replace("HeadlessChrome", "Chrome")
        page.close()
    return found


_USER_AGENTS: WeakKeyDictionary[Browser, str] = WeakKeyDictionary()
