"""Known consent managers: told by what they leave in the page, with their buttons and their interfaces."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from policycheck.errors import UsageError
from policycheck.model.spelling import did_you_mean
from policycheck.scanning.plan import Choice

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class Manager:
    """A manager, by its driver's selectors. ``present`` is an expression that is true once it has started.

    ``settings`` and ``revoke`` bring back what asks, once a choice was made; ``done`` closes it. ``interface`` are
    statements that make a choice about everything, for a choice that no button offers.
    """

    key: str
    title: str
    present: str
    accept: str
    refuse: str
    settings: str = ""
    revoke: str = ""
    done: str = ""
    interface: Mapping[Choice, str] = field(default_factory=dict[Choice, str])

    def button(self, choice: Choice) -> str:
        """The selector of the button for a choice; empty where it has none."""
        return self.accept if choice is Choice.ACCEPT else self.refuse


_DRIVERS = {
    "c15t": ("c15t", "C15tDriver"),
    "klaro": ("klaro", "KlaroDriver"),
    "osano": ("osano", "OsanoDriver"),
    "react-cookie-consent": ("react_cookie_consent", "ReactCookieConsentDriver"),
    "tarteaucitron": ("tarteaucitron", "TarteaucitronDriver"),
    "vanilla-cookieconsent": ("vanilla_cookieconsent", "VanillaCookieConsentDriver"),
}
_NOT_BY_ITSELF = {"react-cookie-consent": "!!document.querySelector('.CookieConsent #rcc-confirm-button')"}
"""How those show that leave nothing in the page's globals."""


_THERE = {"tarteaucitron": {Choice.ACCEPT: "#tarteaucitronAllAllowed", Choice.REFUSE: "#tarteaucitronAllDenied"}}
"""Buttons of the settings that decide about everything."""


def _both(accept: str, refuse: str) -> Mapping[Choice, str]:
    return MappingProxyType({Choice.ACCEPT: accept, Choice.REFUSE: refuse, Choice.WITHDRAW: refuse})


_INTERFACES = {
    "c15t": _both("c15tStore.getState().saveConsents('all')", "c15tStore.getState().saveConsents('necessary')"),
    "klaro": _both(
        "klaro.getManager().changeAll(true); klaro.getManager().saveAndApplyConsents()",
        "klaro.getManager().changeAll(false); klaro.getManager().saveAndApplyConsents()",
    ),
    "tarteaucitron": _both(
        "tarteaucitron.userInterface.respondAll(true)", "tarteaucitron.userInterface.respondAll(false)"
    ),
    "vanilla-cookieconsent": _both(
        "CookieConsent.acceptCategory('all'); CookieConsent.hide()",
        "CookieConsent.acceptCategory([]); CookieConsent.hide()",
    ),
}
MANAGERS = tuple(_DRIVERS)
"""The keys of the managers that are known."""


def manager(key: str) -> Manager:
    """The manager called ``key``. Raises UsageError for one that is not known."""
    if key not in _DRIVERS:
        raise UsageError(
            f"no consent manager is called {key!r}{did_you_mean(key, MANAGERS)}; there are {', '.join(MANAGERS)}\n"
            "  fix: for another one name what to press, with --accept, --refuse and --settings"
        )
    module, name = _DRIVERS[key]
    driver: Any = getattr(importlib.import_module(f"policycheck.testing.drivers.browser.{module}"), name)
    return Manager(
        key,
        driver.manager,
        str(_NOT_BY_ITSELF.get(key) or driver.ready),
        _selector(driver, "accept", "accept_there", and_=_THERE.get(key, {}).get(Choice.ACCEPT, "")),
        _selector(driver, "refuse", "refuse_there", and_=_THERE.get(key, {}).get(Choice.REFUSE, "")),
        _selector(driver, "settings"),
        _selector(driver, "revoke"),
        _selector(driver, "done"),
        _INTERFACES.get(key, {}),
    )


def _selector(driver: Any, *names: str, and_: str = "") -> str:
    """One selector for all that the driver has under ``names``, each a selector or several, ``and_`` one more."""
    found: list[str] = [and_]
    for name in names:
        value: str | Iterable[str] = getattr(driver, name, ())
        found = [value, *found] if isinstance(value, str) else [*value, *found]
    return ", ".join(dict.fromkeys(filter(None, found)))


def present(page: Page, known: Manager) -> bool:
    """True when the manager has started in the page."""
    from playwright.sync_api import Error

    try:
        return bool(page.evaluate(known.present))
    except Error:  # it has not started yet, or it is another thing of the same name
        return False


def found_in(page: Page) -> Manager | None:
    """The manager that has started in the page, None where none of them has."""
    return next((known for known in map(manager, MANAGERS) if present(page, known)), None)
