"""The pages that sell tea."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from shop import consent

blueprint = Blueprint("pages", __name__)
TEAS = {"assam": "Assam, second flush", "gyokuro": "Gyokuro, Uji", "rooibos": "Rooibos, Cederberg"}
CURRENCIES = ("EUR", "CZK", "GBP")
THIRTY_DAYS = 30 * 86_400


@blueprint.get("/")
def landing() -> Response:
    """The list of teas. It counts visits, with consent to statistics."""
    response = make_response(render_template("landing.html", teas=TEAS))
    if consent.allows("analytics"):
        counted = request.cookies.get("shop_stats", "")
        consent.store(response, "shop_stats", str(int(counted) + 1 if counted.isdecimal() else 1))
    return response


@blueprint.get("/tea/<name>")
def tea(name: str) -> Response:
    """One tea. With consent to statistics the shop remembers, on these pages, which teas were looked at."""
    response = make_response(render_template("tea.html", name=name, title=TEAS[name]))
    if consent.allows("analytics"):
        seen = request.cookies.get("shop_teas", "").split(".")
        consent.store(response, "shop_teas", ".".join(tea for tea in TEAS if tea in {*seen, name}), path="/tea")
    return response


@blueprint.post("/basket/<name>")
def add(name: str) -> Response:
    """Put a tea into the basket."""
    session["basket"] = [*session.get("basket", []), name]
    return redirect(url_for("pages.landing"))


@blueprint.post("/currency")
def currency() -> Response:
    """Remember the currency that the visitor picked."""
    response = redirect(url_for("pages.landing"))
    picked = request.form["currency"]
    if picked in CURRENCIES:
        response.set_cookie("shop_currency", picked, max_age=THIRTY_DAYS, samesite="Lax")
    return response


@blueprint.post("/checkout")
def checkout() -> Response:
    """Buy, and start again with an empty basket."""
    session.clear()
    return redirect(url_for("pages.landing"))
