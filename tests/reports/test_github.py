"""Annotations as the runner of GitHub Actions reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings

from policycheck.model.finding import Location, Severity
from policycheck.model.report import NotEvaluated, Report
from policycheck.reports.github import LONGEST, command, render
from policycheck.reports.visible import visible_lines
from tests.reports.conftest import FINDING, HOSTILE, WAIVER, reports

NOTE = replace(
    FINDING,
    code="INV004",
    name="declared-never-observed",
    severity=Severity.NOTE,
    message="was never observed",
    where="catalogue.yaml:41",
    test=None,
    source=None,
)


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    message: str


def read(line: str) -> Command | None:
    """What the runner makes of a line (ActionCommand.TryParseV2): None for what is only output."""
    line = line.lstrip()
    if not line.startswith("::") or (end := line.find("::", 2)) < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    pairs = [pair.split("=", 1) for pair in rest.strip().split(",") if pair.count("=")]
    return Command(name, {key: unescaped(value, ":", ",") for key, value in pairs}, unescaped(line[end + 2 :]))


def unescaped(text: str, *further: str) -> str:
    for character in ("\r", "\n", *further, "%"):
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def commands(report: Report) -> list[Command]:
    *lines, last = render(report).split("\n")[:-1]
    assert read(last) is None
    found = [read(line) for line in lines]
    return [each for each in found if each is not None] if all(found) else []


@settings(max_examples=30)
@given(reports)
def test_any_report_gives_commands_and_nothing_else(report: Report) -> None:
    lines = render(report).splitlines()
    found = commands(report)

    assert len(found) == len(lines) - 1
    for name in ("error", "warning", "notice"):
        assert sum(1 for each in found if each.name == name) <= 10
    for each in found:
        assert each.name in {"error", "warning", "notice"}
        assert set(each.properties) <= {"file", "line", "col", "title"}
        assert visible_lines(each.message) == each.message
    assert "##[" not in lines[-1]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_come_through_as_they_are_shown(name: str) -> None:
    message = f"a {visible_lines(name)} b"

    assert read(command("error", message, {"title": message})) == Command("error", {"title": message}, message)


def test_an_annotation_stands_at_the_test() -> None:
    report = Report("catalogue.yaml", (replace(FINDING, source=Location("tests/a,b:c.py", 12)),), prefix="shop")

    (found,) = commands(report)

    assert found.name == "error"
    assert found.properties == {
        "file": "shop/tests/a,b:c.py",
        "line": "12",
        "title": "CON001 stored-before-consent",
    }
    assert found.message.splitlines()[0] == "cookie '_ga' (analytics) was stored before consent"
    assert "fix: set it after the visitor grants 'analytics', or declare it exempt and say why" in found.message
    assert "file=shop/tests/a%2Cb%3Ac.py,line=12" in render(report)


def test_the_worst_come_first_and_the_rest_is_counted() -> None:
    mild = replace(FINDING, severity=Severity.WARNING)
    findings = [replace(FINDING, subject=f"n{number}") for number in range(12)]
    report = Report("c.yaml", (*findings, mild, replace(FINDING, waiver=WAIVER)), (NotEvaluated("A", "b", "c"),))

    found = commands(report)

    assert [each.name for each in found] == ["error"] * 10 + ["warning", "notice"]
    assert found[-1].message.splitlines() == [
        "and 2 errors more, for which GitHub has no room here",
        "accepted: 1 waived",
        "1 not evaluated: nobody could look",
    ]


def test_what_is_the_same_in_many_places_is_one() -> None:
    found = commands(Report("c.yaml", tuple(replace(FINDING, where=f"GET /{page}") for page in "abcdef"), exchanges=1))

    assert len(found) == 1
    assert found[0].message.splitlines()[:6] == [
        "cookie '_ga' (analytics) was stored before consent, in 6 places",
        "where: GET /a   (tests/test_shop.py::test_landing)",
        "GET /b",
        "GET /c",
        "GET /d",
        "and 2 more",
    ]


def test_notes_on_the_catalogue_that_say_the_same_are_one() -> None:
    notes = tuple(
        replace(NOTE, subject=f"n{line}", where=f"catalogue.yaml:{line}", location=Location("catalogue.yaml", line))
        for line in range(1, 31)
    )

    (found,) = commands(Report("catalogue.yaml", notes))

    assert found.message.splitlines()[:2] == [
        "30 times: was never observed",
        "of: " + ", ".join(f"cookie 'n{line}'" for line in range(1, 11)) + " and 20 more",
    ]


def test_the_last_of_ten_notices_is_the_count() -> None:
    notes = tuple(replace(FINDING, severity=Severity.NOTE, subject=f"n{number}") for number in range(11))

    found = commands(Report("c.yaml", notes))

    assert [each.name for each in found] == ["notice"] * 10
    assert found[-1].message == "and 2 notes more, for which GitHub has no room here"


def test_partial_evidence_is_an_error_within_the_ten() -> None:
    findings = tuple(replace(FINDING, subject=f"n{number}") for number in range(12))

    found = commands(Report("c.yaml", findings, partial="a.har:3: broken"))

    assert found[0].message == "the evidence was not read to its end: a.har:3: broken"
    assert [each.name for each in found] == ["error"] * 10 + ["notice"]


def test_a_clean_run_says_so_without_an_annotation() -> None:
    assert render(Report("c.yaml", (), exchanges=1)) == "0 errors, 0 warnings, 0 notes; 0 observations in 1 response\n"


def test_a_long_message_is_cut() -> None:
    (found,) = commands(Report("c.yaml", (replace(FINDING, actual="n" * 9_000),)))

    assert len(found.message) == LONGEST
    assert found.message.endswith("...")
