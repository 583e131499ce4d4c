"""The shop's own tests. None of them mentions a cookie rule: the ``client`` fixture is watched, and that is enough."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

CHAT_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f001020304"


def test_landing(client: FlaskClient) -> None:
    assert b"Assam" in client.get("/").data


def test_basket(client: FlaskClient) -> None:
    assert client.post("/basket/assam", follow_redirects=True).status_code == 200
    assert client.post("/checkout").status_code == 302


def test_currency(client: FlaskClient) -> None:
    assert client.post("/currency", data={"currency": "CZK"}).status_code == 302


def test_chat_before_any_choice(client: FlaskClient) -> None:
    client.get("/chat")
    assert client.get_cookie("ssupp.vid") is not None


def test_a_visitor_who_agrees(client: FlaskClient, policycheck: Any) -> None:
    client.post("/consent", data={"choice": "all"})
    policycheck.consent.grant("marketing", "analytics")
    client.get("/chat")
    assert client.get_cookie("ssupp.visits") is not None


@pytest.mark.policycheck(consent="refused")
def test_a_visitor_who_refuses(client: FlaskClient) -> None:
    client.post("/consent", data={"choice": "necessary"})
    assert client.get("/chat").status_code == 200


def test_what_the_chat_keeps_in_the_browser(client: FlaskClient, policycheck: Any) -> None:
    """The chat's script writes web storage. This test says what it wrote, and lets the catalogue judge it."""
    client.get("/chat")
    written = {"": '{"lang": "en"}', "vid": "d0c5", "message": "Is the Assam", "opened": "true", "_cards": "[]"}
    for suffix, value in written.items():
        policycheck.storage("localStorage", f"ssupp_{CHAT_KEY}{suffix}", value)
    policycheck.storage("localStorage", "_ss.enableSounds", "true")
