"""Starlette and FastAPI: the test client and the application.

The test client is one of httpx2 or httpx (whichever its release imports). It raises on a header that is not ASCII, on
an exception in a view, and never shows the headers of a websocket handshake as a response; so the hook is the ASGI
application that it calls, below all of that. Middleware added with ``add_middleware`` would miss the error pages.
"""

from __future__ import annotations

import copy
import importlib
from typing import Any

from policycheck.capture.asgi import ASGIMiddleware
from policycheck.capture.slot import ResponseSink
from policycheck.capture.subjects import attribute, is_class, is_instance
from policycheck.capture.tap import Scope
from policycheck.capture.watch import Watch

_TEST = "starlette.testclient"


def observe(subject: Any, recorder: ResponseSink) -> Watch | None:
    """Watch a test client, a class of them, a Starlette or FastAPI application, or a class of applications."""
    watch = Watch("starlette", recorder, subject)
    if is_instance(subject, _TEST, "TestClient"):
        transport = attribute(subject, "_transport")
        attribute(transport, "app")
        watch.patch(transport, "app", lambda app: ASGIMiddleware(app, watch.tap))
    elif is_class(subject, _TEST, "TestClient"):
        _watch_transports(watch, only_in_scope=True)
        for method in ("send", "websocket_connect"):
            watch.scope(subject, method)
    elif is_instance(subject, "starlette.applications", "Starlette"):
        watch.patch(type(subject), "__call__", lambda original: _called(watch, original, subject))
    elif is_class(subject, "starlette.applications", "Starlette"):
        watch.patch(subject, "__call__", lambda original: _called(watch, original))
    else:
        return None
    return watch


def watch_all(recorder: ResponseSink) -> Watch:
    """Watch every test client of Starlette and FastAPI in this process."""
    watch = Watch("starlette", recorder)
    _watch_transports(watch, only_in_scope=False)
    return watch


def _watch_transports(watch: Watch, *, only_in_scope: bool) -> None:
    transport: Any = attribute(importlib.import_module(_TEST), "_TestClientTransport")
    attribute(transport, "handle_request")

    def wrap(original: Any) -> Any:
        def handle_request(self: Any, request: Any) -> Any:
            if only_in_scope and not Scope.holds(watch.tap):
                return original(self, request)
            double = copy.copy(self)
            double.app = ASGIMiddleware(self.app, watch.tap)
            return original(double, request)

        return handle_request

    watch.patch(transport, "handle_request", wrap)


def _called(watch: Watch, original: Any, only: Any = None) -> Any:
    async def call(self: Any, scope: Any, receive: Any, send: Any) -> None:
        if only is not None and self is not only:
            await original(self, scope, receive, send)
            return

        async def bound(scope: Any, receive: Any, send: Any) -> None:
            await original(self, scope, receive, send)

        await ASGIMiddleware(bound, watch.tap)(scope, receive, send)

    return call
