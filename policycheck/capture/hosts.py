"""Which hosts count as the application under test when every client of a process is watched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from policycheck.errors import ConfigurationError

TEST_HOSTS = ("localhost", "testserver", "testserver.local", "0.0.0.0")  # noqa: S104 - compared with, never bound to
"""Names that test clients and development servers give themselves."""
TEST_SUFFIXES = (".localhost", ".test", ".example", ".invalid")
"""Top-level domains that no public site has (RFC 2606, RFC 6761)."""


@dataclass(frozen=True, slots=True)
class HostFilter:
    """Says whether a URL belongs to the application under test.

    Loopback addresses, :data:`TEST_HOSTS` and :data:`TEST_SUFFIXES` always do. ``hosts`` adds names: ``shop.eu`` is
    that host alone, ``*.shop.eu`` is every host below it and ``shop.eu`` itself. Ports do not matter, as for cookies.
    Raises :class:`policycheck.errors.ConfigurationError` for an entry that is no host.
    """

    hosts: tuple[str, ...] = ()

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        if isinstance(hosts, str):
            raise ConfigurationError(f"hosts: a list of names is needed, not the text {hosts!r}")
        object.__setattr__(self, "hosts", tuple(_checked(host) for host in hosts))

    def admits(self, url: str | None) -> bool:
        """True when ``url`` (absolute) is on a host of the application. A URL that is not known is not admitted."""
        host = host_of(url)
        if host is None:
            return False
        return host in TEST_HOSTS or host.endswith(TEST_SUFFIXES) or _is_loopback(host) or self._is_listed(host)

    def _is_listed(self, host: str) -> bool:
        for entry in self.hosts:
            if host == entry or (entry.startswith("*.") and (host == entry[2:] or host.endswith(entry[1:]))):
                return True
        return False


def host_of(url: str | None) -> str | None:
    """The host of an absolute URL in lower case without port and final dot; None when there is none."""
    if url is None:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.rstrip(".") if host else None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _checked(entry: str) -> str:
    host = entry.strip().lower().rstrip(".")
    bare = host.removeprefix("*.")
    if not bare or any(character in bare for character in "*/@? "):
        raise ConfigurationError(
            f"hosts: {entry!r} is no host\n  fix: write 'shop.eu' or '*.shop.eu', without scheme and path"
        )
    if bare.count(":") == 1:
        raise ConfigurationError(f"hosts: {entry!r} holds a port\n  fix: leave it out, since cookies ignore ports")
    return host.strip("[]")
