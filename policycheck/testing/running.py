"""Running the consent machine: Hypothesis' settings, what it found, and how far it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from policycheck.errors import CaptureError, NothingObservedError, UsageError
from policycheck.model.report import Report
from policycheck.reports.text import consent_lines
from policycheck.testing.journey import ConsentJourney
from policycheck.testing.machine import ConsentMachine, machine_of
from policycheck.testing.needs import not_evaluated
from policycheck.testing.setup import ConsentSetup, DriverFactory, set_up
from policycheck.testing.shrinking import shrink
from policycheck.testing.violation import ConsentViolation

if TYPE_CHECKING:
    from policycheck.catalogue.entries import Catalogue
    from policycheck.engine.project import Project

EXAMPLES = 100
"""Journeys that a check makes unless told otherwise; Hypothesis' own default."""
STEPS = 25
"""Steps of each journey."""
_REMEDY = (
    "the application keeps something between visitors, or decides by chance\n"
    "  fix: let the driver factory start from the same state each time; where the application outlives a driver, "
    "start it afresh in the factory's begin()"
)
_FLAKY = f"The same sequence broke the law once and not the next time: {_REMEDY}"
_OF_HYPOTHESIS = ("Failing test case", "Falsifying example", "while generating ")
_MOODY = f"the same sequence of choices went otherwise the second time: {_REMEDY}"


class ConsentOutcome:
    """How far a check came. ``reach`` counts, ``not_evaluated`` names laws with the reason why nobody looked."""

    def __init__(self, setup: ConsentSetup, journey: ConsentJourney) -> None:
        self.reach = setup.coverage.reach(setup.categories)
        self.not_evaluated = not_evaluated(journey)

    @property
    def summary(self) -> str:
        """How far the check came, in words, and which laws nobody looked at."""
        report = Report("", (), consent=(self.reach,))
        missing = (f"  not evaluated: {law.value}: {reason}" for law, reason in self.not_evaluated.items())
        return "\n".join([*consent_lines(report), *missing])

    def __repr__(self) -> str:
        return f"<ConsentOutcome: {self.summary}>"


def run_consent_machine(
    catalogue: Catalogue | str | Path,
    driver_factory: DriverFactory,
    *,
    project: Project | None = None,
    profile: str | None = None,
    categories: Iterable[str] | None = None,
    without: Mapping[str, str] | None = None,
    examples: int = EXAMPLES,
    steps: int = STEPS,
    seed: int | None = None,
) -> ConsentOutcome:
    """Drive an application through random sequences of choices, and look at the laws of consent after each step.

    ``catalogue`` is a location or a Catalogue, ``driver_factory`` a class or function that makes a driver. ``profile``
    is a jurisdiction (``FR``), ``categories`` those that a visitor decides about (default: those that need consent and
    are used), ``without`` laws that are not to be looked at, each with a reason. ``examples`` journeys of ``steps``
    steps are made; with ``seed`` always the same ones.

    The search goes on after a law was seen broken, with that law set aside, until all journeys are made.

    Returns how far the check came, with the laws that could not be looked at. Raises :class:`ConsentViolation` with the
    shortest sequence that breaks a law (``others``: further laws that the search saw broken),
    :class:`policycheck.errors.NothingObservedError` when the application answered nothing, and
    :class:`policycheck.errors.UsageError` for arguments that make no sense.
    """
    __tracebackhide__ = True
    setup = set_up(catalogue, driver_factory, project=project, profile=profile, categories=categories, without=without)
    return run_machine(setup, examples=examples, steps=steps, seed=seed)


def run_machine(
    setup: ConsentSetup, *, examples: int = EXAMPLES, steps: int = STEPS, seed: int | None = None
) -> ConsentOutcome:
    """Run the machine under conditions that were prepared. Raises as :func:`run_consent_machine` does."""
    __tracebackhide__ = True
    if not setup.categories:
        raise UsageError(
            "no entry of the catalogue that is switched on needs consent, so there is nothing to choose\n"
            "  fix: declare the categories of your items, or name the categories that a visitor decides about"
        )
    _need_number("examples", examples)
    _need_number("steps", steps)
    machine = machine_of(setup)
    found: list[ConsentViolation] = []
    while (left := examples - setup.coverage.journeys) > 0:
        broken = _search(machine, left, steps, None if seed is None else seed + len(found))
        if not broken:
            break
        found += [_shortest(setup, violation) for violation in broken]
        setup.coverage.last_violation = None
        setup.set_aside.update(law for violation in broken for law in violation.laws)
    if not setup.coverage.exchanges and not setup.coverage.observations:
        raise NothingObservedError("the application was never seen to answer: the driver records no response")
    if found:
        raise _together(found).with_traceback(None) from None
    return ConsentOutcome(setup, machine.last)


def _need_number(what: str, number: object) -> None:
    if not isinstance(number, int) or number < 1:
        raise UsageError(f"{what} is a number from 1, not {number!r}")


def _search(machine: type[ConsentMachine], examples: int, steps: int, seed: int | None) -> list[ConsentViolation]:
    """The first violation that comes up in so many journeys; of what is set aside, none does."""
    seeded = machine if seed is None else hypothesis.seed(seed)(machine)
    try:
        run_state_machine_as_test(seeded, settings=_settings(examples, steps))
    except ConsentViolation as violation:
        return [violation]
    except Flaky:
        return [_came_once(machine.setup)]
    except Exception as error:
        _without_draws(error)
        raise
    return []


def _without_draws(error: Exception) -> None:
    """Take off the notes with which Hypothesis tells its draws: the note of the journey says the same in code."""
    notes = getattr(error, "__notes__", [])
    at = next((number for number, note in enumerate(notes) if note.startswith(_OF_HYPOTHESIS)), len(notes))
    del notes[at:]


def _came_once(setup: ConsentSetup) -> ConsentViolation:
    """The violation that did not come again. Raises :class:`CaptureError` when the application is moody without one."""
    violation = setup.coverage.last_violation
    if violation is None:
        raise CaptureError(_MOODY) from None
    violation.add_note(_FLAKY)
    return violation


def _shortest(setup: ConsentSetup, violation: ConsentViolation) -> ConsentViolation:
    first_seen = setup.coverage.broken[violation.laws[0]]
    flaky = _FLAKY in getattr(violation, "__notes__", ())
    shortest = violation if flaky else shrink(setup, violation, violation.moves)
    shortest.journeys = first_seen
    return shortest


def _settings(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        print_blob=False,
        derandomize=False,
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),  # its metaclass says it yields itself
        phases=(Phase.generate,),
    )


def _together(found: list[ConsentViolation]) -> ConsentViolation:
    """One exception for all: the shortest sequence speaks, the others follow."""
    first, *others = sorted(found, key=lambda one: (len(one.steps), one.laws))
    for one in found:
        one.__cause__ = one.__context__ = None
        one.__notes__ = [note for note in getattr(one, "__notes__", ()) if note == _FLAKY]
    first.others = tuple(others)
    return first
