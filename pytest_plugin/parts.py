"""What one process observed, as text that a worker can send; and the reports of all processes put together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policycheck.engine.joining import arrange, join
from policycheck.errors import PolicycheckError
from policycheck.model.report import Coverage, Report
from policycheck.reports.json import from_document, to_document

if TYPE_CHECKING:
    from policycheck.engine.session import Session

    from .sessions import Sessions


@dataclass(slots=True)
class Part:
    """What one process observed. ``reports`` pairs the location of a catalogue with its report.

    The location is None for a catalogue that tests have built; another process cannot load it. ``ran`` counts the tests
    that were checked, ``skipped`` the responses of other hosts.
    """

    reports: list[tuple[str | None, Report]] = field(default_factory=list[tuple[str | None, Report]])
    ran: int = 0
    skipped: Counter[str] = field(default_factory=Counter[str])
    notes: list[str] = field(default_factory=list[str])

    def dumps(self) -> str:
        """The part as JSON."""
        return json.dumps(
            {
                "reports": [[location, to_document(report)] for location, report in self.reports],
                "ran": self.ran,
                "skipped": self.skipped,
                "notes": self.notes,
            }
        )

    @classmethod
    def loads(cls, text: str) -> Part:
        """The inverse of ``dumps``."""
        document = json.loads(text)
        return cls(
            [(location, from_document(report)) for location, report in document["reports"]],
            document["ran"],
            Counter(document["skipped"]),
            document["notes"],
        )


def whole_report(sessions: Sessions, parts: Iterable[Part]) -> Report:
    """The report of the whole run: each catalogue judged over all processes, then all of them in one.

    ``parts`` are those of the other processes; what this one observed is in ``sessions``.
    """
    elsewhere: dict[str | None, list[Report]] = {}
    for part in parts:
        for location, report in part.reports:
            elsewhere.setdefault(location, []).append(report)
    reports: list[Report] = []
    for location in [location for location in elsewhere if location is not None]:
        try:
            sessions.located(location)
        except PolicycheckError as error:
            note = f"the rules about a whole run were not applied to {location}: {str(error).splitlines()[0]}"
            reports.append(_noting(join(elsewhere.pop(location)), note))
    built = elsewhere.pop(None, [])
    for name in dict.fromkeys(report.catalogue for report in built):
        note = "the rules about a whole run were not applied to a catalogue that tests in workers have built"
        reports.append(_noting(join(report for report in built if report.catalogue == name), note))
    used = _used(sessions, elsewhere) or ([] if reports else [*sessions][:1])
    return _in_one([*reports, *(session.report(elsewhere.get(sessions.location(session), ())) for session in used)])


def _used(sessions: Sessions, elsewhere: Mapping[str | None, list[Report]]) -> list[Session]:
    """The sessions that something was held against. The others would say that nothing of theirs was observed."""
    return [
        session
        for session in sessions
        if any(report.seen for report in (session.part(), *elsewhere.get(sessions.location(session), ())))
    ]


def _noting(report: Report, note: str) -> Report:
    return replace(report, findings=arrange(report.findings), notes=(*report.notes, note))


def _in_one(reports: list[Report]) -> Report:
    if len(reports) == 1:
        return reports[0]
    if not reports:
        return Report("", ())
    declared = dict.fromkeys(item for report in reports for item in report.coverage.declared)
    joined = join(reports)
    return Report(
        ", ".join(dict.fromkeys(report.catalogue for report in reports)),
        arrange(joined.findings),
        joined.not_evaluated,
        Coverage(tuple(declared), joined.coverage.observed),
        joined.exchanges,
        joined.observations,
        joined.notes,
        joined.consent,
        joined.requests,
    )
