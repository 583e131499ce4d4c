"""What a check came by: states and transitions of consent, and which laws were looked at at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policycheck.consent.laws.names import LawName
from policycheck.consent.steps import Step
from policycheck.consent.transitions import TransitionKind
from policycheck.model.consent import ConsentStatus
from policycheck.model.report import ConsentReach

if TYPE_CHECKING:
    from policycheck.testing.violation import ConsentViolation
    from policycheck.testing.visitor import Visitor


@dataclass
class ConsentCoverage:
    """Counts over all journeys of one check.

    ``states`` are those in which a page was loaded (a status for each category), ``transitions`` pairs of a transition
    and the status that it met. ``laws`` counts how often each law could have been broken, ``broken`` after how many
    journeys each was first seen broken. ``exchanges`` are the responses seen.
    """

    journeys: int = 0
    steps: int = 0
    exchanges: int = 0
    observations: int = 0
    states: Counter[tuple[tuple[str, ConsentStatus], ...]] = field(
        default_factory=Counter[tuple[tuple[str, ConsentStatus], ...]]
    )
    transitions: Counter[tuple[TransitionKind, ConsentStatus]] = field(
        default_factory=Counter[tuple[TransitionKind, ConsentStatus]]
    )
    laws: Counter[LawName] = field(default_factory=Counter[LawName])
    broken: dict[str, int] = field(default_factory=dict[str, int])
    last_violation: ConsentViolation | None = None
    items: set[str] = field(default_factory=set[str])
    """Keys of the catalogue's items that were seen."""

    def see(self, visitor: Visitor, step: Step) -> None:
        """Count one step of a visitor."""
        from policycheck.testing.looked import looked_at

        self.steps += 1
        self.observations += len(step.matches)
        categories = visitor.setup.categories
        if step.page_load:
            self.states[tuple((name, step.before.status(name)) for name in categories)] += 1
        if step.transition is not None:
            for name in step.concerned or categories:
                self.transitions[step.transition, step.before.status(name)] += 1
        self.laws.update(looked_at(visitor, step))
        self.items.update(match.item.key for match in step.matches if match.item is not None)

    def reach(self, categories: tuple[str, ...]) -> ConsentReach:
        """The counts as a report keeps them."""
        return ConsentReach(
            categories,
            frozenset(",".join(f"{name}={status.value}" for name, status in state) for state in self.states),
            frozenset(f"{kind.value} from {status.value}" for kind, status in self.transitions),
            frozenset(law.value for law in self.laws),
            self.journeys,
            self.steps,
        )
