"""What the consent machine needs of an application: a driver that acts for one visitor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from policycheck.recording import Recorder
from policycheck.testing.clock import Clock


@runtime_checkable
class ConsentDriver(Protocol):
    """Acts for one visitor of an application, on one device. The drivers that come in the box do all but ``choose``.

    Each example of the machine calls the factory for a driver, and for another with each new device. Where the
    application outlives a driver and remembers visitors, give the factory ``begin()``, which starts it afresh: it is
    called before each journey.

    Whatever the application answers goes into the recorder: hand each response over as an ``HttpExchange``
    (``recorder.response``), each storage write as an ``Observation`` (``recorder.write``), and send back the cookies
    that ``recorder.jar`` holds (``recorder.jar.cookie_header(url)``).
    """

    @property
    def pages(self) -> Sequence[str]:
        """The paths that a visitor may ask for, at least one. An attribute will do."""
        ...

    def start(self, recorder: Recorder, clock: Clock) -> None:
        """Begin as a visitor whom the application has never seen. Called once, before anything else."""

    def visit(self, page: str) -> object:
        """Load a page, with its redirects, as a browser would."""

    def choose(self, granted: frozenset[str]) -> object:
        """Have the visitor consent to exactly these categories, in the way that the application offers.

        Called for every choice, unless the driver has a method for it (:class:`ChoiceMethods`).
        """

    def close(self) -> object:
        """The journey is over."""


class ChoiceMethods(Protocol):
    """What a driver may have besides, where the application offers another way than one form for everything.

    The machine uses each of these that is there, and ``choose`` in the place of the others.
    """

    def grant(self, categories: tuple[str, ...]) -> object:
        """Consent to ``categories``, and leave the rest as it is."""

    def grant_all(self) -> object:
        """Press "accept all"."""

    def refuse_all(self) -> object:
        """Press "reject all"."""

    def withdraw(self, category: str) -> object:
        """Take back the consent to ``category``."""

    def change(self, granted: tuple[str, ...], denied: tuple[str, ...]) -> object:
        """Grant some and deny others in one go."""


class Abilities(Protocol):
    """What a driver may be able to do besides. What it lacks, some laws cannot be looked at, which the result says."""

    actions: Mapping[str, Callable[[Any], object]]
    """Further things that a visitor does, by name; each is called with the driver."""
    in_process: bool
    """True when the application runs in this process, so that stopping the process's clock stops the application's."""
    interactions: int
    """How many times the visitor had to do something up to now: requests that are no redirects, clicks."""

    def advance(self, seconds: float) -> object:
        """Move the application's clock, where it is not that of this process."""

    def asked(self) -> bool | None:
        """Whether the page that is open asks the visitor for a choice; None when it cannot be told."""

    def gpc(self, on: bool) -> object:
        """Send ``Sec-GPC: 1`` with every request, or no longer."""

    def revise(self, version: str) -> object:
        """Publish another version of the catalogue, so that everybody has to be asked anew."""

    def deciding(self, decided: Callable[[], object]) -> object:
        """Told before each choice: call ``decided`` at the moment at which the visitor has decided.

        For drivers where no request shows it, as with a click that a script of the page takes. From then on the new
        consent holds.
        """

    def open_tab(self) -> object:
        """Open another tab of the same browser, and go on there; the one before stays as it was loaded."""


def ability(driver: ConsentDriver, name: str) -> Any:
    """The attribute ``name`` of ``driver``, None where the driver has no such ability."""
    return getattr(driver, name, None)
