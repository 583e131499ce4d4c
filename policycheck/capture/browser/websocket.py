"""Chromium's protocol over the browser's own websocket: all sessions side by side, read by a thread of ours."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from policycheck.capture.browser.sessions import Answer, Params, Session
from policycheck.errors import CaptureError

Event = Callable[[Session, str, Params], None]

_CONNECTING = 10.0
"""Seconds that a browser may take to answer the first time."""
_ENDING = 2.0
"""Seconds that the thread may take to end; it is a daemon, and holds up nothing."""


def browser_address(debugger: str) -> str:
    """The address of the browser's websocket, asked at ``host:port``, where it listens for debuggers.

    Raises :class:`policycheck.errors.CaptureError` where nobody answers.
    """
    # What the environment says of proxies is for the network; this is the machine's own browser.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{debugger}/json/version", timeout=_CONNECTING) as answer:
            return str(json.load(answer)["webSocketDebuggerUrl"])
    except (OSError, ValueError, KeyError) as error:
        raise CaptureError(
            f"the browser at {debugger} does not answer: {type(error).__name__}\n"
            "  fix: observe a driver whose browser runs; remove --remote-debugging-pipe from its options"
        ) from None


class BrowserSocket:
    """A transport for :class:`.cdp.Chromium`, with ``()`` for the browser itself and ``(id,)`` for each session.

    Events and answers come in a thread of ours, one after the other, with ``lock`` held; who calls into what they call
    holds it too. ``failed`` is told what goes wrong there, of which nobody else would hear. Nothing waits for a browser
    that is gone: ``alive`` is False then, and each command answers None.
    """

    flat = True
    injects = False

    def __init__(self, address: str, event: Event, failed: Callable[[Exception], None]) -> None:
        self.alive = True
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._event = event
        self._failed = failed
        self._number = 0
        self._waiting: dict[int, tuple[Session, Answer | None]] = {}
        self._socket = _connected(address)
        self._thread = threading.Thread(target=self._read, name="policycheck-browser", daemon=True)
        self._thread.start()

    def send(self, session: Session, method: str, params: Params, then: Answer | None = None) -> None:
        """Send a command. Never raises: what fails answers None."""
        with self.lock:
            self._number += 1
            message: dict[str, Any] = {"id": self._number, "method": method, "params": dict(params)}
            if session:
                message["sessionId"] = session[0]
            if self.alive:
                self._waiting[self._number] = (session, then)
                try:
                    self._socket.send(json.dumps(message))
                except Exception:  # noqa: BLE001 - websocket-client raises errors of its own, of sockets and of TLS
                    self._waiting.pop(self._number, None)
                else:
                    return
        if then is not None:
            then(None)

    def wait_for(self, ready: Callable[[], bool], patience: float) -> bool:
        """Wait until ``ready``, which is asked after each event and answer. False when it took too long."""
        until = time.monotonic() + patience
        with self._changed:
            while not ready():
                left = until - time.monotonic()
                if left <= 0 or not self.alive:
                    return False
                self._changed.wait(left)
            return True

    def idle(self, patience: float) -> bool:
        """Wait until each command was answered."""
        return self.wait_for(lambda: not self._waiting, patience)

    def forget(self, session: Session | None) -> None:
        """Nobody answers any more for ``session``; for any, where it is None."""
        for number, (waiting, then) in list(self._waiting.items()):
            if session is None or waiting == session:
                self._waiting.pop(number, None)
                if then is not None:
                    then(None)

    def close(self) -> None:
        """End the connection, and with it the thread."""
        with contextlib.suppress(OSError):  # it may be gone already
            self._socket.abort()
        if threading.current_thread() is not self._thread:
            self._thread.join(_ENDING)
        self._socket.shutdown()

    def _read(self) -> None:
        while True:
            try:
                text = self._socket.recv()
            except Exception:  # noqa: BLE001 - however it ends, it is the end
                break
            if not text:
                break
            with self._changed:
                try:
                    self._take(json.loads(text))
                except Exception as error:  # noqa: BLE001 - a rule's, say; the browser must not wait for us
                    self._failed(error)
                self._changed.notify_all()
        with self._changed:
            self.alive = False
            self.forget(None)
            self._changed.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            _, then = self._waiting.pop(message["id"], ((), None))
            if then is not None:
                then(message.get("result"))
            return
        session = (str(message["sessionId"]),) if "sessionId" in message else ()
        method = str(message["method"])
        params: dict[str, Any] = message.get("params") or {}
        if method == "Target.detachedFromTarget":
            self.forget((str(params["sessionId"]),))
        self._event(session, method, params)


def _connected(address: str) -> Any:
    import websocket  # what Selenium itself speaks to browsers with

    try:
        # Chromium lets nobody in who comes from a web page, as an Origin header would say.
        socket = websocket.create_connection(
            address, timeout=_CONNECTING, suppress_origin=True, enable_multithread=True, skip_utf8_validation=True
        )
    except (OSError, websocket.WebSocketException) as error:
        raise CaptureError(
            f"the browser does not let anybody watch over its websocket: {type(error).__name__}\n"
            "  fix: observe a driver whose browser runs on this machine, or a grid that passes CDP on"
        ) from None
    socket.settimeout(None)
    return socket
