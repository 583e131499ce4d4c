"""How hooks and their source know each other: names drawn anew for each watch, which a page cannot guess."""

from __future__ import annotations

import json
import secrets
from functools import cached_property

from policycheck.capture.browser.hooks import hook_script
from policycheck.recording import Browsing

HIDE_WEBDRIVER = """
globalThis.Navigator && Object.defineProperty(
  Navigator.prototype, "webdriver", {get: () => false, configurable: true, enumerable: true},
);
"""
"""A browser that nobody automates says false (WebDriver, section "Interface"); this one says so too."""


class Channel:
    """The names of one watch, and the expressions that speak to its hooks."""

    def __init__(self, browsing: Browsing) -> None:
        self._browsing = browsing
        self.binding = f"_{secrets.token_hex(8)}"
        self._secret = secrets.token_hex(16)

    @cached_property
    def script(self) -> str:
        """What each document and worker runs first."""
        script = hook_script(self.binding, self._secret, self._browsing.reads)
        return HIDE_WEBDRIVER + script if self._browsing.hide_webdriver else script

    @property
    def drain(self) -> str:
        """Evaluates to the records that have no other way out, as JSON text."""
        return self._call("")

    @property
    def bind(self) -> str:
        """Makes hooks take the binding that came after them."""
        return self._call(":bind")

    @property
    def off(self) -> str:
        """Ends the hooks of a realm, and puts back what they wrapped."""
        return self._call(":off")

    def _call(self, suffix: str) -> str:
        # Where no hooks are, toString tells so by throwing.
        text = json.dumps(self._secret + suffix)
        return f"(() => {{ try {{ return Function.prototype.toString.call({text}) }} catch {{ return '' }} }})()"
