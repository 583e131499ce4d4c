"""The consent manager's record says yes before anybody chose.

The page writes the record of its consent manager with the defaults of the site's configuration, all switched on, so
that scripts find something there. The server waits for the choice. Third parties believe the record.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from gallery.parts import CATEGORIES, SIX_MONTHS, Settings, accept, decide, page_for, settle, valid_choice
from gallery.plain import PlainAnswer, as_asgi
from gallery.reader import Reader
from policycheck.testing import AsgiDriver

LAW = "signal-follows-choice"
SHORTEST = "visit('/')"


def create_app(settings: Settings) -> Callable[..., Awaitable[None]]:
    """Build the site."""

    def answer_to(path: str, cookies: dict[str, str], categories: list[str]) -> PlainAnswer:
        choice = valid_choice(cookies, settings.version)
        if path == "/consent":
            answer = PlainAnswer(location="/")
            choice = decide(categories, settings.version)
            accept(answer, choice)
        else:
            answer = PlainAnswer(page_for(choice))
            settle(answer, cookies, choice)
        granted = choice.granted if choice else CATEGORIES  # the bug: the defaults of the configuration
        record = json.dumps({category: category in granted for category in CATEGORIES})
        seconds = choice.seconds_left if choice else SIX_MONTHS
        answer.set_cookie("klaro", quote(record), max_age=seconds, secure=True, samesite="Lax")
        return answer

    return as_asgi(answer_to)


class Driver(Reader, AsgiDriver):
    """Drives it."""


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
