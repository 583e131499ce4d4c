"""The magazine as it should be, with Flask: what the broken ones are to be read against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, make_response, redirect, request
from werkzeug.wrappers import Response

from gallery.parts import Settings, accept, decide, page_for, settle, valid_choice
from gallery.reader import Reader
from policycheck.testing import FlaskDriver


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
        accept(answer, decide(request.form.getlist("category"), settings.version))
        return answer

    @app.post("/login")
    def login() -> Response:
        answer = redirect("/", 303)
        answer.set_cookie("login", "r3ader", max_age=14 * 86_400, secure=True, httponly=True, samesite="Lax")
        return answer

    return app


class Driver(Reader, FlaskDriver):
    """Drives it."""

    actions: Mapping[str, Any] = {"sign in": lambda driver: driver.post("/login")}


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
