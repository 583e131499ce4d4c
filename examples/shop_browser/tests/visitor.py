"""A visitor of the shop, for the consent machine: where the buttons are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shop import CATALOGUE_VERSION
from shop.server import Running

from policycheck.recording import Recorder
from policycheck.testing.clock import Clock
from policycheck.testing.drivers.browser import SelectorDriver


class ShopDriver(SelectorDriver):
    """Presses the buttons of the banner while it is there, and those at the foot of each page."""

    pages = ("/", "/tea/assam")
    actions: Mapping[str, Callable[[Any], object]] = {"write to the shop": lambda shop: shop.write()}
    manager = "the shop's banner"
    banner = "#banner"
    ready = "document.querySelector('#chat')"
    accept = "#accept"
    refuse = "#reject"
    settings = ("#open-settings",)
    boxes: Mapping[str, str] = {
        "analytics": "#settings [name=analytics]",
        "marketing": "#settings [name=marketing]",
    }
    save = "#settings button"

    def __init__(self, browser: Any, shop: Running) -> None:
        super().__init__(browser, shop.url)
        self.shop = shop

    def start(self, recorder: Recorder, clock: Clock) -> None:
        """Begin with the shop as it was built: what is published in a journey stays in it."""
        self.revise(CATALOGUE_VERSION)
        super().start(recorder, clock)

    def withdraw(self, category: str) -> None:
        """Press what is at the foot of each page, where there is a consent to take back."""
        self.begin_choice()
        self.press(f"[data-withdraw={category}]")
        self.end_choice()

    def write(self) -> None:
        """Begin a message to the shop."""
        if self.page.url == "about:blank":
            self.visit("/")
        self.page.get_by_label("Write to us").fill("Is the Assam in?")
        self.settle()

    def revise(self, version: str) -> None:
        """Publish another version of the catalogue."""
        self.shop.app.config["CATALOGUE_VERSION"] = version
