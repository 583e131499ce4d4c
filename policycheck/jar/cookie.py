"""A cookie as a store keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from policycheck.model.equality import equal_fields

if TYPE_CHECKING:
    from policycheck.model.cookie import SameSite

Key: TypeAlias = tuple[str, str, bool, str, str | None]
"""What makes two cookies the same one: name, domain, host-only, path (RFC 6265bis, 5.7 step 23), and the partition."""


@dataclass(frozen=True, slots=True)
class StoredCookie:
    """One cookie in the store (RFC 6265bis, 5.7). Times are epoch seconds.

    ``expiry_time`` is None for a session cookie. ``domain`` has no leading dot; ``host_only`` says whether it matches
    that host alone. ``partition_key`` is the top-level site (``https://shop.example``) of a Partitioned cookie, else
    None. ``last_access_time`` is the last time at which the cookie was stored or sent.
    """

    name: str
    value: str = field(repr=False)
    domain: str
    host_only: bool
    path: str
    expiry_time: float | None
    secure: bool
    http_only: bool
    same_site: SameSite | None
    partition_key: str | None
    creation_time: float
    last_access_time: float

    __eq__ = equal_fields

    @property
    def key(self) -> Key:
        """The cookie's identity in the store."""
        return (self.name, self.domain, self.host_only, self.path, self.partition_key)

    def timed(self, created: float, used: float) -> StoredCookie:
        """The same cookie with these times of creation and last access."""
        # What dataclasses.replace does, in a quarter of the time: each cookie of each request comes by here.
        return StoredCookie(
            self.name,
            self.value,
            self.domain,
            self.host_only,
            self.path,
            self.expiry_time,
            self.secure,
            self.http_only,
            self.same_site,
            self.partition_key,
            created,
            used,
        )

    def expired(self, now: float) -> bool:
        """True from the second of ``expiry_time`` on."""
        return self.expiry_time is not None and self.expiry_time <= now
