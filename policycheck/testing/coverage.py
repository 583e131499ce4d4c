"""What a check came by: states and transitions of consent, and which laws were looked at at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policycheck.consent.laws.names import LawName
from policycheck.consent.steps import Step
from policycheck.consent.transitions import TransitionKind
from policycheck.model.consent import ConsentStatus

if TYPE_CHECKING:
    from policycheck.testing.visitor import Visitor


@dataclass
class ConsentCoverage:
    """Counts over all journeys of one check.

    ``statuses`` are pairs of category and status that held when something was visited, ``states`` whole states (a
    status for each category), ``transitions`` pairs of a transition and the status that it met. ``laws`` counts how
    often each law could have been broken. ``exchanges`` are the responses seen.
    """

    journeys: int = 0
    steps: int = 0
    exchanges: int = 0
    observations: int = 0
    statuses: Counter[tuple[str, ConsentStatus]] = field(default_factory=Counter[tuple[str, ConsentStatus]])
    states: Counter[tuple[tuple[str, ConsentStatus], ...]] = field(
        default_factory=Counter[tuple[tuple[str, ConsentStatus], ...]]
    )
    transitions: Counter[tuple[TransitionKind, ConsentStatus]] = field(
        default_factory=Counter[tuple[TransitionKind, ConsentStatus]]
    )
    laws: Counter[LawName] = field(default_factory=Counter[LawName])
    items: set[str] = field(default_factory=set[str])
    """Keys of the catalogue's items that were seen."""

    def see(self, visitor: Visitor, step: Step) -> None:
        """Count one step of a visitor."""
        from policycheck.testing.looked import looked_at

        self.steps += 1
        self.observations += len(step.matches)
        categories = visitor.setup.categories
        if step.page_load:
            pairs = tuple((name, step.before.status(name)) for name in categories)
            self.states[pairs] += 1
            self.statuses.update(pairs)
        if step.transition is not None:
            for name in step.concerned or categories:
                self.transitions[step.transition, step.before.status(name)] += 1
        self.laws.update(looked_at(visitor, step))
        self.items.update(match.item.key for match in step.matches if match.item is not None)

    def possible_states(self, categories: int) -> int:
        """How many states there are for so many categories."""
        return int(len(ConsentStatus) ** categories)

    def summary(self, categories: tuple[str, ...], not_evaluated: Mapping[LawName, str]) -> str:
        """Two lines or more: how far the check came, and which laws nobody looked at, each with the reason."""
        states = f"{len(self.states)} of {self.possible_states(len(categories))} states of {', '.join(categories)}"
        transitions = f"{len(self.transitions)} of {len(TransitionKind) * len(ConsentStatus)} transitions"
        held = sum(1 for law in LawName if law not in not_evaluated)
        first = f"consent: {self.journeys} journeys, {self.steps} steps; {states}; {transitions}; "
        lines = [f"{first}{held} of {len(LawName)} laws looked at"]
        lines += [f"  not evaluated: {law.value}: {reason}" for law, reason in not_evaluated.items()]
        return "\n".join(lines)
