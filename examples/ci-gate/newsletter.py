"""A newsletter with a past: what it stored when policycheck came is in the baseline, and one finding is waived.

``NEWSLETTER_LEAK=1`` plants something new, as a careless change would.
"""

from __future__ import annotations

import os

from flask import Flask, Response, make_response

app = Flask(__name__)
DAY = 24 * 3600


@app.get("/")
def front() -> Response:
    response = make_response("<h1>News</h1>")
    response.set_cookie("old_banner", "seen", max_age=30 * DAY, samesite="Lax")
    return response


@app.get("/subscribe")
def subscribe() -> Response:
    response = make_response("<h1>Thank you</h1>")
    response.set_cookie("reader", "1", max_age=365 * DAY, httponly=True, samesite="Lax")
    if os.environ.get("NEWSLETTER_LEAK") == "1":
        response.set_cookie("issue", "41", max_age=90 * DAY, samesite="Lax")
    return response
