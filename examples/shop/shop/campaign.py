"""The planted leak: a campaign that somebody added in a hurry. It asks nobody and remembers everybody for two years."""

from __future__ import annotations

import secrets

from flask import Flask, request
from werkzeug.wrappers import Response

from shop.chat import visits

TWO_YEARS = 2 * 365 * 86_400


def install(app: Flask) -> None:
    """Count every visit for the campaign."""

    @app.after_request
    def count(response: Response) -> Response:
        response.set_cookie("ssupp.visits", str(visits() + 1), max_age=TWO_YEARS)
        if "autumn_campaign" not in request.cookies:
            response.set_cookie("autumn_campaign", secrets.token_hex(8), max_age=TWO_YEARS)
        return response
