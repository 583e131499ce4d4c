"""The button "Reject all" deletes every cookie that it finds, and signs the reader out.

Deleting what the request brought along is short, and sure to leave nothing behind. It also takes the login, which
needs no consent: who is punished for a refusal has not chosen freely (GDPR Art. 7(4), recital 42).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gallery.parts import DAY, Settings, accept, decide, page_for, settle, valid_choice
from gallery.plain import PlainAnswer, as_wsgi
from gallery.reader import Reader
from policycheck.testing import WsgiDriver

LAW = "withdrawal-keeps-exempt"
SHORTEST = "act('sign in'); refuse_all()"


def create_app(settings: Settings) -> Callable[..., Iterable[bytes]]:
    """Build the site."""

    def answer_to(path: str, cookies: dict[str, str], categories: list[str]) -> PlainAnswer:
        if path == "/login":
            answer = PlainAnswer(location="/")
            answer.set_cookie("login", "r3ader", max_age=14 * DAY, secure=True, httponly=True, samesite="Lax")
            return answer
        if path == "/consent":
            answer = PlainAnswer(location="/")
            choice = decide(categories, settings.version)
            if not choice.granted:
                for name in cookies:
                    answer.delete_cookie(name)  # the bug: every one of them
            accept(answer, choice)
            return answer
        known = valid_choice(cookies, settings.version)
        answer = PlainAnswer(page_for(known))
        settle(answer, cookies, known)
        return answer

    return as_wsgi(answer_to)


class Driver(Reader, WsgiDriver):
    """Drives it."""

    actions: Mapping[str, Any] = {"sign in": lambda driver: driver.post("/login")}


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
