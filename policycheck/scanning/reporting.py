"""What a scan adds to the report of its session: how each phase went, and what could not be observed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policycheck.model.finding import Finding
from policycheck.model.report import NotEvaluated, Report
from policycheck.reports.text import plural
from policycheck.scanning.plan import Phase
from policycheck.scanning.results import PhaseResult, Scan
from policycheck.scanning.scope import shown

if TYPE_CHECKING:
    from policycheck.engine.session import Session

_RULES = {
    Phase.BEFORE: ("CON001",),
    Phase.REFUSED: ("CON002",),
    Phase.GRANTED: ("INV001",),
    Phase.WITHDRAWN: ("CON003", "CON004"),
}
"""The rules that look at what a phase alone can show."""


def add_to(session: Session, scan: Scan) -> None:
    """Add notes on each phase, and an entry for each rule that a missing phase keeps from looking."""
    if scan.interrupted or scan.broken is not None:
        why = "interrupted" if scan.interrupted else f"cut off, since the browser went away ({scan.broken})"
        session.note(f"partial: the scan was {why}; what follows is what was seen until then")
    session.note(f"scanned with {scan.browser}")
    for result in scan.phases:
        if result.not_observed is not None:
            session.take_in(not_evaluated=[NotEvaluated(code, *_missing(result)) for code in _RULES[result.phase]])
            continue
        session.note(f"{result.phase.words}: {told(result)}")
        for url, failure in result.failures.items():
            session.note(f"{result.phase.words}: not observed: {shown(url)} {failure}")
        for note in result.notes:
            session.note(f"{result.phase.words}: {note}")
    for note in scan.notes:
        session.note(note)


def folded(report: Report) -> Report:
    """The report with one finding for what was found alike on several pages: the first in the order of the phases.

    A scan sees the same shelf on each page and in each phase, and nobody wants to read it forty times.
    """
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for finding in report.findings:
        key = (
            finding.code,
            finding.kind,
            finding.subject,
            finding.severity,
            finding.message,
            finding.key,
            finding.waiver,
        )
        alike.setdefault(key, []).append(finding)
    return replace(report, findings=tuple(map(_first, alike.values())))


def _first(alike: list[Finding]) -> Finding:
    first = min(alike, key=lambda finding: _phase_of(finding.test or ""))
    return replace(first, count=sum(finding.count for finding in alike))


def _phase_of(place: str) -> int:
    return next((phase.number for phase in Phase if place.startswith(phase.words)), 0)


def told(result: PhaseResult) -> str:
    """A phase in a line: pages, entries, and how the choice was made."""
    if result.not_observed is not None:
        return f"NOT OBSERVED: {result.not_observed.partition(chr(10))[0]}"
    count = result.entries
    failed = f", {len(result.failures)} more could not be looked at" if result.failures else ""
    how = f"; chosen {result.how}" if result.how else ""
    return f"{plural(len(result.pages), 'page')}{failed}, {count} {'entry' if count == 1 else 'entries'} stored{how}"


def _missing(result: PhaseResult) -> tuple[str, str]:
    reason = (result.not_observed or "").partition("\n")[0]
    return result.phase.words, f"not observed: {reason}"
