"""What a rule is: a code, a name, a default severity, a scope, a page, and a pure function."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.matching.match import Match
from policycheck.model.finding import Breach, Severity, Unevaluated

Outcome = Breach | Unevaluated


class Scope(StrEnum):
    """What a rule looks at: the catalogue alone, one observation, or all that a run observed."""

    CATALOGUE = "catalogue"
    OBSERVATION = "observation"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may read besides its subject. ``tolerance`` in seconds is added to every retention (default none)."""

    catalogue: Catalogue
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """All matches of a run, in order."""

    matches: Sequence[Match]


ObservationCheck = Callable[[Match, Context], Iterator[Outcome]]
RunCheck = Callable[[Run, Context], Iterable[tuple[Item | Match, Outcome]]]
CatalogueCheck = Callable[[Catalogue], Iterable[tuple[str, Outcome]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Exactly one of the three checks is set, and it says the scope.

    ``observation`` yields outcomes for one match. ``run`` yields pairs of the item or match that an outcome is about and
    the outcome. ``catalogue`` yields pairs of the name of the item (or other key) and the outcome. ``module`` is where
    the page stands: the docstring of the module that defines the rule.
    """

    code: str
    name: str
    severity: Severity
    why: str
    """The law, the specification or the reason, in one line; the last line of a message."""
    observation: ObservationCheck | None = None
    run: RunCheck | None = None
    catalogue: CatalogueCheck | None = None
    only_stored: bool = True
    """Observation rules see only what came to lie on the device, unless they set this to False."""
    module: str = field(default="", compare=False)

    @property
    def scope(self) -> Scope:
        """Which of the three checks is set."""
        if self.observation is not None:
            return Scope.OBSERVATION
        return Scope.RUN if self.run is not None else Scope.CATALOGUE

    @property
    def page(self) -> str:
        """The rule's page: what it checks, why, an example, how to fix it, references. Markdown."""
        return inspect.cleandoc(importlib.import_module(self.module).__doc__ or "")
