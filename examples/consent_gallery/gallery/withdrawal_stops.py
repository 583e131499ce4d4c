"""The session remembers who agreed, and nobody tells it when they no longer do.

The consent form adds to the session what was agreed to, since half of the code base looks there. A withdrawal updates
the record and erases everything, and the next page, which asks the session, stores it all again.
"""

from __future__ import annotations

from flask import Flask, make_response, redirect, request, session
from werkzeug.wrappers import Response

from gallery.parts import Choice, Settings, accept, decide, page_for, settle, store, valid_choice
from gallery.reader import Reader
from policycheck.testing import FlaskDriver

LAW = "withdrawal-stops"
SHORTEST = "grant('functional'); withdraw('functional')"


def create_app(settings: Settings) -> Flask:
    """Build the site."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for the example only", SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")

    def known() -> Choice | None:
        choice = valid_choice(request.cookies, settings.version)
        if choice is None:
            session.clear()  # who is asked anew starts anew
        return choice

    @app.get("/")
    @app.get("/blog/")
    def page() -> Response:
        choice = known()
        answer = make_response(page_for(choice))
        settle(answer, request.cookies, choice)
        store(answer, request.cookies, None, granted=session.get("agreed", ()))
        return answer

    @app.post("/consent")
    def consent() -> Response:
        known()
        choice = decide(request.form.getlist("category"), settings.version)
        # The bug: it only ever grows.
        session["agreed"] = sorted({*session.get("agreed", ()), *choice.granted})
        answer = redirect("/", 303)
        accept(answer, choice)
        return answer

    return app


class Driver(Reader, FlaskDriver):
    """Drives it."""


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
