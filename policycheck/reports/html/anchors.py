"""Where things stand on the page: a finding by its fingerprint, so that a link holds from run to run."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from policycheck.model.finding import Finding
from policycheck.model.report import Event, JourneyLog, Report
from policycheck.model.storage import StorageKind

_Told = tuple[str, StorageKind | None, str]


class Placed(NamedTuple):
    """A finding with its id on the page."""

    finding: Finding
    id: str


class Anchors:
    """The ids of a report's findings and journeys, and what leads from one to the other."""

    def __init__(self, report: Report) -> None:
        seen: Counter[str] = Counter()
        self.placed: list[Placed] = []
        self._found: dict[_Told, Placed] = {}
        self._found_in: dict[tuple[str | None, _Told], Placed] = {}
        self.of_entry: dict[str, list[Placed]] = {}
        for finding in report.findings:
            print_ = finding.fingerprint
            seen[print_] += 1
            placed = Placed(finding, f"f-{print_}" if seen[print_] == 1 else f"f-{print_}-{seen[print_]}")
            self.placed.append(placed)
            told = (finding.code, finding.kind, finding.subject)
            self._found.setdefault(told, placed)
            self._found_in.setdefault((finding.test, told), placed)
            if finding.entry:
                self.of_entry.setdefault(finding.entry, []).append(placed)
        self._journeys: dict[int, str] = {}
        self._journey_of: dict[str, str] = {}
        self._events: dict[tuple[str, _Told], str] = {}
        for count, log in enumerate(report.journeys, 1):
            self._journeys[id(log)] = identifier = f"j-{count}"
            self._journey_of.setdefault(log.test, identifier)
            for number, event in enumerate(log.events, 1):
                for code in event.codes:
                    self._events.setdefault((log.test, (code, event.kind, event.name)), f"{identifier}-{number}")

    def journey(self, log: JourneyLog) -> str:
        """The id of a journey of the report."""
        return self._journeys[id(log)]

    def event_of(self, finding: Finding) -> str | None:
        """The id of the first event that a finding speaks about, else that of its journey; None where none was kept."""
        if finding.test is None:
            return None
        told = (finding.code, finding.kind, finding.subject)
        return self._events.get((finding.test, told)) or self._journey_of.get(finding.test)

    def finding_of(self, log: JourneyLog, code: str, event: Event) -> Placed | None:
        """The finding with ``code`` about an event: of the same test, else the one that stands for it."""
        told = (code, event.kind, event.name)
        return self._found_in.get((log.test, told)) or self._found.get(told)
