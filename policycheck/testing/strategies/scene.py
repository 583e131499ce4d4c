"""Where the response comes from that a generated header belongs to, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from policycheck.catalogue.entries import Item
from policycheck.errors import UsageError
from policycheck.jar.suffixes import default_public_suffix
from policycheck.matching.match import narrowing
from policycheck.model.observation import HttpExchange, Observation
from policycheck.model.storage import SetBy, StorageKind
from policycheck.wire.hosts import domain_match, is_ip_address, registrable_domain

SENT = 1_700_000_000
"""Epoch seconds at which generated responses are sent; Expires counts from it."""
SENT_DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
"""The Date header of a response that is sent at :data:`SENT`."""
HOST = "shop.example"
"""The host of a generated response, unless the entry is declared for others."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The host that answers, and the page that embeds it (None: it is a page of its own)."""

    host: str
    page: str | None = None

    @property
    def url(self) -> str:
        """Where the response comes from."""
        return f"https://{self.host}/"

    @property
    def cross_site(self) -> bool:
        """Whether browsers take the response for one of another site."""
        if self.page is None:
            return False
        suffixes = default_public_suffix()
        page = urlsplit(self.page).hostname or ""
        return registrable_domain(self.host, suffixes) != registrable_domain(page, suffixes)

    @property
    def domain(self) -> str | None:
        """The widest Domain that the host may set; None where there is none but the host alone."""
        if "." not in self.host or is_ip_address(self.host) or default_public_suffix()(self.host):
            return None
        return registrable_domain(self.host, default_public_suffix())


def scene_of(item: Item) -> Scene:
    """A scene in which ``item`` speaks of what the host stores."""
    page = urlsplit(item.partition).hostname if item.partition else None
    host = item.attributes.domain or page or HOST
    if item.hosts and not any(_covers(pattern, host) for pattern in item.hosts):
        first = item.hosts[0]
        host = f"www.{first[2:]}" if first.startswith("*.") else first
    return Scene(host, item.partition)


def _covers(pattern: str, host: str) -> bool:
    return domain_match(host, pattern[2:]) and host != pattern[2:] if pattern.startswith("*.") else host == pattern


def response(item: Item, headers: Iterable[str | bytes]) -> HttpExchange:
    """The response that sends ``headers`` for ``item``: from a host that it is declared for, at :data:`SENT`.

    Where ``item`` is declared for a partition, it is embedded in a page of that site.
    """
    scene = scene_of(item)
    return HttpExchange("GET", scene.url, 200, tuple(headers), SENT_DATE, "strategies", scene.page)


def check_cookie(item: Item) -> None:
    """Raise :class:`UsageError` for an entry that no Set-Cookie header can be an entry of."""
    if item.kind is not StorageKind.COOKIE:
        raise UsageError(f"{item.key} is no cookie, so no Set-Cookie header can set it")
    seen = Observation(StorageKind.COOKIE, item.name, host=scene_of(item).host, partition_key=item.partition)
    if item.set_by is SetBy.SCRIPT or narrowing(item, seen) is not None:
        raise UsageError(f"{item.key} is not set by the header of a response: {narrowing(item, seen)}")
    if not item.enabled:
        raise UsageError(f"{item.key} belongs to a feature that is switched off; switch it on, since it may not appear")
