"""The choice is kept on the server, by session, and never grows old.

A cookie ends by itself; a row in a table does not. The table has no date, so that whoever does not close the browser
has agreed for ever, although the site says that a choice counts for six months.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable

from gallery.parts import Choice, Settings, accept, decide, erase, page_for, store
from gallery.plain import PlainAnswer, as_wsgi
from gallery.reader import Reader
from policycheck.testing import WsgiDriver

LAW = "expiry-returns-to-unset"
SHORTEST = "grant('functional'); expire(); visit('/')"


def create_app(settings: Settings) -> Callable[..., Iterable[bytes]]:
    """Build the site."""
    table: dict[str, Choice] = {}

    def answer_to(path: str, cookies: dict[str, str], categories: list[str]) -> PlainAnswer:
        reader = cookies.get("session") or secrets.token_hex(8)
        if path == "/consent":
            answer = PlainAnswer(location="/")
            choice = table[reader] = decide(categories, settings.version)
            accept(answer, choice)  # the record on the device is for the page's scripts
        else:
            known = table.get(reader)
            if known is not None and known.version != settings.version:  # the bug: nobody looks at known.time
                known = None
            answer = PlainAnswer(page_for(known))
            if known is None:
                answer.delete_cookie("choice")
                erase(answer)
            store(answer, cookies, None, granted=known.granted if known else ())
        answer.set_cookie("session", reader, secure=True, httponly=True, samesite="Lax")
        return answer

    return as_wsgi(answer_to)


class Driver(Reader, WsgiDriver):
    """Drives it."""


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
