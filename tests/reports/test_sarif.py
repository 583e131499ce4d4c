"""SARIF as its published schema wants it, and as GitHub shows it."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft4Validator

from policycheck.model.finding import Finding, Location, Severity
from policycheck.model.report import Coverage, NotEvaluated, Report, RuleInfo
from policycheck.reports import sarif
from tests.reports.conftest import FINDING, HOSTILE, WAIVER, hidden, reports, strings

RULE = RuleInfo("CON001", "stored-before-consent", Severity.ERROR, "ePrivacy.", "# CON001\n\nThe page.")
REPORT = Report("catalogue.yaml", (FINDING,), exchanges=1, observations=1, rules=(RULE,))


def run_of(report: Report) -> dict[str, Any]:
    document = json.loads(sarif.render(report))
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    return dict(run)


def result_of(report: Report) -> dict[str, Any]:
    return dict(run_of(report)["results"][0])


@pytest.fixture(scope="session")
def schema(published: Callable[..., bytes]) -> Draft4Validator:
    """The schema of SARIF 2.1.0 as Microsoft ships it with its matchers for Jest."""
    return Draft4Validator(
        json.loads(
            published(
                "npm",
                "@microsoft/jest-sarif@1.0.0-beta.0",
                "sha512-A1fOhPd6Ic5iDk4F9YPw1qNB4XF+7+IviR7xl8r2F6QzQkx5cpY9LsGk2rExiFIEcBbjpVnSmwWGBukASkiQ9A==",
                "package/lib/schemas/sarif-2.1.0-rtm.5.json",
            )
        )
    )


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reports)
def test_any_report_is_valid(schema: Draft4Validator, report: Report) -> None:
    text = sarif.render(report)
    document = json.loads(text)

    assert text.isascii()
    assert [error.message for error in schema.iter_errors(document)] == []
    run = document["runs"][0]
    assert hidden(strings([run["invocations"], run["properties"]])) == []
    assert len(run["results"]) == len(report.findings)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert hidden(strings({name: value for name, value in result.items() if name != "ruleId"})) == []
        assert len({tuple(sorted(found["partialFingerprints"].items())) for found in run["results"]}) == len(
            run["results"]
        )
    for place in re.findall(r'"uri": "([^"]*)"', text):
        assert re.fullmatch(r"[\w.~!$&'()*+,;=:@%/-]*", place)


def test_the_schema_refuses_what_is_wrong(schema: Draft4Validator) -> None:
    document = sarif.to_document(REPORT)
    del document["runs"][0]["results"][0]["message"]

    assert list(schema.iter_errors(document))


def test_the_rule_is_told_with_its_page() -> None:
    driver = run_of(REPORT)["tool"]["driver"]

    assert (driver["name"], driver["version"]) == ("policycheck", driver["semanticVersion"])
    assert driver["rules"] == [
        {
            "id": "CON001",
            "name": "stored-before-consent",
            "shortDescription": {"text": "stored before consent"},
            "fullDescription": {"text": "ePrivacy."},
            "help": {"text": "# CON001\n\nThe page.", "markdown": "# CON001\n\nThe page."},
            "defaultConfiguration": {"level": "error"},
            "properties": {"tags": ["privacy", "CON"], "precision": "very-high", "problem.severity": "error"},
        }
    ]


def test_a_rule_that_only_a_finding_names_is_told_too() -> None:
    run = run_of(replace(REPORT, findings=(replace(FINDING, code="XYZ1", name=""),)))

    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["CON001", "XYZ1"]
    assert run["results"][0]["ruleIndex"] == 1


def test_the_test_is_where_a_result_stands_and_the_catalogue_is_linked() -> None:
    result = result_of(REPORT)

    (place,) = result["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "tests/test_shop.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 12},
    }
    assert [logical["fullyQualifiedName"] for logical in place["logicalLocations"]] == [
        "cookie:_ga",
        "tests/test_shop.py::test_landing",
    ]
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["region"] == {"startLine": 41, "startColumn": 5}
    assert result["message"]["text"].startswith("cookie '_ga' (analytics) was stored before consent. Expected: no ")
    assert result["message"]["text"].endswith(" See [catalogue.yaml:41](1).")
    assert result["properties"]["actual"] == "_ga=<27 bytes>; Max-Age=63072000; Path=/"


def test_the_catalogue_comes_before_a_file_of_evidence() -> None:
    seen = replace(FINDING, test=None, source=Location("evidence.har", 120))

    result = result_of(replace(REPORT, findings=(seen,)))

    uris = [
        place["physicalLocation"]["artifactLocation"]["uri"]
        for place in result["locations"] + result["relatedLocations"]
    ]
    assert uris == ["catalogue.yaml", "evidence.har"]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/ü#?%.yaml", "a%20b/%C3%BC%23%3F%25.yaml"),
        ("x:y.yaml", "x%3Ay.yaml"),
        ("./a/../catalogue.yaml", "catalogue.yaml"),
        ("../catalogue.yaml", None),
        ("pack:shop", None),
        ("-", None),
        ("<stdin>", None),
    ],
)
def test_uris_are_relative_and_encoded(file: str, uri: str | None) -> None:
    finding = replace(FINDING, test=None, source=None, location=Location(file, 3))

    (place,) = result_of(Report("pack:shop", (finding,)))["locations"]

    if uri is None:
        assert "physicalLocation" not in place
    else:
        artifact = place["physicalLocation"]["artifactLocation"]
        assert artifact == {"uri": uri, "uriBaseId": "SRCROOT"}
        assert unquote(artifact["uri"]) in {file, "catalogue.yaml"}


def test_an_absolute_path_stays_one_and_the_catalogue_stands_in() -> None:
    finding = replace(FINDING, test=None, source=Location("/srv/a b.har", 2), location=None)

    result = result_of(Report("catalogue.yaml", (finding,)))

    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    artifact = result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "file:///srv/a%20b.har"}


def test_places_start_at_the_top_of_the_repository() -> None:
    result = result_of(
        replace(REPORT, prefix="apps/shop", findings=(replace(FINDING, location=Location("../c.yaml", 1)),))
    )

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "apps/shop/tests/test_shop.py"
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "apps/c.yaml"


def test_fingerprints_differ_within_a_file() -> None:
    twice = (FINDING, replace(FINDING, where="GET /  ->  Set-Cookie, header 3 of 3", subject="_ga", count=4))

    results = run_of(replace(REPORT, findings=twice))["results"]

    own = FINDING.fingerprint
    assert [result["partialFingerprints"] for result in results] == [
        {"policycheck/v1": own, "primaryLocationLineHash": f"{own}:1"},
        {"policycheck/v1": own, "primaryLocationLineHash": f"{own}:2"},
    ]
    assert [result["occurrenceCount"] for result in results] == [1, 4]


def test_accepted_findings_are_suppressed() -> None:
    waived = replace(FINDING, waiver=WAIVER)
    known = replace(FINDING, known=True, since=date(2026, 9, 1))

    results = run_of(replace(REPORT, findings=(FINDING, waived, known)))["results"]

    assert "suppressions" not in results[0]
    (suppression,) = results[1]["suppressions"]
    assert suppression["justification"] == "agreed (waived by ann until 2026-12-01)"
    assert suppression["properties"] == {"owner": "ann", "expires": "2026-12-01"}
    assert suppression["location"]["physicalLocation"]["artifactLocation"]["uri"] == "pyproject.toml"
    assert results[2]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "It stands in the baseline since 2026-09-01."}
    ]
    assert [result["baselineState"] for result in results] == ["new", "new", "unchanged"]
    assert "baselineState" not in result_of(REPORT)


def test_what_was_not_looked_at_is_a_notification() -> None:
    report = replace(
        REPORT,
        not_evaluated=(NotEvaluated("CON001", "_ga", "no idea", "GET /"), NotEvaluated("X", "b", "why")),
        notes=("a remark",),
        partial="a.har:3: broken",
        coverage=Coverage(("cookie:a", "cookie:b"), frozenset({"cookie:a"})),
    )

    run = run_of(report)

    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    told = invocation["toolExecutionNotifications"]
    assert [note["level"] for note in told] == ["error", "note", "note", "note"]
    assert told[0]["message"]["text"].endswith("a.har:3: broken")
    assert told[1]["associatedRule"] == {"id": "CON001", "index": 0}
    assert run["properties"]["unobserved"] == ["cookie:b"]
    assert run_of(REPORT)["invocations"][0] == {"executionSuccessful": True, "toolExecutionNotifications": []}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_makes_a_link_or_a_placeholder(name: str) -> None:
    finding = Finding("A", "a", Severity.ERROR, name, None, f"{name} is odd", fix=name, location=Location("c.yaml", 1))

    text = result_of(Report("c.yaml", (finding,)))["message"]["text"]

    assert not re.search(r"(?<!\\)\[(?:[^\]\\]|\\.)*\]\(", text)
    assert not re.search(r"(?<!\{)\{\d+\}", text)


def test_what_github_would_refuse_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 8)
    monkeypatch.setattr(sarif, "SHOWN_RESULTS", 5)
    many = tuple(replace(FINDING, subject=f"n{number}") for number in range(9))

    run = run_of(replace(REPORT, findings=many))

    assert len(run["results"]) == 8
    assert [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]] == [
        "1 of 9 findings are left out: GitHub refuses a larger file.",
        "GitHub shows 5 of these 8 results, the worst first.",
    ]
    small = len(zlib.compress(sarif.render(replace(REPORT, findings=many[:4])).encode(), 6)) + 100
    monkeypatch.setattr(sarif, "MOST_BYTES", small)
    assert len(run_of(replace(REPORT, findings=many))["results"]) == 4
