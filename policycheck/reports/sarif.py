"""The report as SARIF 2.1.0, for code scanning and for whatever else reads results of static analysis.

A result stands at the place that helps most (:mod:`policycheck.reports.places`); the others are its related locations.
What was accepted is there with a suppression. Texts are plain: what a viewer would take for a link or a placeholder is
escaped (SARIF 3.11.5, 3.11.6).
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

from policycheck.model.finding import Finding, Location, Severity
from policycheck.model.report import Report, RuleInfo
from policycheck.reports.places import all_places, in_repository, numbered, test_of, uri_of
from policycheck.reports.visible import visible, visible_lines

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "SRCROOT"
FINGERPRINT = "policycheck/v1"
GITHUB_FINGERPRINT = "primaryLocationLineHash"
"""The only one that GitHub looks at. Where it is missing, GitHub takes the text of the line, and two entries which the
same line of a test stored would be one alert."""
MOST_RESULTS = 25_000
"""GitHub refuses a file with more."""
SHOWN_RESULTS = 5_000
"""GitHub shows as many, the worst first."""
MOST_BYTES = 10_000_000
"""GitHub refuses a file that is larger after gzip."""
_LONGEST = 1_000
"""Characters of a rule's descriptions, of which GitHub takes 1024."""
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def render(report: Report) -> str:
    """Render one run as a SARIF log in ASCII. What is over GitHub's limits is left out, and a notification says so."""
    kept = min(len(report.findings), MOST_RESULTS)
    while True:
        text = json.dumps(to_document(report, kept), ensure_ascii=True) + "\n"
        if not kept or len(text) <= MOST_BYTES or len(zlib.compress(text.encode("ascii"), 6)) <= MOST_BYTES:
            return text
        kept //= 2


def to_document(report: Report, kept: int = MOST_RESULTS) -> dict[str, Any]:
    """Turn the report into a SARIF log as plain values, with the first ``kept`` findings, which are the worst."""
    rules = _rules(report)
    index = {rule.code: number for number, rule in enumerate(rules)}
    findings = report.findings[:kept]
    baseline = any(finding.known for finding in report.findings)
    fingerprints = numbered(finding.fingerprint for finding in findings)
    own = version("policycheck")
    run = {
        "tool": {
            "driver": {
                "name": "policycheck",
                "version": own,
                "semanticVersion": own,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not report.partial,
                "toolExecutionNotifications": list(_notifications(report, index, len(findings))),
            }
        ],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The top of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(report, finding, index[finding.code], fingerprint, baseline=baseline)
            for finding, fingerprint in zip(findings, fingerprints, strict=True)
        ],
        "properties": {
            "catalogue": visible(report.catalogue),
            "exchanges": report.exchanges,
            "observations": report.observations,
            "requests": report.requests,
            "declared": len(report.coverage.declared),
            "unobserved": [visible(key) for key in report.coverage.unobserved],
        },
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules(report: Report) -> list[RuleInfo]:
    """The rules that ran, and those of findings that a plugin brought along."""
    rules = {rule.code: rule for rule in report.rules}
    for found in report.findings:
        rules.setdefault(found.code, RuleInfo(found.code, found.name, found.severity, found.why))
    return list(rules.values())


def _rule(rule: RuleInfo) -> dict[str, Any]:
    page = rule.help or f"# {rule.code} {rule.name}\n\npolicycheck rule {rule.code}"
    page = visible_lines(page)
    return {
        "id": rule.code,
        "name": rule.name or rule.code,
        "shortDescription": {"text": _plain(rule.title or rule.code)[:_LONGEST]},
        "fullDescription": {"text": _plain(rule.why or rule.title or rule.code)[:_LONGEST]},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {
            "tags": list(dict.fromkeys(("privacy", re.split(r"\d", rule.code)[0] or rule.code))),
            "precision": "very-high",
            "problem.severity": _PROBLEM[rule.severity],
        },
    }


def _result(report: Report, finding: Finding, rule: int, fingerprint: str, *, baseline: bool) -> dict[str, Any]:
    places = all_places(report, finding)
    first, others = places[:1], places[1:]
    related = [_location(report, finding, place, number) for number, place in enumerate(others, start=1)]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity.value,
        "message": {"text": _message(finding, others)},
        "locations": [{**_first(first), "logicalLocations": _logical(finding)}],
        "partialFingerprints": {FINGERPRINT: fingerprint.partition(":")[0], GITHUB_FINGERPRINT: fingerprint},
        "occurrenceCount": max(finding.count, 1),
        "properties": {name: visible_lines(text) for name, text in _properties(finding) if text},
    }
    if related:
        result["relatedLocations"] = related
    if finding.accepted:
        result["suppressions"] = list(_suppressions(report, finding))
    if baseline:
        result["baselineState"] = "unchanged" if finding.known else "new"
    return result


def _message(finding: Finding, others: Sequence[Location]) -> str:
    facts = [
        _plain(finding.sentence),
        *(f"{label}: {_plain(text)}" for label, text in _facts(finding) if text),
        *(f"See [{_plain(str(place)).translate(_BRACKETS)}]({number})" for number, place in enumerate(others, start=1)),
    ]
    return " ".join(fact if fact.endswith(".") else f"{fact}." for fact in facts)


def _facts(finding: Finding) -> list[tuple[str, str]]:
    return [("Expected", finding.expected), ("Found", finding.actual), ("Fix", finding.fix)]


def _properties(finding: Finding) -> list[tuple[str, str]]:
    return [
        ("subject", finding.subject),
        ("kind", finding.kind.value if finding.kind else ""),
        ("entry", finding.entry),
        ("where", finding.where),
        ("test", finding.test or ""),
        ("expected", finding.expected),
        ("actual", finding.actual),
        ("fix", finding.fix),
        ("why", finding.why),
        ("law", finding.law),
    ]


def _place(place: Location) -> dict[str, Any]:
    """A physical location. Without a line it is the file, which GitHub shows at its first line."""
    uri = uri_of(place.file)
    artifact = {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": ROOT}
    region = {"startLine": max(place.line, 1)}
    if place.line and place.column:
        region["startColumn"] = place.column
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _first(places: Sequence[Location]) -> dict[str, Any]:
    return _place(places[0]) if places else {}


def _location(report: Report, finding: Finding, place: Location, number: int) -> dict[str, Any]:
    seen = place == in_repository(report, finding.source)
    text = "where it was seen" if seen else "the place in the catalogue or in the settings"
    return {"id": number, **_place(place), "message": {"text": text}}


def _logical(finding: Finding) -> list[dict[str, Any]]:
    name = visible(finding.subject)
    kind = f"{finding.kind.value}:" if finding.kind else ""
    found = [{"name": name, "fullyQualifiedName": f"{kind}{name}", "kind": "resource"}] if name else []
    if test := visible(test_of(finding)):
        found.append({"name": test.rpartition("::")[2] or test, "fullyQualifiedName": test, "kind": "function"})
    return found or [{"fullyQualifiedName": finding.code}]


def _suppressions(report: Report, finding: Finding) -> Iterator[dict[str, Any]]:
    """Those of a waiver, and of the baseline: SARIF 3.35."""
    if finding.waiver is not None:
        waiver = finding.waiver
        place = in_repository(report, waiver.location)
        yield {
            "kind": "external",
            "status": "accepted",
            "justification": _plain(f"{waiver.reason} (waived by {waiver.owner} until {waiver.expires})"),
            **({"location": _place(place)} if place is not None else {}),
            "properties": {"owner": visible(waiver.owner), "expires": waiver.expires.isoformat()},
        }
    if finding.known:
        since = f" since {finding.since}" if finding.since else ""
        yield {"kind": "external", "status": "accepted", "justification": f"It stands in the baseline{since}."}


def _notifications(report: Report, index: dict[str, int], kept: int) -> Iterator[dict[str, Any]]:
    if report.partial:
        yield _told("error", f"The evidence was not read to its end: {_plain(report.partial)}")
    if kept < len(report.findings):
        left = len(report.findings) - kept
        yield _told("warning", f"{left} of {len(report.findings)} findings are left out: GitHub refuses a larger file.")
    if kept > SHOWN_RESULTS:
        yield _told("note", f"GitHub shows {SHOWN_RESULTS} of these {kept} results, the worst first.")
    for entry in report.not_evaluated:
        where = f" ({entry.where})" if entry.where else ""
        note = _told("note", _plain(f"Not evaluated: {entry.code} on {entry.subject!r}: {entry.reason}{where}"))
        if entry.code in index:
            note["associatedRule"] = {"id": entry.code, "index": index[entry.code]}
        yield note
    yield from (_told("note", _plain(note)) for note in report.notes)


def _told(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": text}}


_BRACKETS = str.maketrans({"[": r"\[", "]": r"\]"})


def _plain(text: str) -> str:
    """``text`` as the plain text of a message: on one line, without links and placeholders of its own."""
    text = visible(" ".join(text.split("\n")))
    if "](" in text:
        text = text.replace("\\", "\\\\").translate(_BRACKETS)
    return re.sub(r"\{(\d+)\}", r"{{\1}}", text)
