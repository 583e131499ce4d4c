"""requests: each hop as the transport adapter answered it.

Wrapped is the transport adapter, at the moment when a session asks itself for it. ``Session.hooks`` would miss a
request that brings hooks of its own or was prepared elsewhere; ``response.headers`` folds, ``response.cookies`` drops
attributes. The headers come from urllib3's response below.
"""

from __future__ import annotations

import importlib
from typing import Any, cast

from policycheck.capture.slot import ResponseSink
from policycheck.capture.subjects import attribute, is_class, is_instance
from policycheck.capture.tap import Tap
from policycheck.capture.watch import Watch


def observe(subject: Any, recorder: ResponseSink) -> Watch | None:
    """Watch a ``Session`` or a class of them; ``requests.get`` and its like make a ``Session`` for each call."""
    if not (is_instance(subject, "requests", "Session") or is_class(subject, "requests", "Session")):
        return None
    watch = Watch("requests", recorder, subject)
    _watch_session(watch, subject)
    return watch


def watch_all(recorder: ResponseSink) -> Watch:
    """Watch every session of requests in this process."""
    watch = Watch("requests", recorder)
    _watch_session(watch, attribute(importlib.import_module("requests"), "Session"))
    return watch


def _watch_session(watch: Watch, session: Any) -> None:
    attribute(session, "get_adapter")

    def wrap(original: Any) -> Any:
        def get_adapter(*args: Any, **kwargs: Any) -> _RecordingAdapter:
            return _RecordingAdapter(original(*args, **kwargs), watch.tap)

        return get_adapter

    watch.patch(session, "get_adapter", wrap)


class _RecordingAdapter:
    """Stands before a transport adapter. One that holds an ``app`` serves in this process.

    ``get_adapter`` is public: programs look at what it returns and set ``max_retries`` on it. So it passes for the
    adapter.
    """

    __slots__ = ("_adapter", "_tap")
    _adapter: Any
    _tap: Tap

    def __init__(self, adapter: Any, tap: Tap) -> None:
        object.__setattr__(self, "_adapter", adapter)
        object.__setattr__(self, "_tap", tap)

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The class of the adapter, for ``isinstance``."""
        return cast("type", self._adapter.__class__)

    def __getattr__(self, name: str) -> Any:
        if name in _RecordingAdapter.__slots__:
            raise AttributeError(name)
        return getattr(self._adapter, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._adapter, name, value)

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        in_process = getattr(self._adapter, "app", None) is not None
        with self._tap.request(request.method or "GET", request.url, in_process=in_process) as announced:
            response = self._adapter.send(request, *args, **kwargs)
            clearing = response.headers.get("Clear-Site-Data")
            announced.response(
                response.status_code,
                _set_cookie(response),
                response.headers.get("Date"),
                () if clearing is None else (clearing,),
            )
        return response


def _set_cookie(response: Any) -> list[str]:
    """One item a header; an adapter without urllib3 below it leaves one header, or several folded into one."""
    headers = getattr(response.raw, "headers", None)
    for method in ("getlist", "get_all"):
        if hasattr(headers, method):
            return list(getattr(headers, method)("Set-Cookie") or ())
    folded = response.headers.get("Set-Cookie")
    if folded is None:
        return []
    from policycheck.wire import split_folded

    return split_folded(folded)
