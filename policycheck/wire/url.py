"""The parts of a request's URL on which cookies depend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from policycheck.errors import UsageError
from policycheck.wire.hosts import canonical_host

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\\]*)([^?#]*)", re.DOTALL)
_PORT = re.compile(r":[0-9]*\Z")
_SECURE_SCHEMES = frozenset({"https", "wss"})
_SCHEMES = frozenset({"http", "ws"}) | _SECURE_SCHEMES
_LOOPBACK_V4 = re.compile(r"127\.[0-9]+\.[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class RequestTarget:
    """``scheme`` in lower case, ``host`` canonical and without port, ``path`` without query, ``/`` at least."""

    scheme: str
    host: str
    path: str

    @property
    def site_scheme(self) -> str:
        """``https`` or ``http``: a WebSocket belongs to the site of the page that opened it."""
        return "https" if self.scheme in _SECURE_SCHEMES else "http"

    @property
    def trustworthy(self) -> bool:
        """True where Secure cookies may be set and sent: https, wss, and the machine's own loopback.

        RFC 6265bis (5.7 step 13) leaves "secure protocol" to the browser. Chromium counts ``localhost``,
        ``*.localhost``, ``127.0.0.0/8`` and ``[::1]``, so that a site under development behaves as in production.
        """
        return self.scheme in _SECURE_SCHEMES or is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """True for a canonical host that never leaves the machine (Secure Contexts, 3.1)."""
    name = host.removesuffix(".")
    return (
        name == "localhost"
        or name.endswith(".localhost")
        or host == "[::1]"
        or _LOOPBACK_V4.fullmatch(host) is not None
    )


@lru_cache(maxsize=64)  # a response is looked at by its jar, its recorder and its driver, each with the same URL
def request_target(url: str) -> RequestTarget:
    """Split an absolute http, https, ws or wss URL. Raises :class:`UsageError` for anything else.

    The message does not repeat the URL beyond its scheme: a query may hold a secret.
    """
    found = _URL.match(url.strip())
    scheme = found.group(1).lower() if found else ""
    if found is None or scheme not in _SCHEMES:
        shown = f"the scheme {scheme!r}" if scheme else f"{len(url)} characters without a scheme"
        raise UsageError(f"cookies need an absolute http or https URL such as https://shop.example/cart, not {shown}")
    host = _PORT.sub("", found.group(2).rpartition("@")[2])
    if not host:
        raise UsageError(f"cookies need a URL with a host such as https://shop.example/cart, not {scheme}:// alone")
    path = found.group(3)
    return RequestTarget(scheme, canonical_host(host), path if path.startswith("/") else "/")
