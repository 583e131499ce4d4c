"""What a rule is: a code, a name, a default severity, a scope, a page, and a pure function."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.consent.signals import ConsentSignal
from policycheck.consent.signals.index import SignalIndex
from policycheck.consent.steps import Step
from policycheck.matching.match import Match
from policycheck.model.acceptance import Acceptances
from policycheck.model.finding import Breach, Severity, Unevaluated
from policycheck.model.profile import Profile
from policycheck.model.report import Coverage
from policycheck.model.request import SentRequest

Outcome = Breach | Unevaluated


class Scope(StrEnum):
    """What a rule looks at.

    The catalogue alone; one observation; one host that a page asked; one step of a visitor with those before it; the
    journey of one device, in order; the coverage of a whole run, after the parts of it (tests, workers) were joined; or
    what the project has accepted, after everything else was found.
    """

    CATALOGUE = "catalogue"
    OBSERVATION = "observation"
    REQUEST = "request"
    STEP = "step"
    JOURNEY = "journey"
    RUN = "run"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True)
class Context:
    """What a rule may read besides its subject.

    ``tolerance`` in seconds is added to every retention (default none). ``profile`` holds the limits of a jurisdiction;
    without one, no rule applies any. ``signals`` are the records of consent managers that can be read.
    """

    catalogue: Catalogue
    tolerance: float = 0.0
    profile: Profile | None = None
    signals: tuple[ConsentSignal, ...] = ()

    @cached_property
    def signal_index(self) -> SignalIndex:
        """The signals by the names under which they are stored."""
        return SignalIndex(self.signals)


ObservationCheck = Callable[[Match, Context], Iterator[Outcome]]
RequestCheck = Callable[[SentRequest, Context], Iterator[Outcome]]
StepCheck = Callable[[Sequence[Step], Context], Iterable[tuple[Match | None, Outcome]]]
JourneyCheck = Callable[[Sequence[Match], Context], Iterable[tuple[Match, Outcome]]]
RunCheck = Callable[[Coverage, Context], Iterable[tuple[Item, Outcome]]]
CatalogueCheck = Callable[[Catalogue], Iterable[tuple[str, Outcome]]]
AcceptanceCheck = Callable[[Acceptances], Iterable[tuple[str, Outcome]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. One of the seven checks is set, and it says the scope.

    ``observation`` and ``step`` may go together, for what shows in one entry and for what shows only over time; then
    each breach is found by one of them. Its scope is the step.

    ``observation`` yields outcomes for one match. ``request`` yields them for a request that a page sent to another
    machine: it is asked once for each host, host of the page and consent of a journey, and speaks about the host.
    ``step`` sees the steps of one device up to now, speaks about the last, and yields pairs of the match that an
    outcome is about (None: the step itself) and the outcome. ``journey`` sees all matches of one device in order and
    yields pairs of the match that an outcome is about and the outcome; ``run`` yields pairs of an item and an outcome;
    ``catalogue`` and ``acceptance`` yield pairs of a name (of the item, of what was accepted) and an outcome.
    ``module`` is where the page stands: the docstring of the module that defines the rule.
    """

    code: str
    name: str
    severity: Severity
    why: str
    """The law, the specification or the reason, in one line; the last line of a message."""
    observation: ObservationCheck | None = None
    step: StepCheck | None = None
    journey: JourneyCheck | None = None
    run: RunCheck | None = None
    catalogue: CatalogueCheck | None = None
    request: RequestCheck | None = None
    acceptance: AcceptanceCheck | None = None
    concerns: Callable[[Item | None], bool] | None = None
    """False for an entry (None: undeclared) on which an observation rule has nothing to say, whatever was observed.

    A session asks once for each entry and then leaves the rule out; a rule without it is always asked.
    """
    only_stored: bool = True
    """Observation rules see only what came to lie on the device, unless they set this to False."""
    module: str = field(default="", compare=False)

    @property
    def scope(self) -> Scope:
        """Which of the seven checks is set, a step before an observation."""
        if self.step is not None:
            return Scope.STEP
        if self.observation is not None:
            return Scope.OBSERVATION
        if self.request is not None:
            return Scope.REQUEST
        if self.journey is not None:
            return Scope.JOURNEY
        if self.acceptance is not None:
            return Scope.ACCEPTANCE
        return Scope.RUN if self.run is not None else Scope.CATALOGUE

    @property
    def page(self) -> str:
        """The rule's page: what it checks, why, an example, how to fix it, references. Markdown; empty without one."""
        import inspect

        if not self.module:
            return ""
        return inspect.cleandoc(importlib.import_module(self.module).__doc__ or "")
