"""Any banner, by the selectors of its buttons; or by the manager's own interface, where it has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from policycheck.errors import UsageError
from policycheck.testing.drivers.browser.base import TIMEOUT, BrowserDriver
from policycheck.testing.drivers.errors import DriverError

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class SelectorDriver(BrowserDriver):
    """Presses the buttons of a banner. Selectors are Playwright's: CSS, and more; the first that is to be seen counts.

    ``accept`` and ``refuse`` decide about everything. ``settings`` (the first of them that is to be seen) shows
    ``boxes``, one or several for each category of the catalogue, and ``save`` decides; without ``save`` each box
    decides by itself. ``accept_there`` and ``refuse_there``, beside the boxes, decide about everything. ``revoke``
    brings the banner back, where there are no settings. A banner with ``accept`` and ``refuse`` alone has one answer
    for all categories.
    """

    accept = ""
    refuse = ""
    settings: Sequence[str] = ()
    boxes: Mapping[str, str | Sequence[str]] = {}
    save = ""
    accept_there = ""
    refuse_there = ""
    revoke = ""

    def grant_all(self) -> None:
        """Press "accept all" where it is to be seen, else tick every box."""
        self.begin_choice()
        self._answer(self.accept, frozenset(self.boxes), on=True)
        self.end_choice()

    def refuse_all(self) -> None:
        """Press "reject all" where it is to be seen, else take the tick from every box."""
        self.begin_choice()
        self._answer(self.refuse, frozenset(), on=False)
        self.end_choice()

    def choose(self, granted: frozenset[str]) -> None:
        """Consent to exactly ``granted``. Raises :class:`DriverError` where the banner cannot say that."""
        if self.boxes:
            unknown = granted - self.boxes.keys()
            if unknown:
                raise UsageError(f"{type(self).__name__}: no box is named for {', '.join(sorted(unknown))}")
            self.begin_choice()
            if self.asked() and granted in (frozenset(), frozenset(self.boxes)):
                self._answer(self.accept if granted else self.refuse, granted, on=bool(granted))
            else:
                self._fill_in(granted)
            self.end_choice()
        elif granted:
            self.grant_all()
        else:
            self.refuse_all()

    def _answer(self, button: str, granted: frozenset[str], *, on: bool) -> None:
        """Decide about everything: by the banner's button, else in the settings, else after calling the banner back."""
        if button and self.asked():
            self.press(button)
        elif self.boxes:
            self._fill_in(granted)
        elif self.revoke and button:
            self.press(self.revoke, decides=False)
            self.press(button)
        else:
            what = "accept" if on else "refuse"
            raise DriverError(
                f"{self.manager}: nothing on {self._path} can be pressed to {what} everything\n"
                f"  fix: name {what}, settings and boxes, or revoke, in the driver"
            )

    def _fill_in(self, granted: frozenset[str]) -> None:
        if self.settings:
            self.press(*self.settings, decides=False)
        if self.save:
            self.wait_for(self.save)
        everything = granted == frozenset(self.boxes)
        shortcut = self.accept_there if everything else "" if granted else self.refuse_there
        if shortcut and self.visible(shortcut):
            self.press(shortcut)
            return
        ticks = [
            (box, category in granted)
            for category, boxes in self.boxes.items()
            for box in ((boxes,) if isinstance(boxes, str) else boxes)
        ]
        for number, (box, on) in enumerate(ticks, 1):
            if not self.save and number == len(ticks):
                self.decide()
            self.tick(box, on)
        if self.save:
            self.press(self.save)


class ManagerDriver(SelectorDriver):
    """A known consent manager, by its buttons, or by its own ``interface``.

    ``categories`` says what the manager calls each category of the catalogue: ``{"analytics": "measurement"}``, a
    sequence where several make up one. All that the visitor decides about are in it. Clicks are counted; by the
    interface nobody clicks, and the law withdrawal-is-as-easy is not looked at.
    """

    choosing = ""
    """The interface: a function in JavaScript, called with ``{granted, all}``, names of the manager's own."""
    box = ""
    """The selector of the box for ``{name}``, one of the manager's own categories; empty where there are no boxes."""

    def __init__(
        self,
        browser: Browser | Callable[[], Browser],
        base_url: str,
        *,
        categories: Mapping[str, str | Sequence[str]],
        interface: bool = False,
        hide_webdriver: bool = True,
        user_agent: str | None = None,
        locale: str | None = None,
        timeout: float = TIMEOUT,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            browser,
            base_url,
            hide_webdriver=hide_webdriver,
            user_agent=user_agent,
            locale=locale,
            timeout=timeout,
            options=options,
        )
        if interface and not self.choosing:
            raise UsageError(f"{self.manager} has no interface by which a choice is made\n  fix: interface=False")
        self._interface = interface
        self.names: dict[str, tuple[str, ...]] = {
            category: (names,) if isinstance(names, str) else tuple(names) for category, names in categories.items()
        }
        if interface:
            self.interactions = None
        if self.box:
            self.boxes = {
                category: tuple(self.box.format(name=name) for name in names) for category, names in self.names.items()
            }

    def grant_all(self) -> None:
        """Press "accept all" where it is to be seen, else tick every box."""
        if self._interface:
            self.choose(frozenset(self.names))
        else:
            super().grant_all()

    def refuse_all(self) -> None:
        """Press "reject all" where it is to be seen, else take the tick from every box."""
        if self._interface:
            self.choose(frozenset())
        else:
            super().refuse_all()

    def choose(self, granted: frozenset[str]) -> None:
        """Consent to exactly ``granted``. Raises :class:`DriverError` where the manager cannot be told that."""
        unknown = granted - self.names.keys()
        if unknown:
            raise UsageError(
                f"{type(self).__name__}: categories does not say what {', '.join(sorted(unknown))} is called"
            )
        if not self._interface:
            super().choose(granted)
            return
        self.begin_choice()
        self.call(self.choosing, {"granted": self.called(granted), "all": self.called(self.names)})
        self.end_choice()

    def called(self, categories: frozenset[str] | Mapping[str, object]) -> list[str]:
        """What the manager calls these categories, each name once."""
        return list(
            dict.fromkeys(name for category in self.names if category in categories for name in self.names[category])
        )
