"""The pages that sell tea. What a visitor consented to, static/consent.js knows, and no page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

blueprint = Blueprint("pages", __name__)
TEAS = {"assam": "Assam, second flush", "gyokuro": "Gyokuro, Uji", "rooibos": "Rooibos, Cederberg"}


@blueprint.get("/")
def landing() -> str:
    """The list of teas."""
    return render_template("landing.html", teas=TEAS)


@blueprint.get("/tea/<name>")
def tea(name: str) -> str:
    """One tea."""
    if name not in TEAS:
        abort(404)
    return render_template("tea.html", name=name, title=TEAS[name])


@blueprint.post("/basket/<name>")
def add(name: str) -> Response:
    """Put a tea into the basket."""
    session["basket"] = [*session.get("basket", []), name]
    return redirect(url_for("pages.landing"), 303)


@blueprint.app_context_processor
def for_pages() -> dict[str, Any]:
    """What each page tells its scripts."""
    config = current_app.config
    return {
        "version": config["CATALOGUE_VERSION"],
        "chat_key": config["CHAT_KEY"],
        "leak": config["LEAK"],
        "widget": f"http://widget.localhost:{request.host.rpartition(':')[2]}",
    }
