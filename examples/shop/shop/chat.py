"""The Smartsupp chat, bootstrapped by the shop so that a conversation also survives on pages without scripts."""

from __future__ import annotations

import secrets

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from shop import consent

blueprint = Blueprint("chat", __name__)
SIX_MONTHS = 181 * 86_400


@blueprint.get("/chat")
def chat() -> Response:
    """Open the chat: the visitor's number always, the count of visits only with consent to marketing."""
    response = make_response(render_template("chat.html"))
    visitor = request.cookies.get("ssupp.vid") or secrets.token_hex(8)
    response.set_cookie("ssupp.vid", visitor, max_age=SIX_MONTHS, samesite="Lax")
    if consent.allows("marketing"):
        consent.store(response, "ssupp.visits", str(visits() + 1))
    return response


def visits() -> int:
    """How often the visitor came before, as far as the device says so."""
    counted = request.cookies.get("ssupp.visits", "")
    return int(counted) if counted.isdecimal() else 0
