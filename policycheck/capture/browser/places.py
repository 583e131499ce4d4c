"""Places and parties as browsers see them: the site of a frame against that of the page."""

from __future__ import annotations

from policycheck.errors import UsageError
from policycheck.jar.suffixes import default_public_suffix
from policycheck.model.observation import Initiator
from policycheck.recording import party_of
from policycheck.wire.hosts import registrable_domain
from policycheck.wire.url import RequestTarget, request_target


def partition_of(frame: str | None, page: str | None) -> str | None:
    """The partition in which a document's web storage lies: the site of the page, in a frame of another site.

    Browsers part all storage of third parties that way since Chromium 115, Firefox 103 and Safari 10 (WHATWG Storage,
    storage keys). Cookies are parted by their Partitioned attribute alone.
    """
    inner, outer = target_of(frame), target_of(page)
    if inner is None or outer is None:
        return None
    suffix = default_public_suffix()
    sites = [f"{target.site_scheme}://{registrable_domain(target.host, suffix)}" for target in (inner, outer)]
    return None if sites[0] == sites[1] else sites[1]


def initiator_of(url: str | None, line: int | None, page: str | None) -> Initiator | None:
    """The script at ``url``, with its party seen from ``page``; None where the browser names none."""
    return Initiator(url, line, party_of(target_of(url), page)) if url else None


def target_of(url: str | None) -> RequestTarget | None:
    """The parts of ``url`` that matter for storage; None where it is no address of the web."""
    try:
        return None if url is None else request_target(url)
    except UsageError:
        return None


def origin_url(origin: str | None) -> str | None:
    """The address of an origin (``https://shop.example``); None of an opaque one."""
    return f"{origin}/" if origin and target_of(f"{origin}/") is not None else None


def host_of(url: str | None) -> str | None:
    """The canonical host of ``url``; None where it has none."""
    target = target_of(url)
    return None if target is None else target.host
