"""The same small site behind every framework, and servers for it on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from policycheck.model.observation import HttpExchange

DATE = "Tue, 24 Nov 2026 06:00:00 GMT"

SITE: dict[str, tuple[int, str | None, list[bytes]]] = {
    "/start": (302, "/middle?token=1", [b"a=1; Path=/", b"b=2; Max-Age=60; HttpOnly"]),
    "/middle": (303, "/end", [b"c=3; Expires=Wed, 23 Nov 2033 06:00:00 GMT", b"d=x,e=y; Path=/", b"a=1; Path=/"]),
    "/end": (
        200,
        None,
        [b'gone=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/', b"p=1; Secure; Partitioned"],
    ),
    "/plain": (200, None, []),
    "/odd": (
        200,
        None,
        [
            "größe=weiß; Path=/".encode(),
            b"caf\xe9=latin; Path=/",
            b"nameless",
            b"d=x, e=y; Path=/",
            b"m=1; Max-Age=soon",
        ],
    ),
    "/fail": (500, None, [b"error=1; Path=/"]),
}
"""Path -> status, Location, Set-Cookie headers. The look-alike of two folded cookies is one header."""

CLEARING = '"cookies", "storage"'
CLEARS = ("/middle", "/plain")
"""Where the site sends Clear-Site-Data."""


class Seen:
    """Stands for a recorder: keeps exchanges as they come."""

    def __init__(self) -> None:
        self.exchanges: list[HttpExchange] = []

    def response(self, exchange: HttpExchange) -> None:
        self.exchanges.append(exchange)

    def lines(self) -> list[tuple[str, str, int | None, tuple[bytes | str, ...]]]:
        from urllib.parse import urlsplit

        return [(e.method, urlsplit(e.url or "").path, e.status, e.set_cookie) for e in self.exchanges]

    def clearing(self) -> list[tuple[str, ...]]:
        return [e.clear_site_data for e in self.exchanges]

    def clear(self) -> None:
        self.exchanges.clear()


def expected(*paths: str) -> list[tuple[str, str, int, tuple[bytes, ...]]]:
    return [("GET", path, SITE[path][0], tuple(SITE[path][2])) for path in paths]


REDIRECTED = expected("/start", "/middle", "/end", "/plain")


def wsgi_site(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    status, location, cookies = SITE[environ["PATH_INFO"]]
    headers = [("Content-Type", "text/plain"), ("Content-Length", "2"), ("Date", DATE)]
    if location:
        headers.append(("Location", location))
    headers += [("Set-Cookie", cookie.decode("latin-1")) for cookie in cookies]
    headers += [("Clear-Site-Data", CLEARING)] if environ["PATH_INFO"] in CLEARS else []
    start_response(f"{status} Whatever", headers)
    return [b"ok"]


async def asgi_site(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept", "headers": [(b"set-cookie", b"ws=1; Path=/")]})
        await send({"type": "websocket.send", "text": "hello"})
        await send({"type": "websocket.close", "code": 1000})
        return
    status, location, cookies = SITE[scope["path"]]
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"2"), (b"Date", DATE.encode())]
    if location:
        headers.append((b"location", location.encode()))
    headers += [(b"Set-Cookie", cookie) for cookie in cookies]
    headers += [(b"Clear-Site-Data", CLEARING.encode())] if scope["path"] in CLEARS else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any, **kwargs: Any) -> None:
        pass


@contextlib.contextmanager
def serve_wsgi(app: Any) -> Iterator[str]:
    """Serve ``app`` on loopback; gives the base URL."""
    server: WSGIServer = make_server("127.0.0.1", 0, app, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def serve_asgi(app: Any) -> Iterator[str]:
    """Serve ``app`` with uvicorn on loopback; gives the base URL."""
    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on", ws="none", date_header=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not server.started:
            assert time.monotonic() < deadline, "uvicorn does not start"
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


class Site:
    """What tests need of this file, handed over as a fixture: test files here import nothing from each other."""

    paths = SITE
    redirected = REDIRECTED
    date = DATE
    clearing = (CLEARING,)
    clears = CLEARS
    expected = staticmethod(expected)
    wsgi = staticmethod(wsgi_site)
    asgi = staticmethod(asgi_site)
    serve_wsgi = staticmethod(serve_wsgi)
    serve_asgi = staticmethod(serve_asgi)
    seen = Seen


@pytest.fixture(scope="session")
def site() -> type[Site]:
    return Site


@pytest.fixture(autouse=True)
def nothing_stays_patched() -> Iterator[None]:
    from policycheck.capture import patching

    assert patching._points == {}
    yield
    assert patching._points == {}


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture(scope="session")
def site_url() -> Iterator[str]:
    with serve_wsgi(wsgi_site) as url:
        yield url


@pytest.fixture(scope="session")
def django_site() -> None:
    """Django's settings and URLs for these tests, unless the process has settings already."""
    import importlib

    settings = importlib.import_module("django.conf").settings
    if not settings.configured:
        settings.configure(
            SECRET_KEY="not a secret", ALLOWED_HOSTS=["*"], USE_TZ=True, DATABASES={}, MIDDLEWARE=[], DEBUG=False
        )
    importlib.import_module("django").setup()
