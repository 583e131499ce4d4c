"""The report for a person: each finding as headline, where, expected, actual, fix, why."""

from __future__ import annotations

from policycheck.model.finding import Finding, Report, Severity

_LABEL_WIDTH = 10
_SHOWN_UNOBSERVED = 10


def render(report: Report) -> str:
    """Render the whole report as plain text that ends with a line feed."""
    lines: list[str] = []
    for finding in report.findings:
        lines += [*finding_lines(finding), ""]
    lines += [*remarks(report), *coverage_lines(report), summary(report)]
    return "\n".join(lines) + "\n"


def finding_lines(finding: Finding) -> list[str]:
    """One finding: a headline that stands alone, then what helps to mend it."""
    lines = [finding.headline if finding.waiver is None else f"{finding.headline}   [waived]"]
    where = finding.where + (f"   ({finding.test})" if finding.test else "")
    if finding.count > 1:
        where += f"   and {finding.count - 1} more like it"
    location = f"   ({finding.location})" if finding.location and str(finding.location) != finding.where else ""
    rows = [
        ("where", where),
        ("expected", finding.expected + location if finding.expected else location.strip(" ()")),
        ("actual", finding.actual),
        ("fix", finding.fix),
        ("why", f"{finding.why}  policycheck rule {finding.code}".strip()),
    ]
    if finding.waiver is not None:
        waiver = finding.waiver
        rows.append(("waived", f"by {waiver.owner} until {waiver.expires}: {waiver.reason}"))
    for label, text in rows:
        if text:
            first, *rest = text.splitlines()
            lines.append(f"  {label + ':':<{_LABEL_WIDTH}}{first}")
            lines += [" " * (_LABEL_WIDTH + 2) + line for line in rest]
    return lines


def remarks(report: Report) -> list[str]:
    """What could not be evaluated, and notes: shown, since silence would read as a pass."""
    lines = [
        f"not evaluated: {entry.code} on {entry.subject!r}: {entry.reason}"
        + (f"   ({entry.where})" if entry.where else "")
        for entry in report.not_evaluated
    ]
    return lines + [f"note: {note}" for note in report.notes]


def coverage_lines(report: Report) -> list[str]:
    """How much of the catalogue the run observed, and what it did not."""
    coverage = report.coverage
    if not coverage.declared or not report.exchanges + report.observations:
        return []
    seen = len(coverage.declared) - len(coverage.unobserved)
    lines = [f"catalogue {report.catalogue}: {seen} of {len(coverage.declared)} declared items observed"]
    missing = coverage.unobserved
    if missing and seen:
        shown = ", ".join(missing[:_SHOWN_UNOBSERVED])
        more = f" and {len(missing) - _SHOWN_UNOBSERVED} more" if len(missing) > _SHOWN_UNOBSERVED else ""
        lines.append(f"  not observed: {shown}{more}")
    return lines


def summary(report: Report) -> str:
    """The closing line: counts of findings, and of what was looked at."""
    counts = [
        _plural(sum(1 for finding in report.unwaived if finding.severity is severity), severity.value)
        for severity in Severity
    ]
    waived = len(report.findings) - len(report.unwaived)
    counts += [f"{waived} waived"] if waived else []
    counts += [f"{len(report.not_evaluated)} not evaluated"] if report.not_evaluated else []
    return ", ".join(counts) + _observed(report)


def _observed(report: Report) -> str:
    if not report.exchanges + report.observations:
        return ""
    return f"; {_plural(report.observations, 'observation')} in {_plural(report.exchanges, 'response')}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
