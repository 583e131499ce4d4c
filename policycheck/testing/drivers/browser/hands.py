"""What a visitor does on an open page: look, press, tick, or call what the page offers to scripts."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from policycheck.testing.drivers.errors import DriverError

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator, Page

_REASON = re.compile(r"net::\w+|\b[A-Z]\w*Error\b|Timeout [\d.]+ms exceeded")


class Hands(ABC):
    """Acts on the page that is open. Selectors are Playwright's; the first that is to be seen counts."""

    manager = "the consent manager"
    """How messages call it."""
    frame: str | None = None
    """A selector of the frame that the banner lies in; None where it lies in the page."""
    interactions: int | None = 0
    """Clicks up to now; None where nobody clicks."""

    @property
    @abstractmethod
    def page(self) -> Page:
        """The page of the tab that the visitor is in, as Playwright's ``Page``."""

    @abstractmethod
    def decide(self) -> None:
        """The visitor decides now."""

    @property
    def root(self) -> Page | FrameLocator:
        """Where the banner is looked for: the page, or the frame that ``frame`` names."""
        return self.page if self.frame is None else self.page.frame_locator(self.frame)

    def press(self, *selectors: str, decides: bool = True) -> None:
        """Click what one of ``selectors`` finds, in this order, the first that is to be seen.

        ``decides`` is False for a click that only shows something, such as the settings: the choice comes later. Raises
        :class:`DriverError` where nothing comes to be seen.
        """
        from playwright.sync_api import Error

        if decides:
            self.decide()
        if self.interactions is not None:
            self.interactions += 1
        found = next((selector for selector in selectors if self.visible(selector)), selectors[-1])
        self.wait_for(found)
        try:
            self._visible(found).dispatch_event("click")
        except Error:
            raise DriverError(f"{self.manager}: {found!r} went away on {self._path} before it was pressed") from None

    def visible(self, selector: str) -> bool:
        """Whether something that ``selector`` finds is to be seen now."""
        return self._visible(selector).count() > 0

    def wait_for(self, selector: str) -> None:
        """Wait until something that ``selector`` finds is to be seen. Raises :class:`DriverError` where it does not."""
        from playwright.sync_api import Error

        try:
            self._visible(selector).wait_for(state="visible")
        except Error:
            raise DriverError(
                f"{self.manager}: nothing that {selector!r} finds is to be seen on {self._path}\n"
                "  fix: correct the selector in the driver"
            ) from None

    def tick(self, selector: str, on: bool) -> None:
        """Tick a box, or take the tick away; it counts as a click where it has to be one."""
        from playwright.sync_api import Error

        try:
            changed = self.root.locator(selector).first.evaluate(
                "(box, on) => { const change = box.checked !== on; if (change) box.click(); return change; }", on
            )
        except Error:
            raise DriverError(f"{self.manager}: {selector!r} finds no box on {self._path}") from None
        if changed and self.interactions is not None:
            self.interactions += 1

    def call(self, script: str, argument: Any = None) -> Any:
        """Call the manager's own interface: ``script`` is a function in JavaScript, ``argument`` goes into it.

        The choice is made by that. Raises :class:`DriverError` where the script throws.
        """
        self.decide()
        return self.ask(script, argument)

    def ask(self, script: str, argument: Any = None) -> Any:
        """What ``script``, a function in JavaScript, says of the page. Raises :class:`DriverError` where it throws."""
        from playwright.sync_api import Error

        try:
            return self.page.evaluate(script, argument)
        except Error as error:
            raise DriverError(
                f"{self.manager}: its interface on {self._path} cannot be called: {reason_of(error)}"
            ) from None

    @property
    def _path(self) -> str:
        return urlsplit(self.page.url).path

    def _visible(self, selector: str) -> Locator:
        return self.root.locator(selector).locator("visible=true").first


def reason_of(error: Exception) -> str:
    """Why something failed, without the address, the page's text, or a value in it."""
    found = _REASON.search(str(error))
    return found[0] if found else type(error).__name__
