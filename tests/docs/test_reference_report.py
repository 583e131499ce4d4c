"""The page on reports names the keys that the JSON reporter writes, and no others, and every format."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from policycheck.model.finding import Finding, Location, Severity, Waiver
from policycheck.model.report import ConsentReach, NotEvaluated, Report
from policycheck.reports.json import to_document
from policycheck.reports.lazily import reporters

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "report.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", PAGE, re.MULTILINE))
TOP, FINDING, REACH = (SECTIONS[title] for title in ("JSON", "A finding", "How far journeys came"))
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


def test_every_format_is_named() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE.partition("## JSON")[0], re.MULTILINE) == list(reporters())
