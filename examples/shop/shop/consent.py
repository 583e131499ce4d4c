"""The cookie banner: what the visitor chose, kept in a cookie of its own."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

blueprint = Blueprint("consent", __name__)
NAME = "shop_choice"
SIX_MONTHS = 181 * 86_400


def current() -> str | None:
    """``all``, ``necessary``, or None while the visitor has not chosen."""
    value = request.cookies.get(NAME)
    return value if value in {"all", "necessary"} else None


@blueprint.post("/consent")
def choose() -> Response:
    """Store the choice; a visitor who no longer agrees loses what marketing had stored."""
    choice = "all" if request.form.get("choice") == "all" else "necessary"
    response = redirect(url_for("pages.landing"))
    response.set_cookie(NAME, choice, max_age=SIX_MONTHS, httponly=True, samesite="Lax")
    if choice == "necessary":
        response.delete_cookie("ssupp.visits")
    return response
