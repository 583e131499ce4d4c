"""The devices of a scan: each has a recorder, and knows what the visitor chose; with a catalogue they are judged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from policycheck.consent.steps import StepKind
from policycheck.consent.transitions import ConsentTransition, TransitionKind, apply_transition
from policycheck.model.consent import ConsentState, ConsentStatus
from policycheck.model.legal import ConsentNeed
from policycheck.recording import Recorder
from policycheck.scanning.plan import Choice

if TYPE_CHECKING:
    from policycheck.engine.session import Session

_TRANSITIONS = {
    Choice.ACCEPT: TransitionKind.GRANT_ALL,
    Choice.REFUSE: TransitionKind.REFUSE_ALL,
    Choice.WITHDRAW: TransitionKind.REFUSE_ALL,
}
_STATUSES = {
    Choice.ACCEPT: ConsentStatus.GRANTED,
    Choice.REFUSE: ConsentStatus.REFUSED,
    Choice.WITHDRAW: ConsentStatus.WITHDRAWN,
}


class Device(Protocol):
    """One device with one visitor."""

    recorder: Recorder

    def visited(self, url: str, *, asked: bool | None) -> None:
        """A page was looked at, and all that it stored is recorded."""

    def decides(self, choice: Choice) -> None:
        """The visitor decides now: what is recorded from here on falls under the new state."""

    def chose(self, choice: Choice, clicks: int | None) -> None:
        """The choice was made, and what came of it is recorded."""

    def close(self) -> None:
        """Nothing more happens on this device."""


class Devices(Protocol):
    """Where the devices of a scan come from."""

    def device(self, *, gpc: bool) -> Device:
        """Start one on which nothing is stored."""
        ...


class PlainDevice:
    """A device that nobody judges: there is no catalogue, so a choice is about all categories, whatever they are."""

    def __init__(self, *, gpc: bool) -> None:
        self.recorder = Recorder(consent=ConsentState(gpc=gpc))

    def visited(self, url: str, *, asked: bool | None) -> None:
        """Nothing is kept besides the observations."""

    def decides(self, choice: Choice) -> None:
        """Set the status of every category."""
        self.recorder.consent = self.recorder.consent.with_status(_STATUSES[choice])

    def chose(self, choice: Choice, clicks: int | None) -> None:
        """Nothing is kept besides the observations."""

    def close(self) -> None:
        """There is nothing to end."""


class PlainDevices:
    """Devices for a scan without a catalogue."""

    def device(self, *, gpc: bool) -> PlainDevice:
        """Start one."""
        return PlainDevice(gpc=gpc)


class JudgedDevice:
    """A device whose observations and steps are judged as they come: a journey that the scan narrates."""

    def __init__(self, session: Session, *, gpc: bool) -> None:
        declared = session.catalogue.categories
        self._categories = [key for key, found in declared.items() if found.consent is ConsentNeed.REQUIRED]
        self._version = session.catalogue.version or None
        self._journey = session.journey(consent=ConsentState(), narrated=True)
        self.recorder = self._journey.recorder
        if gpc:
            self.recorder.consent = ConsentState(gpc=True)
            self._journey.step(StepKind.CHOICE, "gpc_on()", transition=TransitionKind.GPC_ON)

    def visited(self, url: str, *, asked: bool | None) -> None:
        """End the step of a visit."""
        path = urlsplit(url).path or "/"
        self._journey.step(StepKind.VISIT, f"visit({path!r})", page_load=True, asked=asked)

    def decides(self, choice: Choice) -> None:
        """Apply the transition to each category that needs consent."""
        self.recorder.consent = apply_transition(
            self.recorder.consent,
            ConsentTransition(_TRANSITIONS[choice]),
            categories=self._categories,
            time=time.time(),
            version=self._version,
        )

    def chose(self, choice: Choice, clicks: int | None) -> None:
        """End the step of a choice."""
        kind = _TRANSITIONS[choice]
        self._journey.step(StepKind.CHOICE, f"{kind}()", transition=kind, interactions=clicks)

    def close(self) -> None:
        """Settle the journey."""
        self._journey.finish()


class JudgedDevices:
    """Devices for a scan against a catalogue, all of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def device(self, *, gpc: bool) -> JudgedDevice:
        """Start one."""
        return JudgedDevice(self._session, gpc=gpc)
