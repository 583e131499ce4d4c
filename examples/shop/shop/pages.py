"""The pages that sell tea."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from shop import chat, consent

blueprint = Blueprint("pages", __name__)
TEAS = {"assam": "Assam, second flush", "gyokuro": "Gyokuro, Uji", "rooibos": "Rooibos, Cederberg"}
CURRENCIES = ("EUR", "CZK", "GBP")
THIRTY_DAYS = 30 * 86_400


@blueprint.get("/")
def landing() -> str:
    """The list of teas, with the banner for visitors who have not chosen yet."""
    return render_template("landing.html", teas=TEAS, choice=consent.current(), chat_key=chat.CHAT_KEY)


@blueprint.get("/tea/<name>")
def tea(name: str) -> str:
    """One tea."""
    return render_template("tea.html", name=name, title=TEAS[name], choice=consent.current(), chat_key=chat.CHAT_KEY)


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
