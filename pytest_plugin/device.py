"""The device of one test: what adapters write into, whatever phase the test is in."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from policycheck.consent.reading import OBSERVED
from policycheck.errors import PluginError, PolicycheckError
from policycheck.model.finding import Severity

if TYPE_CHECKING:
    from policycheck.capture.writing import PageLoad, ResponseLog
    from policycheck.engine.journey import Journey
    from policycheck.engine.session import Session
    from policycheck.model.consent import ConsentState
    from policycheck.model.finding import Finding
    from policycheck.model.observation import HttpExchange, Observation
    from policycheck.model.request import SentRequest
    from policycheck.recording import Recorder


class Device:
    """Takes responses and writes for one test and has them judged; from any thread, one at a time.

    What comes in before the catalogue of the test is known (from fixtures of a wider scope, for example) is kept, and
    judged when ``judge_with`` says against what. With ``logged`` it can be written down afterwards: it remembers
    responses that stored nothing, too.
    """

    def __init__(self, test: str | None, *, logged: bool = False) -> None:
        self.test = test
        self.journey: Journey | None = None
        self.findings: list[Finding] = []
        self.ignore: tuple[str, ...] = ()
        self.limitations: dict[str, None] = {}
        self._logged = logged
        self._log: ResponseLog | None = None
        self._earlier_loads: list[PageLoad] = []
        self._earlier_requests: list[SentRequest] = []
        self._early: list[HttpExchange] = []
        self._earlier: list[Observation] = []
        self._broken: PluginError | None = None
        self._lock = threading.RLock()

    @property
    def recorder(self) -> Recorder:
        """What takes in the observations now."""
        return self._running().recorder

    @property
    def waiting(self) -> bool:
        """True when something was seen that nobody has judged yet."""
        return bool(self._early)

    @property
    def busy(self) -> bool:
        """True when something was observed since the device was settled last."""
        recorder = self.journey.recorder if self.journey else None
        return recorder is not None and bool(recorder.exchanges or recorder.observations or recorder.requests)

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Everything observed on this device, in order."""
        with self._lock:
            return (*self._earlier, *(self.journey.recorder.observations if self.journey else ()))

    @property
    def requests(self) -> tuple[SentRequest, ...]:
        """The requests that a browser was seen to send."""
        with self._lock:
            return (*self._earlier_requests, *(self.journey.recorder.requests if self.journey else ()))

    @property
    def loads(self) -> tuple[PageLoad, ...]:
        """Responses that stored nothing, and pages that have loaded: with their positions among the observations."""
        with self._lock:
            return (*self._earlier_loads, *(self._own_loads()))

    def _own_loads(self) -> list[PageLoad]:
        before = len(self._earlier)
        return [replace(load, position=load.position + before) for load in (self._log.loads if self._log else ())]

    def _start(self, session: Session, consent: ConsentState | None) -> Journey:
        """Start a journey, whose responses are logged where that is wanted."""
        self.journey = session.journey(test=self.test, consent=consent, ignore=self.ignore)
        if self._logged:
            from policycheck.capture.writing import ResponseLog

            self._log = ResponseLog(self.journey.recorder)
        return self.journey

    def judge_with(self, session: Session, consent: ConsentState | None = None, ignore: Sequence[str] = ()) -> None:
        """Start judging: what was kept first, then whatever comes."""
        with self._lock:
            self.ignore = tuple(ignore)
            self._start(session, consent)
            early, self._early = self._early, []
            for exchange in early:
                self._record(exchange)

    def response(self, exchange: HttpExchange) -> None:
        """Take one response."""
        with self._lock:
            if self.journey is None:
                self._early.append(exchange)
            else:
                self._record(exchange)

    def _record(self, exchange: HttpExchange) -> None:
        """Record and judge. A rule that is broken must not raise into the application, which may well swallow it."""
        try:
            self._running().recorder.response(exchange)
        except Exception as error:  # noqa: BLE001 - any rule's; said when the device is settled
            self._broken = self._broken or broken_rule(error)

    def write(self, observation: Observation) -> Observation:
        """Take one storage write."""
        with self._lock:
            return self._running().recorder.write(observation)

    @property
    def consent(self) -> ConsentState:
        """What the visitor has said; holds for what comes in from now on."""
        return self._running().recorder.consent

    @consent.setter
    def consent(self, state: ConsentState) -> None:
        with self._lock:
            self._running().recorder.consent = state

    def limits(self, watch: Any) -> None:
        """Have the report say what the watch of a browser cannot tell, and what it wondered at."""
        told = [f"not observed: {gap}" for gap in getattr(watch, "gaps", ())] + [*getattr(watch, "notes", ())]
        for note in told:
            self.limitations[f"{watch.adapter}: {note}"] = None
            self._running().session.note(f"{watch.adapter}: {note}")

    def so_far(self) -> list[Finding]:
        """The findings as if the test ended now. Changes nothing. Raises PluginError for a rule that is broken."""
        with self._lock:
            if self._broken is not None:
                raise self._broken
            return [*self.findings, *self._running().so_far()]

    def settle(self) -> list[Finding]:
        """Judge what came in since the last call, for good. The device and its cookies stay as they are.

        Raises PluginError for a rule that is broken.
        """
        with self._lock:
            journey = self._running()
            try:
                found = journey.finish()
            except PolicycheckError:
                raise
            except Exception as error:
                raise broken_rule(error) from error
            self.findings += found
            self._earlier_loads += self._own_loads()
            self._earlier += journey.recorder.observations
            self._earlier_requests += journey.recorder.requests
            consent = journey.recorder.consent if journey.follower is None else OBSERVED
            following = self._start(journey.session, consent)
            following.continue_from(journey)
            following.recorder.browsing = journey.recorder.browsing
            broken, self._broken = self._broken, None
            if broken is not None:
                raise broken
            return found

    def _running(self) -> Journey:
        if self.journey is None:
            raise RuntimeError("the device was used before its catalogue was known")
        return self.journey


def broken_rule(error: Exception) -> PluginError:
    """What to say of an exception in a rule: its type and place. Its text may hold a value."""
    return PluginError(f"a rule failed with {failure(error)}\n  fix: repair the rule, or ignore it")


def failure(error: Exception) -> str:
    """The type of an exception and the line that raised it."""
    frame, line = list(walk_tb(error.__traceback__))[-1]
    return f"{type(error).__name__} ({Path(frame.f_code.co_filename).name}:{line})"


def failing(findings: Sequence[Finding], fail_on: Severity) -> list[Finding]:
    """The findings that fail a test: nobody accepted them, and they are at least as severe as ``fail_on``."""
    return [finding for finding in findings if not finding.accepted and finding.severity.rank <= fail_on.rank]
