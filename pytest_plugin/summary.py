"""The section that pytest prints at the end: findings, what was observed, what could not be judged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from policycheck.model.finding import Finding, NotEvaluated, Report, Severity
from policycheck.reports.text import coverage_lines, finding_lines, summary

if TYPE_CHECKING:
    import pytest

_SHOWN_TESTS = 3
_MARKUP = {
    Severity.ERROR: {"red": True},
    Severity.WARNING: {"yellow": True},
    Severity.NOTE: {"cyan": True},
}
NOT_OBSERVED = "nothing was observed: no response reached policycheck, so nothing was checked and this is no pass"


def write_summary(
    reporter: pytest.TerminalReporter, report: Report, *, unobserved: bool, problem: str | None = None
) -> None:
    """Print the section; with ``-q`` its closing line alone.

    Findings that failed a test stand in full with that test; here they are counted. ``-v`` prints one of each in full;
    those that failed nothing always are.
    """
    quiet = reporter.verbosity < 0
    worst = min((finding.severity for finding in report.unwaived), key=lambda severity: severity.rank, default=None)
    colour = _MARKUP[worst] if worst else {"red": True} if unobserved or problem else {"green": True}
    closing = NOT_OBSERVED if unobserved else summary(report)
    if quiet:
        reporter.write_line(f"policycheck: {closing}", **colour)
    else:
        reporter.write_sep("=", "policycheck", **colour)
        for group in group_findings(report.findings):
            _write_group(reporter, group)
        for line in (*_not_evaluated(report.not_evaluated), *(f"note: {note}" for note in report.notes)):
            reporter.write_line(line)
        for line in coverage_lines(report):
            reporter.write_line(line)
        reporter.write_line(closing, **colour)
    if problem:
        reporter.write_line(f"policycheck: {problem}", red=True)


def group_findings(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that say the same about the same entry, whatever the test and the place, together."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.headline, finding.waiver), []).append(finding)
    return list(groups.values())


def _write_group(reporter: pytest.TerminalReporter, group: list[Finding]) -> None:
    first = group[0]
    count = sum(finding.count for finding in group)
    lines = finding_lines(first)
    times = f"   ({count} times)" if count > 1 else ""
    markup = {} if first.waiver else _MARKUP[first.severity]
    reporter.write(f"{first.severity.value}: ", **markup)
    reporter.write_line(f"{lines[0]}{times}", bold=True)
    if reporter.verbosity > 0 or first.waiver or first.severity is not Severity.ERROR:
        for line in lines[1:]:
            reporter.write_line(line)
    places = dict.fromkeys(finding.test or finding.where for finding in group)
    shown = ", ".join([*places][:_SHOWN_TESTS])
    more = f" and {len(places) - _SHOWN_TESTS} more" if len(places) > _SHOWN_TESTS else ""
    reporter.write_line(f"  in:       {shown}{more}")


def _not_evaluated(entries: Iterable[NotEvaluated]) -> list[str]:
    counts: dict[tuple[str, str, str], int] = {}
    for entry in entries:
        key = (entry.code, entry.subject, entry.reason)
        counts[key] = counts.get(key, 0) + 1
    return [
        f"not evaluated: {code} on {subject!r}: {reason}" + (f"   ({count} times)" if count > 1 else "")
        for (code, subject, reason), count in counts.items()
    ]
