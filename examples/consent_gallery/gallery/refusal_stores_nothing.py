"""Who presses "Reject all" gets a cookie for it: the banner's own test of wordings counts refusals.

Somebody measures which wording of the banner is refused least. The count is kept on the device, so that nobody is
counted twice, and is stored by the button that was to prevent all storing.
"""

from __future__ import annotations

from flask import Flask, make_response, redirect, request
from werkzeug.wrappers import Response

from gallery.parts import SIX_MONTHS, Entry, Settings, accept, decide, page_for, put, settle, valid_choice
from gallery.reader import Reader
from policycheck.testing import FlaskDriver

LAW = "refusal-stores-nothing"
SHORTEST = "refuse_all()"


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
        answer.delete_cookie("banner_test")  # it was about the first choice alone
        return answer

    @app.post("/reject")
    def reject() -> Response:
        answer = redirect("/", 303)
        accept(answer, decide((), settings.version))
        if valid_choice(request.cookies, settings.version) is None:
            # The bug: a refusal is counted, once for each reader.
            put(answer, Entry("banner_test", "analytics"), SIX_MONTHS)
        return answer

    return app


class Driver(Reader, FlaskDriver):
    """Drives it."""

    def refuse_all(self) -> None:
        """Press the banner's button, or empty the form where the banner is gone."""
        if self.asked() is False:
            self.choose(frozenset())
        else:
            self.post("/reject")


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
