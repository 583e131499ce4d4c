"""Cookies are deleted without the Domain that they were set with, so that they stay.

``delete_cookie("ads")`` looks right, and answers with a header that deletes another cookie: the one of this host
alone. A cookie is known by name, domain and path (RFC 6265bis, 5.7). The bug most often told about consent managers.
"""

from __future__ import annotations

from flask import Flask, make_response, redirect, request
from werkzeug.wrappers import Response

from gallery.parts import ENTRIES, Settings, decide, erase, page_for, settle, valid_choice, write_choice
from gallery.reader import Reader
from policycheck.testing import FlaskDriver

LAW = "withdrawal-erases"
SHORTEST = "grant('marketing'); withdraw('marketing'); visit('/')"


def create_app(settings: Settings) -> Flask:
    """Build the site."""
    app = Flask(__name__)

    @app.get("/")
    @app.get("/blog/")
    def page() -> Response:
        choice = valid_choice(request.cookies, settings.version)
        answer = make_response(page_for(choice))
        settle(answer, request.cookies, choice)
        return answer

    @app.post("/consent")
    def consent() -> Response:
        answer = redirect("/", 303)
        choice = decide(request.form.getlist("category"), settings.version)
        if valid_choice(request.cookies, settings.version) is None:
            erase(answer)  # what an older choice left behind
        write_choice(answer, choice)
        for entry in ENTRIES:
            if entry.category not in choice.granted:
                # The bug: no domain=entry.domain.
                answer.delete_cookie(entry.name, path=entry.path)
        return answer

    return app


class Driver(Reader, FlaskDriver):
    """Drives it."""


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
