"""Sessions within sessions: how a client that knows one page's session alone speaks to its frames and workers.

Playwright hands out a session for a page, and none for what belongs to it and came while it was waiting. The protocol's
older way is to wrap each message in one for the parent (``Target.sendMessageToTarget``).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from policycheck.capture.browser.sessions import Answer, Params, Session

EVENTS = (
    "DOMStorage.domStorageItemAdded",
    "DOMStorage.domStorageItemRemoved",
    "DOMStorage.domStorageItemUpdated",
    "DOMStorage.domStorageItemsCleared",
    "Network.requestWillBeSent",
    "Network.responseReceived",
    "Network.responseReceivedExtraInfo",
    "Page.frameDetached",
    "Page.frameNavigated",
    "Runtime.bindingCalled",
    "Target.attachedToTarget",
    "Target.detachedFromTarget",
    "Target.receivedMessageFromTarget",
)
"""What is listened to at the session of a page."""

Event = Callable[[Session, str, Params], None]


class Nesting:
    """Wraps commands for the sessions below a page's, and unwraps what comes back."""

    def __init__(self, event: Event) -> None:
        self._event = event
        self._number = 0
        self._waiting: dict[int, tuple[Session, Answer]] = {}

    def wrap(self, session: Session, method: str, params: Params, then: Answer | None) -> tuple[str, dict[str, Any]]:
        """The command for the page's own session that carries this one to ``session``, which has two parts or more."""
        message = self._message(method, params)
        if then is not None:
            self._waiting[message["id"]] = (session, then)
        for identifier in reversed(session[2:]):
            message = self._message("Target.sendMessageToTarget", _carried(identifier, message))
        return "Target.sendMessageToTarget", _carried(session[1], message)

    def event(self, session: Session, method: str, params: Params) -> None:
        """Take an event of ``session``: unwrapped, if it carries a message of a session below."""
        if method == "Target.receivedMessageFromTarget":
            below = (*session, str(params["sessionId"]))
            message: dict[str, Any] = json.loads(params["message"])
            if "method" in message:
                self.event(below, message["method"], message.get("params") or {})
            else:
                _, then = self._waiting.pop(message.get("id", 0), ((), _ignore))
                then(message.get("result"))
            return
        if method == "Target.detachedFromTarget":
            self.lost((*session, str(params["sessionId"])))
        self._event(session, method, params)

    def lost(self, session: Session) -> None:
        """Nobody below ``session`` will answer any more."""
        for number, (waiting, then) in list(self._waiting.items()):
            if waiting[: len(session)] == session:
                del self._waiting[number]
                then(None)

    def _message(self, method: str, params: Params) -> dict[str, Any]:
        self._number += 1
        return {"id": self._number, "method": method, "params": params}


def _carried(session: str, message: dict[str, Any]) -> dict[str, Any]:
    return {"sessionId": session, "message": json.dumps(message)}


def _ignore(result: Params | None) -> None:
    """Nobody asked, or nobody waits any more."""
