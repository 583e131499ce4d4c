"""What one process observed, as text that a worker can send; and the reports of all processes put together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from policycheck.engine.joining import arrange, join
from policycheck.engine.logs import join_logs
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
    that were checked, ``skipped`` the responses of other hosts. ``deselected`` says that tests were left out,
    ``inventory`` is what a draft is made of, where one was asked for.
    """

    reports: list[tuple[str | None, Report]] = field(default_factory=list[tuple[str | None, Report]])
    ran: int = 0
    skipped: Counter[str] = field(default_factory=Counter[str])
    notes: list[str] = field(default_factory=list[str])
    deselected: bool = False
    inventory: dict[str, Any] | None = None

    def dumps(self) -> str:
        """The part as JSON."""
        return json.dumps(
            {
                "reports": [[location, to_document(report)] for location, report in self.reports],
                "ran": self.ran,
                "skipped": self.skipped,
                "notes": self.notes,
                "deselected": self.deselected,
                "inventory": self.inventory,
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
            document["deselected"],
            document["inventory"],
        )


def whole_report(sessions: Sessions, parts: Iterable[Part], *, whole: bool) -> Report:
    """The report of all processes: each catalogue judged over all of them, then all catalogues in one.

    ``parts`` are those of the other processes; what this one observed is in ``sessions``. Of a run that is not
    ``whole``, or of several catalogues, nothing that was accepted is said to be found no more.
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
    for session in used:
        session.whole = whole and len(used) + len(reports) == 1
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
    items = {item.key: item for report in reports for item in report.coverage.items}
    joined = join(reports)
    return replace(
        joined,
        catalogue=", ".join(dict.fromkeys(report.catalogue for report in reports)),
        findings=arrange(joined.findings),
        coverage=Coverage(tuple(declared), joined.coverage.observed, tuple(items.values())),
        journeys=join_logs(joined.journeys),
        fail_on=reports[0].fail_on,
    )
