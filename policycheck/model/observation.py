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
    values of the Clear-Site-Data headers, which erase what lies on the device. ``refused`` holds, by position in
    ``set_cookie`` from 0, what a real browser says of cookies that it did not store. ``page``, ``frame`` and
    ``initiator`` are as in :class:`Source`.
    """

    method: str
    url: str | None = field(repr=False)
    status: int | None
    set_cookie: tuple[bytes | str, ...] = field(repr=False)
    date: str | None = None
    adapter: str = ""
    top_level_site: str | None = field(default=None, repr=False)
    in_process: bool = False
    clear_site_data: tuple[str, ...] = ()
    refused: tuple[tuple[int, Rejection], ...] = ()
    page: str | None = field(default=None, repr=False)
    frame: str | None = field(default=None, repr=False)
    initiator: Initiator | None = None

    __eq__ = equal_fields


def address_of(url: str | None) -> tuple[str, str]:
    """Host with port, and path, of a URL: what may be shown. Both empty where it has no host, as ``data:`` has not.

    Query and fragment carry tokens, what stands before ``@`` is a password, and of ``data:`` the rest is the content.
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:  # brackets that hold no address
        return "", ""
    host = parts.netloc.rpartition("@")[2]
    return (host, parts.path or "/") if host else ("", "")


@dataclass(frozen=True, slots=True)
class Initiator:
    """The script that did it: ``url`` is its address, ``line`` counts from 1; ``party`` is seen from the page."""

    url: str | None = field(default=None, repr=False)
    line: int | None = None
    party: Party | None = None

    def describe(self) -> str:
        """``stats.example/tag.js, line 12 (third party)``: without scheme and query, since a query carries tokens."""
        address = "".join(address_of(self.url)) or "a script"
        line = "" if self.line is None else f", line {self.line}"
        return f"{address}{line}{' (third party)' if self.party is Party.THIRD else ''}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an observation comes from. ``index`` and ``count`` number the response's Set-Cookie headers, from 1.

    ``page`` is the URL of the page that the visitor looks at, ``frame`` that of the document or the worker that wrote.
    ``manner`` says in words how it was seen, where no script and no header can be named.
    """

    adapter: str
    method: str | None = None
    url: str | None = field(default=None, repr=False)
    status: int | None = None
    index: int | None = None
    count: int | None = None
    test: str | None = None
    page: str | None = field(default=None, repr=False)
    frame: str | None = field(default=None, repr=False)
    initiator: Initiator | None = None
    manner: str | None = None

    @property
    def path(self) -> str | None:
        """The path of the URL. Query and fragment stay out of every output, since they carry tokens."""
        return address_of(self.url)[1] or None

    def describe(self) -> str:
        """``GET /cart  ->  Set-Cookie, header 2 of 3``, ``/cart  ->  stats.example/tag.js, line 12``: what is known."""
        path = self.path if self.page is None or self.index else address_of(self.page)[1]
        request = " ".join(part for part in (self.method, path) if part)
        header = f"Set-Cookie, header {self.index} of {self.count}" if self.index else ""
        script = self.manner if self.initiator is None else self.initiator.describe()
        return "  ->  ".join(part for part in (request, header or script) if part) or self.adapter


THIRD_PARTY_BLOCKED = "third-party-blocked"
"""The reason of a refusal that is the visitor's setting, and no fault of the cookie."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a browser would have refused the cookie, or did. ``step`` cites the step of RFC 6265bis, or who says so."""

    reason: str
    step: str
    message: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One entry stored, read or deleted. ``value`` is a secret that lives in memory only; None when it is not known.

    ``time`` is epoch seconds. ``lifetime`` is what was declared for the device (header), None when it is not known.
    ``host``, ``domain`` and ``path`` are of the store after defaults; for web storage ``host`` alone is set.
    ``set_by`` is None where nobody saw who wrote it. ``untold`` names the attributes that ``set_cookie`` lacks because
    the evidence does not tell them (``SameSite``). ``detected`` names the kinds of personal data in a value that the
    evidence no longer holds. ``store`` is the object store of a database, ``keys`` how many keys it holds.
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
    set_by: SetBy | None = SetBy.SERVER
    party: Party | None = None
    partition_key: str | None = None
    rejection: Rejection | None = None
    store: str | None = None
    keys: int | None = None
    untold: frozenset[str] = frozenset()
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
