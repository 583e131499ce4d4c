"""httpx and httpx2, sync and async: each hop as the transport answered it.

Wrapped is the transport, at the moment when a client asks itself for it. So clients made before and after are both
seen, with any transport; event hooks may be replaced or raise; and what a client does with a response, such as failing
on a cookie that is not ASCII, comes later. ``response.headers["set-cookie"]`` would fold several into one.
"""

from __future__ import annotations

import importlib
from typing import Any

from policycheck.capture.slot import ResponseSink
from policycheck.capture.subjects import attribute, is_class, is_instance
from policycheck.capture.tap import Request, Tap, first_text, header_values
from policycheck.capture.watch import Watch

_PACKAGES = ("httpx", "httpx2")
_HOOK = "_transport_for_url"


def observe(subject: Any, recorder: ResponseSink) -> Watch | None:
    """Watch a ``Client`` or ``AsyncClient``, or a class of them."""
    for package in _PACKAGES:
        for name in ("Client", "AsyncClient"):
            if is_instance(subject, package, name) or is_class(subject, package, name):
                watch = Watch(package, recorder, subject)
                _watch_client(watch, subject)
                return watch
    return None


def watch_all(recorder: ResponseSink) -> Watch:
    """Watch every client of httpx in this process."""
    return _watch_package("httpx", recorder)


def watch_all_httpx2(recorder: ResponseSink) -> Watch:
    """Watch every client of httpx2 in this process."""
    return _watch_package("httpx2", recorder)


def _watch_package(package: str, recorder: ResponseSink) -> Watch:
    module = importlib.import_module(package)
    watch = Watch(package, recorder)
    classes = [attribute(module, name) for name in ("Client", "AsyncClient")]
    for cls in classes:
        attribute(cls, _HOOK)
    for cls in classes:
        _watch_client(watch, cls)
    return watch


def _watch_client(watch: Watch, client: Any) -> None:
    attribute(client, _HOOK)

    def wrap(original: Any) -> Any:
        def transport_for_url(*args: Any, **kwargs: Any) -> _RecordingTransport:
            return _RecordingTransport(original(*args, **kwargs), watch.tap)

        return transport_for_url

    watch.patch(client, _HOOK, wrap)


class _RecordingTransport:
    """Stands before a transport for one request. One that holds an ``app`` serves in this process."""

    def __init__(self, transport: Any, tap: Tap) -> None:
        self._transport = transport
        self._tap = tap

    def __getattr__(self, name: str) -> Any:
        if name == "_transport":
            raise AttributeError(name)
        return getattr(self._transport, name)

    def handle_request(self, request: Any) -> Any:
        with self._announced(request) as announced:
            response = self._transport.handle_request(request)
            _tell(announced, response)
        return response

    async def handle_async_request(self, request: Any) -> Any:
        with self._announced(request) as announced:
            response = await self._transport.handle_async_request(request)
            _tell(announced, response)
        return response

    def _announced(self, request: Any) -> Request:
        in_process = getattr(self._transport, "app", None) is not None
        return self._tap.request(request.method, str(request.url), in_process=in_process)


def _tell(announced: Request, response: Any) -> None:
    raw = response.headers.raw
    announced.response(
        response.status_code,
        header_values(raw, "set-cookie"),
        first_text(raw, "date"),
        header_values(raw, "clear-site-data"),
    )
