"""What was read while the visitor refused is kept in memory, and stored as soon as there is consent.

The statistics collect page views in the server's memory from the first page on, "in case" consent comes later. The
refusal holds back only the storing. With the grant, what was seen during the refusal follows. (The same has been
reported of scripts that queue events in the page.)
"""

from __future__ import annotations

import secrets
from collections import Counter

from flask import Flask, make_response, redirect, request
from werkzeug.wrappers import Response

from gallery.parts import Settings, accept, decide, page_for, settle, valid_choice
from gallery.reader import Reader
from policycheck.testing import FlaskDriver

LAW = "regrant-starts-clean"
SHORTEST = "visit('/'); grant('analytics'); visit('/')"


def create_app(settings: Settings) -> Flask:
    """Build the site."""
    app = Flask(__name__)
    read: Counter[str] = Counter()

    @app.get("/")
    @app.get("/blog/")
    def page() -> Response:
        choice = valid_choice(request.cookies, settings.version)
        answer = make_response(page_for(choice))
        settle(answer, request.cookies, choice)
        reader = request.cookies.get("session") or secrets.token_hex(8)
        answer.set_cookie("session", reader, secure=True, httponly=True, samesite="Lax")
        if choice is None or not choice.granted:
            read[reader] += 1  # the bug: counted without consent ...
        elif "analytics" in choice.granted and reader in read:
            # ... and stored with it.
            answer.set_cookie("read_before", str(read[reader]), max_age=choice.seconds_left, secure=True)
        return answer

    @app.post("/consent")
    def consent() -> Response:
        answer = redirect("/", 303)
        accept(answer, decide(request.form.getlist("category"), settings.version))
        return answer

    return app


class Driver(Reader, FlaskDriver):
    """Drives it."""


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
