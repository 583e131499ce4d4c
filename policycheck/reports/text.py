"""The report for a person: each finding as headline, where, expected, actual, fix, why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policycheck.consent.laws.names import LawName
from policycheck.consent.transitions import TransitionKind
from policycheck.model.consent import ConsentStatus
from policycheck.model.finding import Finding, Severity
from policycheck.model.report import Report
from policycheck.reports.visible import visible

LABEL_WIDTH = 10
_SHOWN = 10
_MANY = 4
_PLACES = 3
_OF_ACCEPTED = frozenset({"where", "waived", "known"})


def render(report: Report) -> str:
    """Render the whole report as plain text that ends with a line feed."""
    lines: list[str] = []
    for title, rows in blocks(report):
        lines += [title, *_row_lines(rows), ""]
    lines += [*partial_lines(report), *closing(report), summary(report)]
    return "\n".join(lines) + "\n"


def finding_lines(finding: Finding, also: Sequence[str] = ()) -> list[str]:
    """One finding: a headline that stands alone, then what helps to mend it. No line holds what a terminal obeys.

    ``also`` are further places where the same was found.
    """
    return [headline(finding), *_row_lines(finding_rows(finding, also))]


def group_findings(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that say the same about the same entry, whatever the place, together."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_same(finding), []).append(finding)
    return list(groups.values())


def _same(finding: Finding) -> tuple[object, ...]:
    return finding.headline, finding.subject, finding.severity, finding.waiver, finding.known


def gathered(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Each finding alone; but notes on the catalogue that say the same of many entries are one group."""
    groups: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        of_the_catalogue = finding.where == str(finding.location or "")
        note = finding.severity is Severity.NOTE and not finding.accepted and of_the_catalogue
        groups.setdefault((finding.code, finding.message, finding.fix) if note else number, []).append(finding)
    return [
        part for group in groups.values() for part in ([group] if len(group) >= _MANY else [[one] for one in group])
    ]


def summed(findings: Iterable[Finding]) -> list[list[Finding]]:
    """As :func:`gathered`, and findings that say the same about the same entry, whatever the place, are one group."""
    groups: dict[object, list[Finding]] = {}
    for group in gathered(findings):
        key = _same(group[0]) if len(group) == 1 else id(group)
        groups.setdefault(key, []).extend(group)
    return list(groups.values())


def block(group: Sequence[Finding]) -> tuple[str, list[tuple[str, str]]]:
    """A group of :func:`gathered` or :func:`summed` as a title and rows."""
    first = group[0]
    if of_one(group):
        return headline(first), finding_rows(first, [finding.where for finding in group])
    subjects = [f"{found.kind.value} {found.subject!r}" if found.kind else found.subject for found in group]
    rows = [("of", _some(subjects)), ("fix", first.fix), ("why", f"{first.why}  policycheck rule {first.code}")]
    return visible(f"{first.code} {first.name}: {times(group)}"), rows


def of_one(group: Sequence[Finding]) -> bool:
    """True where a group speaks of one entry, in one place or many; False where many entries are told together."""
    return len(group) == 1 or len({_same(finding) for finding in group}) == 1


def times(group: Sequence[Finding]) -> str:
    """What is told of many entries: ``12 times: was never observed``."""
    return f"{len(group)} times: {group[0].message}"


def in_places(group: Sequence[Finding]) -> str:
    """``, in 3 places`` for what was found in several."""
    return f", in {len(group)} places" if len(group) > 1 else ""


def blocks(report: Report) -> list[tuple[str, list[tuple[str, str]]]]:
    """The findings as headline and rows; notes that say the same of many entries are one block.

    What somebody accepted is told once for all its places, with who did and without what would mend it.
    """
    accepted = [block(group) for group in summed(found for found in report.findings if found.accepted)]
    return [
        *(block(group) for group in gathered(report.open)),
        *((title, [row for row in rows if row[0] in _OF_ACCEPTED]) for title, rows in accepted),
    ]


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more


def _row_lines(rows: Iterable[tuple[str, str]]) -> list[str]:
    lines: list[str] = []
    for label, text in rows:
        first, *rest = text.split("\n")
        lines.append(f"  {label + ':':<{LABEL_WIDTH}}{visible(first)}")
        lines += [" " * (LABEL_WIDTH + 2) + visible(line) for line in rest]
    return lines


def headline(finding: Finding) -> str:
    """The first line; a finding that somebody accepted says so."""
    accepted = "   [waived]" if finding.waiver is not None else "   [in the baseline]" if finding.known else ""
    return visible(finding.headline) + accepted


def finding_rows(finding: Finding, also: Sequence[str] = ()) -> list[tuple[str, str]]:
    """What stands below the headline, as pairs of label and text; rows without text are left out."""
    where = finding.where + (f"   ({finding.test})" if finding.test else "")
    if finding.count > 1:
        where += f"   and {finding.count - 1} more like it"
    places = dict.fromkeys(place for place in also if place != finding.where)
    where = "\n".join((where, *list(places)[:_PLACES]))
    if len(places) > _PLACES:
        where += f"\nand {len(places) - _PLACES} more"
    declared = str(finding.location) if finding.location and str(finding.location) != finding.where else ""
    source = str(finding.source) if finding.source and str(finding.source) not in where else ""
    why = f"{finding.why}  " if finding.why else ""
    rows = [
        ("where", where),
        ("source", source),
        ("expected", f"{finding.expected}   ({declared})" if finding.expected and declared else finding.expected),
        ("declared", "" if finding.expected else declared),
        ("actual", finding.actual),
        ("fix", finding.fix),
        ("why", f"{why}policycheck rule {finding.code}"),
        ("law", f"{finding.law}.  policycheck law {finding.law}" if finding.law else ""),
    ]
    if finding.waiver is not None:
        waiver = finding.waiver
        rows.append(("waived", f"by {waiver.owner} until {waiver.expires}: {waiver.reason}"))
    if finding.known:
        rows.append(("known", f"in the baseline{f' since {finding.since}' if finding.since else ''}"))
    return [(label, text) for label, text in rows if text]


def closing(report: Report) -> list[str]:
    """What stands between the findings and the summary."""
    return [*remarks(report), *coverage_lines(report), *consent_lines(report)]


def partial_lines(report: Report) -> list[str]:
    """Why the evidence was not read to its end, where it was not; what else is told then speaks of the part before."""
    if not report.partial:
        return []
    first, *rest = map(visible, report.partial.split("\n"))
    return [f"partial: the evidence was not read to its end: {first}", *(f"  {line.strip()}" for line in rest)]


def accepted_count(report: Report) -> str:
    """``1 waived, 2 in the baseline``; empty where nothing was accepted."""
    counts = [f"{len(report.waived)} waived"] if report.waived else []
    counts += [f"{len(report.known)} in the baseline"] if report.known else []
    return ", ".join(counts)


def remarks(report: Report) -> list[str]:
    """What could not be evaluated, and notes: shown, since silence would read as a pass."""
    lines = [
        f"not evaluated: {entry.code} on {entry.subject!r}: {entry.reason}"
        + (f"   ({entry.where})" if entry.where else "")
        for entry in report.not_evaluated
    ]
    return [visible(line) for line in [*lines, *(f"note: {note}" for note in report.notes)]]


def coverage_lines(report: Report) -> list[str]:
    """How much of the catalogue the run observed, and what it did not."""
    coverage = report.coverage
    if not coverage.declared or not report.exchanges + report.observations:
        return []
    seen = len(coverage.declared) - len(coverage.unobserved)
    lines = [f"catalogue {report.catalogue}: {seen} of {plural(len(coverage.declared), 'declared item')} observed"]
    told = {f"{found.kind}:{found.subject}" for found in report.findings if found.where == str(found.location or "")}
    missing = [key for key in coverage.unobserved if key not in told]
    if missing and seen:
        lines.append(f"  not observed: {_some(missing)}")
    return [visible(line) for line in lines]


def consent_lines(report: Report) -> list[str]:
    """How far journeys through choices of consent came."""
    return [
        visible(
            f"consent to {', '.join(reach.categories)}: {plural(reach.journeys, 'journey')}, "
            f"{plural(reach.steps, 'step')}; {len(reach.states)} of {len(ConsentStatus) ** len(reach.categories)} "
            f"states, {len(reach.transitions)} of {len(TransitionKind) * len(ConsentStatus)} transitions, "
            f"{len(reach.laws)} of {len(LawName)} laws looked at"
        )
        for reach in report.consent
    ]


def summary(report: Report) -> str:
    """The closing line: counts of findings, and of what was looked at."""
    counts = [
        plural(sum(1 for finding in report.open if finding.severity is severity), severity.value)
        for severity in Severity
    ]
    counts += [accepted_count(report)] if accepted_count(report) else []
    counts += [f"{len(report.not_evaluated)} not evaluated"] if report.not_evaluated else []
    return ", ".join(counts) + _observed(report)


def plural(count: int, noun: str) -> str:
    """``1 item``, ``2 items``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _observed(report: Report) -> str:
    if not report.seen:
        return ""
    requests = f", {plural(report.requests, 'request')}" if report.requests else ""
    return f"; {plural(report.observations, 'observation')} in {plural(report.exchanges, 'response')}{requests}"
