"""One visitor's way through an application, step by step; after each step the laws of consent are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policycheck.consent.steps import Comparison, StepKind
from policycheck.consent.transitions import ConsentTransition, TransitionKind
from policycheck.errors import UsageError
from policycheck.model.consent import ConsentState, ConsentStatus
from policycheck.model.lifetime import DAY
from policycheck.model.spelling import did_you_mean
from policycheck.testing.clock import Clock
from policycheck.testing.driver import ability
from policycheck.testing.setup import ConsentSetup, DriverFactory, set_up
from policycheck.testing.visitor import Move, Visitor

if TYPE_CHECKING:
    from policycheck.catalogue.entries import Catalogue
    from policycheck.engine.project import Project

HOUR = 3_600
LONGEST_WAIT = 36_525 * DAY
"""Seconds that a visitor may wait at once: a hundred years, so that clocks and calendars can follow."""
_GRANTED, _WITHDRAWN = ConsentStatus.GRANTED, ConsentStatus.WITHDRAWN
_GRANTS = frozenset({TransitionKind.GRANT, TransitionKind.GRANT_ALL, TransitionKind.CHANGE})


class ConsentJourney(Visitor):
    """A visitor with a device of its own. Each method does one thing in the application and then looks at the laws.

    Get one from :func:`policycheck.testing.consent_journey` or the fixture ``policycheck_consent``, and use it as a
    context manager: leaving it closes the driver and starts the clock again. A law that is broken raises
    :class:`policycheck.testing.ConsentViolation` in the step after which it does not hold. What the driver cannot do
    raises :class:`policycheck.errors.UsageError`.
    """

    def __init__(self, setup: ConsentSetup, *, clock: Clock | None = None, watched: bool = True) -> None:
        super().__init__(setup, clock=clock, watched=watched)
        self._fresh: frozenset[str] = frozenset()
        """Categories that were granted just now, after visits during which they were not."""
        self._waited = False
        """Whether time has passed since the last grant: the application may have forgotten it."""

    def grant(self, *categories: str) -> None:
        """The visitor consents to ``categories``, and leaves the rest as it is."""
        if not categories:
            raise UsageError("grant() names no category\n  fix: grant('...'), or grant_all() for all of them")
        self._known(categories)
        transition = ConsentTransition(TransitionKind.GRANT, categories)
        if not self._waited and all(self.consent.status(name) is _GRANTED for name in categories):
            self._grant_again(transition)
        else:
            self._choose(transition)

    def grant_all(self) -> None:
        """The visitor accepts everything."""
        self._choose(ConsentTransition(TransitionKind.GRANT_ALL))

    def refuse_all(self) -> None:
        """The visitor refuses everything; what was granted is thereby withdrawn."""
        self._choose(ConsentTransition(TransitionKind.REFUSE_ALL))

    def withdraw(self, category: str) -> None:
        """The visitor takes back the consent to ``category``."""
        self._known((category,))
        self._choose(ConsentTransition(TransitionKind.WITHDRAW, (category,)))

    def change(self, *, grant: Iterable[str] = (), deny: Iterable[str] = ()) -> None:
        """The visitor grants some categories and denies others in one go."""
        granted, denied = _names("grant", grant), _names("deny", deny)
        self._known(granted + denied)
        both = [name for name in granted if name in denied]
        if both:
            raise UsageError(f"{both[0]!r} is granted and denied at once")
        self._choose(ConsentTransition(TransitionKind.CHANGE, granted, denied))

    def grant_in_both_orders(self, first: str, second: str) -> None:
        """Two other visitors come as far as this one, grant two categories in either order, and look around.

        On this visitor's device nothing changes.
        """
        self._known((first, second))
        if first == second:
            raise UsageError(f"two orders need two categories, not {first!r} twice")
        earlier = [move for move, _ in self.moves]

        def compare() -> Comparison | None:
            from policycheck.testing.twins import both_orders

            return both_orders(self, earlier, first, second)

        move = Move("grant_in_both_orders", (first, second))
        self._step(StepKind.COMPARISON, move, lambda: None, compare=compare)

    def expire(self) -> None:
        """Time passes until no choice counts any more; a refusal does where the profile speaks of consent alone."""
        validity = self.setup.validity
        if validity is None:
            raise UsageError("nobody says how long a choice is valid: set consent.validity in the catalogue")
        self._need_clock()
        self._waited = True
        after = self._expired(self.setup.categories)
        self._step(
            StepKind.WAIT,
            Move("expire"),
            lambda: self.clock.advance(validity),
            after=after,
            transition=TransitionKind.EXPIRE,
        )

    def wait(self, *, days: float = 0, hours: float = 0) -> None:
        """Nothing happens for so long. A choice that has become too old by then has expired."""
        seconds = days * DAY + hours * HOUR
        if not 0 <= seconds <= LONGEST_WAIT:
            raise UsageError(f"time passes forward, and for {LONGEST_WAIT // DAY:,} days at most")
        if seconds:
            self._need_clock()
            self._waited = True
        named = {name: value for name, value in (("days", days), ("hours", hours)) if value}
        self._step(StepKind.WAIT, Move("wait", (), named), lambda: self.clock.advance(seconds))

    def revise(self, version: str) -> None:
        """The catalogue gets another version, to which nobody has consented."""
        transition = ConsentTransition(TransitionKind.REVISE, version=version)
        publish = self._ability("revise")
        self._waited = True
        self._step(
            StepKind.CHOICE,
            Move("revise", (version,)),
            lambda: publish(version),
            after=self._after(transition),
            transition=transition.kind,
        )

    def gpc_on(self) -> None:
        """The browser starts to send ``Sec-GPC: 1``."""
        self._signal(TransitionKind.GPC_ON)

    def gpc_off(self) -> None:
        """The browser stops to send ``Sec-GPC: 1``."""
        self._signal(TransitionKind.GPC_OFF)

    def new_device(self) -> None:
        """Another visitor comes, with an empty device. The journey goes on with that one."""
        self._change_device()
        self._step(StepKind.CHOICE, Move("new_device"), lambda: None, transition=TransitionKind.NEW_DEVICE)
        self.moves.clear()
        self.device_started = self.clock.now()
        self._fresh = frozenset()

    def second_tab(self) -> None:
        """The visitor opens another tab, and goes on there."""
        open_tab = self._ability("open_tab")
        self._step(StepKind.ACTION, Move("second_tab"), open_tab, transition=TransitionKind.SECOND_TAB)

    def visit(self, page: str) -> None:
        """The visitor loads a page."""
        if not isinstance(page, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(f"a page is a path such as '/', not {page!r}")
        fresh, self._fresh = self._fresh, frozenset()
        fresh = frozenset(name for name in fresh if self.consent.status(name) is _GRANTED)

        def compare() -> Comparison | None:
            from policycheck.testing.twins import without_refused_visits

            return without_refused_visits(self, fresh)

        looking = compare if fresh and self.clock.rewindable else None
        move = Move("visit", (page,))
        self._step(StepKind.VISIT, move, lambda: self.driver.visit(page), page_load=True, compare=looking)

    def visit_all(self) -> None:
        """The visitor loads each of the driver's pages."""
        for page in self.driver.pages:
            self.visit(page)

    def act(self, name: str) -> None:
        """The visitor does something else that the driver offers, by its name in ``actions``."""
        actions: Mapping[str, Callable[[Any], object]] = ability(self.driver, "actions") or {}
        if name not in actions:
            raise UsageError(f"the driver has no action {name!r}{did_you_mean(name, actions)}")
        self._step(StepKind.ACTION, Move("act", (name,)), lambda: actions[name](self.driver))

    def reach(self, statuses: Mapping[str, ConsentStatus | str]) -> None:
        """Bring each category to a status, by the choices that lead there on a new device."""
        self._known(tuple(statuses))
        wanted = {name: _status(status) for name, status in statuses.items()}
        granted = [name for name, status in wanted.items() if status in {_GRANTED, _WITHDRAWN}]
        refused = [name for name, status in wanted.items() if status is ConsentStatus.REFUSED]
        if refused:
            self.change(grant=granted, deny=refused)
        elif granted:
            self.grant(*granted)
        if any(wanted[name] is _WITHDRAWN for name in granted):
            self.visit_all()
        for name in granted:
            if wanted[name] is _WITHDRAWN:
                self.withdraw(name)

    def make(self, move: Move) -> None:
        """Make a move that a journey made before."""
        getattr(self, move.method)(*move.arguments, **move.named)

    def grant_and_look(self, *categories: str) -> None:
        """Grant one category after the other and load every page, all within one step."""
        for category in categories:
            transition = ConsentTransition(TransitionKind.GRANT, (category,))
            before, after = self.consent, self._after(transition)
            self._decide(transition, after)
            self._note_grant(before, after)
        for page in self.driver.pages:
            self.driver.visit(page)

    def _choose(self, transition: ConsentTransition) -> None:
        before, after = self.consent, self._after(transition)
        move = Move(transition.kind.value, transition.categories)
        if transition.kind is TransitionKind.CHANGE:
            named = {"grant": list(transition.categories), "deny": list(transition.denied)}
            move = Move(transition.kind.value, (), named)
        self._step(
            StepKind.CHOICE,
            move,
            lambda: self._decide(transition, after),
            after=after,
            transition=transition.kind,
            concerned=transition.categories + transition.denied,
        )
        if transition.kind in _GRANTS:
            self._note_grant(before, after)

    def _grant_again(self, transition: ConsentTransition) -> None:
        """Grant what is granted already, and look around before and after it, so that both times it has settled.

        Where it had not settled before, nothing can be said.
        """
        from policycheck.testing.twins import look_around, repeated_grant

        sights: list[Any] = []

        def again() -> None:
            sights.append(look_around(self))
            sights.append(look_around(self))
            self._decide(transition, self._after(transition))
            sights.append(look_around(self))

        self._step(
            StepKind.CHOICE,
            Move(transition.kind.value, transition.categories),
            again,
            compare=lambda: repeated_grant(self, transition.text, *sights),
            transition=transition.kind,
            concerned=transition.categories,
        )

    def _note_grant(self, before: ConsentState, after: ConsentState) -> None:
        """Remember which categories were granted just now after visits during which they were not."""
        self._waited = False
        visits = [state for move, state in self.moves if move.method == "visit"]
        self._fresh |= {
            name
            for name in self.setup.categories
            if after.status(name) is _GRANTED
            and before.status(name) is not _GRANTED
            and any(state.status(name) is not _GRANTED for state in visits)
        }

    def _signal(self, kind: TransitionKind) -> None:
        switch = self._ability("gpc")
        self._step(
            StepKind.ACTION,
            Move(kind.value),
            lambda: switch(kind is TransitionKind.GPC_ON),
            after=self._after(ConsentTransition(kind)),
            transition=kind,
        )


def _names(what: str, categories: Iterable[str]) -> tuple[str, ...]:
    if isinstance(categories, str):
        raise UsageError(f"{what} is a list of categories\n  fix: {what}=[{categories!r}]")
    return tuple(categories)


def _status(status: ConsentStatus | str) -> ConsentStatus:
    if status not in tuple(ConsentStatus):
        guess = did_you_mean(str(status), list(ConsentStatus))
        raise UsageError(f"{status!r} is no status of consent{guess}; there are {', '.join(ConsentStatus)}")
    return ConsentStatus(status)


def consent_journey(
    catalogue: Catalogue | str | Path,
    driver_factory: DriverFactory,
    *,
    project: Project | None = None,
    profile: str | None = None,
    categories: Iterable[str] | None = None,
    without: Mapping[str, str] | None = None,
) -> ConsentJourney:
    """A journey to make step by step, in a ``with`` statement. The arguments are those of ``run_consent_machine``."""
    setup = set_up(catalogue, driver_factory, project=project, profile=profile, categories=categories, without=without)
    return ConsentJourney(setup)
