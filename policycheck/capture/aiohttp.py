"""aiohttp's client: each hop, and websocket handshakes, as the connection answered.

Hooked is where a response reads its head. A ``TraceConfig`` is not told of a response on which ``raise_for_status``
raises; ``response.cookies`` holds the same headers again, parsed, so ``raw_headers`` alone is read.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from policycheck.capture.slot import ResponseSink
from policycheck.capture.subjects import attribute, is_class, is_instance
from policycheck.capture.tap import first_text, header_values
from policycheck.capture.watch import Watch


def observe(subject: Any, recorder: ResponseSink) -> Watch | None:
    """Watch a ``ClientSession``, a class of them, or aiohttp's own ``TestClient``."""
    watch = Watch("aiohttp", recorder, subject)
    if is_instance(subject, "aiohttp.test_utils", "TestClient"):
        session = subject.session
        _watch_responses(watch, lambda other: other is session)
    elif is_instance(subject, "aiohttp", "ClientSession"):
        _watch_responses(watch, lambda other: other is subject)
    elif is_class(subject, "aiohttp", "ClientSession"):
        _watch_responses(watch, lambda other: isinstance(other, subject))
    else:
        return None
    return watch


def watch_all(recorder: ResponseSink) -> Watch:
    """Watch every session of aiohttp's client in this process."""
    watch = Watch("aiohttp", recorder)
    _watch_responses(watch, lambda _: True)
    return watch


def _watch_responses(watch: Watch, belongs: Callable[[Any], bool]) -> None:
    response_class: Any = attribute(importlib.import_module("aiohttp"), "ClientResponse")
    attribute(response_class, "start")

    def wrap(original: Any) -> Any:
        async def start(self: Any, connection: Any) -> Any:
            if not belongs(getattr(self, "_session", None)):
                return await original(self, connection)
            with watch.tap.request(self.method, str(self.url)) as request:
                response = await original(self, connection)
                raw = self.raw_headers
                request.response(
                    self.status,
                    header_values(raw, "set-cookie"),
                    first_text(raw, "date"),
                    header_values(raw, "clear-site-data"),
                )
            return response

        return start

    watch.patch(response_class, "start", wrap)
