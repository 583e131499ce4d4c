"""c15t."""

from __future__ import annotations

from policycheck.testing.drivers.browser.selectors import ManagerDriver


class C15tDriver(ManagerDriver):
    """Drives c15t by its store, ``window.c15tStore``, since it comes without buttons: ``interface=True``.

    A subclass that names the buttons of its own page (``accept``, ``refuse``, ``settings``, ``box``, ``save``) presses
    those.
    """

    manager = "c15t"
    banner = "#consent-banner"
    ready = "!!window.c15tStore && !c15tStore.getState().isLoadingConsentInfo"
    choosing = """async ({granted, all}) => {
      for (const name of all) c15tStore.getState().setSelectedConsent(name, granted.includes(name));
      await c15tStore.getState().saveConsents("custom");
    }"""

    def asked(self) -> bool | None:
        """Whether c15t wants its banner shown."""
        return bool(self.ask("() => c15tStore.getState().activeUI === 'banner'")) if self._opened else None
