"""tarteaucitron.js."""

from __future__ import annotations

from policycheck.testing.drivers.browser.selectors import ManagerDriver


class TarteaucitronDriver(ManagerDriver):
    """Drives tarteaucitron, whose services are its categories. Its panel has two buttons for each, and acts at once.

    Closing the panel loads the page anew where a service that ran was denied. By the interface nothing is closed.
    """

    manager = "tarteaucitron"
    banner = "#tarteaucitronAlertBig"
    ready = (
        "!!document.getElementById('tarteaucitronAlertBig')?.style.display"  # it was opened or closed
        " && [...document.querySelectorAll('.catToggleBtn')].every((button) => button.dataset.index)"  # buttons work
    )
    accept = "#tarteaucitronPersonalize2"
    refuse = "#tarteaucitronAllDenied2"
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
        if granted == frozenset(self.names):
            self.press("#tarteaucitronAllAllowed")
        elif not granted:
            self.press("#tarteaucitronAllDenied")
        else:
            states = self.ask("() => tarteaucitron.state")
            wanted = [(name, category in granted) for category, names in self.names.items() for name in names]
            changes = [(name, on) for name, on in wanted if states.get(name) is not on]
            for number, (name, on) in enumerate(changes, 1):
                self.press(f"#{name}{'Allowed' if on else 'Denied'}", decides=number == len(changes))
        self.press(self.done)
