"""Drivers of consent managers in a real browser: Chromium by Playwright."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policycheck.testing.lazily import exported

if TYPE_CHECKING:
    from policycheck.testing.drivers.browser.base import BrowserDriver
    from policycheck.testing.drivers.browser.c15t import C15tDriver
    from policycheck.testing.drivers.browser.klaro import KlaroDriver
    from policycheck.testing.drivers.browser.osano import OsanoDriver
    from policycheck.testing.drivers.browser.react_cookie_consent import ReactCookieConsentDriver
    from policycheck.testing.drivers.browser.selectors import ManagerDriver, SelectorDriver
    from policycheck.testing.drivers.browser.tarteaucitron import TarteaucitronDriver
    from policycheck.testing.drivers.browser.tcf import TcfDriver
    from policycheck.testing.drivers.browser.vanilla_cookieconsent import VanillaCookieConsentDriver

_HOMES = {
    "BrowserDriver": "base",
    "C15tDriver": "c15t",
    "KlaroDriver": "klaro",
    "ManagerDriver": "selectors",
    "OsanoDriver": "osano",
    "ReactCookieConsentDriver": "react_cookie_consent",
    "SelectorDriver": "selectors",
    "TarteaucitronDriver": "tarteaucitron",
    "TcfDriver": "tcf",
    "VanillaCookieConsentDriver": "vanilla_cookieconsent",
}
__all__ = [
    "BrowserDriver",
    "C15tDriver",
    "KlaroDriver",
    "ManagerDriver",
    "OsanoDriver",
    "ReactCookieConsentDriver",
    "SelectorDriver",
    "TarteaucitronDriver",
    "TcfDriver",
    "VanillaCookieConsentDriver",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for (PEP 562)."""
    return exported(__name__, _HOMES, name)
