"""The consent machine: Hypothesis walks through choices, visits and time until a law of consent breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from policycheck.model.consent import ConsentStatus
from policycheck.testing.driver import ability
from policycheck.testing.journey import ConsentJourney
from policycheck.testing.setup import ConsentSetup

SHORT = 8
"""A journey is told twice only while it has fewer moves."""
WAITS = (1, 7, 30, 100)
"""Days that a visitor may wait."""


def _from(choices: Callable[[ConsentMachine], Sequence[Any]]) -> st.SearchStrategy[Any]:
    """One of what ``choices`` finds in the machine at the moment of drawing."""
    return st.runner().flatmap(lambda machine: st.sampled_from(choices(machine)))


def _can(*abilities: str) -> Callable[[ConsentMachine], bool]:
    return lambda machine: machine.abilities.issuperset(abilities)


class ConsentMachine(RuleBasedStateMachine):
    """One journey, each rule one move of it. A subclass has the ``setup``; ``last`` is the journey made last."""

    setup: ClassVar[ConsentSetup]
    last: ClassVar[ConsentJourney]

    def __init__(self) -> None:
        super().__init__()
        self.journey = type(self).last = ConsentJourney(self.setup)
        self.abilities = frozenset(_abilities(self.journey))
        self.journey.__enter__()
        self.setup.coverage.journeys += 1

    def teardown(self) -> None:
        """Close the journey."""
        self.setup.coverage.exchanges += self.journey.exchanges
        self.journey.close()

    @property
    def granted(self) -> list[str]:
        """The categories that are granted now."""
        consent = self.journey.consent
        return [name for name in self.setup.categories if consent.status(name) is ConsentStatus.GRANTED]

    @rule(page=_from(lambda machine: machine.journey.driver.pages))
    def visit(self, page: str) -> None:
        """Load a page."""
        self.journey.visit(page)

    @rule(page=_from(lambda machine: machine.journey.driver.pages))
    def visit_again(self, page: str) -> None:
        """Load a page: the same again, so that visits come as often as they do in life."""
        self.journey.visit(page)

    @precondition(_can("actions"))
    @rule(name=_from(lambda machine: sorted(ability(machine.journey.driver, "actions"))))
    def act(self, name: str) -> None:
        """Do something else."""
        self.journey.act(name)

    @rule(category=_from(lambda machine: machine.setup.categories))
    def grant(self, category: str) -> None:
        """Consent to one category."""
        self.journey.grant(category)

    @rule()
    def grant_all(self) -> None:
        """Consent to everything."""
        self.journey.grant_all()

    @rule()
    def refuse_all(self) -> None:
        """Refuse everything."""
        self.journey.refuse_all()

    @precondition(lambda machine: machine.granted)
    @rule(category=_from(lambda machine: machine.granted))
    def withdraw(self, category: str) -> None:
        """Take back the consent to a category that is granted."""
        self.journey.withdraw(category)

    @precondition(_can("several"))
    @rule(split=_from(lambda machine: _splits(machine.setup.categories)))
    def change(self, split: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        """Grant some and deny the others."""
        self.journey.change(grant=split[0], deny=split[1])

    @precondition(lambda machine: "several" in machine.abilities and len(machine.journey.moves) < SHORT)
    @rule(pair=_from(lambda machine: _pairs(machine.setup.categories)))
    def grant_in_both_orders(self, pair: tuple[str, str]) -> None:
        """Have two others grant two categories in either order."""
        self.journey.grant_in_both_orders(*pair)

    @precondition(_can("clock"))
    @rule(days=st.sampled_from(WAITS))
    def wait(self, days: int) -> None:
        """Let time pass."""
        self.journey.wait(days=days)

    @precondition(_can("clock", "validity"))
    @rule()
    def expire(self) -> None:
        """Let so much time pass that no choice counts any more."""
        self.journey.expire()

    @precondition(_can("revise"))
    @rule()
    def revise(self) -> None:
        """Publish another version of the catalogue."""
        revised = sum(move.method == "revise" for move, _ in self.journey.moves)
        self.journey.revise(f"{self.setup.session.catalogue.version}+{revised + 1}")

    @precondition(_can("gpc"))
    @rule()
    def gpc(self) -> None:
        """Turn Global Privacy Control on, or off again."""
        if self.journey.consent.gpc:
            self.journey.gpc_off()
        else:
            self.journey.gpc_on()

    @rule()
    def new_device(self) -> None:
        """Another visitor comes."""
        self.journey.new_device()

    @precondition(_can("open_tab"))
    @rule()
    def second_tab(self) -> None:
        """Open another tab."""
        self.journey.second_tab()


def machine_of(setup: ConsentSetup) -> type[ConsentMachine]:
    """The machine for one setup."""
    return type("ConsentMachine", (ConsentMachine,), {"setup": setup})


def _abilities(journey: ConsentJourney) -> Iterator[str]:
    for name in ("actions", "revise", "gpc", "open_tab"):
        if ability(journey.driver, name):
            yield name
    if journey.clock.movable:
        yield "clock"
    if journey.setup.validity is not None:
        yield "validity"
    if len(journey.setup.categories) > 1:
        yield "several"


def _pairs(categories: Sequence[str]) -> list[tuple[str, str]]:
    return [(one, other) for one in categories for other in categories if one != other]


def _splits(categories: Sequence[str]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every way to grant one category or all but one, and to deny the others."""
    splits: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for one in categories:
        others = tuple(name for name in categories if name != one)
        splits += [((one,), others), (others, (one,))]
    return list(dict.fromkeys(splits))
