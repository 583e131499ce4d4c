"""Each visit sends the cookie anew, so that it never ends for whoever returns.

``first_seen`` was declared to stay as long as it is set once (``refresh: false``). The code that sends it runs on each
page, like that of its neighbours. France frees statistics from consent only without such an extension.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gallery.parts import ENTRIES, SIX_MONTHS, Settings, accept, decide, page_for, put, settle, valid_choice
from gallery.plain import PlainAnswer, as_wsgi
from gallery.reader import Reader
from policycheck.testing import WsgiDriver

LAW = "fixed-lifetime-stays"
SHORTEST = "grant('analytics'); visit('/')"


def create_app(settings: Settings) -> Callable[..., Iterable[bytes]]:
    """Build the site."""

    def answer_to(path: str, cookies: dict[str, str], categories: list[str]) -> PlainAnswer:
        if path == "/consent":
            answer = PlainAnswer(location="/")
            accept(answer, decide(categories, settings.version))
            return answer
        known = valid_choice(cookies, settings.version)
        answer = PlainAnswer(page_for(known))
        settle(answer, cookies, known)
        for entry in ENTRIES:
            if known and entry.category in known.granted and entry.fixed:
                put(answer, entry, SIX_MONTHS)  # the bug: six months from now, on each page
        return answer

    return as_wsgi(answer_to)


class Driver(Reader, WsgiDriver):
    """Drives it."""


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
