from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given, settings
from jsonschema import Draft202012Validator

from policycheck.catalogue.schema import errors, load_schema, validator
from policycheck.model.finding import Finding, Location, Severity, Waiver
from policycheck.model.report import Coverage, NotEvaluated, Report
from policycheck.model.storage import StorageKind
from policycheck.reports.json import from_document, render, to_document
from tests.reports.conftest import reports

WAIVER = Waiver(("CON001",), "_ga", "agreed", "ann", date(2026, 9, 1))
FINDING = Finding(
    "CON001",
    "stored-before-consent",
    Severity.ERROR,
    "_ga",
    StorageKind.COOKIE,
    "was stored before consent",
    "GET /  ->  Set-Cookie, header 2 of 3",
    "tests/test_shop.py::test_landing",
    "nothing",
    "_ga=<27 bytes>",
    "wait",
    "law",
    Location("c.yaml", 41, 5, "/items/3"),
    None,
    "k",
    2,
)


def test_a_finding_has_the_promised_keys() -> None:
    (finding,) = to_document(Report("c.yaml", (FINDING,)))["findings"]

    assert finding == {
        "code": "CON001",
        "name": "stored-before-consent",
        "subject": "_ga",
        "kind": "cookie",
        "severity": "error",
        "message": "cookie '_ga' was stored before consent",
        "clause": "was stored before consent",
        "headline": "CON001 stored-before-consent: cookie '_ga' was stored before consent",
        "location": "GET /  ->  Set-Cookie, header 2 of 3   (tests/test_shop.py::test_landing)",
        "where": "GET /  ->  Set-Cookie, header 2 of 3",
        "test": "tests/test_shop.py::test_landing",
        "declared": {"file": "c.yaml", "line": 41, "column": 5, "pointer": "/items/3"},
        "expected": "nothing",
        "actual": "_ga=<27 bytes>",
        "fix": "wait",
        "why": "law",
        "key": "k",
        "law": None,
        "anywhere": False,
        "count": 2,
        "fingerprint": FINDING.fingerprint,
        "source": None,
        "entry": None,
        "known": False,
        "since": None,
        "waiver": None,
    }


def test_the_place_in_the_catalogue_stands_in_where_there_is_no_other() -> None:
    finding = Finding("A", "a", Severity.NOTE, "s", None, "m", location=Location("c.yaml", 3))

    document = to_document(Report("c.yaml", (finding, Finding("A", "a", Severity.NOTE, "s", None, "m"))))["findings"]

    assert [found["location"] for found in document] == ["c.yaml:3", ""]


def test_the_summary_counts() -> None:
    waived = Finding("A", "a", Severity.ERROR, "s", None, "m", waiver=WAIVER)
    note = Finding("A", "a", Severity.NOTE, "s", None, "m")
    report = Report(
        "c.yaml",
        (FINDING, waived, note),
        (NotEvaluated("V", "s", "r"),),
        Coverage(("x", "y"), frozenset({"y"})),
        3,
        4,
        ("n",),
    )

    document = to_document(report)

    assert list(document) == [
        "version",
        "catalogue",
        "summary",
        "findings",
        "notEvaluated",
        "coverage",
        "consent",
        "notes",
        "rules",
        "journeys",
        "partial",
        "failOn",
        "prefix",
        "sources",
    ]
    assert document["version"] == 1
    assert document["summary"] == {
        "errors": 1,
        "warnings": 0,
        "notes": 1,
        "waived": 1,
        "known": 0,
        "notEvaluated": 1,
        "exchanges": 3,
        "observations": 4,
        "requests": 0,
    }
    assert document["coverage"] == {"declared": ["x", "y"], "observed": ["y"], "unobserved": ["x"], "items": []}
    assert document["notEvaluated"] == [{"code": "V", "subject": "s", "reason": "r", "where": ""}]


def test_the_schema_is_whole() -> None:
    """Every value has a description, and no object takes a key that is not in it."""
    schema = load_schema("report.schema.json")
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == "urn:policycheck:report:1"
    waiting: list[Any] = [schema]
    described = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict) and "properties" in value:
            assert value["additionalProperties"] is False
            assert sorted(value["required"]) == sorted(value["properties"])
            for field in value["properties"].values():
                described += 1
                assert "description" in field or "$ref" in field
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    assert described > 80


def test_the_schema_says_what_is_missing() -> None:
    document = to_document(Report("c.yaml", (FINDING,)))
    del document["findings"][0]["fix"]
    document["extra"] = 1

    told = [error.message for error in errors(validator("report.schema.json"), document)]

    assert len(told) == 2


@settings(max_examples=40)
@given(reports)
def test_a_report_reads_back_as_it_was(report: Report) -> None:
    text = render(report)

    assert text.isascii()
    assert text.endswith("}\n")
    assert not list(errors(validator("report.schema.json"), json.loads(text)))
    read = from_document(json.loads(text))
    assert read == report
    assert [finding.fingerprint for finding in read.findings] == [finding.fingerprint for finding in report.findings]
    for now, before in zip(read.findings, report.findings, strict=True):
        assert (now.count, now.source, now.since) == (before.count, before.source, before.since)
