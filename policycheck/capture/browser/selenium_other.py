"""Selenium on browsers without Chromium's protocol: hooks put in once a page is there, and looks at what lies there."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from policycheck.capture.browser.channel import Channel
from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.events import Snapshot
from policycheck.capture.browser.gaps import GAPS
from policycheck.capture.browser.look import read_snapshot, snapshot_script
from policycheck.capture.browser.watch import SyncBrowserWatch
from policycheck.capture.patching import patch
from policycheck.jar.cookie import StoredCookie
from policycheck.recording import Recorder

_OPENING = frozenset({"get", "refresh", "goBack", "goForward"})
"""Commands that leave a page for another."""
_LEAVING = _OPENING | {"close", "quit"}
_NAMES = {"firefox": "firefox", "safari": "safari"}


def watch_other(driver: Any, recorder: Callable[[], Recorder], channel: Channel) -> SyncBrowserWatch:
    """Begin to watch the window that the driver is at."""
    device = BrowserDevice(recorder, adapter_of(driver.capabilities))
    source = _Window(driver, device, channel)
    source.start()
    return SyncBrowserWatch(device.adapter, device, driver, GAPS[device.adapter], source.settle, source.stop)


def adapter_of(capabilities: Any) -> str:
    """The name of the adapter: ``selenium-firefox``, ``selenium-safari``, or that of WebKitGTK for all others."""
    return f"selenium-{_NAMES.get(str(capabilities.get('browserName')).lower(), 'webkitgtk')}"


class _Window:
    """The document at which a driver is. Its commands are watched for those that leave it."""

    def __init__(self, driver: Any, device: BrowserDevice, channel: Channel) -> None:
        from selenium.common.exceptions import NoAlertPresentException, WebDriverException

        self._no_alert = NoAlertPresentException
        self._errors = (WebDriverException, OSError)
        self._driver = driver
        self._device = device
        self._channel = channel
        self._look = f"const done = arguments[0]; ({snapshot_script()})().then(done, () => done(null));"
        self._ours = False
        self._undo: Callable[[], None] | None = None

    def start(self) -> None:
        self._undo = patch(self._driver, "execute", self._watched)
        with self._asking() as may:
            if may:
                self._run(self._channel.script)

    def settle(self) -> None:
        """Ask the hooks, and look at what lies there. Where a dialog is open, or the browser gone, nothing answers."""
        with self._asking() as may:
            self._device.settle(self._seen() if may else None)

    def stop(self) -> None:
        if self._undo is not None:
            self._undo()
        with self._asking() as may:
            if may:
                self._run(self._channel.off)

    def _watched(self, execute: Any) -> Any:
        def watched(command: Any, params: Any = None) -> Any:
            if self._ours or not isinstance(command, str) or command not in _LEAVING:
                return execute(command, params)
            self.settle()
            result = execute(command, params)
            if command in _OPENING:
                with self._asking() as may:
                    if may:
                        self._run(self._channel.script)
            return result

        return watched

    @contextmanager
    def _asking(self) -> Generator[bool]:
        """While we drive the browser ourselves; False where that would close a dialog of the page."""
        self._ours = True
        try:
            yield not self._dialog()
        finally:
            self._ours = False

    def _dialog(self) -> bool:
        try:
            self._driver.execute("w3cGetAlertText")
        except self._no_alert:
            return False
        except self._errors:  # no window, or no browser
            return True
        return True

    def _run(self, script: str) -> Any:
        try:
            return self._driver.execute_script(f"return {script}")
        except self._errors:  # a page that lets no script run
            return None

    def _seen(self) -> Snapshot | None:
        try:
            url = str(self._driver.current_url)
            told = self._driver.execute_script(f"return {self._channel.drain}")
            if told:
                self._device.told(url, told, url)
            self._run(self._channel.script)
            text = self._driver.execute_async_script(self._look)
            if self._device.recorder.browsing.reads:
                self._run(self._channel.drain)  # what we ourselves have read just now
            cookies = tuple(map(_cookie, self._driver.get_cookies()))
        except self._errors:
            return None
        origin = None if text is None else read_snapshot(text, url, url)
        return Snapshot(() if origin is None else (origin,), cookies, cookies_at=url, partitions=False)


def _cookie(cookie: Any) -> StoredCookie:
    """A cookie as WebDriver tells it (section "Cookies"), as our store keeps it."""
    domain = str(cookie["domain"])
    return StoredCookie(
        name=cookie["name"],
        value=cookie["value"],
        domain=domain.removeprefix("."),
        host_only=not domain.startswith("."),
        path=cookie.get("path") or "/",
        expiry_time=cookie.get("expiry"),
        secure=bool(cookie.get("secure")),
        http_only=bool(cookie.get("httpOnly")),
        same_site=cookie.get("sameSite"),
        partition_key=None,
        creation_time=0.0,
        last_access_time=0.0,
    )
