"""react-cookie-consent."""

from __future__ import annotations

from policycheck.testing.drivers.browser.selectors import ManagerDriver


class ReactCookieConsentDriver(ManagerDriver):
    """Drives react-cookie-consent, which has one answer for all categories.

    It has no way back of its own: ``revoke`` is what the page offers, which calls ``resetCookieConsentValue()``.
    """

    manager = "react-cookie-consent"
    banner = ".CookieConsent"
    accept = "#rcc-confirm-button"
    refuse = "#rcc-decline-button"
