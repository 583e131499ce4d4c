"""Chromium's DevTools protocol: which commands a watched browser gets, and what its events mean. No I/O of its own.

A transport carries commands and events; it is that of Playwright, or the browser's own socket. Each document of a
process of its own, and each worker, has a session. New ones wait until they were told what to do, so that no script of
theirs runs unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policycheck.capture.browser.channel import Channel
from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.events import Place, Snapshot, StorageChange
from policycheck.capture.browser.look import Look, snapshot_script
from policycheck.capture.browser.network import Network
from policycheck.capture.browser.places import partition_of
from policycheck.capture.browser.sessions import DOCUMENTS, WORKERS, Params, Session, Target, Transport
from policycheck.model.storage import Operation, StorageKind

_CHANGES = {
    "DOMStorage.domStorageItemAdded": Operation.STORE,
    "DOMStorage.domStorageItemUpdated": Operation.STORE,
    "DOMStorage.domStorageItemRemoved": Operation.DELETE,
    "DOMStorage.domStorageItemsCleared": Operation.DELETE,
}


class Chromium:
    """Watches the pages of one browser context through a transport, and tells a device."""

    def __init__(self, device: BrowserDevice, transport: Transport, channel: Channel) -> None:
        self._device = device
        device.hears_storage = True
        self._transport = transport
        self._channel = channel
        self._network = Network(device)
        self._targets: dict[Session, Target] = {}
        self._snapshot_script = snapshot_script()
        self._events: dict[str, Callable[[Target, Params], None]] = {
            "Debugger.paused": self._paused,
            # Where another client was quicker, and let it go.
            "Inspector.workerScriptLoaded": lambda target, _: self._hook(target.session),
            "Network.requestWillBeSent": self._sent,
            "Network.responseReceived": lambda _, params: self._network.received(params),
            "Network.responseReceivedExtraInfo": lambda _, params: self._network.answered(params),
            "Page.frameDetached": self._removed,
            "Page.frameNavigated": lambda target, params: self._navigated(target, params["frame"]),
            "Runtime.bindingCalled": self._told,
        }

    def attach(self, session: Session, info: Params, parent: Session | None = None, *, waiting: bool = False) -> None:
        """Begin to watch a target (``info``: Target.TargetInfo). One that is ``waiting`` has run no script yet."""
        kind = str(info["type"])
        above = None if parent is None else self._targets.get(parent)
        root = None if above is None or kind == "page" else (above.root or above)
        # A document's main frame and its target have one identifier.
        main = str(info["targetId"]) if kind in DOCUMENTS else None
        self._targets[session] = Target(session, kind, str(info.get("url") or ""), root, main=main)
        if kind in WORKERS and waiting:
            # A worker that waits has not fetched its script: it does not know yet whether it is secure, and so lacks
            # half of what is to be wrapped. Chromium 156 crashes when it is asked. Its first script stops once more.
            # That is said first: another client may let it go before all is said.
            self._send(session, "Debugger.enable")
            self._send(session, "Debugger.setInstrumentationBreakpoint", instrumentation="beforeScriptExecution")
        if kind in DOCUMENTS or kind in WORKERS:
            self._send(session, "Runtime.enable")  # else documents to come get no binding
            self._send(session, "Runtime.addBinding", name=self._channel.binding)
            self._send(session, "Network.enable")
        if kind in WORKERS and not waiting:
            self._hook(session)
        if kind in DOCUMENTS:
            self._send(session, "Page.enable")
            self._send(session, "DOMStorage.enable")
            if not self._transport.injects:
                script = self._channel.script
                self._send(session, "Page.addScriptToEvaluateOnNewDocument", source=script)
            if not waiting:  # Chromium 156 crashes on an evaluation in a frame that has no document yet
                self._hook(session)
            self._transport.send(session, "Page.getFrameTree", {}, lambda tree: self._frames(session, tree))
        flat = self._transport.flat
        self._send(session, "Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=flat)
        self._send(session, "Runtime.runIfWaitingForDebugger")

    def event(self, session: Session, method: str, params: Params) -> None:
        """Take an event of a session."""
        below = () if self._transport.flat else session
        target = self._targets.get(session)
        if method == "Target.attachedToTarget":
            waiting = bool(params.get("waitingForDebugger"))
            child = (*below, str(params["sessionId"]))
            self.attach(child, params["targetInfo"], session, waiting=waiting)
        elif method == "Target.detachedFromTarget":
            self._detached((*below, str(params["sessionId"])))
        elif target is not None and method in _CHANGES:
            self._changed(target, _CHANGES[method], params)
        elif target is not None and method in self._events:
            self._events[method](target, params)

    def look(self, then: Callable[[Snapshot], None]) -> Look:
        """Look at what lies on the device, and give it to ``then`` once all of it was answered."""
        look = Look(self._transport, self._snapshot_script, list(self._targets.values()), then)
        look.begin()
        return look

    def stop(self) -> None:
        """Put back what was changed in pages that are open, and ask for no more events."""
        for session, target in reversed(list(self._targets.items())):  # a session ends with the one above it
            if target.kind in DOCUMENTS or target.kind in WORKERS:
                self._send(session, "Debugger.disable")
                self._send(session, "Runtime.evaluate", expression=self._channel.off)
                self._send(session, "Runtime.removeBinding", name=self._channel.binding)
                self._send(
                    session,
                    "Target.setAutoAttach",
                    autoAttach=False,
                    waitForDebuggerOnStart=False,
                    flatten=self._transport.flat,
                )
                self._send(session, "Network.disable")
            if target.kind in DOCUMENTS:
                self._send(session, "DOMStorage.disable")
        self._targets.clear()

    def gone(self, session: Session) -> None:
        """A page was closed, with all that it held."""
        self._detached(session)

    def _hook(self, session: Session) -> None:
        self._send(session, "Runtime.evaluate", expression=self._channel.script)
        self._send(session, "Runtime.evaluate", expression=self._channel.bind)

    def _paused(self, target: Target, params: Params) -> None:
        """A worker is about to run its first script."""
        self._hook(target.session)
        self._send(target.session, "Debugger.disable")

    def _send(self, session: Session, method: str, **params: Any) -> None:
        self._transport.send(session, method, params)

    def _frames(self, session: Session, tree: Params | None) -> None:
        target = self._targets.get(session)
        if target is None or tree is None:
            return
        for frame in _flattened(tree["frameTree"]):
            self._navigated(target, frame)

    def _navigated(self, target: Target, frame: Params) -> None:
        identifier = str(frame["id"])
        url = str(frame.get("url") or "")
        target.frames[identifier] = url
        if identifier == target.main:
            target.url = url

    def _removed(self, target: Target, params: Params) -> None:
        target.frames.pop(str(params["frameId"]), None)

    def _detached(self, session: Session) -> None:
        for other in list(self._targets):
            if other[: len(session)] == session:
                del self._targets[other]

    def _sent(self, target: Target, params: Params) -> None:
        top = target.root is None and params.get("frameId") == target.main
        page = str(params.get("documentURL") or target.page) if top else target.page
        self._network.sent(params, page=page, top=top)

    def _told(self, target: Target, params: Params) -> None:
        if params.get("name") != self._channel.binding:
            return
        self._device.told(_name(target), str(params.get("payload", "")), target.page)

    def _changed(self, target: Target, operation: Operation, params: Params) -> None:
        identity = params["storageId"]
        origin, _, rest = str(identity.get("storageKey") or identity.get("securityOrigin") or "").partition("^")
        frame = origin if origin.endswith("/") else f"{origin}/"
        partition = partition_of(frame, target.page)
        if rest.startswith("0"):
            partition = rest[1:].rstrip("/")
        kind = StorageKind.LOCAL_STORAGE if identity["isLocalStorage"] else StorageKind.SESSION_STORAGE
        change = StorageChange(kind, operation, params.get("key"), params.get("newValue"))
        self._device.changed(_name(target), Place(frame, target.page, partition), change)


def _flattened(tree: Params) -> list[Params]:
    return [tree["frame"], *(frame for child in tree.get("childFrames", ()) for frame in _flattened(child))]


def _name(target: Target) -> str:
    return "/".join(target.session)
