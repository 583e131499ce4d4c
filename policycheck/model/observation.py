"""What was seen: an HTTP exchange as an adapter hands it over, and an observation as rules judge it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from policycheck.model.consent import UNSET, ConsentState
from policycheck.model.cookie import SetCookie
from policycheck.model.equality import equal_fields
from policycheck.model.lifetime import Lifetime
from policycheck.model.party import Party
from policycheck.model.storage import Operation, SetBy, StorageKind


@dataclass(frozen=True, slots=True)
class HttpExchange:
    """One response, as raw as the client lets it be seen. ``set_cookie`` holds one item a header, in order.

    ``url`` is absolute, of the request that this response answers (of the hop, in a redirect chain); None when the
    evidence does not say. ``date`` is the Date header. ``top_level_site`` is the site of the page, where it differs.
    ``in_process`` says that no network lay between: a test client called the application. ``clear_site_data`` holds the
    values of the Clear-Site-Data headers, which erase what lies on the device.
    """

    method: str
    url: str | None = field(repr=False)
    status: int | None
    set_cookie: tuple[bytes | str, ...] = field(repr=False)
    date: str | None = None
    adapter: str = ""
    top_level_site: str | None = None
    in_process: bool = False
    clear_site_data: tuple[str, ...] = ()

    __eq__ = equal_fields


@dataclass(frozen=True, slots=True)
class Source:
    """Where an observation comes from. ``index`` and ``count`` number the response's Set-Cookie headers, from 1."""

    adapter: str
    method: str | None = None
    url: str | None = field(default=None, repr=False)
    status: int | None = None
    index: int | None = None
    count: int | None = None
    test: str | None = None

    @property
    def path(self) -> str | None:
        """The path of the URL. Query and fragment stay out of every output, since they carry tokens."""
        return (urlsplit(self.url).path or "/") if self.url else None

    def describe(self) -> str:
        """``GET /cart  ->  Set-Cookie, header 2 of 3``, as far as it is known."""
        request = " ".join(part for part in (self.method, self.path) if part)
        header = f"Set-Cookie, header {self.index} of {self.count}" if self.index else ""
        return "  ->  ".join(part for part in (request, header) if part) or self.adapter


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a browser would have refused the cookie. ``step`` cites the step of RFC 6265bis."""

    reason: str
    step: str
    message: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One entry stored, read or deleted. ``value`` is a secret that lives in memory only; None when it is not known.

    ``time`` is epoch seconds. ``lifetime`` is what was declared for the device (header), None when it is not known.
    ``host``, ``domain`` and ``path`` are of the store after defaults; for web storage ``host`` alone is set.
    ``detected`` names the kinds of personal data in a value that the evidence no longer holds.
    """

    kind: StorageKind
    name: str
    operation: Operation = Operation.STORE
    source: Source = Source("unknown")
    value: str | None = field(default=None, repr=False)
    value_length: int | None = None
    detected: tuple[str, ...] | None = None
    set_cookie: SetCookie | None = None
    lifetime: Lifetime | None = None
    host: str | None = None
    domain: str | None = None
    path: str | None = None
    secure_origin: bool | None = None
    set_by: SetBy = SetBy.SERVER
    party: Party | None = None
    partition_key: str | None = None
    rejection: Rejection | None = None
    consent: ConsentState = UNSET
    time: float = 0.0
    sequence: int = 0

    __eq__ = equal_fields

    @property
    def stored(self) -> bool:
        """True when the entry came to lie on the device: neither a deletion, nor a read, nor refused by the browser."""
        return self.operation is Operation.STORE and self.rejection is None

    @property
    def subject(self) -> str:
        """``cookie '_ga'``: how messages name the entry."""
        return f"{self.kind.value} {self.name!r}"
