"""The report as GitLab reads it in a merge request: a list of issues, as Code Climate wrote them.

GitLab knows no accepted findings, so those that a waiver or the baseline holds are left out.
"""

from __future__ import annotations

import json
from typing import Any

from policycheck.model.finding import Finding, Location, Severity
from policycheck.model.fingerprint import digest
from policycheck.model.report import Report
from policycheck.reports.places import numbered, relative_places
from policycheck.reports.visible import visible

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}
_PARTIAL = "blocker"


def render(report: Report) -> str:
    """Render the open findings as a Code Quality report, a JSON list in ASCII."""
    return json.dumps(to_document(report), indent=2, ensure_ascii=True) + "\n"


def to_document(report: Report) -> list[dict[str, Any]]:
    """The open findings as issues; evidence that was not read to its end is an issue too. Fingerprints are unique."""
    fingerprints = numbered(finding.fingerprint for finding in report.open)
    issues = [_issue(report, *pair) for pair in zip(report.open, fingerprints, strict=True)]
    if report.partial:
        text = f"the evidence was not read to its end: {report.partial}"
        place = Location(report.catalogue)
        issues.insert(0, _entry(visible(text), "partial", digest("partial"), _PARTIAL, place))
    return issues


def _issue(report: Report, finding: Finding, fingerprint: str) -> dict[str, Any]:
    place = next(iter(relative_places(report, finding)), Location(report.catalogue))
    fix = f"; fix: {finding.fix}" if finding.fix else ""
    text = visible(" ".join(f"{finding.sentence}{fix}".split("\n")))
    return _entry(text, f"{finding.code} {finding.name}", fingerprint, SEVERITIES[finding.severity], place)


def _entry(text: str, check: str, fingerprint: str, severity: str, place: Location) -> dict[str, Any]:
    return {
        "description": text,
        "check_name": check,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": visible(place.file), "lines": {"begin": max(place.line, 1)}},
    }
