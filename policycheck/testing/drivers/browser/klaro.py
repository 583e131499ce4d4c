"""Klaro."""

from __future__ import annotations

from policycheck.testing.drivers.browser.selectors import ManagerDriver


class KlaroDriver(ManagerDriver):
    """Drives Klaro, whose services are its categories. ``settings`` is the page's way back: ``klaro.show()``."""

    manager = "Klaro"
    banner = ".klaro .cookie-notice:not(.cookie-notice-hidden), .klaro .cookie-modal-notice"
    ready = "!!window.klaro && !!document.querySelector('.klaro')"
    accept = ".klaro .cookie-notice .cm-btn-success"
    refuse = ".klaro .cookie-notice .cn-decline"
    settings = (".klaro .cookie-notice .cm-link", "#cookie-settings")
    box = "#service-item-{name}"
    accept_there = ".klaro .cookie-modal .cm-btn-accept-all"
    refuse_there = ".klaro .cookie-modal .cn-decline"
    save = ".klaro .cookie-modal .cm-btn-accept"
    choosing = """({granted, all}) => {
      const manager = klaro.getManager();
      for (const name of all) manager.updateConsent(name, granted.includes(name));
      manager.saveAndApplyConsents();
    }"""
