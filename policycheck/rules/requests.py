"""How rules speak of a request: what was asked, who asked, and whose page it was."""

from __future__ import annotations

from policycheck.errors import UsageError
from policycheck.model.request import SentRequest
from policycheck.rules.wording import printable
from policycheck.wire.url import request_target


def asked(sent: SentRequest) -> str:
    """``beacon request to 'stats.example'``: the kind of resource and the host."""
    resource = f"{printable(sent.resource)} request" if sent.resource else "request"
    return f"{resource} to {printable(sent.host or '')!r}"


def sender(sent: SentRequest) -> str:
    """``, sent by shop.example/tag.js, line 12``, or nothing where nobody knows which script it was."""
    return "" if sent.initiator is None else f", sent by {printable(sent.initiator.describe())}"


def page_host(sent: SentRequest) -> str | None:
    """The host of the page in the address bar; None where there is none, or nobody knows."""
    try:
        return None if sent.page is None else request_target(sent.page).host
    except UsageError:
        return None
