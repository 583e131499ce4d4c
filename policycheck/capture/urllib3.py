"""urllib3: each response that a connection read, so every hop and every retry.

Pools follow redirects and retry by calling themselves, so only the connection sees each response once. requests,
botocore and others stand on the same connection; niquests brings its own.
"""

from __future__ import annotations

import importlib
from typing import Any

from policycheck.capture.slot import ResponseSink
from policycheck.capture.subjects import attribute, is_class, is_instance
from policycheck.capture.tap import Scope
from policycheck.capture.watch import Watch

_NOTE = "_policycheck_request"
_SUBJECTS = (
    ("urllib3", "PoolManager"),
    ("urllib3", "HTTPConnectionPool"),
)


def observe(subject: Any, recorder: ResponseSink) -> Watch | None:
    """Watch a ``PoolManager``, an ``HTTPConnectionPool``, or a class of either."""
    if not any(is_instance(subject, *known) or is_class(subject, *known) for known in _SUBJECTS):
        return None
    watch = Watch("urllib3", recorder, subject)
    attribute(subject, "urlopen")
    _watch_connections(watch, only_in_scope=True)
    watch.scope(subject, "urlopen")
    return watch


def watch_all(recorder: ResponseSink) -> Watch:
    """Watch every connection of urllib3 in this process."""
    watch = Watch("urllib3", recorder)
    _watch_connections(watch, only_in_scope=False)
    return watch


def _watch_connections(watch: Watch, *, only_in_scope: bool) -> None:
    connection_class: Any = attribute(importlib.import_module("urllib3.connection"), "HTTPConnection")
    for name in ("putrequest", "getresponse"):
        attribute(connection_class, name)

    def wrap_putrequest(original: Any) -> Any:
        def putrequest(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            setattr(self, _NOTE, (method, url))
            return original(self, method, url, *args, **kwargs)

        return putrequest

    def wrap_getresponse(original: Any) -> Any:
        def getresponse(self: Any, *args: Any, **kwargs: Any) -> Any:
            if only_in_scope and not Scope.holds(watch.tap):
                return original(self, *args, **kwargs)
            method, url = getattr(self, _NOTE, ("GET", "/"))
            with watch.tap.request(method, _absolute(self, url)) as request:
                response = original(self, *args, **kwargs)
                headers = response.headers
                values = headers.getlist("Set-Cookie") if hasattr(headers, "getlist") else headers.get_all("Set-Cookie")
                clearing = headers.get_all("Clear-Site-Data") if hasattr(headers, "get_all") else None
                request.response(response.status, values or (), headers.get("Date"), clearing or ())
            return response

        return getresponse

    watch.patch(connection_class, "putrequest", wrap_putrequest)
    watch.patch(connection_class, "getresponse", wrap_getresponse)


def _absolute(connection: Any, url: str) -> str:
    """The URL of a request line: as it is for a proxy, with the tunnel's end, or with the connection's own host."""
    if "://" in url.partition("?")[0]:
        return url
    tunnel = getattr(connection, "_tunnel_host", None)
    host = tunnel or connection.host
    port = getattr(connection, "_tunnel_port", None) if tunnel else connection.port
    secure = tunnel is not None or connection.default_port == 443
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    if port not in (None, 443 if secure else 80):
        host = f"{host}:{port}"
    return f"{'https' if secure else 'http'}://{host}{url if url.startswith('/') else '/' + url}"
