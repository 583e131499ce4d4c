"""vanilla-cookieconsent v3 (orestbida/cookieconsent)."""

from __future__ import annotations

from policycheck.testing.drivers.browser.selectors import ManagerDriver


class VanillaCookieConsentDriver(ManagerDriver):
    """Drives vanilla-cookieconsent, whose script the page makes known as ``CookieConsent``.

    Settings are opened by the banner's button, and later by what the page gives ``data-cc="show-preferencesModal"``.
    """

    manager = "vanilla-cookieconsent"
    banner = "#cc-main .cm"
    ready = "!!window.CookieConsent && !!CookieConsent.getConfig('categories')"
    hides_from_robots = True
    accept = "#cc-main .cm__btn[data-role=all]"
    refuse = "#cc-main .cm__btn[data-role=necessary]"
    settings = ("#cc-main .cm__btn[data-role=show]", "[data-cc=show-preferencesModal]")
    box = "#cc-main .pm .section__toggle[value='{name}']"
    accept_there = "#cc-main .pm__btn[data-role=all]"
    refuse_there = "#cc-main .pm__btn[data-role=necessary]"
    save = "#cc-main .pm__btn[data-role=save]"
    choosing = "({granted}) => CookieConsent.acceptCategory(granted)"
