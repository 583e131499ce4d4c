"""The button "Allow" is a toggle: who allows twice has not allowed.

The button of a placeholder ("Allow statistics to see this chart") flips a switch. Pressed a second time, on another
page or because nothing seemed to happen, it takes the consent back. Without a framework: this is ASGI itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from gallery.parts import Settings, accept, amend, decide, page_for, settle, valid_choice
from gallery.plain import PlainAnswer, as_asgi
from gallery.reader import Reader
from policycheck.testing import AsgiDriver

LAW = "grant-is-idempotent"
SHORTEST = "grant('functional'); grant('functional')"


def create_app(settings: Settings) -> Callable[..., Awaitable[None]]:
    """Build the site."""

    def answer_to(path: str, cookies: dict[str, str], categories: list[str]) -> PlainAnswer:
        known = valid_choice(cookies, settings.version)
        if path == "/consent":
            answer = PlainAnswer(location="/")
            accept(answer, decide(categories, settings.version))
        elif path == "/toggle":
            answer = PlainAnswer(location="/")
            granted = {*(known.granted if known else ())}.symmetric_difference(categories)  # the bug: not union
            accept(answer, amend(known, granted, categories, settings.version))
        else:
            answer = PlainAnswer(page_for(known))
            settle(answer, cookies, known)
        return answer

    return as_asgi(answer_to)


class Driver(Reader, AsgiDriver):
    """Drives it."""

    def grant(self, categories: tuple[str, ...]) -> None:
        """Press the button of each placeholder."""
        self.post("/toggle", data={"category": categories})


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
