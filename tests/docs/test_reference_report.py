"""The page on the report as JSON names the keys that the reporter writes, and no others."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from policycheck.model.finding import Finding, Location, Severity, Waiver
from policycheck.model.report import ConsentReach, NotEvaluated, Report
from policycheck.reports.json import to_document

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "report.md").read_text("utf-8")
TOP, FINDING, REACH = re.split(r"\n## .*\n", PAGE)
WAIVER = Waiver(("CON001",), "_ga", "agreed", "ann", date(2026, 9, 1))
REPORT = Report(
    "c.yaml",
    (Finding("CON001", "a", Severity.ERROR, "_ga", None, "b", location=Location("c", 1, 1, ""), waiver=WAIVER),),
    (NotEvaluated("CON001", "_ga", "c"),),
    consent=(ConsentReach(("ads",)),),
)


def _rows(section: str) -> list[str]:
    return [key for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)]


def test_each_table_has_the_keys_that_are_written() -> None:
    document = to_document(REPORT)

    assert sorted(_rows(TOP)) == sorted(document)
    assert sorted(_rows(FINDING)) == sorted(document["findings"][0])
    assert sorted(_rows(REACH)) == sorted(document["consent"][0])


def test_the_keys_within_are_named_too() -> None:
    document = to_document(REPORT)
    finding = document["findings"][0]
    within = [document["summary"], document["notEvaluated"][0], document["coverage"]]

    assert all(f"`{key}`" in TOP for keys in within for key in keys)
    assert all(f"`{key}`" in FINDING for keys in (finding["declared"], finding["waiver"]) for key in keys)
