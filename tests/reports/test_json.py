from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from policycheck.model.finding import Finding, Location, Severity, Waiver
from policycheck.model.report import Coverage, DeclaredItem, Event, JourneyLog, NotEvaluated, Report, RuleInfo
from policycheck.model.storage import Operation, StorageKind
from policycheck.reports.json import from_document, render, to_document

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


texts = st.text(max_size=8)
findings = st.builds(
    Finding,
    texts,
    texts,
    st.sampled_from(Severity),
    texts,
    st.none() | st.sampled_from(StorageKind),
    texts,
    texts,
    st.none() | texts,
    texts,
    texts,
    texts,
    texts,
    st.none() | st.builds(Location, texts, st.integers(0, 99), st.integers(0, 99), texts),
    st.none() | st.builds(Waiver, st.lists(texts).map(tuple), texts, texts, texts, st.dates()),
    texts,
    st.integers(1, 9),
    texts,
    st.booleans(),
    st.none() | st.builds(Location, texts, st.integers(0, 99), st.integers(0, 99), texts),
    texts,
    st.booleans(),
)
events = st.builds(
    Event,
    st.floats(0, 4e9),
    st.sampled_from(Operation),
    st.sampled_from(StorageKind),
    texts,
    st.none() | texts,
    st.lists(texts, max_size=2).map(tuple),
    *[texts] * 4,
    st.lists(texts, max_size=2).map(tuple),
)
reports = st.builds(
    Report,
    texts,
    st.lists(findings, max_size=3).map(tuple),
    st.lists(st.builds(NotEvaluated, texts, texts, texts, texts), max_size=2).map(tuple),
    st.builds(
        Coverage,
        st.lists(texts).map(tuple),
        st.frozensets(texts),
        st.lists(st.builds(DeclaredItem, texts, st.sampled_from(StorageKind), texts), max_size=2).map(tuple),
    ),
    st.integers(0, 9),
    st.integers(0, 9),
    st.lists(texts).map(tuple),
    requests=st.integers(0, 9),
    rules=st.lists(st.builds(RuleInfo, texts, texts, st.sampled_from(Severity), texts), max_size=2).map(tuple),
    journeys=st.lists(st.builds(JourneyLog, texts, st.lists(events, max_size=2).map(tuple)), max_size=2).map(tuple),
    partial=texts,
)


@given(reports)
def test_a_report_reads_back_as_it_was(report: Report) -> None:
    text = render(report)

    assert text.isascii()
    assert text.endswith("}\n")
    read = from_document(json.loads(text))
    assert read == report
    assert [finding.fingerprint for finding in read.findings] == [finding.fingerprint for finding in report.findings]
    assert [finding.count for finding in read.findings] == [finding.count for finding in report.findings]
