"""A small tea shop with a basket, consent on the server's side, and the Smartsupp chat."""

from __future__ import annotations

import os

from flask import Flask

from shop import campaign, chat, consent, pages

CATALOGUE_VERSION = "2026.3"
"""That of catalogue.yaml. With another one every visitor is asked anew."""


def create_app() -> Flask:
    """Build the shop. ``SHOP_LEAK=1`` plants the careless campaign that the tests are there to catch."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY=os.environ.get("SHOP_SECRET", "for the example only"))
    app.config.update(CATALOGUE_VERSION=os.environ.get("SHOP_CATALOGUE_VERSION", CATALOGUE_VERSION))
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(consent.blueprint)
    app.register_blueprint(chat.blueprint)
    if os.environ.get("SHOP_LEAK") == "1":
        campaign.install(app)
    return app
