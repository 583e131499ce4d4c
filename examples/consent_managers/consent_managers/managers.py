"""The consent managers, and how a visitor of our pages uses each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policycheck.testing.drivers.browser import (
    BrowserDriver,
    C15tDriver,
    KlaroDriver,
    OsanoDriver,
    ReactCookieConsentDriver,
    TarteaucitronDriver,
    TcfDriver,
    VanillaCookieConsentDriver,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from consent_managers.server import Shop

CATALOGUES = Path(__file__).parents[1] / "catalogues"
BOTH = {"analytics": "analytics", "marketing": "marketing"}


class Vanilla(VanillaCookieConsentDriver):
    pages = ("/", "/news")


class Klaro(KlaroDriver):
    pages = ("/", "/news")


class Tarteaucitron(TarteaucitronDriver):
    pages = ("/", "/news")


class Osano(OsanoDriver):
    pages = ("/", "/news")


class C15t(C15tDriver):
    pages = ("/", "/news")
    accept = "#consent-accept"
    refuse = "#consent-reject"
    settings = ("#consent-settings",)
    box = "#{name}"
    save = "#consent-save"


class ReactCookieConsent(ReactCookieConsentDriver):
    pages = ("/", "/news")
    revoke = "#cookie-settings"


class Tcf(TcfDriver):
    pages = ("/", "/news")
    banner = "#consent-banner"
    accept = "#consent-accept"
    refuse = "#consent-reject"
    settings = ("#consent-settings",)
    boxes: Mapping[str, str] = {"analytics": "#analytics", "marketing": "#marketing"}
    save = "#consent-save"


@dataclass(frozen=True)
class Manager:
    """One consent manager: its page, its package, its catalogue, its driver.

    ``said`` are arguments of the driver; ``revises`` is True where the manager asks anew when its revision changes.
    ``known`` are sequences, each with the laws that do not hold on the way, and the codes of their rules.
    """

    key: str
    package: str
    driver: type[BrowserDriver]
    said: Mapping[str, Any]
    known: Mapping[str, frozenset[tuple[str, str]]]
    revises: bool = False

    @property
    def catalogue(self) -> Path:
        return CATALOGUES / f"{self.key}.yaml"

    def factory(self, browser: Browser, shop: Shop) -> Visitors:
        """Makes a driver for each visitor of ``shop``."""
        return Visitors(self, browser, shop)


class Visitors:
    """A driver factory. Each journey begins with the first revision of what is consented to."""

    def __init__(self, manager: Manager, browser: Browser, shop: Shop) -> None:
        self.__name__ = manager.driver.__name__
        self._manager = manager
        self._browser = browser
        self._shop = shop

    def begin(self) -> None:
        self._shop.revision = 0

    def __call__(self) -> BrowserDriver:
        driver = self._manager.driver(self._browser, self._shop.url, **self._manager.said)
        if self._manager.revises:
            driver.revise = self._revise  # type: ignore[attr-defined]
        return driver

    @property
    def _revise(self) -> Callable[[str], None]:
        def revise(version: str) -> None:
            self._shop.revision += 1

        return revise


ERASES = ("withdrawal-erases", "CON003")
AS_EASY = ("withdrawal-is-as-easy", "CON015")
SIGNAL = ("signal-follows-choice", "CON011")
EXPIRY = ("expiry-returns-to-unset", "CON005")
NEVER = "visit('/'); visit('/news'); refuse_all(); visit('/'); visit('/news')"
"""Before a choice, and after a refusal."""
BACK = "grant_all(); refuse_all(); visit('/')"
LATER = "grant_all(); expire(); visit('/')"
REVISED = "grant('analytics'); revise('2'); visit('/')"


def known(*at_withdrawal: tuple[str, str], **more: frozenset[tuple[str, str]]) -> dict[str, frozenset[tuple[str, str]]]:
    return {NEVER: frozenset(), BACK: frozenset(at_withdrawal), LATER: frozenset(), **more}


MANAGERS = (
    Manager(
        "vanilla_cookieconsent",
        "vanilla-cookieconsent",
        Vanilla,
        {"categories": BOTH},
        known(ERASES, AS_EASY, **{REVISED: frozenset()}),
        revises=True,
    ),
    Manager("klaro", "klaro", Klaro, {"categories": BOTH}, known(ERASES, AS_EASY)),
    Manager(
        "tarteaucitron",
        "tarteaucitronjs",
        Tarteaucitron,
        {"categories": {"analytics": "shopmeter", "marketing": "shopads"}},
        known(ERASES, AS_EASY, SIGNAL),
    ),
    Manager("osano", "cookieconsent", Osano, {"categories": {"analytics": ()}}, known(ERASES, AS_EASY)),
    Manager(
        "c15t",
        "c15t",
        C15t,
        {"categories": {"analytics": "measurement", "marketing": "marketing"}},
        known(ERASES, AS_EASY, SIGNAL, **{LATER: frozenset({EXPIRY, SIGNAL})}),
    ),
    Manager(
        "react_cookie_consent",
        "react-cookie-consent",
        ReactCookieConsent,
        {"categories": {"analytics": ()}},
        known(ERASES, AS_EASY),
    ),
    Manager("tcf", "@iabtcf/cmpapi", Tcf, {}, known(ERASES, AS_EASY)),
)
BY_KEY = {manager.key: manager for manager in MANAGERS}
