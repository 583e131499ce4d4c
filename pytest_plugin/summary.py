"""The section that pytest prints at the end: findings, what was observed, what could not be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policycheck.model.finding import Finding, Severity
from policycheck.model.report import NotEvaluated, Report
from policycheck.reports.text import consent_lines, coverage_lines, finding_lines, group_findings, summary
from policycheck.reports.visible import visible, visible_lines

from .device import failing

if TYPE_CHECKING:
    import pytest

_SHOWN = 3
_MANY = 4
_ACCEPTED = ("  waived:", "  known:")
_MARKUP = {
    Severity.ERROR: {"red": True},
    Severity.WARNING: {"yellow": True},
    Severity.NOTE: {"cyan": True},
}
NOT_OBSERVED = "nothing was observed: no response reached policycheck, so nothing was checked, and this is no pass"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to.

    ``tests`` are the tests of each headline, since the report folds what is alike. ``unobserved`` says that tests ran
    and nothing was seen, ``problems`` what could not be written, and why. ``delivered`` says what was. A run that
    drafts the catalogue is not ``judged``.
    """

    report: Report
    tests: Mapping[str, tuple[str, ...]]
    fail_on: Severity = Severity.ERROR
    unobserved: bool = False
    problems: tuple[str, ...] = ()
    delivered: tuple[str, ...] = ()
    judged: bool = True

    @property
    def told(self) -> bool:
        """True when something was seen, or went wrong."""
        return bool(self.report.seen or self.report.notes or self.problems)


def tests_by_headline(findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    """The tests in which each headline was found, in order."""
    tests: dict[str, dict[str, None]] = {}
    for finding in findings:
        if finding.test is not None:
            tests.setdefault(finding.headline, {})[finding.test] = None
    return {headline: tuple(sorted(names)) for headline, names in tests.items()}


def write_summary(reporter: pytest.TerminalReporter, outcome: Outcome) -> None:
    """Print the section; with ``-q`` its closing line alone.

    A finding that failed a test stands in full with that test (unless ``--tb=no`` hides it there), and here with its
    headline. So does a note, and what somebody accepted, with who did; of many in the baseline there is one line. Other
    findings are shown in full, and with ``-v`` one of each is.
    """
    report = outcome.report
    worst = min((finding.severity for finding in report.open), key=lambda severity: severity.rank, default=None)
    trouble = outcome.unobserved or bool(outcome.problems)
    colour = {"red": True} if trouble else _MARKUP[worst] if worst else {"green": True}
    closing = NOT_OBSERVED if outcome.unobserved else summary(_as_shown(report))
    if not (outcome.judged or outcome.unobserved):
        closing = f"nothing was judged; {closing.rpartition('; ')[2]}"
    if reporter.verbosity < 0:
        reporter.write_line(f"policycheck: {closing}", **colour)
    else:
        reporter.write_sep("=", "policycheck", **colour)
        _write_findings(reporter, outcome)
        for line in (*_not_evaluated(report.not_evaluated), *(f"note: {note}" for note in report.notes)):
            reporter.write_line(visible(line))
        for line in (*coverage_lines(report), *consent_lines(report)):
            reporter.write_line(line)
        reporter.write_line(closing, **colour)
    for line in outcome.delivered:
        reporter.write_line(visible(line))
    for problem in outcome.problems:
        reporter.write_line(visible_lines(f"policycheck: {problem}"), red=True)


def _as_shown(report: Report) -> Report:
    """The report with one finding for each that the section shows, so that its counts can be found again there."""
    return replace(report, findings=tuple(group[0] for group in group_findings(report.findings)))


def _write_findings(reporter: pytest.TerminalReporter, outcome: Outcome) -> None:
    notes: dict[tuple[str, str], list[list[Finding]]] = {}
    known = [group for group in group_findings(outcome.report.findings) if group[0].known and not group[0].waiver]
    gathered = len(known) >= _MANY and reporter.verbosity <= 0
    if gathered:
        codes = Counter(group[0].code for group in known)
        told = ", ".join(f"{code} ({count})" for code, count in sorted(codes.items()))
        reporter.write_line(f"in the baseline: {len(known)} findings: {told}; -v shows each")
    for group in group_findings(outcome.report.findings):
        first = group[0]
        if gathered and group in known:
            continue
        if first.severity is Severity.NOTE and not first.accepted:
            notes.setdefault((first.code, first.message), []).append(group)
        else:
            _write_group(reporter, group, outcome)
    for alike in notes.values():
        if len(alike) < _MANY or reporter.verbosity > 0:
            for group in alike:
                _write_group(reporter, group, outcome)
        else:
            first = alike[0][0]
            _write_headline(reporter, first, f"{first.code} {first.name}: {len(alike)} entries: {first.message}")
            reporter.write_line(visible(f"  of:       {_some([_subject(group[0]) for group in alike])}"))


def _write_group(reporter: pytest.TerminalReporter, group: list[Finding], outcome: Outcome) -> None:
    first = group[0]
    count = sum(finding.count for finding in group)
    headline, *rest = finding_lines(first)
    _write_headline(reporter, first, headline + (f"   ({count} times)" if count > 1 else ""))
    shown_with_test = reporter.config.getoption("tbstyle") != "no" and first.test is not None
    elsewhere = shown_with_test and bool(failing([first], outcome.fail_on))
    brief = elsewhere or first.accepted or first.severity is Severity.NOTE
    in_full = reporter.verbosity > 0 or not brief
    places = outcome.tests.get(first.headline) or (() if in_full else (first.where,))
    accepted = [] if in_full else [line for line in rest if line.startswith(_ACCEPTED)]
    inside = [visible(f"  in:       {_some(places)}")] if places else []
    shown = [*(rest if in_full else accepted), *inside, *([""] if in_full else [])]
    for line in shown:
        reporter.write_line(line)


def _write_headline(reporter: pytest.TerminalReporter, finding: Finding, text: str) -> None:
    reporter.write(f"{finding.severity.value}: ", **({} if finding.accepted else _MARKUP[finding.severity]))
    reporter.write_line(visible(text), bold=True)


def _subject(finding: Finding) -> str:
    return f"{finding.kind.value} {finding.subject!r}" if finding.kind else finding.subject


def _some(words: Sequence[str]) -> str:
    return ", ".join(words[:_SHOWN]) + (f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else "")


def _not_evaluated(entries: Iterable[NotEvaluated]) -> list[str]:
    counts: dict[tuple[str, str, str], int] = {}
    for entry in entries:
        key = (entry.code, entry.subject, entry.reason)
        counts[key] = counts.get(key, 0) + 1
    return [
        f"not evaluated: {code} on {subject!r}: {reason}" + (f"   ({count} times)" if count > 1 else "")
        for (code, subject, reason), count in counts.items()
    ]
