"""One click to accept; to withdraw, the small print, the settings, the switch, and "are you sure?".

The banner has both buttons, and passes every look at it. Who has once agreed never sees it again, and finds the way
back at the end of the privacy policy. It shall be as easy to withdraw as to give consent (GDPR Art. 7(3)).
"""

from __future__ import annotations

from flask import Flask, make_response, redirect, request
from werkzeug.wrappers import Response

from gallery.parts import Settings, accept, decide, page_for, settle, valid_choice
from gallery.reader import Reader
from policycheck.testing import FlaskDriver

LAW = "withdrawal-is-as-easy"
SHORTEST = "grant('functional'); withdraw('functional')"


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

    @app.get("/privacy")
    @app.get("/privacy/settings")
    @app.get("/privacy/sure")
    def small_print() -> Response:
        return make_response(page_for(valid_choice(request.cookies, settings.version)))

    @app.post("/consent")
    def consent() -> Response:
        answer = redirect("/", 303)
        accept(answer, decide(request.form.getlist("category"), settings.version))
        return answer

    return app


class Driver(Reader, FlaskDriver):
    """Drives it. Its way to a withdrawal is the bug: the shortest that the site offers."""

    granted: frozenset[str] = frozenset()

    def choose(self, granted: frozenset[str]) -> None:
        """Allow what is there to be allowed on each page; take back what can be taken back."""
        if not self.granted <= granted and not self.asked():
            for page in ("/privacy", "/privacy/settings", "/privacy/sure"):
                self.get(page)
        self.granted = granted
        super().choose(granted)


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
