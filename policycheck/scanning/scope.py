"""Which pages a scan may open: those of the origin that the user named, and of the hosts named besides."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from policycheck.errors import UsageError
from policycheck.wire.hosts import canonical_host

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Scope:
    """``origin`` is scheme, host and port of the start; ``hosts`` are ``host`` or ``host:port``, of either scheme."""

    scheme: str
    host: str
    port: int
    hosts: frozenset[tuple[str, int | None]] = frozenset()

    def holds(self, url: str) -> bool:
        """True when the page at ``url`` may be opened. What cannot be read is outside."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            return False
        if host is None or port is None or parts.username is not None:
            return False
        host = canonical_host(host)
        if host == self.host and (parts.scheme == self.scheme and port == self.port):
            return True
        # A site that sends its visitors from http to https has not left.
        if host == self.host and (self.scheme, self.port, parts.scheme, port) == ("http", 80, "https", 443):
            return True
        return (host, None) in self.hosts or (host, port) in self.hosts


def scope_of(url: str, hosts: tuple[str, ...] = ()) -> Scope:
    """The scope of a scan that starts at ``url``. Raises :class:`policycheck.errors.UsageError` for what is no page."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"the address to scan cannot be read: {error}") from None
    if parts.scheme not in _PORTS:
        guess = f"\n  fix: https://{url}" if "://" not in url and "." in url.partition("/")[0] else ""
        raise UsageError(f"a scan starts at an address such as https://shop.example/, with http or https{guess}")
    if not host:
        raise UsageError("the address to scan names no host, as https://shop.example/ does")
    if parts.username is not None or parts.password is not None:
        raise UsageError("the address to scan holds a user name or password, which would stand in every report")
    return Scope(parts.scheme, canonical_host(host), port or _PORTS[parts.scheme], frozenset(map(_host, hosts)))


def page_url(start: str, page: str) -> str:
    """The address of ``page``, a path or an address, seen from ``start``; without its fragment.

    Raises :class:`policycheck.errors.UsageError`.
    """
    try:
        return without_fragment(urljoin(start, page))
    except ValueError as error:
        raise UsageError(f"the page {page!r} cannot be read: {error}") from None


def without_fragment(url: str) -> str:
    """``url`` as requests name it: no fragment, and a path of ``/`` where it has none."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))


def shown(url: str) -> str:
    """``url`` as outputs show it: without user, query and fragment, which carry tokens."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _host(text: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if host is None or parts.path or parts.query or "@" in text:
        raise UsageError(f"{text!r} is not a host\n  fix: a name such as www.shop.example, or with a port, host:8443")
    return canonical_host(host), port
