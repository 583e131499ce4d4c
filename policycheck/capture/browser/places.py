"""Places and parties as browsers see them: the site of a frame against that of the page."""

from __future__ import annotations

from policycheck.jar.addresses import party_of, place_of_url, site_of
from policycheck.model.observation import Initiator


def partition_of(frame: str | None, page: str | None) -> str | None:
    """The partition in which a document's web storage lies: the site of the page, in a frame of another site.

    Browsers part all storage of third parties that way since Chromium 115, Firefox 103 and Safari 10 (WHATWG Storage,
    storage keys). Cookies are parted by their Partitioned attribute alone.
    """
    inner, outer = place_of_url(frame), place_of_url(page)
    if inner is None or outer is None:
        return None
    sites = [f"{target.site_scheme}://{site_of(target.host)}" for target in (inner, outer)]
    return None if sites[0] == sites[1] else sites[1]


def initiator_of(url: str | None, line: int | None, page: str | None) -> Initiator | None:
    """The script at ``url``, with its party seen from ``page``; None where the browser names none."""
    return Initiator(url, line, party_of(place_of_url(url), page)) if url else None


def origin_url(origin: str | None) -> str | None:
    """The address of an origin (``https://shop.example``); None of an opaque one."""
    return f"{origin}/" if origin and place_of_url(f"{origin}/") is not None else None


def host_of(url: str | None) -> str | None:
    """The canonical host of ``url``; None where it has none."""
    target = place_of_url(url)
    return None if target is None else target.host
