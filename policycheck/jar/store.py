"""The cookie store: RFC 6265bis, 5.7 (what is stored) and 5.8 (what is sent)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from math import inf
from typing import TYPE_CHECKING, TypeAlias

from policycheck.jar.checks import Circumstances, forbidden, malformed, scope
from policycheck.jar.cookie import StoredCookie
from policycheck.jar.eviction import MAX_COOKIES, MAX_COOKIES_OF_DOMAIN, excess_of_all, excess_of_domain
from policycheck.jar.outcome import Change, Rejected, RejectReason, Stored
from policycheck.jar.suffixes import default_public_suffix
from policycheck.model.cookie import SetCookie
from policycheck.wire.hosts import default_path, domain_match, path_match, registrable_domain
from policycheck.wire.set_cookie import parse_set_cookie
from policycheck.wire.url import RequestTarget, request_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from policycheck.jar.cookie import Key

Header: TypeAlias = str | bytes | SetCookie
"""The value of one Set-Cookie header, or what was read from it."""
Pair: TypeAlias = tuple[str | bytes, str | bytes]
Headers: TypeAlias = Header | Iterable[Header | Pair]
_NAMES = frozenset({"set-cookie", b"set-cookie"})
LONGEST_LIFETIME = 400 * 86_400
"""400 days in seconds, to which browsers cut every lifetime (RFC 6265bis, 5.5)."""


class CookieJar:
    """The cookies that a browser would hold after the responses given to :meth:`receive`.

    ``now`` returns epoch seconds; the default is the clock. ``public_suffix`` tells whether a domain is one under which
    others register their names; the default reads the list of the publicsuffixlist package when first asked.
    ``cap`` is the longest lifetime in seconds; None keeps what the server asked for. By default the jar cuts at 400
    days, as Chromium and Firefox do: it holds what a visitor's device holds. A declared lifetime is a matter of the
    header, so compare retention with ``SetCookie.expiry_time``, not with the jar's. ``per_domain`` and ``total`` limit
    the number of cookies of one registrable domain (in one partition) and of all.

    Iterating gives the cookies that have not expired, the oldest first.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.time,
        *,
        public_suffix: Callable[[str], bool] | None = None,
        cap: float | None = LONGEST_LIFETIME,
        per_domain: int = MAX_COOKIES_OF_DOMAIN,
        total: int = MAX_COOKIES,
    ) -> None:
        self._now = now
        self._given_suffixes = public_suffix
        self._cap = cap
        self._per_domain = per_domain
        self._total = total
        self._cookies: dict[Key, StoredCookie] = {}
        self._soonest = inf
        self._sizes: Counter[tuple[str, str | None]] | None = None
        self._registrable: dict[str, str] = {}

    def receive(
        self,
        url: str,
        headers: Headers,
        *,
        from_script: bool = False,
        top_level_site: str | None = None,
    ) -> list[Stored | Rejected]:
        """Store what the Set-Cookie ``headers`` of a response from ``url`` say; one outcome for each, in order.

        ``headers`` are their values, or all headers of the response as pairs of name and value, of which those named
        Set-Cookie count. A comma in a value is part of it: give each header apart.

        ``from_script`` is for ``document.cookie`` and its like. ``top_level_site`` is the URL or host of the page in
        the address bar; None means a page of the same site. It decides the partition of a Partitioned cookie and
        whether the cookie is another site's, of which only SameSite=None is taken.

        Never raises on headers. Raises :class:`policycheck.errors.UsageError` when ``url`` is not http or https.
        """
        target = request_target(url)
        top_level = self._top_level(target, top_level_site)
        how = Circumstances(target, from_script, self._same_site(target, top_level))
        now = self._now()
        self._drop_expired(now)
        return [
            self._store(item if isinstance(item, SetCookie) else parse_set_cookie(item), how, top_level, now)
            for item in _set_cookies(headers)
        ]

    def cookie_header(self, url: str, *, top_level_site: str | None = None) -> str | None:
        """Return the Cookie header for a request to ``url`` (5.8.3), or None when no cookie goes there.

        Longer paths come first, then earlier creation. The cookies sent count as used now. In another site's page
        (``top_level_site``, as for :meth:`receive`) only SameSite=None cookies are sent.
        """
        target = request_target(url)
        top_level = self._top_level(target, top_level_site)
        same_site = self._same_site(target, top_level)
        now = self._now()
        self._drop_expired(now)
        sent = [
            cookie
            for cookie in self._cookies.values()
            if _goes_to(cookie, target)
            and (same_site or cookie.same_site == "None")
            and (cookie.partition_key is None or cookie.partition_key == self._site(top_level))
        ]
        for cookie in sent:
            self._cookies[cookie.key] = cookie.timed(cookie.creation_time, now)
        sent.sort(key=lambda cookie: (-len(cookie.path), cookie.creation_time))
        return "; ".join(f"{c.name}={c.value}" if c.name else c.value for c in sent) if sent else None

    def clear_site(self, url: str, *, top_level_site: str | None = None) -> list[StoredCookie]:
        """Erase the cookies of the site of ``url``, as Clear-Site-Data does, and return them, the oldest first.

        That is every cookie of its registrable domain (W3C, Clear Site Data, 3.2.4), whatever its host, path and
        attributes; of partitioned ones those in the partition of this page (``top_level_site``, as for
        :meth:`receive`), as in Chromium. The caller sees to it that ``url`` is secure.
        """
        target = request_target(url)
        page = self._site(self._top_level(target, top_level_site))
        domain = self._registrable_domain(target.host)
        self._drop_expired(self._now())
        erased = [
            cookie
            for cookie in self._cookies.values()
            if self._registrable_domain(cookie.domain) == domain and cookie.partition_key in (None, page)
        ]
        for cookie in erased:
            self._remove(cookie.key)
        return erased

    def adopt(self, cookie: StoredCookie) -> None:
        """Take over a cookie as another store holds it, without judging it."""
        self._put(cookie)

    def forget(self, key: Key) -> None:
        """Drop the cookie with this key, which another store does not hold any more."""
        self._remove(key)

    def __iter__(self) -> Iterator[StoredCookie]:
        self._drop_expired(self._now())
        return iter(tuple(self._cookies.values()))

    def __len__(self) -> int:
        self._drop_expired(self._now())
        return len(self._cookies)

    def __repr__(self) -> str:
        return f"<CookieJar with {len(self._cookies)} cookies>"

    def _store(
        self, received: SetCookie, how: Circumstances, top_level: RequestTarget, now: float
    ) -> Stored | Rejected:
        reason = malformed(received)
        if reason is not None:
            return Rejected(reason, received)
        placed = scope(received, how.target.host, self._public_suffix)
        if isinstance(placed, RejectReason):
            return Rejected(placed, received)
        domain, host_only = placed
        cookie = StoredCookie(
            name=received.name,
            value=received.value,
            domain=domain,
            host_only=host_only,
            path=received.path or default_path(how.target.path),
            expiry_time=self._capped(received.expiry_time(now), now),
            secure=received.secure,
            http_only=received.http_only,
            same_site=received.same_site,
            partition_key=self._site(top_level) if received.partitioned else None,
            creation_time=now,
            last_access_time=now,
        )
        previous = self._cookies.get(cookie.key)
        reason = forbidden(received, host_only=host_only, how=how) or self._protected(cookie, previous, how)
        if reason is not None:
            return Rejected(reason, received)
        if cookie.expired(now):
            self._remove(cookie.key)
            return Stored(cookie, Change.DELETED, received, previous)
        if previous is None:
            change = Change.CREATED
        else:
            change = Change.REPLACED
            cookie = cookie.timed(previous.creation_time, now)
        self._put(cookie)
        return Stored(cookie, change, received, previous, self._make_room(cookie))

    def _protected(
        self, cookie: StoredCookie, previous: StoredCookie | None, how: Circumstances
    ) -> RejectReason | None:
        """Steps 16 and 23: a cookie in the store that this one may not shadow or overwrite."""
        if not cookie.secure and not how.target.trustworthy:
            for old in self._cookies.values():
                if old.secure and old.name == cookie.name and _overlays(cookie, old):
                    return RejectReason.OVERLAYS_SECURE
        if how.from_script and previous is not None and previous.http_only:
            return RejectReason.OVERWRITES_HTTP_ONLY
        return None

    def _capped(self, expiry: float | None, now: float) -> float | None:
        return expiry if expiry is None or self._cap is None else min(expiry, now + self._cap)

    def _drop_expired(self, now: float) -> None:
        """``_soonest`` is no later than the first end of a cookie: before it, a full store is not looked through."""
        if now < self._soonest:
            return
        for key in [key for key, cookie in self._cookies.items() if cookie.expired(now)]:
            self._remove(key)
        self._soonest = min((c.expiry_time for c in self._cookies.values() if c.expiry_time is not None), default=inf)

    def _put(self, cookie: StoredCookie) -> None:
        if self._sizes is not None and cookie.key not in self._cookies:
            self._sizes[self._group(cookie)] += 1
        if cookie.expiry_time is not None:
            self._soonest = min(self._soonest, cookie.expiry_time)
        self._cookies[cookie.key] = cookie

    def _remove(self, key: Key) -> None:
        cookie = self._cookies.pop(key, None)
        if cookie is not None and self._sizes is not None:
            self._sizes[self._group(cookie)] -= 1

    def _make_room(self, newest: StoredCookie) -> tuple[StoredCookie, ...]:
        evicted: list[StoredCookie] = []
        if len(self._cookies) > self._per_domain:
            group = self._group(newest)
            if self._sizes is None:
                self._sizes = Counter(map(self._group, self._cookies.values()))
            if self._sizes[group] > self._per_domain:
                members = [cookie for cookie in self._cookies.values() if self._group(cookie) == group]
                evicted += excess_of_domain(members, self._per_domain)
        if len(self._cookies) - len(evicted) > self._total:
            remaining = [cookie for cookie in self._cookies.values() if cookie not in evicted]
            evicted += excess_of_all(remaining, self._total)
        for cookie in evicted:
            self._remove(cookie.key)
        return tuple(evicted)

    def _group(self, cookie: StoredCookie) -> tuple[str, str | None]:
        return self._registrable_domain(cookie.domain), cookie.partition_key

    def _public_suffix(self, domain: str) -> bool:
        return (self._given_suffixes or default_public_suffix())(domain)

    def _registrable_domain(self, host: str) -> str:
        if host not in self._registrable:
            self._registrable[host] = registrable_domain(host, self._public_suffix)
        return self._registrable[host]

    def _site(self, target: RequestTarget) -> str:
        """Scheme and registrable domain, the site of HTML and of RFC 6265bis, 5.2."""
        return f"{target.site_scheme}://{self._registrable_domain(target.host)}"

    def _same_site(self, target: RequestTarget, top_level: RequestTarget) -> bool:
        return target is top_level or self._site(target) == self._site(top_level)

    @staticmethod
    def _top_level(target: RequestTarget, stated: str | None) -> RequestTarget:
        if stated is None:
            return target
        return request_target(stated if "://" in stated else f"{target.site_scheme}://{stated}")


def _set_cookies(headers: Headers) -> Iterator[Header]:
    """The values of the Set-Cookie headers, whichever way they were given."""
    if isinstance(headers, (str, bytes, SetCookie)):
        yield headers
        return
    for item in headers:
        if isinstance(item, (str, bytes, SetCookie)):
            yield item
            continue
        name, value = item
        if name.lower() in _NAMES:
            yield value


def _goes_to(cookie: StoredCookie, target: RequestTarget) -> bool:
    """Domain, path and Secure, of the retrieval algorithm (5.8.3 step 1)."""
    matches = target.host == cookie.domain if cookie.host_only else domain_match(target.host, cookie.domain)
    return matches and path_match(target.path, cookie.path) and (target.trustworthy or not cookie.secure)


def _overlays(new: StoredCookie, old: StoredCookie) -> bool:
    """Step 16: both could be sent in one request, and the new one would come first or look the same."""
    related = domain_match(new.domain, old.domain) or domain_match(old.domain, new.domain)
    return related and path_match(new.path, old.path)
