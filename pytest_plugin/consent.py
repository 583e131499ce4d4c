"""What the fixture ``policycheck_consent`` gives a test: visitors that go through choices, and what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeGuard

import pytest

from policycheck.errors import PolicycheckError, UsageError
from policycheck.model.report import NotEvaluated

from .marks import place_of, wishes_of
from .stopping import fail

if TYPE_CHECKING:
    from policycheck.engine.session import Session
    from policycheck.model.finding import Finding
    from policycheck.testing import ConsentJourney, ConsentOutcome, ConsentViolation
    from policycheck.testing.setup import ConsentSetup, DriverFactory

    from .runtime import Runtime


def is_consent_violation(error: BaseException | None) -> TypeGuard[ConsentViolation]:
    """True for a broken law. Asked of every failing test, so it imports nothing."""
    module = sys.modules.get("policycheck.testing.violation")
    return module is not None and isinstance(error, module.ConsentViolation)


_CONSENT = pytest.StashKey["ConsentCheck"]()


def consent_check_of(item: pytest.Item) -> ConsentCheck | None:
    """The consent check of ``item`` in this run of it."""
    return item.stash.get(_CONSENT, None)


class ConsentCheck:
    """Checks how the application of one test treats consent, against the laws of consent.

    The catalogue is that of the test: its marker's, that of the fixture ``policycheck_catalogue``, or the project's.
    """

    def __init__(self, runtime: Runtime, item: pytest.Item, request: pytest.FixtureRequest) -> None:
        self._runtime = runtime
        self._item = item
        self._request = request
        self._journeys: list[ConsentJourney] = []
        self._setups: list[tuple[ConsentSetup, Session]] = []
        item.stash[_CONSENT] = self
        runtime.places[item.nodeid] = place_of(item)

    def run(
        self,
        driver_factory: DriverFactory,
        *,
        examples: int | None = None,
        steps: int | None = None,
        seed: int | None = None,
        profile: str | None = None,
        categories: Iterable[str] | None = None,
        without: Mapping[str, str] | None = None,
    ) -> ConsentOutcome:
        """Search for a sequence of choices that breaks a law, and fail the test with the shortest one.

        The arguments are those of :func:`policycheck.testing.run_consent_machine`. Returns how far the search came.
        With ``--no-policycheck`` the test is skipped here.
        """
        __tracebackhide__ = True
        setup = self._set_up(driver_factory, profile=profile, categories=categories, without=without)
        try:
            from policycheck.testing.running import EXAMPLES, STEPS, run_machine
        except ImportError as error:
            raise UsageError(f"{error.name} is missing\n  fix: pip install 'policycheck[testing]'") from None
        try:
            outcome = run_machine(
                setup,
                examples=EXAMPLES if examples is None else examples,
                steps=STEPS if steps is None else steps,
                seed=seed,
            )
        except PolicycheckError as error:
            raise error.with_traceback(None) from None
        self._setups[-1][1].take_in(
            not_evaluated=[
                NotEvaluated(law.value, "consent", reason, self._item.nodeid)
                for law, reason in outcome.not_evaluated.items()
            ]
        )
        return outcome

    def visitor(
        self,
        driver_factory: DriverFactory,
        *,
        profile: str | None = None,
        categories: Iterable[str] | None = None,
        without: Mapping[str, str] | None = None,
    ) -> ConsentJourney:
        """A visitor to be led step by step, with an empty device; each step fails the test if a law is broken then."""
        __tracebackhide__ = True
        from policycheck.testing.journey import ConsentJourney

        journey = ConsentJourney(self._set_up(driver_factory, profile=profile, categories=categories, without=without))
        journey.__enter__()
        self._journeys.append(journey)
        return journey

    def broken(self, violation: ConsentViolation) -> None:
        """Take in what failed the test: the violation that its body ended with."""
        for violated in (violation, *violation.others):
            self._setups[-1][1].take_in(self._located(violated.findings))
            for finding in violated.findings:
                self._item.user_properties.append(("policycheck.code", finding.code))
                self._item.user_properties.append(("policycheck.law", finding.law))

    def close(self) -> None:
        """End the journeys, and hand over what was seen. Called when the fixture is torn down."""
        while self._journeys:
            journey = self._journeys.pop()
            journey.setup.coverage.exchanges += journey.exchanges
            journey.setup.coverage.journeys += 1
            journey.close()
        for setup, session in self._setups:
            session.take_in(
                self._located(setup.tolerated.values()),
                observed=setup.coverage.items,
                exchanges=setup.coverage.exchanges,
                observations=setup.coverage.observations,
                consent=setup.coverage.reach(setup.categories),
            )
        self._setups.clear()

    def _located(self, findings: Iterable[Finding]) -> list[Finding]:
        source = self._runtime.places.get(self._item.nodeid)
        return [replace(finding, source=finding.source or source) for finding in findings]

    def _set_up(self, driver_factory: DriverFactory, **wishes: Any) -> ConsentSetup:
        __tracebackhide__ = True
        if self._runtime.off or self._runtime.inventory is not None:
            pytest.skip(f"--{'no-policycheck' if self._runtime.off else 'policycheck-record'}: nothing is judged")
        if self._runtime.observing is not None:
            self._runtime.notes.append("journeys through choices of consent are not in the file of observations")
        from policycheck.testing.setup import set_up

        try:
            session = self._runtime.session(wishes_of(self._item), self._request)
            setup = set_up(
                session.catalogue, driver_factory, project=self._runtime.project, test=self._item.nodeid, **wishes
            )
        except PolicycheckError as error:
            fail(error)
        self._setups.append((setup, session))
        return setup

    def __repr__(self) -> str:
        return f"<policycheck_consent of {self._item.nodeid}>"
