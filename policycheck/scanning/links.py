"""Which links of a page a scan follows: those within its scope that only read, each page once."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from policycheck.scanning.scope import Scope, without_fragment

_LEAVING = re.compile(
    r"(?<![a-z])(log[-_ ]?(out|off|ud)|sign[-_ ]?(out|off)|abmelden|odhlasit|odhlaseni|odhlasenie|deconnexion"
    r"|deconnecter|cerrar[-_ ]?sesion|esci|disconnetti|uitloggen|afmelden|wyloguj|logga[-_ ]ut|kirjaudu[-_ ]ulos"
    r"|unsubscribe|abbestellen|delete|remove|destroy|loeschen|smazat)(?![a-z])"
)
"""Words of links that end a session or take something away, should a page do so by a mere link."""
_FILES = re.compile(
    r"\.(7z|avi|bz2|css|csv|dmg|docx?|eot|exe|gif|gz|ico|ics|iso|jpe?g|js|json|m4[av]|map|mov|mp[34]|mpe?g|msi|od[st]"
    r"|ogg|pdf|png|pptx?|rar|rss|svg|tar|tgz|tiff?|ttf|txt|wasm|wav|web[mp]|woff2?|xlsx?|xml|zip)$",
    re.IGNORECASE,
)


class Frontier:
    """The pages to visit, breadth first: the given ones, then what links name, up to ``limit`` in all.

    Pages that were given do not count as found: they are visited even beyond the limit.
    """

    def __init__(self, scope: Scope, given: Iterable[str], limit: int) -> None:
        self._scope = scope
        self._known = dict.fromkeys(map(without_fragment, given))
        self._waiting = deque(self._known)
        self._limit = limit
        self._left_out: set[str] = set()

    @property
    def pages(self) -> tuple[str, ...]:
        """All pages up to now, in the order in which they are visited."""
        return tuple(self._known)

    @property
    def left_out(self) -> int:
        """How many pages links name that the limit keeps out."""
        return len(self._left_out)

    def next(self) -> str | None:
        """The next page to visit, None when there is none."""
        return self._waiting.popleft() if self._waiting else None

    def found(self, links: Iterable[str]) -> None:
        """Take in the links of a page, as absolute URLs."""
        fresh = dict.fromkeys(
            url for url in map(_readable, links) if url and url not in self._known and follows(url, self._scope)
        )
        for url in fresh:
            if len(self._known) >= self._limit:
                self._left_out.add(url)
                continue
            self._known[url] = None
            self._waiting.append(url)


def follows(url: str, scope: Scope) -> bool:
    """True when a link to ``url`` leads to a page within ``scope``, and neither to a file nor out of a session."""
    parts = urlsplit(url)
    said = unquote(f"{parts.path}?{parts.query}").lower()
    return scope.holds(url) and not _FILES.search(parts.path) and not _LEAVING.search(said)


def _readable(link: str) -> str | None:
    try:
        return without_fragment(link)
    except ValueError:
        return None
