"""Consent, on the server's side: what the visitor chose, when, and about which version of the catalogue.

The record is a cookie of its own. It counts for six months and for one version; then the visitor is asked anew, and
what was stored under it is erased.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

blueprint = Blueprint("consent", __name__)
NAME = "shop_choice"
CATEGORIES = {"analytics": "Statistics: which teas are looked at", "marketing": "Marketing: a chat that knows regulars"}
SIX_MONTHS = 181 * 86_400
"""The shortest six months of a calendar."""
CHAT_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f001020304"
COOKIES = {"analytics": (("shop_stats", "/"), ("shop_teas", "/tea")), "marketing": (("ssupp.visits", "/"),)}
"""What each category stores, with its path: a cookie is deleted where it lies, or not at all."""
WEB_STORAGE = {"marketing": (f"ssupp_{CHAT_KEY}visits",)}
"""What the chat's script keeps in localStorage for each category. Only a script of the page can erase it."""


@dataclass(frozen=True)
class Choice:
    """One choice. ``time`` is in epoch seconds."""

    granted: frozenset[str]
    time: int
    version: str

    @property
    def seconds_left(self) -> int:
        """How long it still counts."""
        return self.time + SIX_MONTHS - int(time.time())


def decide(granted: Iterable[str]) -> Choice:
    """The choice that a visitor makes now. What is no category is passed over."""
    return Choice(
        frozenset(granted).intersection(CATEGORIES), int(time.time()), current_app.config["CATALOGUE_VERSION"]
    )


def current() -> Choice | None:
    """The choice that counts now; None for a visitor who has to be asked."""
    record = parse_qs(request.cookies.get(NAME, ""), keep_blank_values=True)
    made, version, granted = (record.get(field, [""])[0] for field in ("time", "version", "granted"))
    if not made.isdecimal() or version != current_app.config["CATALOGUE_VERSION"]:
        return None
    choice = Choice(frozenset(granted.split(".")).intersection(CATEGORIES), int(made), version)
    return choice if choice.seconds_left > 0 else None


def allows(category: str) -> bool:
    """Whether the visitor agreed to ``category``."""
    choice = current()
    return choice is not None and category in choice.granted


def store(response: Response, name: str, value: str, *, path: str = "/") -> None:
    """Set a cookie that needs consent, for no longer than the consent counts."""
    choice = current()
    if choice is not None:
        response.set_cookie(name, value, max_age=choice.seconds_left, path=path, samesite="Lax")


@blueprint.post("/consent")
def choose() -> Response:
    """Remember the choice of the banner (all, necessary) or of the settings (some), and erase what it denies."""
    picked = request.form.get("choice")
    choice = decide(CATEGORIES if picked == "all" else request.form.getlist("category") if picked == "some" else ())
    response = redirect(url_for("pages.landing"))
    record = {"time": choice.time, "version": choice.version, "granted": ".".join(sorted(choice.granted))}
    response.set_cookie(NAME, urlencode(record), max_age=SIX_MONTHS, httponly=True, samesite="Lax")
    erase(response, [category for category in CATEGORIES if category not in choice.granted])
    return response


def erase(response: Response, categories: Iterable[str]) -> None:
    """Delete the cookies of ``categories``, each on its path."""
    for category in categories:
        for name, path in COOKIES[category]:
            response.delete_cookie(name, path=path)


@blueprint.after_app_request
def forget(response: Response) -> Response:
    """Take a record off the device that counts no more, and everything that was stored under it."""
    if NAME in request.cookies and current() is None and request.endpoint != "consent.choose":
        response.delete_cookie(NAME)
        erase(response, CATEGORIES)
    return response


@blueprint.app_context_processor
def for_pages() -> dict[str, Any]:
    """What the templates show: the choice, the categories, and what the page's script has to clear."""
    denied = [category for category in CATEGORIES if not allows(category)]
    clear = [key for category in denied for key in WEB_STORAGE.get(category, ())]
    return {"choice": current(), "categories": CATEGORIES, "clear": clear, "chat_key": CHAT_KEY}
