"""What a scan saw, phase by phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from policycheck.capture.writing import PageLoad
from policycheck.model.observation import Observation
from policycheck.model.party import Party
from policycheck.model.request import SentRequest
from policycheck.scanning.plan import Phase


@dataclass(slots=True)
class PhaseResult:
    """One phase. ``pages`` are the URLs that were looked at, ``failures`` what was wrong with others, by URL.

    ``device`` are all observations of its device: from ``opened`` on those of the page on which the choice is made,
    from ``begin`` to ``end`` those of this phase. ``requests`` are all those of the device, from ``asked[0]`` to
    ``asked[1]`` those of this phase. ``loads`` are the pages that were loaded on the device up to its end. ``how`` says
    how the choice was made, ``not_observed`` why there is nothing to see, None where there is.
    """

    phase: Phase
    pages: list[str] = field(default_factory=list[str])
    failures: dict[str, str] = field(default_factory=dict[str, str])
    device: Sequence[Observation] = field(default_factory=list[Observation], repr=False)
    opened: int = 0
    begin: int = 0
    end: int | None = None
    exchanges: int = 0
    requests: Sequence[SentRequest] = field(default_factory=list[SentRequest], repr=False)
    asked: tuple[int, int | None] = (0, None)
    loads: tuple[PageLoad, ...] = field(default=(), repr=False)
    how: str | None = None
    not_observed: str | None = None
    notes: list[str] = field(default_factory=list[str])
    screenshot: Path | None = None
    file: Path | None = None
    whole: bool = False
    """True once every page of the phase was looked at."""

    @property
    def observations(self) -> Sequence[Observation]:
        """What was observed in this phase."""
        return self.device[self.begin : self.end]

    @property
    def asking(self) -> Sequence[Observation]:
        """What was observed on the page on which the choice was made, before it was."""
        return self.device[self.opened : self.begin]

    @property
    def so_far(self) -> Sequence[Observation]:
        """What was observed on the device up to the end of this phase, earlier phases on it included."""
        return self.device[: self.end]

    @property
    def sent_so_far(self) -> Sequence[SentRequest]:
        """What was asked from the device up to the end of this phase."""
        return self.requests[: self.asked[1]]

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of other sites that were asked in this phase, each once."""
        sent = self.requests[slice(*self.asked)]
        return tuple(dict.fromkeys(one.host for one in sent if one.party is Party.THIRD and one.host))

    @property
    def entries(self) -> int:
        """How many different entries came to lie on the device in this phase."""
        return len({(seen.kind, seen.name, seen.host) for seen in self.observations if seen.stored})


@dataclass(slots=True)
class Scan:
    """A whole scan, or what there was of it when it was ``interrupted``, or ``broken``: why the browser went away.

    ``browser`` says which it was.
    """

    start: str
    phases: list[PhaseResult] = field(default_factory=list[PhaseResult])
    browser: str = ""
    interrupted: bool = False
    broken: str | None = None
    notes: list[str] = field(default_factory=list[str])

    @property
    def observed(self) -> bool:
        """True when at least one page was looked at."""
        return any(result.pages for result in self.phases)

    @property
    def complete(self) -> bool:
        """True when every phase that was asked for was observed to its end."""
        whole = all(result.whole and result.not_observed is None for result in self.phases)
        return whole and not self.interrupted and self.broken is None

    @property
    def devices(self) -> list[Sequence[Observation]]:
        """The observations of each device, once each: of two phases on one device the later one holds them all."""
        last: dict[int, Sequence[Observation]] = {id(result.device): result.device for result in self.phases}
        return list(last.values())
