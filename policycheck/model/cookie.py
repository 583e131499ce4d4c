"""What one ``Set-Cookie`` header said, before any store accepted or refused it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from policycheck.model.equality import equal_fields

SameSite: TypeAlias = Literal["Lax", "Strict", "None"]
"""The three values of the SameSite attribute; absent and unknown values are ``None`` (RFC 6265bis, 5.6.7)."""


class AnomalyKind(StrEnum):
    """What a header holds that a careful server would not send. One kind, one way in which browsers read it."""

    CONTROL_CHARACTER = "control-character"
    """An octet %x00-08, %x0A-1F or %x7F: the whole cookie is ignored (RFC 6265bis, 5.6 step 1)."""
    EMPTY = "empty"
    """Neither a name nor a value: the cookie is ignored (5.7 step 2)."""
    OVERSIZED = "oversized"
    """Name and value together exceed 4,096 octets: the cookie is ignored (5.6 step 5)."""
    NAMELESS = "nameless"
    """No ``=``, or nothing before it: stored under the empty name (5.6 step 3)."""
    OVERSIZED_ATTRIBUTE = "oversized-attribute"
    """An attribute value of more than 1,024 octets: that attribute is ignored (5.6, attributes, step 6)."""
    UNKNOWN_ATTRIBUTE = "unknown-attribute"
    """An attribute that RFC 6265bis does not know: ignored."""
    REPEATED_ATTRIBUTE = "repeated-attribute"
    """The same attribute twice: the last valid one wins (5.7)."""
    BAD_MAX_AGE = "bad-max-age"
    """Max-Age that is empty or not ``-?DIGIT+``: ignored, the cookie may become a session cookie (5.6.2)."""
    BAD_EXPIRES = "bad-expires"
    """Expires that no cookie date can be read from: ignored, the cookie may become a session cookie (5.6.1)."""
    BAD_SAME_SITE = "bad-same-site"
    """SameSite with a value that is none of the three: read as absent (5.6.7)."""
    EMPTY_DOMAIN = "empty-domain"
    """Domain without a value: the cookie is host-only (5.6.3)."""
    RELATIVE_PATH = "relative-path"
    """Path that does not start with ``/``: the default path is used (5.6.4)."""
    VALUE_ON_FLAG = "value-on-flag"
    """``Secure=...``, ``HttpOnly=...`` or ``Partitioned=...``: the flag counts whatever the value, ``=false`` too."""
    QUOTED_ATTRIBUTE = "quoted-attribute"
    """An attribute value in quotes: the quotes belong to the value, since cookie syntax knows no quoting there."""
    UNDECODABLE = "undecodable"
    """Octets that are not UTF-8, read as ISO 8859-1 so that none is lost; or, in text, lone surrogates."""
    NON_ASCII = "non-ascii"
    """Octets above %x7F: allowed by browsers, outside the grammar for servers (4.1.1)."""
    FOLDED = "folded"
    """What looks like several cookies in one header, joined by a comma or a line break (RFC 9110, 5.3)."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One oddity of a header. ``detail`` names attributes and lengths, never a cookie's value."""

    kind: AnomalyKind
    detail: str


_LIMIT_OF_FLOAT = 10**300


@dataclass(slots=True, unsafe_hash=True, repr=False)
class SetCookie:
    """A parsed ``Set-Cookie`` header (RFC 6265bis, 5.6); attributes as declared, before any cap or default.

    ``max_age`` is in seconds and unclamped, ``expires`` in epoch seconds; each is None when the attribute is absent or
    ignored. ``domain`` is lower case without its leading dot, None when absent or empty; ``path`` is None when absent
    or relative, which means the default path. ``attributes`` keeps every attribute in order, names and values as they
    were sent, trimmed; an attribute without ``=`` has the value ``""``. ``raw`` is the whole header text. ``value``,
    ``attributes`` and ``raw`` are secrets, kept out of ``repr``.

    Treat it as frozen. It is not declared so, because a frozen dataclass pays for a checked assignment of each field
    and one of these is made for every header that an application sends.
    """

    name: str
    value: str
    expires: float | None = None
    max_age: int | None = None
    domain: str | None = None
    path: str | None = None
    secure: bool = False
    http_only: bool = False
    same_site: SameSite | None = None
    partitioned: bool = False
    attributes: tuple[tuple[str, str], ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    raw: str = ""

    @property
    def host_only(self) -> bool:
        """True when no Domain attribute widens the cookie beyond the host that set it (RFC 6265bis, 5.7)."""
        return self.domain is None

    @property
    def session(self) -> bool:
        """True when neither Max-Age nor Expires counts: the cookie ends with the browser's session."""
        return self.max_age is None and self.expires is None

    def expiry_time(self, now: float) -> float | None:
        """Epoch seconds at which the cookie ends when received at ``now``, or None for a session cookie.

        Max-Age wins over Expires (RFC 6265bis, 5.7 step 6); a Max-Age of zero or less ends at minus infinity, and one
        too long for a float at plus infinity.
        """
        if self.max_age is None:
            return self.expires
        if self.max_age <= 0:
            return float("-inf")
        return now + self.max_age if self.max_age < _LIMIT_OF_FLOAT else float("inf")

    def deletes(self, now: float) -> bool:
        """True when a store that receives this at ``now`` ends with no such cookie: it is a deletion, not a storing."""
        expiry = self.expiry_time(now)
        return expiry is not None and expiry <= now

    __eq__ = equal_fields

    def __repr__(self) -> str:
        """Show the name, the attributes that count and the kinds of anomaly; of secrets, the length alone.

        In a folded header an attribute's value may hold the next cookie: there Domain and Path show their length too.
        """
        kinds = tuple(anomaly.kind.value for anomaly in self.anomalies)
        folded = AnomalyKind.FOLDED in kinds
        parts = [f"name={self.name!r}", f"value=<{len(self.value)} characters>"]
        for label in ("expires", "max_age", "domain", "path", "secure", "http_only", "same_site", "partitioned"):
            content: object = getattr(self, label)
            if content is None or content is False:
                continue
            hidden = folded and isinstance(content, str) and label != "same_site"
            parts.append(f"{label}=<{len(str(content))} characters>" if hidden else f"{label}={content!r}")
        if kinds:
            parts.append(f"anomalies={kinds}")
        return f"SetCookie({', '.join(parts)})"
