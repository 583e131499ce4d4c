"""A small tea shop whose banner lives in the browser, with the Smartsupp chat embedded from another host."""

from __future__ import annotations

import os

from flask import Flask

from shop import pages

CATALOGUE_VERSION = "2026.3"
"""That of catalogue.yaml. With another one every visitor is asked anew."""
CHAT_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f001020304"


def create_app() -> Flask:
    """Build the shop. ``SHOP_LEAK=1`` plants the careless campaign that the tests are there to catch."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY=os.environ.get("SHOP_SECRET", "for the example only"))
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True)
    app.config.update(CATALOGUE_VERSION=CATALOGUE_VERSION, CHAT_KEY=CHAT_KEY, LEAK=os.environ.get("SHOP_LEAK") == "1")
    app.register_blueprint(pages.blueprint)
    return app
