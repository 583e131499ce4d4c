"""What became of one received cookie, and which step of the storage model decided it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policycheck.jar.cookie import StoredCookie
    from policycheck.model.cookie import SetCookie


class Change(StrEnum):
    """What storing did to the jar."""

    CREATED = "created"
    REPLACED = "replaced"
    DELETED = "deleted"
    """The cookie came with an end in the past. Whether there was one to delete, ``Stored.previous`` tells."""


class RejectReason(StrEnum):
    """Why a browser does not store a cookie. ``step`` is the place that says so."""

    CONTROL_CHARACTER = "control-character"
    EMPTY = "empty"
    OVERSIZED = "oversized"
    NON_ASCII_DOMAIN = "non-ascii-domain"
    PUBLIC_SUFFIX = "public-suffix"
    FOREIGN_DOMAIN = "foreign-domain"
    SECURE_OVER_HTTP = "secure-over-http"
    HTTP_ONLY_FROM_SCRIPT = "http-only-from-script"
    OVERLAYS_SECURE = "overlays-secure"
    CROSS_SITE = "cross-site"
    NONE_WITHOUT_SECURE = "same-site-none-without-secure"
    SECURE_PREFIX = "secure-prefix"
    HOST_PREFIX = "host-prefix"
    HTTP_PREFIX = "http-prefix"
    HOST_HTTP_PREFIX = "host-http-prefix"
    PREFIX_IN_VALUE = "prefix-in-value"
    PARTITIONED_WITHOUT_SECURE = "partitioned-without-secure"
    OVERWRITES_HTTP_ONLY = "overwrites-http-only"

    @property
    def step(self) -> str:
        """Document, section and step that refuse the cookie."""
        return _STEPS[self]

    @property
    def message(self) -> str:
        """One sentence for a person: what the cookie lacks."""
        return _MESSAGES[self]


_STEPS = {
    RejectReason.CONTROL_CHARACTER: "RFC 6265bis, 5.6 step 1",
    RejectReason.EMPTY: "RFC 6265bis, 5.7 step 2",
    RejectReason.OVERSIZED: "RFC 6265bis, 5.7 step 4",
    RejectReason.NON_ASCII_DOMAIN: "RFC 6265bis, 5.7 step 8",
    RejectReason.PUBLIC_SUFFIX: "RFC 6265bis, 5.7 step 9",
    RejectReason.FOREIGN_DOMAIN: "RFC 6265bis, 5.7 step 10",
    RejectReason.SECURE_OVER_HTTP: "RFC 6265bis, 5.7 step 13",
    RejectReason.HTTP_ONLY_FROM_SCRIPT: "RFC 6265bis, 5.7 step 15",
    RejectReason.OVERLAYS_SECURE: "RFC 6265bis, 5.7 step 16",
    RejectReason.CROSS_SITE: "RFC 6265bis, 5.7 step 18",
    RejectReason.NONE_WITHOUT_SECURE: "RFC 6265bis, 5.7 step 19",
    RejectReason.SECURE_PREFIX: "RFC 6265bis, 5.7 step 20",
    RejectReason.HOST_PREFIX: "RFC 6265bis, 5.7 step 21",
    RejectReason.HTTP_PREFIX: "draft-ietf-httpbis-layered-cookies, the __Http- prefix",
    RejectReason.HOST_HTTP_PREFIX: "draft-ietf-httpbis-layered-cookies, the __Host-Http- prefix",
    RejectReason.PREFIX_IN_VALUE: "RFC 6265bis, 5.7 step 22",
    RejectReason.PARTITIONED_WITHOUT_SECURE: "CHIPS (draft-cutler-httpbis-partitioned-cookies), 2.1",
    RejectReason.OVERWRITES_HTTP_ONLY: "RFC 6265bis, 5.7 step 23",
}

_MESSAGES = {
    RejectReason.CONTROL_CHARACTER: "the header holds a control character other than a tab",
    RejectReason.EMPTY: "the cookie has neither a name nor a value",
    RejectReason.OVERSIZED: "name and value together exceed 4,096 octets",
    RejectReason.NON_ASCII_DOMAIN: "the Domain attribute holds a character outside ASCII",
    RejectReason.PUBLIC_SUFFIX: "the Domain attribute names a public suffix, under which others register their names",
    RejectReason.FOREIGN_DOMAIN: "the Domain attribute does not cover the host that sent the cookie",
    RejectReason.SECURE_OVER_HTTP: "a Secure cookie came over plain http",
    RejectReason.HTTP_ONLY_FROM_SCRIPT: "a script cannot set an HttpOnly cookie",
    RejectReason.OVERLAYS_SECURE: "plain http cannot shadow a Secure cookie of the same name",
    RejectReason.CROSS_SITE: "in another site's page only a SameSite=None cookie can be set",
    RejectReason.NONE_WITHOUT_SECURE: "SameSite=None needs Secure",
    RejectReason.SECURE_PREFIX: "the name prefix __Secure- needs Secure",
    RejectReason.HOST_PREFIX: "the name prefix __Host- needs Secure, Path=/ and no Domain",
    RejectReason.HTTP_PREFIX: "the name prefix __Http- needs Secure, HttpOnly and a header, not a script",
    RejectReason.HOST_HTTP_PREFIX: "the name prefix __Host-Http- needs what __Host- and __Http- need",
    RejectReason.PREFIX_IN_VALUE: "a cookie without a name has a value that starts like a name prefix",
    RejectReason.PARTITIONED_WITHOUT_SECURE: "Partitioned needs Secure",
    RejectReason.OVERWRITES_HTTP_ONLY: "a script cannot overwrite an HttpOnly cookie",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """The store took the cookie.

    ``cookie`` is as it was stored, of a deletion as it would have been. ``previous`` is the cookie that it replaced or
    deleted; None for a new cookie, and for a deletion of nothing. ``evicted`` lists what had to go to make room, in
    rare cases the new cookie itself (5.7, the order of eviction).
    """

    cookie: StoredCookie
    change: Change
    set_cookie: SetCookie
    previous: StoredCookie | None = None
    evicted: tuple[StoredCookie, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """The store ignored the cookie. ``set_cookie`` is what the header said."""

    reason: RejectReason
    set_cookie: SetCookie

    @property
    def step(self) -> str:
        """Document, section and step that refuse the cookie, such as ``RFC 6265bis, 5.7 step 13``."""
        return self.reason.step

    @property
    def message(self) -> str:
        """What the cookie lacks, in one sentence without its value."""
        return self.reason.message
