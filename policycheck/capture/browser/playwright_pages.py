"""The sessions of a context's pages, as both APIs of Playwright have them: what of it needs no waiting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakSet

from policycheck.capture.browser.cdp import Chromium
from policycheck.capture.browser.channel import Channel
from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.nesting import EVENTS, Nesting
from policycheck.capture.browser.sessions import Answer, Params, Session

PATIENCE = 5.0
"""Seconds that a snapshot may take, where a page does not answer."""


class PageSessions(ABC):
    """A session for each page of one context; what lies below a page travels wrapped in messages to it.

    ``error`` is the class of what Playwright raises. An API's own class sends, and is the transport of the kernel.
    """

    flat = False
    injects = True

    def __init__(self, context: Any, device: BrowserDevice, channel: Channel, error: type[Exception]) -> None:
        self.context = context
        self.device = device
        self.script = channel.script
        self.error = error
        self.chromium = Chromium(device, self, channel)
        self.sessions: dict[str, Any] = {}
        self.injected: Any = None
        self.ready: WeakSet[Any] = WeakSet()
        """Pages that are watched."""
        self.undo: Callable[[], None] | None = None
        self._nesting = Nesting(self.chromium.event)
        self._number = 0

    @abstractmethod
    def send(self, session: Session, method: str, params: Params, then: Answer | None = None) -> None:
        """Send a command. Never raises: what fails answers None."""

    def opened(self, page: Any, cdp: Any) -> str:
        """Listen to the session of a page; return its name."""
        self._number += 1
        name = str(self._number)
        self.sessions[name] = cdp
        for method in EVENTS:
            cdp.on(method, partial(self._event, name, method))
        page.on("close", partial(self._closed, name))
        return name

    def left(self, *_: Any) -> None:
        """Leave the context as it was. Called when it closes, whether or not somebody closed the watch before."""
        if self.undo is not None:
            self.undo()

    def outgoing(self, session: Session, method: str, params: Params, then: Answer | None) -> tuple[Any, str, Params]:
        """The session of Playwright's that carries a command (None: its page is closed), and the command as it goes."""
        if len(session) > 1:
            method, params = self._nesting.wrap(session, method, params, then)
        page = next(iter(session), "")
        return self.sessions.get(page), method, params

    def answered(self, session: Session, result: Params | None, then: Answer | None) -> None:
        """Pass on what the page's own session answered, None for a failure; sessions below answer by an event."""
        if len(session) > 1:
            if result is None:
                self._nesting.lost(session)
        elif then is not None:
            then(result)

    def _event(self, name: str, method: str, params: Params) -> None:
        try:
            self._nesting.event((name,), method, params)
        except Exception as error:  # noqa: BLE001 - a rule's, say; Playwright would print it and go on
            self.device.failed(error)

    def _closed(self, name: str, page: Any) -> None:
        self.sessions.pop(name, None)
        self._nesting.lost((name,))
        self.chromium.gone((name,))
