"""What each browser tells through its driver. What it does not tell is reported as not observed, never as clean."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Sight(StrEnum):
    """How a way to write is seen. The value is what a report and the documentation say."""

    TOLD = "told when it is made, and by which script or response"
    UNNAMED = "told when it is made, not by which script"
    LATE = "told from the first moments on; what comes before is found once it lies there"
    FOUND = "found at the next look; what is gone by then is not seen, nor by whom it was written"
    UNSEEN = "not seen"


WAYS: Mapping[str, str] = MappingProxyType(
    {
        "header": "Set-Cookie of responses, redirects and subresources too",
        "worker header": "Set-Cookie of the script of a service worker",
        "refused": "Set-Cookie that the browser refuses",
        "refused script cookie": "document.cookie and cookieStore, where the browser refuses",
        "script cookie": "document.cookie and cookieStore",
        "method": "localStorage and sessionStorage, by method",
        "property": "localStorage and sessionStorage, by property (localStorage.x = 1, delete localStorage.x)",
        "database": "IndexedDB: databases and object stores",
        "keys": "IndexedDB: how many keys an object store holds",
        "cache": "Cache Storage",
        "file": "origin private file system",
        "other site": "frames of other sites, in their partition",
        "dedicated worker": "what a dedicated worker writes",
        "shared worker": "what a shared worker writes",
        "service worker": "what a service worker writes",
        "leaving": "web storage, while the page is left",
        "leaving cookie": "document.cookie, while the page is left",
    }
)
"""The ways to write, and how they are called."""

_CHROMIUM = {
    "worker header": Sight.FOUND,
    "property": Sight.UNNAMED,
    "leaving": Sight.UNNAMED,
    "leaving cookie": Sight.FOUND,
}

_WITHOUT_PROTOCOL = {
    "worker header": Sight.FOUND,
    "property": Sight.FOUND,
    "keys": Sight.UNSEEN,
    "dedicated worker": Sight.FOUND,
    "shared worker": Sight.FOUND,
    "service worker": Sight.FOUND,
}
_LEAVING = {"leaving": Sight.FOUND, "leaving cookie": Sight.FOUND}

# Plain WebDriver: no responses, and no script that runs before those of a page.
_WITHOUT_SCRIPTS = {
    **_WITHOUT_PROTOCOL,
    **_LEAVING,
    "header": Sight.FOUND,
    "refused": Sight.UNSEEN,
    "refused script cookie": Sight.LATE,
    "script cookie": Sight.LATE,
    "method": Sight.LATE,
    "database": Sight.LATE,
    "cache": Sight.LATE,
    "file": Sight.LATE,
    "other site": Sight.UNSEEN,
}

SIGHTS: Mapping[str, Mapping[str, Sight]] = MappingProxyType(
    {
        "playwright-chromium": {
            **_CHROMIUM,
            # Playwright lets a worker go before anybody else is asked, and knows nothing of shared ones.
            "dedicated worker": Sight.LATE,
            "shared worker": Sight.FOUND,
            "service worker": Sight.LATE,
        },
        "selenium-chromium": _CHROMIUM,
        "playwright-firefox": _WITHOUT_PROTOCOL,
        "playwright-webkit": {**_WITHOUT_PROTOCOL, **_LEAVING},
        "selenium-webkitgtk": _WITHOUT_SCRIPTS,
        "selenium-firefox": _WITHOUT_SCRIPTS,
        "selenium-safari": _WITHOUT_SCRIPTS,
    }
)
"""How each adapter sees each way; what is not named is told."""


def sight(adapter: str, way: str) -> Sight:
    """How the adapter sees a way to write. Raises KeyError for an adapter or a way that there is not."""
    if way not in WAYS:
        raise KeyError(way)
    return SIGHTS[adapter].get(way, Sight.TOLD)


GAPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {adapter: tuple(f"{WAYS[way]}: {seen}" for way, seen in sights.items()) for adapter, sights in SIGHTS.items()}
)
"""What each adapter does not tell, in plain words."""
