"""WSGI (PEP 3333): the application is called in this thread."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from policycheck.testing.drivers.base import HttpDriver
from policycheck.testing.drivers.errors import DriverError
from policycheck.testing.drivers.messages import Answer, Request


class WsgiDriver(HttpDriver):
    """Drives a WSGI application. What it raises reaches the test as it is."""

    def __init__(self, app: Callable[..., Any]) -> None:
        super().__init__()
        self.app = app

    def send(self, request: Request) -> Answer:
        """Call the application once."""
        return call_wsgi(self.app, request)


def call_wsgi(app: Callable[..., Any], request: Request) -> Answer:
    """Serve one request, and read the body to its end."""
    started: list[tuple[str, Any]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], object]:
        if started and exc_info is None:
            raise AssertionError("start_response was called twice")  # PEP 3333: a fatal error of the application
        started[:] = [(status, list(headers))]
        return written.append

    body = app(environment(request), start_response)
    try:
        written.extend(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    if not started:
        raise DriverError(f"{request.method} {request.path}: the application called no start_response")
    status, headers = started[0]
    return Answer(int(status[:3]), tuple((str(name), str(value)) for name, value in headers), b"".join(written))


def environment(request: Request) -> dict[str, Any]:
    """The environ of a request (PEP 3333)."""
    parts = urlsplit(request.url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "REQUEST_URI": request.target,
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if parts.scheme == "https":
        environ["HTTPS"] = "on"
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ
