"""ASGI 3: every response and every websocket handshake of an application, whoever serves it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, TypeAlias

from policycheck.capture.slot import ResponseSink
from policycheck.capture.tap import Tap, first_text, header_values
from policycheck.capture.watch import Watch

_Message: TypeAlias = MutableMapping[str, Any]
_Receive: TypeAlias = Callable[[], Awaitable[_Message]]
_Send: TypeAlias = Callable[[_Message], Awaitable[None]]
_App: TypeAlias = Callable[[Any, _Receive, _Send], Awaitable[None]]

_WEBSOCKET_SCHEMES = {"http": "ws", "https": "wss"}


class ASGIMiddleware:
    """Wrap an ASGI application so that every response is recorded. Messages pass unchanged, lifespan untouched.

    Seen are ``http.response.start`` (of error pages too, when this is the outermost middleware), ``websocket.accept``
    as status 101, and ``websocket.http.response.start``. Header names are octets in any letter case; values stay
    octets. Attributes that the middleware does not have are those of the application.
    """

    def __init__(self, app: _App, recorder: ResponseSink | Tap) -> None:
        self.app = app
        self._tap = recorder if isinstance(recorder, Tap) else Tap("asgi", recorder)

    async def __call__(self, scope: Any, receive: _Receive, send: _Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request = self._tap.request(scope.get("method", "GET"), request_url(scope), in_process=True)

        async def recording_send(message: _Message) -> None:
            kind = message["type"]
            if kind in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
            elif kind == "websocket.accept":
                status = int(HTTPStatus.SWITCHING_PROTOCOLS)
            else:
                await send(message)
                return
            headers = [(bytes(name), bytes(value)) for name, value in message.get("headers") or ()]
            request.response(
                status,
                header_values(headers, "set-cookie"),
                first_text(headers, "date"),
                header_values(headers, "clear-site-data"),
            )
            await send(message)

        with request:
            await self.app(scope, receive, recording_send)

    def __getattr__(self, name: str) -> Any:
        if name == "app":
            raise AttributeError(name)
        return getattr(self.app, name)

    def __repr__(self) -> str:
        return f"<ASGIMiddleware of {type(self.app).__name__}>"


def request_url(scope: Any) -> str:
    """The absolute URL of a request, from the Host header or else the server, with the path as it was sent."""
    from urllib.parse import quote

    scheme = scope.get("scheme") or "http"
    if scope["type"] == "websocket":
        scheme = _WEBSOCKET_SCHEMES.get(scheme, scheme)
    host = first_text(scope.get("headers") or (), "host")
    if not host:
        name, port = scope.get("server") or ("localhost", None)
        if not name or name.startswith("/"):
            name = "localhost"  # of a Unix socket the server's name is a path
        host = name if port in (None, 80 if scheme in ("http", "ws") else 443) else f"{name}:{port}"
    raw = scope.get("raw_path")
    path = raw.decode("latin-1").partition("?")[0] if raw else quote(scope.get("path") or "/")
    query = (scope.get("query_string") or b"").decode("latin-1")
    return f"{scheme}://{host}{path}{'?' + query if query else ''}"


def observe(subject: Any, recorder: ResponseSink) -> Watch | None:
    """Wrap a callable that takes ``scope``, ``receive`` and ``send``; ``Watch.subject`` is the wrapped application."""
    if isinstance(subject, type) or not _is_asgi(subject):
        return None
    watch = Watch("asgi", recorder)
    watch.subject = ASGIMiddleware(subject, watch.tap)
    return watch


def _is_asgi(subject: Any) -> bool:
    called = callable(subject) and inspect.iscoroutinefunction(type(subject).__call__)
    if not called and not inspect.iscoroutinefunction(subject):
        return False
    try:
        inspect.signature(subject).bind(object(), object(), object())
    except (TypeError, ValueError):
        return False
    return True
