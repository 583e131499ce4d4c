"""A request that the browser sent: the host that was contacted, by whom, and under which consent."""

from __future__ import annotations

from dataclasses import dataclass, field

from policycheck.model.consent import UNSET, ConsentState
from policycheck.model.equality import equal_fields
from policycheck.model.observation import Initiator, address_of
from policycheck.model.party import Party

NAVIGATION = "document"
"""The resource of a page load in the address bar, and of a frame's where ``frame`` differs from ``page``."""


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request. ``resource`` says what for: ``script``, ``image``, ``beacon``, ``fetch``, ``xhr``, ``iframe``, ...

    ``url`` is as the browser sent it, and a secret: its query carries tokens and identifiers. ``host`` is canonical;
    None where the URL leads to no other machine (``data:``, ``blob:``, an extension). ``page`` is the URL in the
    address bar, ``frame`` that of the document or worker that asked (of the new document, for a page load). ``party``
    is seen from the page, None where that is not known. ``time`` is epoch seconds.
    """

    url: str = field(repr=False)
    host: str | None = None
    method: str = "GET"
    resource: str = ""
    initiator: Initiator | None = None
    page: str | None = field(default=None, repr=False)
    frame: str | None = field(default=None, repr=False)
    party: Party | None = None
    consent: ConsentState = UNSET
    time: float = 0.0
    sequence: int = 0
    test: str | None = None

    __eq__ = equal_fields

    @property
    def path(self) -> str:
        """The path of the URL, ``/`` at least. Query and fragment stay out of every output, since they carry tokens."""
        return address_of(self.url)[1] or "/"

    @property
    def page_path(self) -> str | None:
        """The path of the page; None where the page is not known, or comes from no machine."""
        return address_of(self.page)[1] or None

    @property
    def navigates(self) -> bool:
        """True for a page load in the address bar: the visitor went there, and no page asked for it."""
        return self.resource == NAVIGATION and self.frame in (None, self.page)

    @property
    def by_page(self) -> bool:
        """True when a page asked a machine: what rules judge. What leads to no machine, and a page load, is not."""
        return self.host is not None and not self.navigates

    def describe(self) -> str:
        """``/cart  ->  POST stats.example/collect (beacon)  ->  shop.example/tag.js, line 12``, as far as it is known.

        What leads to no other machine is named by its scheme alone.
        """
        address = f"{self.host}{self.path}" if self.host else f"{self.url.partition(':')[0]}:"
        resource = f" ({self.resource})" if self.resource else ""
        script = "" if self.initiator is None else self.initiator.describe()
        parts = (self.page_path, f"{self.method} {address}{resource}", script)
        return "  ->  ".join(part for part in parts if part)
