"""Osano's open-source cookieconsent v3 (npm ``cookieconsent``)."""

from __future__ import annotations

from policycheck.testing.drivers.browser.selectors import ManagerDriver


class OsanoDriver(ManagerDriver):
    """Drives Osano's cookieconsent, which has one answer for all categories.

    ``revoke`` is the tab that it shows with ``revokable``, or what the page offers.
    """

    manager = "Osano cookieconsent"
    banner = ".cc-window:not(.cc-invisible)"
    ready = "!!window.cookieconsent && !!document.querySelector('.cc-window, .cc-revoke')"
    accept = ".cc-window .cc-allow"
    refuse = ".cc-window .cc-deny"
    revoke = ".cc-revoke"
