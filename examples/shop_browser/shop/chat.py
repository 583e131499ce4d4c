"""The host of the chat: it serves the loader, and takes in what the smart mode reports."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, send_file
from werkzeug.wrappers import Response

LOADER = Path(__file__).parent / "widget" / "loader.js"
HOST = "widget.localhost"
SMART_HOST = f"smart.{HOST}"


def create_widget() -> Flask:
    """Build what answers at both hosts of the chat."""
    app = Flask("widget")

    @app.get("/loader.js")
    def loader() -> Response:
        return send_file(LOADER, mimetype="text/javascript")

    @app.post("/visits")
    def visits() -> tuple[str, int]:
        return "", 204

    return app
