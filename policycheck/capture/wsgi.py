"""WSGI (PEP 3333): every response of an application, whoever serves it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from policycheck.capture.slot import ResponseSink
from policycheck.capture.tap import Request, Tap, first_text, header_values
from policycheck.capture.watch import Watch

_PATH_SAFE = "/;=,~!$&'()*+:@"


class WSGIMiddleware:
    """Wrap a WSGI application so that every response is recorded. It changes neither the response nor its headers.

    ``app.wsgi_app = WSGIMiddleware(app.wsgi_app, recorder)`` for Flask; else wrap what the server is given. Attributes
    that the middleware does not have are those of the application. ``recorder`` may be called from every thread that
    serves a request.
    """

    def __init__(self, app: Callable[..., Any], recorder: ResponseSink | Tap) -> None:
        self.app = app
        self._tap = recorder if isinstance(recorder, Tap) else Tap("wsgi", recorder)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request (PEP 3333)."""
        request = self._tap.request(environ.get("REQUEST_METHOD", "GET"), request_url(environ), in_process=True)
        answer = _Answer(request, start_response)
        with request:
            body: Iterable[bytes] = self.app(environ, answer.start_response)
        file_wrapper = environ.get("wsgi.file_wrapper")
        if isinstance(body, (list, tuple)) or (isinstance(file_wrapper, type) and isinstance(body, file_wrapper)):
            # Servers look at the length of the one and at the type of the other, so they pass as they are. Neither can
            # start another response.
            answer.sent()
            return body
        return _Body(body, answer)

    def __getattr__(self, name: str) -> Any:
        if name == "app":
            raise AttributeError(name)
        return getattr(self.app, name)

    def __repr__(self) -> str:
        return f"<WSGIMiddleware of {type(self.app).__name__}>"


class _Answer:
    """What start_response said last. It counts from the first part of the body on: until then it may be taken back."""

    __slots__ = ("_delivered", "_headers", "_start_response", "_status", "request")

    def __init__(self, request: Request, start_response: Callable[..., Any]) -> None:
        self.request = request
        self._start_response = start_response
        self._status: str | None = None
        self._headers: list[tuple[bytes | str, bytes | str]] = []
        self._delivered = False

    def start_response(self, status: str, headers: Any, *exc_info: Any) -> Callable[[bytes], object]:
        write = self._start_response(status, headers, *exc_info)
        self._status, self._headers = status, list(headers)

        def recording_write(data: bytes) -> object:
            self.sent()
            return write(data)

        return recording_write

    def sent(self) -> None:
        if self._delivered or self._status is None:
            return
        self._delivered = True
        code = self._status[:3]
        self.request.response(
            int(code) if code.isdigit() else None,
            header_values(self._headers, "set-cookie"),
            first_text(self._headers, "date"),
            header_values(self._headers, "clear-site-data"),
        )


class _Body:
    """The body, watched for its first part. An application that is a generator starts its response only then."""

    def __init__(self, body: Iterable[bytes], answer: _Answer) -> None:
        self._body = body
        self._iterator: Iterator[bytes] | None = None
        self._answer = answer
        self._failed = False

    def __iter__(self) -> _Body:
        return self

    def __next__(self) -> bytes:
        try:
            with self._answer.request:
                if self._iterator is None:
                    self._iterator = iter(self._body)
                part = next(self._iterator)
        except StopIteration:
            self._answer.sent()
            raise
        except BaseException:
            self._failed = True
            raise
        self._answer.sent()
        return part

    def close(self) -> None:
        if not self._failed:
            self._answer.sent()
        close = getattr(self._body, "close", None)
        if close is not None:
            close()

    def __getattr__(self, name: str) -> Any:
        if name == "_body":
            raise AttributeError(name)
        return getattr(self._body, name)


def request_url(environ: dict[str, Any]) -> str:
    """The absolute URL of a request (PEP 3333, URL Reconstruction), percent-encoded as it came where that is known."""
    from urllib.parse import quote

    scheme = environ.get("wsgi.url_scheme", "http")
    host = environ.get("HTTP_HOST")
    if not host:
        host = environ.get("SERVER_NAME", "localhost")
        port = environ.get("SERVER_PORT", "")
        if port and port != {"http": "80", "https": "443"}.get(scheme):
            host = f"{host}:{port}"
    sent = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
    path = quote(sent, safe=_PATH_SAFE, encoding="latin-1", errors="replace")
    query = environ.get("QUERY_STRING", "")
    return f"{scheme}://{host}{path or '/'}{'?' + query if query else ''}"


def observe(subject: Any, recorder: ResponseSink) -> Watch | None:
    """Wrap a callable that takes ``environ`` and ``start_response``; ``Watch.subject`` is the wrapped application."""
    if isinstance(subject, type) or not callable(subject) or not _takes_two(subject):
        return None
    watch = Watch("wsgi", recorder)
    watch.subject = WSGIMiddleware(subject, watch.tap)
    return watch


def _takes_two(subject: Callable[..., Any]) -> bool:
    if inspect.iscoroutinefunction(subject) or inspect.iscoroutinefunction(type(subject).__call__):
        return False
    try:
        signature = inspect.signature(subject)
        signature.bind(object(), object())
    except (TypeError, ValueError):
        return False
    needed = [p for p in signature.parameters.values() if p.default is p.empty and p.kind in (0, 1)]
    return len(needed) == 2  # environ and start_response
