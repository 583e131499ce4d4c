"""Selenium 4: Chromium, Chrome and Edge by their own websocket, beside the driver; others by what WebDriver has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policycheck.capture.browser.cdp import Chromium
from policycheck.capture.browser.channel import Channel
from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.events import Snapshot
from policycheck.capture.browser.gaps import GAPS
from policycheck.capture.browser.sessions import DOCUMENTS, WORKERS, Params, Session
from policycheck.capture.browser.watch import BrowserWatch, SyncBrowserWatch, recorder_of
from policycheck.capture.browser.websocket import BrowserSocket, browser_address
from policycheck.capture.subjects import is_instance
from policycheck.errors import CaptureError

PATIENCE = 5.0
"""Seconds that the browser may take to answer all that was asked."""
_OF_THE_BROWSER = ("chrome-extension:", "chrome:", "devtools:", "edge:")


def observe(subject: Any, recorder: Any) -> BrowserWatch | None:
    """Watch the browser of a ``WebDriver``.

    Raises :class:`policycheck.errors.CaptureError` for a driver whose browser is gone.
    """
    if not is_instance(subject, "selenium.webdriver.remote.webdriver", "WebDriver"):
        return None
    channel = Channel(recorder_of(recorder)().browsing)
    address = _websocket(subject.capabilities)
    if address is None:
        from policycheck.capture.browser.selenium_other import watch_other

        return watch_other(subject, recorder_of(recorder), channel)
    device = BrowserDevice(recorder_of(recorder), "selenium-chromium")
    source = _Browser(subject, device, channel, address)
    source.start()
    return SyncBrowserWatch(device.adapter, device, subject, GAPS[device.adapter], source.settle, source.stop)


def _websocket(capabilities: Mapping[str, Any]) -> str | None:
    """Where the browser lets itself be watched: on a grid by what the grid passes on, else where it listens itself."""
    if capabilities.get("se:cdp"):
        return str(capabilities["se:cdp"])
    for key in ("goog:chromeOptions", "ms:edgeOptions"):
        options: Mapping[str, Any] = capabilities.get(key) or {}
        if options.get("debuggerAddress"):
            return browser_address(str(options["debuggerAddress"]))
    return None


class _Browser:
    """The targets of the driver's browser context. The driver's own connection is left alone."""

    def __init__(self, driver: Any, device: BrowserDevice, channel: Channel, address: str) -> None:
        self._driver = driver
        self._device = device
        self._contexts: set[str] = set()
        self._attached: dict[str, Session] = {}
        """The session of each target, by the target's identifier: each is watched once."""
        self._twins: dict[str, list[tuple[Session, str]]] = {}
        """Service workers that a page told of, until the browser does: the page's session, and the worker's there."""
        self._socket = BrowserSocket(address, self._event, device.failed)
        self._chromium = Chromium(device, self._socket, channel)

    def start(self) -> None:
        """Watch what is open, and what will be."""
        try:
            self._contexts = self._contexts_of(set(_handles(self._driver)))
        except BaseException:
            self._socket.close()
            raise
        with self._socket.lock:
            self._auto_attach(on=True)
        self._socket.idle(PATIENCE)

    def settle(self) -> None:
        """Take in what is under way, and look at what lies on the device."""
        found: list[Snapshot] = []
        with self._socket.lock:
            look = self._chromium.look(found.append)
            self._socket.wait_for(lambda: bool(found), PATIENCE)
            self._device.settle(look.so_far() if self._socket.alive else None)

    def stop(self) -> None:
        """Put back what was changed, and leave."""
        with self._socket.lock:
            self._chromium.stop()
        self._socket.idle(PATIENCE)
        self._auto_attach(on=False)  # all sessions end with it
        self._socket.idle(PATIENCE)
        self._socket.close()

    def _auto_attach(self, *, on: bool) -> None:
        params = {"autoAttach": on, "waitForDebuggerOnStart": on, "flatten": True}
        self._socket.send((), "Target.setAutoAttach", params)

    def _contexts_of(self, handles: set[str]) -> set[str]:
        """The browser contexts of the driver's windows, which are named by their targets."""
        answers: list[Params | None] = []
        self._socket.send((), "Target.getTargets", {}, answers.append)
        self._socket.wait_for(lambda: bool(answers), PATIENCE)
        if not answers or answers[0] is None:
            raise CaptureError("the browser does not tell which pages are open\n  fix: observe a driver that runs")
        pages = [info for info in answers[0]["targetInfos"] if info["type"] == "page"]
        own = [info for info in pages if info["targetId"] in handles]
        return {str(info.get("browserContextId")) for info in own or pages}

    def _event(self, session: Session, method: str, params: Params) -> None:
        if method == "Target.attachedToTarget":
            self._found(session, params)
        elif method == "Target.detachedFromTarget":
            self._lost(session, params)
        elif session:
            self._chromium.event(session, method, params)

    def _found(self, above: Session, params: Params) -> None:
        info = params["targetInfo"]
        session = (str(params["sessionId"]),)
        target, kind, url = str(info["targetId"]), str(info["type"]), str(info.get("url") or "")
        if kind == "service_worker" and above and target not in self._attached:
            # It outlives the page that told of it: the browser's session for it is the one to keep, and comes at once.
            self._twins.setdefault(target, []).append((above, session[0]))
            return
        twins = self._twins.pop(target, [])
        if not self._counts(info, kind, url) or target in self._attached:
            self._leave(above, session)
        else:
            self._attached[target] = session
            waiting = bool(params.get("waitingForDebugger"))
            self._chromium.attach(session, info, twins[0][0] if twins else above, waiting=waiting)
        for page, twin in twins:
            self._leave(page, (twin,))

    def _counts(self, info: Params, kind: str, url: str) -> bool:
        if str(info.get("browserContextId")) not in self._contexts:
            return False
        return kind in DOCUMENTS or (kind in WORKERS and not url.startswith(_OF_THE_BROWSER))

    def _leave(self, above: Session, session: Session) -> None:
        self._socket.send(session, "Runtime.runIfWaitingForDebugger", {})
        params = {"sessionId": session[0]}
        self._socket.send(above, "Target.detachFromTarget", params, lambda _: self._socket.forget(session))

    def _lost(self, above: Session, params: Params) -> None:
        session = (str(params["sessionId"]),)
        for target, attached in list(self._attached.items()):
            if attached == session:
                del self._attached[target]
        for twins in self._twins.values():
            twins[:] = [twin for twin in twins if twin[1] != session[0]]
        self._chromium.gone(session)


def _handles(driver: Any) -> list[str]:
    from selenium.common.exceptions import WebDriverException

    try:
        return list(driver.window_handles)
    except (WebDriverException, OSError) as error:
        raise CaptureError(
            f"the driver has no browser: {type(error).__name__}\n  fix: observe it before driver.quit()"
        ) from None
