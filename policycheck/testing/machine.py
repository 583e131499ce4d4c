"""The consent machine: Hypothesis walks through choices, visits and time until a law of consent breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from policycheck.model.consent import ConsentStatus
from policycheck.testing.driver import ability
from policycheck.testing.journey import ConsentJourney
from policycheck.testing.setup import ConsentSetup
from policycheck.testing.visitor import Move

SHORT = 8
"""A journey is told twice only while it has fewer moves."""
WAITS = (Move("wait", (), {"hours": 1}), *(Move("wait", (), {"days": days}) for days in (1, 7, 30, 100)))
"""How long a visitor may wait."""


def _one_of(moves: Callable[[ConsentMachine], Sequence[Move]]) -> st.SearchStrategy[Move]:
    """One of the moves that are possible in the machine at the moment of drawing."""
    return st.runner().flatmap(lambda machine: st.sampled_from(moves(machine)))


def _then() -> st.SearchStrategy[Move | None]:
    """The page that is loaded after a choice; three times out of four there is one."""
    return st.sampled_from((True, True, True, False)).flatmap(
        lambda looking: _one_of(lambda machine: machine.visits()) if looking else st.none()
    )


class ConsentMachine(RuleBasedStateMachine):
    """One journey, each rule one move of it. A subclass has the ``setup``; ``last`` is the journey made last.

    Rules are drawn alike. So what shows most (visits, choices about one category) has rules of its own, and what makes
    a new start of the journey shares one.
    """

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

    @rule(move=_one_of(lambda machine: machine.visits()))
    def visit(self, move: Move) -> None:
        """Load a page."""
        self.journey.make(move)

    @rule(move=_one_of(lambda machine: machine.visits()))
    def visit_again(self, move: Move) -> None:
        """Load a page: a second rule, so that visits come as often as they do in life."""
        self.journey.make(move)

    @precondition(lambda machine: "actions" in machine.abilities)
    @rule(move=_one_of(lambda machine: machine.actions()))
    def act(self, move: Move) -> None:
        """Do something else that the application offers."""
        self.journey.make(move)

    @rule(move=_one_of(lambda machine: [Move("grant", (name,)) for name in machine.setup.categories]), then=_then())
    def grant(self, move: Move, then: Move | None) -> None:
        """Consent to one category."""
        self.make(move, then)

    @precondition(lambda machine: machine.granted)
    @rule(move=_one_of(lambda machine: [Move("withdraw", (name,)) for name in machine.granted]), then=_then())
    def withdraw(self, move: Move, then: Move | None) -> None:
        """Take back the consent to a category that is granted."""
        self.make(move, then)

    @rule(move=_one_of(lambda machine: machine.choices()), then=_then())
    def choose(self, move: Move, then: Move | None) -> None:
        """Decide about all categories at once."""
        self.make(move, then)

    @precondition(lambda machine: "several" in machine.abilities and len(machine.journey.moves) < SHORT)
    @rule(move=_one_of(lambda machine: _orders(machine.setup.categories)))
    def compare(self, move: Move) -> None:
        """Have two others grant two categories in either order."""
        self.journey.make(move)

    @precondition(lambda machine: "clock" in machine.abilities)
    @rule(move=st.sampled_from(WAITS), then=_then())
    def wait(self, move: Move, then: Move | None) -> None:
        """Let time pass."""
        self.make(move, then)

    @rule(move=_one_of(lambda machine: machine.turns()), then=_then())
    def turn(self, move: Move, then: Move | None) -> None:
        """Let something happen after which much is different."""
        self.make(move, then)

    def make(self, move: Move, then: Move | None) -> None:
        """Make a move and look what the page says now, as people do."""
        self.journey.make(move)
        if then is not None:
            self.journey.make(then)

    def visits(self) -> list[Move]:
        """The pages that can be loaded."""
        return [Move("visit", (page,)) for page in self.journey.driver.pages]

    def actions(self) -> list[Move]:
        """What else the application offers."""
        return [Move("act", (name,)) for name in sorted(ability(self.journey.driver, "actions"))]

    def choices(self) -> list[Move]:
        """The choices about all categories; all or nothing as often as something in between."""
        moves = [Move("grant_all"), Move("refuse_all")]
        if "several" in self.abilities:
            moves *= len(self.setup.categories)
            for one in self.setup.categories:
                others = [name for name in self.setup.categories if name != one]
                moves.append(Move("change", (), {"grant": [one], "deny": others}))
                moves.append(Move("change", (), {"grant": others, "deny": [one]}))
        return moves

    def turns(self) -> list[Move]:
        """What can happen besides. Where something is granted that can lapse, it lapses more often than not."""
        lapses: list[Move] = []
        if {"clock", "validity"} <= self.abilities:
            lapses.append(Move("expire"))
        if "revise" in self.abilities:
            revised = sum(move.method == "revise" for move, _ in self.journey.moves)
            lapses.append(Move("revise", (f"{self.setup.session.catalogue.version}+{revised + 1}",)))
        moves = [Move("new_device"), *(lapses * 3 if self.granted else lapses)]
        if "gpc" in self.abilities:
            moves += [Move("gpc_off")] if self.journey.consent.gpc else [Move("gpc_on")] * self._weight_of_gpc()
        if "open_tab" in self.abilities:
            moves.append(Move("second_tab"))
        return moves

    def _weight_of_gpc(self) -> int:
        """The signal matters where a profile heeds it, and nobody has chosen yet."""
        profile = self.setup.session.settings.profile
        heeded = profile is not None and profile.gpc is not None
        return 3 if heeded and not self.journey.consent.choices else 1


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


def _orders(categories: Sequence[str]) -> list[Move]:
    return [Move("grant_in_both_orders", (one, other)) for one in categories for other in categories if one != other]
