"""Any consent management platform of the IAB's Transparency and Consent Framework, by ``__tcfapi``."""

from __future__ import annotations

from policycheck.testing.drivers.browser.selectors import SelectorDriver

_STATUS = """() => new Promise((done) => {
  __tcfapi("addEventListener", 2, (data, success) => {
    if (!success) return done("error");
    __tcfapi("removeEventListener", 2, () => {}, data.listenerId);
    done(data.eventStatus);
  });
})"""
"""A listener is called at once with what holds, or as soon as something does (CMP API v2, addEventListener)."""
_ASKING = "cmpuishown"
"""The platform shows its layers, and nobody has decided yet (CMP API v2, TCData.eventStatus)."""


class TcfDriver(SelectorDriver):
    """Presses the buttons of a TCF platform, and hears from its ``__tcfapi`` when it is ready and asks.

    The API has no command by which a visitor could choose, so the buttons are named as for any banner. Whether the
    string says what was chosen is the matter of the law signal-follows-choice.
    """

    manager = "the TCF platform"
    ready = "typeof __tcfapi === 'function'"

    @property
    def status(self) -> str:
        """What the platform calls its state: ``tcloaded``, ``cmpuishown``, ``useractioncomplete``."""
        return str(self.ask(_STATUS))

    def asked(self) -> bool | None:
        """Whether the platform says that it asks, and its banner is to be seen."""
        return super().asked() and self.status == _ASKING

    def _wait_until_ready(self) -> None:
        super()._wait_until_ready()
        _ = self.status
