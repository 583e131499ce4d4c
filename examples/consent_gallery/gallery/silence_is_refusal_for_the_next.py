"""The defaults are one object for the whole process, and each choice is written into it.

``granted = DEFAULTS`` and then ``granted.update(...)``: no copy was made. The first reader who agrees agrees for every
new reader, until the process starts anew. Alone at a desk nobody sees it: it takes a second device.
"""

from __future__ import annotations

from flask import Flask, make_response, redirect, request
from werkzeug.wrappers import Response

from gallery.parts import Settings, accept, decide, page_for, settle, store, valid_choice
from gallery.reader import Reader
from policycheck.testing import FlaskDriver

LAW = "silence-is-refusal"
SHORTEST = "grant('functional'); new_device(); visit('/')"
DEFAULTS: set[str] = set()


def create_app(settings: Settings) -> Flask:
    """Build the site."""
    app = Flask(__name__)

    @app.get("/")
    @app.get("/blog/")
    def page() -> Response:
        choice = valid_choice(request.cookies, settings.version)
        answer = make_response(page_for(choice))
        settle(answer, request.cookies, choice)
        if choice is None and "session" not in request.cookies:
            store(answer, request.cookies, None, granted=DEFAULTS)  # a new reader starts with the defaults
        return answer

    @app.post("/consent")
    def consent() -> Response:
        granted = DEFAULTS
        granted.clear()
        granted.update(request.form.getlist("category"))  # the bug: these are everybody's
        answer = redirect("/", 303)
        answer.set_cookie("session", "known", secure=True, httponly=True, samesite="Lax")
        accept(answer, decide(granted, settings.version))
        return answer

    return app


class Driver(Reader, FlaskDriver):
    """Drives it."""


class Visitors:
    """The readers of one process. A journey begins with a process that has just started."""

    def begin(self) -> None:
        """Start the process anew."""
        DEFAULTS.clear()

    def __call__(self) -> Driver:
        """One reader more."""
        settings = Settings()
        return Driver(create_app(settings), settings)


driver = Visitors()
