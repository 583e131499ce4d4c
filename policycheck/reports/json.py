"""The report for programs. The format has a version of its own, and reads back into the same report."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from policycheck.model.finding import Finding, Location, Severity, Waiver
from policycheck.model.report import (
    ConsentReach,
    Coverage,
    DeclaredItem,
    Event,
    JourneyLog,
    NotEvaluated,
    Report,
    RuleInfo,
)
from policycheck.model.storage import Operation, StorageKind

VERSION = 1


def render(report: Report) -> str:
    """Render the report as a JSON document that ends with a line feed."""
    return json.dumps(to_document(report), indent=2, ensure_ascii=True) + "\n"


def to_document(report: Report) -> dict[str, Any]:
    """Turn the report into plain values, as ``policycheck schema report`` describes them.

    ``location`` is where to look, ``declared`` the place in the catalogue.

    The pages of the rules are left out: ``policycheck rule CODE`` has them.
    """
    return {
        "version": VERSION,
        "catalogue": report.catalogue,
        "summary": {
            **{f"{level.value}s": sum(1 for found in report.open if found.severity is level) for level in Severity},
            "waived": len(report.waived),
            "known": len(report.known),
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
            "items": [_item(item) for item in report.coverage.items],
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
        "rules": [
            {"code": rule.code, "name": rule.name, "severity": rule.severity.value, "why": rule.why}
            for rule in report.rules
        ],
        "journeys": [
            {"test": log.test, "events": [_event(event) for event in log.events], "leftOut": log.left_out}
            for log in report.journeys
        ],
        "partial": report.partial or None,
        "failOn": report.fail_on.value,
        "prefix": report.prefix,
        "sources": report.sources,
    }


def from_document(document: dict[str, Any]) -> Report:
    """The inverse of :func:`to_document`. Raises KeyError or ValueError for what it did not write."""
    return Report(
        catalogue=document["catalogue"],
        findings=tuple(_read_finding(entry) for entry in document["findings"]),
        not_evaluated=tuple(NotEvaluated(**entry) for entry in document["notEvaluated"]),
        coverage=Coverage(
            tuple(document["coverage"]["declared"]),
            frozenset(document["coverage"]["observed"]),
            tuple(_read_item(entry) for entry in document["coverage"]["items"]),
        ),
        exchanges=document["summary"]["exchanges"],
        observations=document["summary"]["observations"],
        notes=tuple(document["notes"]),
        consent=tuple(_read_reach(entry) for entry in document["consent"]),
        requests=document["summary"]["requests"],
        rules=tuple(RuleInfo(**{**entry, "severity": Severity(entry["severity"])}) for entry in document["rules"]),
        journeys=tuple(
            JourneyLog(log["test"], tuple(_read_event(event) for event in log["events"]), log["leftOut"])
            for log in document["journeys"]
        ),
        partial=document["partial"] or "",
        fail_on=Severity(document["failOn"]),
        prefix=document["prefix"],
        sources=document["sources"],
    )


def _item(item: DeclaredItem) -> dict[str, Any]:
    return {
        "key": item.key,
        "kind": item.kind.value,
        "name": item.name,
        "categories": list(item.categories),
        "provider": item.provider,
        "retention": item.retention,
        "declared": location_document(item.location),
    }


def _read_item(entry: dict[str, Any]) -> DeclaredItem:
    return DeclaredItem(
        entry["key"],
        StorageKind(entry["kind"]),
        entry["name"],
        tuple(entry["categories"]),
        entry["provider"],
        entry["retention"],
        _read_location(entry["declared"]),
    )


def _event(event: Event) -> dict[str, Any]:
    return {
        "time": event.time,
        "operation": event.operation.value,
        "kind": event.kind.value,
        "name": event.name,
        "entry": event.declared,
        "categories": list(event.categories),
        "consent": event.consent,
        "where": event.where,
        "lifetime": event.lifetime,
        "refused": event.refused,
        "codes": list(event.codes),
    }


def _read_event(entry: dict[str, Any]) -> Event:
    return Event(
        entry["time"],
        Operation(entry["operation"]),
        StorageKind(entry["kind"]),
        entry["name"],
        entry["entry"],
        tuple(entry["categories"]),
        entry["consent"],
        entry["where"],
        entry["lifetime"],
        entry["refused"],
        tuple(entry["codes"]),
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
        "declared": location_document(finding.location),
        "expected": finding.expected,
        "actual": finding.actual,
        "fix": finding.fix,
        "why": finding.why,
        "key": finding.key,
        "law": finding.law or None,
        "anywhere": finding.anywhere,
        "count": finding.count,
        "fingerprint": finding.fingerprint,
        "source": location_document(finding.source),
        "entry": finding.entry or None,
        "known": finding.known,
        "since": finding.since.isoformat() if finding.since else None,
        "waiver": None
        if waiver is None
        else {
            "codes": list(waiver.codes),
            "subject": waiver.subject,
            "reason": waiver.reason,
            "owner": waiver.owner,
            "expires": waiver.expires.isoformat(),
            "declared": location_document(waiver.location),
        },
    }


def location_document(location: Location | None) -> dict[str, Any] | None:
    """A place as ``file``, ``line``, ``column`` and ``pointer`` (RFC 6901)."""
    if location is None:
        return None
    return {
        "file": location.file,
        "line": location.line,
        "column": location.column,
        "pointer": location.pointer,
    }


def _read_location(entry: dict[str, Any] | None) -> Location | None:
    return Location(**entry) if entry else None


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
        location=_read_location(entry["declared"]),
        waiver=Waiver(
            tuple(waiver["codes"]),
            waiver["subject"],
            waiver["reason"],
            waiver["owner"],
            date.fromisoformat(waiver["expires"]),
            _read_location(waiver["declared"]),
        )
        if waiver
        else None,
        key=entry["key"],
        law=entry["law"] or "",
        anywhere=entry["anywhere"],
        count=entry["count"],
        source=_read_location(entry["source"]),
        entry=entry["entry"] or "",
        known=entry["known"],
        since=date.fromisoformat(entry["since"]) if entry["since"] else None,
    )
