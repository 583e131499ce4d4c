"""A visitor of the shop, for the consent machine: where the buttons are, and what the chat's script writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from shop import CATALOGUE_VERSION, create_app
from shop.consent import CATEGORIES, CHAT_KEY

from policycheck.recording import Recorder
from policycheck.testing import FlaskDriver
from policycheck.testing.clock import Clock
from policycheck.testing.drivers import DriverError, Page

SHOP = create_app()
REMOVED = re.compile(r'localStorage\.removeItem\("([^"]+)"\)')


class ShopDriver(FlaskDriver):
    """Uses the banner while it is there, and the settings at the foot of each page."""

    pages = ("/", "/tea/assam", "/chat")
    actions: Mapping[str, Callable[[Any], object]] = {
        "buy": lambda shop: shop.post("/basket/assam"),
        "pay in crowns": lambda shop: shop.post("/currency", {"currency": "CZK"}),
    }

    def __init__(self) -> None:
        super().__init__(SHOP)
        self.kept: set[str] = set()

    def start(self, recorder: Recorder, clock: Clock) -> None:
        """Begin with the shop as it was built: what is published in a journey stays in it."""
        self.revise(CATALOGUE_VERSION)
        super().start(recorder, clock)

    def choose(self, granted: frozenset[str]) -> None:
        self._answer(None, granted)

    def grant_all(self) -> None:
        self._answer("all", frozenset(CATEGORIES))

    def refuse_all(self) -> None:
        self._answer("necessary", frozenset())

    def _answer(self, button: str | None, granted: frozenset[str]) -> None:
        """Go to the first page, and press the button of the banner, or else save the settings."""
        self.get("/")
        if button is not None and self.asked():
            self.submit("banner", choice=button)
        else:
            self.submit("settings", category=sorted(granted), choice="some")

    def asked(self) -> bool | None:
        try:
            return 'id="banner"' in self.page.text
        except DriverError:
            return None  # no page is open in this tab

    def revise(self, version: str) -> None:
        self.app.config["CATALOGUE_VERSION"] = version

    def request(self, *arguments: Any, **named: Any) -> Page:
        """Load a page, and do to localStorage what its script does, and that of the chat."""
        page = super().request(*arguments, **named)
        for key in self.kept.intersection(REMOVED.findall(page.text)):
            self.storage("localStorage", key, operation="delete")
            self.kept.remove(key)
        if 'smartsupp("chat:open")' in page.text:
            own = ["", "vid", "opened", "_cards"]
            own += ["visits"] if 'smartsupp("marketingConsent", true)' in page.text else []
            for key in (f"ssupp_{CHAT_KEY}{suffix}" for suffix in own):
                self.storage("localStorage", key, "{}")
                self.kept.add(key)
        return page
