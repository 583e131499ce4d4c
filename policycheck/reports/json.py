"""The report for programs. The format has a version of its own, and reads back into the same report."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from policycheck.model.finding import (
    ConsentReach,
    Coverage,
    Finding,
    Location,
    NotEvaluated,
    Report,
    Severity,
    Waiver,
)
from policycheck.model.storage import StorageKind

VERSION = 1


def render(report: Report) -> str:
    """Render the report as a JSON document that ends with a line feed."""
    return json.dumps(to_document(report), indent=2, ensure_ascii=True) + "\n"


def to_document(report: Report) -> dict[str, Any]:
    """Turn the report into plain values. ``location`` is where to look, ``declared`` the place in the catalogue."""
    unwaived = report.unwaived
    return {
        "version": VERSION,
        "catalogue": report.catalogue,
        "summary": {
            **{f"{level.value}s": sum(1 for found in unwaived if found.severity is level) for level in Severity},
            "waived": len(report.findings) - len(unwaived),
            "notEvaluated": len(report.not_evaluated),
            "exchanges": report.exchanges,
            "observations": report.observations,
            "requests": report.requests,
        },
        "findings": [_finding(finding) for finding in report.findings],
        "notEvaluated": [
            {"code": entry.code, "subject": entry.subject, "reason": entry.reason, "where": entry.where}
            for entry in report.not_evaluated
        ],
        "coverage": {
            "declared": list(report.coverage.declared),
            "observed": sorted(report.coverage.observed),
            "unobserved": list(report.coverage.unobserved),
        },
        "consent": [
            {
                "categories": list(reach.categories),
                "states": sorted(reach.states),
                "transitions": sorted(reach.transitions),
                "laws": sorted(reach.laws),
                "journeys": reach.journeys,
                "steps": reach.steps,
            }
            for reach in report.consent
        ],
        "notes": list(report.notes),
    }


def from_document(document: dict[str, Any]) -> Report:
    """The inverse of :func:`to_document`. Raises KeyError or ValueError for what it did not write."""
    return Report(
        catalogue=document["catalogue"],
        findings=tuple(_read_finding(entry) for entry in document["findings"]),
        not_evaluated=tuple(NotEvaluated(**entry) for entry in document["notEvaluated"]),
        coverage=Coverage(tuple(document["coverage"]["declared"]), frozenset(document["coverage"]["observed"])),
        exchanges=document["summary"]["exchanges"],
        observations=document["summary"]["observations"],
        notes=tuple(document["notes"]),
        consent=tuple(_read_reach(entry) for entry in document["consent"]),
        requests=document["summary"]["requests"],
    )


def _read_reach(entry: dict[str, Any]) -> ConsentReach:
    return ConsentReach(
        tuple(entry["categories"]),
        frozenset(entry["states"]),
        frozenset(entry["transitions"]),
        frozenset(entry["laws"]),
        entry["journeys"],
        entry["steps"],
    )


def _finding(finding: Finding) -> dict[str, Any]:
    waiver = finding.waiver
    place = finding.where + (f"   ({finding.test})" if finding.test else "")
    return {
        "code": finding.code,
        "name": finding.name,
        "subject": finding.subject,
        "kind": finding.kind.value if finding.kind else None,
        "severity": finding.severity.value,
        "message": finding.sentence,
        "clause": finding.message,
        "headline": finding.headline,
        "location": place or str(finding.location or ""),
        "where": finding.where,
        "test": finding.test,
        "declared": _location(finding.location),
        "expected": finding.expected,
        "actual": finding.actual,
        "fix": finding.fix,
        "why": finding.why,
        "key": finding.key,
        "law": finding.law or None,
        "anywhere": finding.anywhere,
        "count": finding.count,
        "fingerprint": finding.fingerprint,
        "waiver": None
        if waiver is None
        else {
            "codes": list(waiver.codes),
            "subject": waiver.subject,
            "reason": waiver.reason,
            "owner": waiver.owner,
            "expires": waiver.expires.isoformat(),
        },
    }


def _location(location: Location | None) -> dict[str, Any] | None:
    if location is None:
        return None
    return {
        "file": location.file,
        "line": location.line,
        "column": location.column,
        "pointer": location.pointer,
    }


def _read_finding(entry: dict[str, Any]) -> Finding:
    waiver = entry["waiver"]
    return Finding(
        code=entry["code"],
        name=entry["name"],
        severity=Severity(entry["severity"]),
        subject=entry["subject"],
        kind=StorageKind(entry["kind"]) if entry["kind"] else None,
        message=entry["clause"],
        where=entry["where"],
        test=entry["test"],
        expected=entry["expected"],
        actual=entry["actual"],
        fix=entry["fix"],
        why=entry["why"],
        location=Location(**entry["declared"]) if entry["declared"] else None,
        waiver=Waiver(
            tuple(waiver["codes"]),
            waiver["subject"],
            waiver["reason"],
            waiver["owner"],
            date.fromisoformat(waiver["expires"]),
        )
        if waiver
        else None,
        key=entry["key"],
        law=entry["law"] or "",
        anywhere=entry["anywhere"],
        count=entry["count"],
    )
