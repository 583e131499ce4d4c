"""The steps of one device: what the visitor did, and what lay on the device before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

from policycheck.consent.steps import Place, Step, StepKind, ends_at, place_of
from policycheck.matching.match import Match
from policycheck.model.consent import UNSET, ConsentState
from policycheck.model.storage import Operation
from policycheck.recording import Recorder


class Steps:
    """Counts the steps of a device, and keeps its inventory. Costs about what was observed since the last step.

    ``matches`` is the list that the journey appends to. ``all`` are the steps so far, ``consent`` is what held after
    the last of them. Where nothing of consent was chosen nobody asks for steps, and none are made.
    """

    def __init__(self, recorder: Recorder, matches: Sequence[Match], now: Callable[[], float]) -> None:
        self.all: list[Step] = []
        self.consent = recorder.consent
        self._recorder = recorder
        self._matches = matches
        self._now = now
        self._begun = 0
        self._seen = 0
        self._held: dict[Place, Match] = {}
        self._shown: Mapping[Place, Match] = {}
        self._before: Mapping[Place, Match] = {}
        self._soonest = inf

    def chosen(self, consent: ConsentState) -> bool:
        """True once the visitor has chosen something on this device."""
        return bool(self.all) or consent != UNSET

    def end(self, kind: StepKind, text: str, **facts: Any) -> Step:
        """End a step: everything that was observed since the last one belongs to it."""
        fresh = self._matches[self._begun :]
        held = self.held()
        now = self._now()
        step = Step(kind, text, self.consent, self._recorder.consent, self._before, held, fresh, now, **facts)
        self._begun = len(self._matches)
        self._before = held
        self.consent = step.after
        self.all.append(step)
        return step

    def held(self) -> Mapping[Place, Match]:
        """What lies on the device now: each entry with the observation that stored it last."""
        now = self._now()
        changed = self._take_in()
        if self._soonest <= now:
            changed = True
            self._held = {place: match for place, match in self._held.items() if ends_at(match.observation) > now}
            self._soonest = self._next_end()
        if changed:
            self._shown = dict(self._held)
        return self._shown

    def continue_from(self, earlier: Steps) -> None:
        """Take over the device as ``earlier`` left it."""
        self._shown = self._before = earlier.held()
        self._held = dict(self._shown)
        self._soonest = self._next_end()
        self.all = list(earlier.all)
        self.consent = earlier.consent

    def _take_in(self) -> bool:
        changed = False
        for match in self._matches[self._seen :]:
            observation = match.observation
            if observation.rejection is not None or observation.operation is Operation.ACCESS:
                continue
            place = place_of(observation)
            changed = True
            if observation.operation is Operation.DELETE:
                self._held.pop(place, None)
            else:
                self._held[place] = match
                self._soonest = min(self._soonest, ends_at(observation))
        self._seen = len(self._matches)
        return changed

    def _next_end(self) -> float:
        return min((ends_at(match.observation) for match in self._held.values()), default=inf)
