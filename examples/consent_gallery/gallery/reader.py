"""A reader of the magazine: what the drivers of all sites have in common."""

from __future__ import annotations

import re
from typing import Any

from gallery.parts import ORIGIN, PAGES, Settings
from policycheck.testing.drivers import DriverError, HttpDriver, Page

_SCRIPT = re.compile(r'<script data-write="([^"]*)" data-clear="([^"]*)">')
_BANNER = 'aria-label="Cookies"'


class Reader(HttpDriver):
    """Chooses by the form at ``/consent``. A driver of one site names its framework's driver as the second base."""

    base_url = ORIGIN
    pages = PAGES

    def __init__(self, app: Any, settings: Settings) -> None:
        super().__init__(app)  # type: ignore[call-arg]  # the framework's driver comes next
        self.settings = settings
        self.written: set[str] = set()

    def choose(self, granted: frozenset[str]) -> None:
        """Tick the categories, and send the form."""
        self.post("/consent", data={"category": sorted(granted)})

    def asked(self) -> bool | None:
        """Whether the open page shows the banner; None while no page is open."""
        try:
            return _BANNER in self.page.text
        except DriverError:
            return None

    def revise(self, version: str) -> None:
        """Publish another version of the catalogue."""
        self.settings.version = version

    def request(self, method: str, path: str, **more: Any) -> Page:
        """Load a page, and do what its script does."""
        page = super().request(method, path, **more)
        for write, clear in _SCRIPT.findall(page.text):
            for key in self.written.intersection(clear.split()):
                self.storage("localStorage", key, operation="delete")
            for key in write.split():
                self.storage("localStorage", key, "1")
            self.written = self.written.difference(clear.split()).union(write.split())
        return page
