"""The mechanics of a journey: one visitor's device, driver and clock, and what makes a step of what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from policycheck.consent.steps import Comparison, Place, Step, StepKind
from policycheck.consent.transitions import ConsentTransition, TransitionKind, apply_transition
from policycheck.errors import UsageError
from policycheck.matching.match import Match
from policycheck.model.consent import ConsentState, ConsentStatus
from policycheck.model.observation import HttpExchange
from policycheck.model.spelling import did_you_mean
from policycheck.testing.clock import TICK, Clock, DriverClock, ProcessClock, can_stop_time
from policycheck.testing.driver import ConsentDriver, ability
from policycheck.testing.making import make_driver
from policycheck.testing.setup import ConsentSetup
from policycheck.testing.telling import violation

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_GRANTED = ConsentStatus.GRANTED


@dataclass(frozen=True, slots=True)
class Move:
    """One call of a journey, to be made again: ``visit('/')``."""

    method: str
    arguments: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def text(self) -> str:
        """The call as code."""
        named = [f"{name}={value!r}" for name, value in self.named.items()]
        return f"{self.method}({', '.join([*map(repr, self.arguments), *named])})"


class Visitor:
    """One visitor and the device: what a journey does with them is in :class:`policycheck.testing.ConsentJourney`.

    ``moves`` is what happened on this device, each move with the consent before it; ``told`` are the moves on earlier
    devices too. Unwatched, the visitor is there to
    be compared with another: no rule speaks, and no law is looked at.
    """

    def __init__(self, setup: ConsentSetup, *, clock: Clock | None = None, watched: bool = True) -> None:
        self.setup = setup
        self.driver: ConsentDriver = make_driver(setup.driver_factory)
        self.clock = _clock_for(self.driver) if clock is None else clock
        self.watched = watched
        self.moves: list[tuple[Move, ConsentState]] = []
        self.told: list[Move] = []
        self._owns_clock = clock is None
        self._earlier_steps: list[Step] = []
        self._open = False
        self._spent: int | None = None

    def __enter__(self) -> Self:
        if self._open:  # the fixture gives a visitor whose journey is under way
            return self
        if self._owns_clock:
            begin = getattr(self.setup.driver_factory, "begin", None)
            if begin is not None:
                begin()
            self.clock.__enter__()
        self._open = True
        try:
            self._start_device()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the journey. Called again it does nothing."""
        if self._open:
            self._open = False
            try:
                self.driver.close()
            finally:
                if self._owns_clock:
                    self.clock.__exit__(None, None, None)

    @property
    def consent(self) -> ConsentState:
        """Where each category stands now."""
        return self._journey.recorder.consent

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps so far, those on earlier devices first."""
        return (*self._earlier_steps, *self._journey.steps.all)

    @property
    def device(self) -> Mapping[Place, Match]:
        """What lies on the device now: each entry with the observation that stored it last."""
        return self._journey.steps.held()

    @property
    def exchanges(self) -> int:
        """How many responses were seen on this device."""
        return self._journey.recorder.exchanges

    def asked(self) -> bool | None:
        """Whether the page just loaded asks the visitor for a choice; None when nobody can tell."""
        asked = ability(self.driver, "asked")
        return asked() if asked is not None and self.exchanges else None

    def _start_device(self) -> None:
        session = self.setup.session if self.watched else self.setup.blind
        self._journey = session.journey(test=self.setup.test, consent=ConsentState(), now=self.clock.now, narrated=True)
        self.device_started = self.clock.now()
        self.driver.start(self._journey.recorder, self.clock)

    def _change_device(self) -> None:
        self._earlier_steps += self._journey.steps.all
        self.driver.close()
        self.driver = make_driver(self.setup.driver_factory)
        self._start_device()

    def _step(
        self,
        kind: StepKind,
        move: Move,
        do: Callable[[], object],
        *,
        after: ConsentState | None = None,
        compare: Callable[[], Comparison | None] | None = None,
        **facts: Any,
    ) -> None:
        """Make one step: let a moment pass, do it, note what came of it, and look at the laws."""
        if not self._open:
            raise UsageError("the journey is not under way: use it in a with statement")
        self.moves.append((move, self.consent))
        self.told.append(move)
        self.clock.advance(TICK)
        self._age()
        self._spent = None
        try:
            do()
            if after is None:
                self._age()
            else:
                self._journey.recorder.consent = after
            asked = self.asked() if kind is StepKind.VISIT else None
            if compare is not None and self.watched:
                facts["comparison"] = compare()
        except Exception as error:
            if self.watched:
                error.add_note(f"in the journey: {'; '.join(made.text for made in self.told)}")
            raise
        step = self._journey.step(kind, move.text, interactions=self._spent, asked=asked, **facts)
        if self.watched:
            self.setup.coverage.see(self, step)
            failing = self.setup.failing(self._journey.so_far())
            if failing:
                broken = violation(self, failing)
                self.setup.coverage.broken.setdefault(broken.laws[0], self.setup.coverage.journeys)
                self.setup.coverage.last_violation = broken
                raise broken

    def _decide(self, transition: ConsentTransition, after: ConsentState) -> None:
        """Have the driver make the choice. It counts from the first request on that is more than reading a page.

        A driver that knows the moment better says so (``deciding``). Until then, and where the choice is a mere link,
        what either state permits is permitted: nobody can tell at which of several pages the visitor decided.
        """
        recorder = self._journey.recorder
        recorder.consent = _either(recorder.consent, after)

        def decided(exchange: HttpExchange) -> None:
            if exchange.method not in _READING:
                recorder.consent = after

        recorder.before = decided
        tell = ability(self.driver, "deciding")
        if tell is not None:
            tell(lambda: setattr(recorder, "consent", after))
        before = ability(self.driver, "interactions")
        try:
            self._tell_driver(transition, after)
        finally:
            recorder.before = None
            recorder.consent = after
        if before is not None:
            self._spent = ability(self.driver, "interactions") - before

    def _tell_driver(self, transition: ConsentTransition, after: ConsentState) -> None:
        method = ability(self.driver, transition.kind.value)
        if method is None:
            granted = (name for name in self.setup.categories if after.status(name) is _GRANTED)
            self.driver.choose(frozenset(granted))
        elif transition.kind is TransitionKind.CHANGE:
            method(transition.categories, transition.denied)
        elif transition.kind is TransitionKind.WITHDRAW:
            method(*transition.categories)
        elif transition.kind is TransitionKind.GRANT:
            method(transition.categories)
        else:
            method()

    def _after(self, transition: ConsentTransition) -> ConsentState:
        """The state after ``transition``. A choice after a revision is about a version that no catalogue here has."""
        revised = any(move.method == TransitionKind.REVISE for move, _ in self.moves)
        version = None if revised else self.setup.session.catalogue.version or None
        return apply_transition(
            self.consent,
            transition,
            categories=self.setup.categories,
            time=self.clock.now(),
            version=version,
            anew=ability(self.driver, transition.kind.value) is None,
        )

    def _age(self) -> None:
        """Let each choice lapse that has become too old."""
        if self.setup.validity is None or not self.clock.movable:
            return
        limit = self.clock.now() - self.setup.validity
        choices = self.consent.choices.items()
        old = [name for name, c in choices if c.lapsed is None and c.time is not None and c.time < limit]
        if old:
            self._journey.recorder.consent = self._expired(old)

    def _expired(self, categories: Iterable[str]) -> ConsentState:
        """The state in which the choices on ``categories`` have expired, as far as they do."""
        names = [name for name in categories if self.setup.lapses(self.consent.status(name))]
        return apply_transition(self.consent, ConsentTransition(TransitionKind.EXPIRE), categories=names)

    def _known(self, categories: Iterable[str]) -> None:
        for category in categories:
            if category not in self.setup.categories:
                known = self.setup.categories
                guess = did_you_mean(category, known)
                raise UsageError(f"a visitor does not decide about {category!r}{guess}; there are {', '.join(known)}")

    def _need_clock(self) -> None:
        if not self.clock.movable:
            raise UsageError(
                "the driver's clock cannot be moved: install time-machine for applications in this process, "
                "or give the driver advance(seconds)"
            )

    def _ability(self, name: str) -> Callable[..., object]:
        found: Callable[..., object] | None = ability(self.driver, name)
        if found is None:
            raise UsageError(f"the driver {type(self.driver).__name__} has no {name}()")
        return found


def _either(before: ConsentState, after: ConsentState) -> ConsentState:
    """A state that permits what either permits. What neither permits stands where it stood before the choice."""
    names = after.statuses.keys() | before.statuses.keys()
    granted = [name for name in names if after.status(name) is _GRANTED and before.status(name) is not _GRANTED]
    return before.grant(*granted) if granted else before


def _clock_for(driver: ConsentDriver) -> Clock:
    move = ability(driver, "advance")
    if move is not None:
        return DriverClock(move)
    return ProcessClock() if ability(driver, "in_process") and can_stop_time() else Clock()
