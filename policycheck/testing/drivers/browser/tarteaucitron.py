"""tarteaucitron.js."""

from __future__ import annotations

from policycheck.testing.drivers.browser.selectors import ManagerDriver


class TarteaucitronDriver(ManagerDriver):
    """Drives tarteaucitron, whose services are its categories. Its panel has two buttons for each, and acts at once.

    Closing the panel loads the page anew where a service that ran was denied. By the interface nothing is closed.
    """

    manager = "tarteaucitron"
    banner = "#tarteaucitronAlertBig"
    ready = "!!window.tarteaucitron && tarteaucitron.job.every((key) => !!document.getElementById(`${key}Allowed`))"
    accept = "#tarteaucitronPersonalize2, #tarteaucitronPersonalize"
    refuse = "#tarteaucitronAllDenied2, #tarteaucitronAllDenied"
    settings = ("#tarteaucitronCloseAlert", "#tarteaucitronManager")
    box = "#{name}Allowed, #{name}Denied"
    done = "#tarteaucitronClosePanel"
    choosing = """({granted, all}) => {
      for (const name of all) {
        const on = granted.includes(name);
        tarteaucitron.userInterface.respond(document.getElementById(name + (on ? "Allowed" : "Denied")), on);
      }
    }"""

    def _fill_in(self, granted: frozenset[str]) -> None:
        self.press(*self.settings, decides=False)
        for category, names in self.names.items():
            for name in names:
                wanted = category in granted
                if self.ask("(name) => tarteaucitron.state[name]", name) is not wanted:
                    self.press(f"#{name}{'Allowed' if wanted else 'Denied'}")
        self.press(self.done)
