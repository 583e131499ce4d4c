"""The record of the choice gets no Path, so that only the consent form ever sees it.

``Set-Cookie: choice=...`` from ``/consent/save`` lies at ``/consent`` (RFC 6265bis, 5.1.4: the default path). Each page
asks again, whatever was chosen, until the visitor says yes to be left alone: here not even that helps. Frameworks put
``Path=/`` there; this application writes its header itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gallery.parts import SIX_MONTHS, Settings, decide, erase, page_for, settle, valid_choice
from gallery.plain import PlainAnswer, as_wsgi
from gallery.reader import Reader
from policycheck.testing import WsgiDriver

LAW = "choice-is-remembered"
SHORTEST = "refuse_all(); visit('/')"


def create_app(settings: Settings) -> Callable[..., Iterable[bytes]]:
    """Build the site."""

    def answer_to(path: str, cookies: dict[str, str], categories: list[str]) -> PlainAnswer:
        if path == "/consent/save":
            answer = PlainAnswer(location="/")
            choice = decide(categories, settings.version)
            erase(answer, keep=choice.granted)
            # The bug: no Path=/.
            text = f"choice={choice.text}; Max-Age={SIX_MONTHS}; Secure; HttpOnly; SameSite=Lax"
            answer.headers.append(("Set-Cookie", text))
            return answer
        known = valid_choice(cookies, settings.version)
        answer = PlainAnswer(page_for(known))
        settle(answer, cookies, known)
        return answer

    return as_wsgi(answer_to)


class Driver(Reader, WsgiDriver):
    """Drives it."""

    def choose(self, granted: frozenset[str]) -> None:
        """Send the form."""
        self.post("/consent/save", data={"category": sorted(granted)})


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
