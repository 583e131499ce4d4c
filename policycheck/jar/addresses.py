"""Where a response counts as coming from: of hosts that test clients make up, and of evidence that names none."""

from __future__ import annotations

import re
from functools import lru_cache

from policycheck.errors import UsageError
from policycheck.jar.suffixes import default_public_suffix
from policycheck.model.cookie import SetCookie
from policycheck.model.party import Party
from policycheck.wire.hosts import registrable_domain
from policycheck.wire.url import RequestTarget, request_target

ASSUMED_HOST = "unknown.invalid"
"""Stands for the host of evidence that names none; a Domain attribute is then taken at its word."""
STAND_INS = frozenset({"testserver", "testserver.local", "test"})
"""Hosts that test clients make up. Their ``http`` says nothing about how the site is served, so it is read as https:
otherwise each Secure cookie of a Django or Starlette application would count as refused."""
WITHOUT_DOMAIN = STAND_INS | {"localhost"}
"""Hosts that stand for the site in a test. They lie below no domain, so a Domain attribute is taken at its word, unless
it is a public suffix: otherwise each cookie of a site that names its domain would count as refused."""

_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")


def place_of_url(url: str | None) -> RequestTarget | None:
    """Where the response came from; None where the evidence does not say, or says it in no URL that has cookies."""
    if url is None:
        return None
    try:
        return request_target(url)
    except UsageError:
        return None


def assumed_url(cookie: SetCookie) -> str:
    """Where a cookie of unknown origin may come from. A Domain that is no host is one that no host may set."""
    plain = cookie.domain is not None and _HOST.fullmatch(cookie.domain) is not None
    return f"https://{cookie.domain if plain else ASSUMED_HOST}/"


def stand_in_url(place: RequestTarget, cookie: SetCookie, unsaid: bool) -> str:
    """Where a cookie with this Domain may come from, when a test client has made the host up."""
    domain = cookie.domain
    if not domain or _HOST.fullmatch(domain) is None or default_public_suffix()(domain):
        return jar_url(place, unsaid)
    return f"https://{domain}{place.path}"


def party_of(place: RequestTarget | None, top_level_site: str | None) -> Party | None:
    """Whose storage it is, seen from the page; a response that no other site's page embeds is a page of its own."""
    if place is None or top_level_site is None:
        return None if place is None else Party.FIRST
    try:
        page = request_target(top_level_site if "://" in top_level_site else f"{place.scheme}://{top_level_site}")
    except UsageError:
        return None
    return Party.FIRST if site_of(place.host) == site_of(page.host) else Party.THIRD


def party_of_request(place: RequestTarget | None, page: str) -> Party | None:
    """The same of a request, whose ``page`` is a URL; None for one that comes from no machine, such as about:blank."""
    return None if place_of_url(page) is None else party_of(place, page)


@lru_cache(maxsize=256)  # a page asks a few hosts many times
def site_of(host: str) -> str:
    """The registrable domain of ``host``, or the host itself where it has none."""
    return registrable_domain(host, default_public_suffix())


def jar_url(place: RequestTarget, unsaid: bool) -> str:
    """The URL that the jar judges by, without query: https where the evidence does not say how the site is served."""
    scheme = "https" if unsaid else place.scheme
    return f"{scheme}://{place.host}{place.path}"
