"""The steps of RFC 6265bis, 5.7, that refuse a cookie by itself, without a look at the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policycheck.jar.outcome import RejectReason
from policycheck.model.cookie import AnomalyKind
from policycheck.wire.hosts import domain_match, is_ip_address
from policycheck.wire.oddities import MAX_PAIR_OCTETS
from policycheck.wire.text import ascii_lower, first_control, octets

if TYPE_CHECKING:
    from collections.abc import Callable

    from policycheck.model.cookie import SetCookie
    from policycheck.wire.url import RequestTarget


_PREFIXES = ("__host-", "__secure-", "__http-")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a cookie arrived: from where, by a script or a header, and within a page of the same site or not."""

    target: RequestTarget
    from_script: bool
    same_site: bool


def malformed(cookie: SetCookie) -> RejectReason | None:
    """Steps 2 to 4, and 5.6 step 1. Asked anew here, since a SetCookie can be made without its header."""
    in_header = any(anomaly.kind is AnomalyKind.CONTROL_CHARACTER for anomaly in cookie.anomalies)
    if in_header or first_control(cookie.name) is not None or first_control(cookie.value) is not None:
        return RejectReason.CONTROL_CHARACTER
    if not cookie.name and not cookie.value:
        return RejectReason.EMPTY
    if octets(cookie.name) + octets(cookie.value) > MAX_PAIR_OCTETS:
        return RejectReason.OVERSIZED
    return None


def scope(cookie: SetCookie, host: str, public_suffix: Callable[[str], bool]) -> tuple[str, bool] | RejectReason:
    """Steps 7 to 10: the cookie's domain and whether it is host-only, or why it has none."""
    domain = cookie.domain
    if domain is None:
        return host, True
    if not domain.isascii():
        return RejectReason.NON_ASCII_DOMAIN
    if is_ip_address(host):
        return (host, True) if domain == host else RejectReason.FOREIGN_DOMAIN
    if public_suffix(domain.removesuffix(".")):
        return (host, True) if domain == host else RejectReason.PUBLIC_SUFFIX
    return (domain, False) if domain_match(host, domain) else RejectReason.FOREIGN_DOMAIN


def forbidden(cookie: SetCookie, *, host_only: bool, how: Circumstances) -> RejectReason | None:
    """Steps 13, 15, 18 to 22 and the rules of later drafts; the first that applies."""
    if cookie.secure and not how.target.trustworthy:
        return RejectReason.SECURE_OVER_HTTP
    if cookie.http_only and how.from_script:
        return RejectReason.HTTP_ONLY_FROM_SCRIPT
    if cookie.same_site != "None" and not how.same_site:
        return RejectReason.CROSS_SITE
    if cookie.same_site == "None" and not cookie.secure:
        return RejectReason.NONE_WITHOUT_SECURE
    if cookie.partitioned and not cookie.secure:
        return RejectReason.PARTITIONED_WITHOUT_SECURE
    return broken_prefix(cookie, host_only=host_only)


def broken_prefix(cookie: SetCookie, *, host_only: bool) -> RejectReason | None:
    """Steps 20 to 22: what a name prefix promises and the cookie does not keep; prefixes count in any letter case."""
    name = ascii_lower(cookie.name)
    if not name:
        hidden = ascii_lower(cookie.value).startswith(_PREFIXES)
        return RejectReason.PREFIX_IN_VALUE if hidden else None
    of_host = cookie.secure and host_only and cookie.path == "/"
    of_http = cookie.secure and cookie.http_only
    if name.startswith("__host-http-"):
        return None if of_host and of_http else RejectReason.HOST_HTTP_PREFIX
    if name.startswith("__host-"):
        return None if of_host else RejectReason.HOST_PREFIX
    if name.startswith("__http-"):
        return None if of_http else RejectReason.HTTP_PREFIX
    if name.startswith("__secure-"):
        return None if cookie.secure else RejectReason.SECURE_PREFIX
    return None
