"""Code Quality reports.

GitLab's schema (app/validators/json_schemas/codeclimate.json in its source) stands in no registry. What it asks for is
written down here: four fields, with their types; and what its documentation adds: values of severity, a relative path, and
a fingerprint that no other entry has.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from jsonschema import Draft202012Validator

from policycheck.model.finding import Location, Severity
from policycheck.model.report import Report
from policycheck.reports.gitlab import render
from tests.reports.conftest import FINDING, WAIVER, hidden, reports

ASKED = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "pattern": "^[^\\n\\r]*$"},
                "check_name": {"type": "string"},
                "fingerprint": {"type": "string", "minLength": 1},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string"},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)


def issues(report: Report) -> list[dict[str, Any]]:
    found = json.loads(render(report))
    assert [error.message for error in ASKED.iter_errors(found)] == []
    return list(found)


@settings(max_examples=30)
@given(reports)
def test_any_report_is_valid(report: Report) -> None:
    found = issues(report)

    assert len(found) == len(report.open) + bool(report.partial)
    assert hidden(text for issue in found for text in (issue["description"], issue["location"]["path"])) == []
    assert len({issue["fingerprint"] for issue in found}) == len(found)
    assert render(report).isascii()


def test_an_issue() -> None:
    (issue,) = issues(Report("catalogue.yaml", (FINDING,), prefix="shop"))

    assert issue == {
        "description": "cookie '_ga' (analytics) was stored before consent; fix: set it after the visitor grants "
        "'analytics', or declare it exempt and say why",
        "check_name": "CON001 stored-before-consent",
        "fingerprint": f"{FINDING.fingerprint}:1",
        "severity": "critical",
        "location": {"path": "shop/tests/test_shop.py", "lines": {"begin": 12}},
    }


def test_severities_and_what_was_accepted() -> None:
    findings = tuple(replace(FINDING, severity=severity) for severity in Severity)

    found = issues(Report("c.yaml", (*findings, replace(FINDING, waiver=WAIVER), replace(FINDING, known=True))))

    assert [issue["severity"] for issue in found] == ["critical", "minor", "info"]
    assert [issue["fingerprint"][-2:] for issue in found] == [":1", ":2", ":3"]


def test_an_absolute_path_is_no_place_for_gitlab() -> None:
    finding = replace(FINDING, source=Location("/srv/tests/test_a.py", 3), location=None)

    assert issues(Report("c.yaml", (finding,)))[0]["location"] == {"path": "c.yaml", "lines": {"begin": 1}}
    assert issues(Report("pack:shop", (finding,)))[0]["location"]["path"] == "pack:shop"


def test_partial_evidence_is_a_blocker() -> None:
    partial, finding = issues(Report("c.yaml", (FINDING,), partial="a:3: x"))

    assert partial["description"] == "the evidence was not read to its end: a:3: x"
    assert (partial["severity"], finding["severity"]) == ("blocker", "critical")
    assert issues(Report("c.yaml", ())) == []
