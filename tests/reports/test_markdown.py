"""Markdown as GitHub's own parser renders it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings

from policycheck.model.finding import Location, Severity
from policycheck.model.report import Coverage, NotEvaluated, Report, RuleInfo
from policycheck.reports.markdown import LIMIT, code, render, told
from policycheck.reports.visible import visible
from tests.reports.conftest import FINDING, HOSTILE, WAIVER, reports

CMARK: Any = import_module("cmarkgfm")  # has no types
EXPECTED = {
    *("h2", "p", "blockquote", "strong", "table", "thead", "tbody", "tr", "th", "td", "a", "code", "ul", "li"),
    *("details", "summary"),
}


class Page(HTMLParser):
    """Tags, addresses, and the text that does not stand in code: there mentions and references are looked for."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.loose = ""
        self.code = ""
        self.cells: list[str] = []
        self._code = 0
        self._cell = False
        self.feed(CMARK.github_flavored_markdown_to_html(source, options=CMARK.Options.CMARK_OPT_UNSAFE))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._code += tag == "code"
        self.addresses += [value or "" for name, value in attrs if name == "href"]
        if tag == "td":
            self.cells.append("")
        self._cell = self._cell or tag == "td"

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "code"
        self._cell = self._cell and tag != "td"

    def handle_data(self, data: str) -> None:
        self.loose += "" if self._code else data
        self.code += data if self._code else ""
        if self._cell:
            self.cells[-1] += data

    def handle_comment(self, data: str) -> None:
        self.tags.add(f"<!--{data}")


@settings(max_examples=40)
@given(reports)
def test_no_report_holds_more_than_we_write(report: Report) -> None:
    source = render(report)
    page = Page(source)

    assert len(source) <= LIMIT
    assert page.tags <= EXPECTED
    assert len(page.cells) % 5 == 0
    for address in page.addresses:
        assert not address.startswith(("http:", "mailto:", "javascript:", "//"))
        assert not address.startswith("https:") or address.startswith("https://github.com/o/r/blob/0123abc/")
    assert "@" not in page.loose
    assert "#" not in page.loose
    assert "://" not in page.loose


@pytest.mark.parametrize("name", HOSTILE)
def test_code_shows_the_name(name: str) -> None:
    page = Page(f"| a |\n|---|\n| {code(name, 9_000)} |\n")

    assert page.cells == [visible(name).strip() or page.cells[0]]
    assert page.cells[0].strip() or name.isspace()
    assert page.tags <= EXPECTED


@pytest.mark.parametrize(
    "text", ["set it after the visitor grants 'analytics', or say why", "30 days (declared: 1 month)"]
)
def test_prose_is_no_code(text: str) -> None:
    assert told(text) == text


@pytest.mark.parametrize(
    "text", ["a_b_c", "see www.evil.example", "hello @octocat", ":tada:", "a|b", "GH-12", "x" * 400]
)
def test_what_is_more_than_prose_is_code(text: str) -> None:
    assert "`" in told(text)


def test_a_finding_is_a_row_and_folded_details() -> None:
    report = Report("catalogue.yaml", (FINDING,), exchanges=1, prefix="shop", sources="https://github.com/o/r/blob/1")

    source = render(report)

    assert source.startswith("## policycheck: \U0001f534 1 error\n")
    assert Page(source).cells[:5] == [
        "\U0001f534 error",
        "CON001 stored-before-consent",
        "cookie _ga (analytics) was stored before consent",
        "shop/tests/test_shop.py:12, shop/catalogue.yaml:41",
        Page(source).cells[4],
    ]
    assert Page(source).addresses[:2] == [
        "https://github.com/o/r/blob/1/shop/tests/test_shop.py#L12",
        "https://github.com/o/r/blob/1/shop/catalogue.yaml#L41",
    ]
    assert "<details><summary>Details (1)</summary>" in source
    assert "- **actual:** `_ga=<27 bytes>; Max-Age=63072000; Path=/`\n" in source
    assert source.endswith("\n1 error, 0 warnings, 0 notes; 0 observations in 1 response\n")


def test_what_is_the_same_in_many_places_is_a_row() -> None:
    places = [Location("tests/test_shop.py", line) for line in (1, 2, 2, 3, 4)]
    report = Report("c.yaml", tuple(replace(FINDING, where=f"GET /{at}", source=at, location=None) for at in places))

    cells = Page(render(report)).cells

    assert len(cells) == 5
    assert cells[2] == "cookie _ga (analytics) was stored before consent, in 5 places"
    assert cells[3] == "tests/test_shop.py:1, tests/test_shop.py:2, tests/test_shop.py:3, ..."


def test_links_are_relative_where_nobody_knows_the_address() -> None:
    source = render(Report("c.yaml", (replace(FINDING, location=Location("a b.yaml", 4)),)))

    assert Page(source).addresses[:2] == ["tests/test_shop.py#L12", "a%20b.yaml#L4"]


def test_accepted_findings_are_folded_apart() -> None:
    waived, known = replace(FINDING, waiver=WAIVER), replace(FINDING, known=True, since=date(2026, 9, 1))

    source = render(Report("c.yaml", (waived, known), exchanges=1))

    assert source.startswith("## policycheck: \u2705 nothing found, accepted: 1 waived, 1 in the baseline\n")
    assert "<details><summary>Accepted (2)</summary>" in source
    assert "- **waived:** by ann until 2026-12-01: agreed\n" in source
    assert "- **known:** in the baseline since 2026-09-01\n" in source


def test_what_was_not_looked_at_is_told_and_no_tick_is_set() -> None:
    report = Report(
        "c.yaml",
        (),
        (NotEvaluated("CON001", "_ga", "no idea", "GET /"),),
        Coverage(("cookie:a", "cookie:b"), frozenset({"cookie:a"})),
        exchanges=1,
        notes=("a remark",),
        partial="a.har:3: broken",
    )

    source = render(report)

    assert source.startswith(
        "## policycheck: nothing found\n\n> **Partial:** the evidence was not read to its end: `a.har:3: broken`\n"
    )
    assert "- CON001 on `_ga`: no idea (GET /)\n" in source
    assert "- `c.yaml`: 1 of 2 declared items observed\n- not observed: `cookie:b`\n" in source
    assert "- a remark\n" in source


def test_coverage_is_told_where_something_was_seen() -> None:
    coverage = Coverage(("cookie:a",), frozenset())

    assert "Coverage" not in render(Report("c.yaml", (), coverage=coverage))
    assert "Coverage" not in render(Report("c.yaml", (), exchanges=1))
    assert "<summary>Coverage (2)</summary>" in render(Report("c.yaml", (), coverage=coverage, exchanges=1))


def test_a_run_that_saw_nothing_says_so() -> None:
    catalogue, observation = (RuleInfo(code, "a", Severity.ERROR) for code in ("CAT001", "CON001"))
    nothing = ", nothing was observed\n"

    assert nothing in render(Report("c.yaml", (), rules=(catalogue, observation)))
    assert nothing not in render(Report("c.yaml", (), rules=(catalogue,)))
    assert nothing not in render(Report("c.yaml", (), rules=(catalogue, observation), exchanges=1))


@pytest.mark.parametrize("name", ["`a", "a`", " a", "a "])
def test_code_that_begins_or_ends_with_its_own_mark(name: str) -> None:
    assert Page(f"{code(name)}").code == name


def test_what_has_no_room_is_counted() -> None:
    many = tuple(replace(FINDING, subject=f"n{number}", severity=Severity.ERROR) for number in range(900))

    source = render(Report("c.yaml", (*many, replace(FINDING, waiver=WAIVER)), exchanges=1))

    assert len(source) <= LIMIT
    assert source.count("are left out: there is no room for more.") >= 2
    assert Page(source).tags <= EXPECTED
    assert source.count("<details>") == source.count("</details>")
    assert source.endswith("900 errors, 0 warnings, 0 notes, 1 waived; 0 observations in 1 response\n")
