"""What a project has accepted, and what became of it in a run: waivers, and the findings of the baseline."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from policycheck.model.finding import Location, Waiver


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """A finding of the baseline. ``since`` is the day on which it was taken in, ``ends`` the last on which it counts.

    ``kind``, ``subject`` and ``place`` are for those who read the file; the fingerprint alone tells findings apart.
    """

    fingerprint: str
    code: str
    kind: str
    subject: str
    place: str
    since: date
    ends: date | None = None
    location: Location | None = field(default=None, compare=False)

    def overdue(self, today: date) -> bool:
        """Whether it has been there for too long; so has what is dated from the future, which would stay longer."""
        return self.ends is not None and not self.since <= today <= self.ends


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver, and how many findings it holds, or would hold had it not expired. ``whole``: the run saw everything."""

    waiver: Waiver
    findings: int
    whole: bool


@dataclass(frozen=True, slots=True)
class KnownUse:
    """A finding of the baseline, and whether the run found it again. ``whole``: the run saw everything."""

    known: KnownFinding
    found: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class Acceptances:
    """What was accepted of what the rules of a run can find, on the day ``today``."""

    today: date
    waivers: tuple[WaiverUse, ...] = ()
    baseline: tuple[KnownUse, ...] = ()
