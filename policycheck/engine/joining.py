"""What several processes observed, put together, and findings in the order that every run has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from policycheck.catalogue.entries import Item
from policycheck.model.finding import Breach, Finding, Location, Severity
from policycheck.model.report import Coverage, Report, join_reaches
from policycheck.model.request import SentRequest
from policycheck.rules.rule import Rule


def catalogue_finding(
    rule: Rule, severity: Severity, subject: str, breach: Breach, item: Item | None = None
) -> Finding:
    """Build the finding of a rule that speaks about the catalogue rather than about an observation."""
    location = breach.location or (item.location if item else None)
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=severity,
        subject=subject,
        kind=item.kind if item else None,
        message=breach.message,
        where=str(location or ""),
        expected=breach.expected,
        actual=breach.actual,
        fix=breach.fix,
        why=breach.why or rule.why,
        location=location,
        key=breach.key,
        entry=item.key if item else "",
    )


def request_finding(
    rule: Rule, severity: Severity, sent: SentRequest, breach: Breach, source: Location | None = None
) -> Finding:
    """Build the finding of a rule that speaks about a request: about its host, whatever the URL and the page."""
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=severity,
        subject=sent.host or "",
        kind=None,
        message=breach.message,
        where=sent.describe(),
        test=sent.test,
        expected=breach.expected,
        actual=breach.actual,
        fix=breach.fix,
        why=breach.why or rule.why,
        location=breach.location,
        key=breach.key,
        law=breach.law,
        anywhere=True,
        source=source,
    )


def join(parts: Iterable[Report]) -> Report:
    """Join the reports of processes that ran parts of one run."""
    reports = tuple(parts)
    observed = frozenset(key for report in reports for key in report.coverage.observed)
    return Report(
        catalogue=reports[0].catalogue,
        findings=tuple(finding for report in reports for finding in report.findings),
        not_evaluated=tuple(dict.fromkeys(entry for report in reports for entry in report.not_evaluated)),
        coverage=Coverage(reports[0].coverage.declared, observed),
        exchanges=sum(report.exchanges for report in reports),
        observations=sum(report.observations for report in reports),
        notes=tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        consent=join_reaches(reach for report in reports for reach in report.consent),
        requests=sum(report.requests for report in reports),
        rules=tuple({rule.code: rule for report in reports for rule in report.rules}.values()),
        journeys=tuple(log for report in reports for log in report.journeys),
        partial="; ".join(dict.fromkeys(report.partial for report in reports if report.partial)),
    )


def arrange(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Fold repeated findings into one with a count, and put the worst first: the same order in every run."""
    folded: dict[tuple[str, ...], Finding] = {}
    for finding in sorted(findings, key=_order):
        known = folded.get(identity := finding.identity)
        folded[identity] = finding if known is None else replace(known, count=known.count + finding.count)
    return tuple(folded.values())


def _order(finding: Finding) -> tuple[object, ...]:
    return (
        finding.accepted,
        finding.severity.rank,
        finding.code,
        finding.subject,
        finding.where,
        finding.key,
        finding.test or "",
    )
