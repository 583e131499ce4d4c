"""Which cookies have to go when a store is full: RFC 6265bis, 5.7, the paragraphs on eviction."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policycheck.jar.cookie import StoredCookie

MAX_COOKIES_OF_DOMAIN = 180
MAX_COOKIES = 3300
"""Chromium's limits. The RFC asks for 50 and 3,000 at least (6.1)."""


def excess_of_domain(cookies: Sequence[StoredCookie], limit: int) -> list[StoredCookie]:
    """Choose what one domain has too much: cookies without Secure first, among equals the longest unused."""
    return nsmallest(len(cookies) - limit, cookies, key=lambda cookie: (cookie.secure, cookie.last_access_time))


def excess_of_all(cookies: Sequence[StoredCookie], limit: int) -> list[StoredCookie]:
    """Choose what the whole store has too much: the longest unused, of whichever domain."""
    return nsmallest(len(cookies) - limit, cookies, key=lambda cookie: cookie.last_access_time)
