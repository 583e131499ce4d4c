"""What the ``policycheck`` fixture gives a test: the device, the visitor, and the judgement."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from policycheck.capture.storage import storage_write
from policycheck.consent.reading import ObservedConsent, read_consent
from policycheck.errors import PolicycheckError, UsageError
from policycheck.model.consent import UNSET, ConsentState, ConsentStatus
from policycheck.model.observation import Observation
from policycheck.recording import Browsing

from .device import broken_rule, failing
from .violation import PolicyViolation

if TYPE_CHECKING:
    from policycheck.engine.project import Project
    from policycheck.model.finding import Finding, Severity

    from .device import Device


class Consent:
    """What the visitor of this test has said. Each change holds for what is observed from then on.

    Without categories a method speaks of all of them. Raises :class:`policycheck.errors.UsageError` for a category that
    the catalogue does not have.
    """

    def __init__(self, device: Device, categories: Iterable[str] | None, settle: Callable[[], None]) -> None:
        self._device = device
        self._settle = settle
        self._categories = None if categories is None else tuple(categories)

    @property
    def state(self) -> ConsentState:
        """Where each category stands now."""
        return self._device.consent

    @state.setter
    def state(self, state: ConsentState) -> None:
        if isinstance(state, ObservedConsent):
            raise UsageError(
                "consent is observed from the start of a test or not at all\n"
                '  fix: mark the test: @pytest.mark.policycheck(consent="observed")'
            )
        changed = read_consent(state, self._categories)
        self._settle()
        self._device.consent = changed

    def status(self, category: str) -> ConsentStatus:
        """Where one category stands now."""
        __tracebackhide__ = True
        return self.state.status(*self._known(category))

    def grant(self, *categories: str) -> None:
        """The visitor consents to ``categories``, or to everything."""
        __tracebackhide__ = True
        self.state = self.state.grant(*self._known(*categories))

    def refuse(self, *categories: str) -> None:
        """The visitor refuses ``categories``, or everything."""
        __tracebackhide__ = True
        self.state = self.state.refuse(*self._known(*categories))

    def withdraw(self, *categories: str) -> None:
        """The visitor withdraws the consent to ``categories``, or every consent there is."""
        __tracebackhide__ = True
        self.state = self.state.withdraw(*self._known(*categories))

    def reset(self) -> None:
        """Nobody has been asked yet."""
        self.state = UNSET

    def __repr__(self) -> str:
        said = ", ".join(f"{category}={status.value}" for category, status in self.state.statuses.items())
        return f"<consent: {said or 'of every category'}{', else' if said else ''} {self.state.default.value}>"

    def _known(self, *categories: str) -> tuple[str, ...]:
        __tracebackhide__ = True
        try:
            read_consent(dict.fromkeys(categories, "granted"), self._categories)
        except UsageError as error:
            raise error.with_traceback(None) from None
        return categories


class Check:
    """The check of one test: an empty device, a visitor, and what the catalogue says about what comes to lie there.

    When the body of the test is over, the check judges everything that was observed since the set-up of the test began,
    and the test fails with :class:`PolicyViolation` if something breaks the catalogue.
    """

    def __init__(self, project: Project, device: Device, categories: Iterable[str] | None, fail_on: Severity) -> None:
        self.consent = Consent(device, categories, self.settle)
        self._project = project
        self._device = device
        self._fail_on = fail_on
        self._watches: list[Any] = []
        self._settled: dict[Any, int] = {}

    def observe(self, subject: object, *, reads: bool = False, hide_webdriver: bool = False) -> Any:
        """Watch a browser, a client, a class of clients or an application until the test ends; returns the Watch.

        ``reads`` has a browser tell what is read too, not only what is stored; ``hide_webdriver`` has it say that
        nobody automates it, since some banners hide from that. A page of Playwright's async API is
        watched by ``async with policycheck.observe(page)``, for as long as the block lasts. A bare WSGI or ASGI
        callable cannot be watched in place: use the Watch's ``subject`` instead of it. Raises
        :class:`policycheck.errors.CaptureError` for what no adapter knows.
        """
        __tracebackhide__ = True
        self._device.recorder.browsing = Browsing(reads, hide_webdriver)
        try:
            watch = self._project.manager.hook.policycheck_observe(subject=subject, recorder=self._device)
        except PolicycheckError as error:
            raise error.with_traceback(None) from None  # the frames between say nothing to who called this
        self._watches.append(watch)
        if hasattr(watch, "settlings"):
            self._settled[watch] = watch.settlings
        self._device.limits(watch)
        return watch

    def storage(
        self,
        kind: str,
        name: str,
        value: str | None = None,
        *,
        operation: str = "store",
        host: str | None = None,
    ) -> Observation:
        """Record a write to web storage that this test knows of, since Python clients run no script.

        ``kind`` is ``localStorage``, ``sessionStorage``, ``indexedDB``, ``caches`` or ``fileSystem``; ``operation`` is
        ``store``, ``access`` or ``delete``. The value is judged and never shown. Raises
        :class:`policycheck.errors.UsageError`.
        """
        __tracebackhide__ = True
        return self._device.write(
            storage_write(kind, name, value, operation, said_by="policycheck.storage()", host=host, time=time.time())
        )

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Everything observed so far, in order. Their values are in memory, and hidden from ``repr``."""
        self.settle()
        return self._device.observations

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What breaks the catalogue so far, as if the test ended now: of every severity, accepted ones too."""
        self.settle()
        return tuple(self._device.so_far())

    def verify(self) -> None:
        """Judge what was observed so far, and raise :class:`PolicyViolation` here and now if that fails the test."""
        __tracebackhide__ = True
        self.settle()
        found = failing(self._device.so_far(), self._fail_on)
        if found:
            raise PolicyViolation(found, sudden=True)

    def settle(self) -> None:
        """Take in what a watched browser has under way, and what lies on its device.

        It happens by itself before each change of consent, and when the body of the test is over.
        """
        for watch in self._watches:
            settle = getattr(watch, "settle", None)
            if settle is None or watch.closed:
                continue
            if inspect.iscoroutinefunction(settle):
                self._wait_for(watch)
                continue
            try:
                settle()
            except PolicycheckError:
                raise
            except Exception as error:
                raise broken_rule(error) from error
            self._device.limits(watch)

    def _wait_for(self, watch: Any) -> None:
        """A page of an async API settles in the test alone, which has to do so each time."""
        if self._settled.get(watch) == watch.settlings:
            raise UsageError(
                "a page of Playwright's async API is watched, and only the test can wait for what it has under way\n"
                "  fix: async with policycheck.observe(page) as watch, and await watch.settle() before consent changes"
            )
        self._settled[watch] = watch.settlings

    def close(self) -> None:
        """Stop watching. Called when the fixture is torn down."""
        undo: list[Callable[[], None]] = [watch.close for watch in self._watches]
        self._watches.clear()
        for close in reversed(undo):
            close()

    def __repr__(self) -> str:
        return f"<policycheck of {self._device.test}: {len(self.observations)} observations>"
