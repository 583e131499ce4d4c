"""The HTML page, read by a parser: what it says, that it is well formed, and that no text is more than text."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from policycheck.model.finding import Severity
from policycheck.model.report import Coverage, Event, JourneyLog, Report
from policycheck.model.storage import Operation, StorageKind
from policycheck.reports.html.journeys import relative
from policycheck.reports.html.markdown import to_html
from policycheck.reports.html.markup import lines, name, tag
from policycheck.reports.html.render import policy, render
from policycheck.reports.html.verdict import verdict_of
from tests.reports.conftest import reports
from tests.reports.html_samples import (
    EARLY,
    EVENTS,
    HOSTILE,
    KNOWN,
    LATE,
    PAGE,
    SHOP,
    STALE,
    TEST,
    WAIVED,
    hostile,
    many,
)

VOID = {"meta", "input", "br"}
LOADS = {"src", "srcset", "action", "formaction", "data", "poster", "background", "style", "ping", "manifest"}


class Page(HTMLParser):
    """What a page holds. Fails at once where an element is not closed as it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self.said: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({key for key, _ in attrs}) == len(attrs), attrs
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"script", "style"}:
            self.raw[self.open[-1]] = self.raw.get(self.open[-1], "") + data
        else:
            self.said.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.said))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for element, attributes in self.elements if element == tag]

    @property
    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.elements if "id" in attributes]


def harmless(page: Page, sources: str = "") -> None:
    """Nothing is fetched, nothing runs but the page's own script, and each link and label leads to something."""
    assert Counter(element for element, _ in page.elements if element in {"script", "style"}) == {
        "script": 1,
        "style": 1,
    }
    assert not {"link", "img", "iframe", "object", "embed", "base", "form", "audio", "video"} & {
        e for e, _ in page.elements
    }
    assert [number for number, count in Counter(page.ids).items() if count > 1] == []
    for element, attributes in page.elements:
        assert not [key for key in attributes if key.startswith("on") or key in LOADS], (element, attributes)
        href = attributes.get("href")
        if href is not None and not (sources and href.startswith(sources)):
            assert href.startswith("#"), href
            assert href[1:] in page.ids, href
        if element == "label" and "for" in attributes:
            assert attributes["for"] in page.ids


@pytest.mark.parametrize("report", [SHOP, hostile(), Report("c.yaml", ()), replace(SHOP, findings=(), journeys=())])
def test_a_page_is_well_formed_and_stands_alone(report: Report) -> None:
    text = render(report)
    assert text.startswith('<!doctype html>\n<html lang="en">')
    harmless(Page(text))
    text.encode("utf-8")


@given(reports)
@settings(max_examples=40, deadline=None)
def test_whatever_a_report_holds_is_shown_and_not_obeyed(report: Report) -> None:
    harmless(Page(render(replace(report, sources=""))))


def test_style_and_script_are_the_ones_that_the_policy_lets() -> None:
    page = Page(render(hostile()))
    (told,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert told == policy()
    for element in ("style", "script"):
        digest = b64encode(hashlib.sha256(page.raw[element].encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in str(told)
    assert str(told).startswith("default-src 'none'; ")
    assert "unsafe" not in str(told)
    assert not re.search(
        r"localStorage|sessionStorage|document\.cookie|indexedDB|fetch\(|innerHTML|eval\(", page.raw["script"]
    )
    assert not re.search(r"url\(|@import|https?:", page.raw["style"] + page.raw["script"])


def test_the_policy_comes_before_what_it_speaks_of() -> None:
    text = render(SHOP)
    assert text.index("Content-Security-Policy") < text.index("<style>") < text.index("<script>")


def test_escaping_is_by_construction() -> None:
    assert tag("p", "<b>", tag("i", "&"), title='"') == '<p title="&quot;">&lt;b&gt;<i>&amp;</i></p>'
    assert tag("p", tag("i", "a") + "<b>") == "<p>&lt;i&gt;a&lt;/i&gt;&lt;b&gt;</p>"
    assert tag("input", data_x=True, class_="c", id=None, open=False) == '<input data-x class="c">'
    assert name("\u202ea\n") == '<code class="name"><bdi>\\u202ea\\n</bdi></code>'
    assert "(4,096 characters)" in name("n" * 4096)
    assert "n" * 121 not in name("n" * 4096)
    assert "a\nb\\x1b" in lines("a\nb\x1b")
    assert "all 4,096 characters" in lines("n" * 4096)


def test_the_top_says_what_it_comes_to() -> None:
    text = Page(render(SHOP)).text
    assert "Failed 2 errors that nobody has accepted." in text
    assert "2 errors 1 warning 1 note 1 waived 1 in the baseline 2 not evaluated" in text
    assert "31 observations, 12 responses, 4 requests, 2 journeys" in text
    assert "2 of 3 declared items observed (67 %)" in text


NOTHING_SEEN = {"exchanges": 0, "observations": 0, "requests": 0}
TOLD = {"not_evaluated": ()}


@pytest.mark.parametrize(
    ("changes", "kind", "title", "said"),
    [
        ({}, "fail", "Failed", "2 errors that nobody has accepted."),
        ({"findings": (LATE,), "fail_on": Severity.WARNING}, "fail", "Failed", "1 warning that nobody has accepted."),
        ({"findings": (EARLY,), **NOTHING_SEEN}, "fail", "Failed", "1 error that nobody has accepted."),
        ({"findings": (LATE, STALE), **TOLD}, "warn", "Passed", "With 1 warning, 1 note to look at."),
        ({"findings": (STALE,), **TOLD}, "pass", "Passed", "With 1 note to look at."),
        ({"findings": (WAIVED, KNOWN), **TOLD}, "pass", "Passed", "What was observed keeps to the catalogue."),
        (
            {"findings": ()},
            "pass",
            "Passed",
            "What was observed keeps to the catalogue. Of 2 questions nobody could tell the answer.",
        ),
        (
            {"findings": (LATE,), "partial": "line 9"},
            "warn",
            "Incomplete",
            "Nothing fails in what could be read, which is not all of it.",
        ),
        (
            {"findings": (), **NOTHING_SEEN},
            "none",
            "Nothing observed",
            "Only the catalogue was looked at: no application, and no device.",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], kind: str, title: str, said: str) -> None:
    assert verdict_of(replace(SHOP, **changes)) == (kind, title, said)


def test_a_partial_report_says_why() -> None:
    text = Page(render(replace(SHOP, partial="a.har: line 9\n  fix: export it again"))).text
    assert "Not read to its end: a.har: line 9 fix: export it again" in text


def test_a_finding_says_all_that_helps() -> None:
    text = Page(render(SHOP)).text
    for said in (
        "cookie _ga (analytics) was stored before consent",
        "3 times",
        "GET / \N{RIGHTWARDS ARROW} Set-Cookie, header 2 of 3",
        f"Test {TEST}",
        "Source tests/test_shop.py:12",
        "Expected no 'analytics' storage while consent is unset",
        "Actual _ga=<27 bytes>; Max-Age=63072000; Path=/",
        "Fix set it after the visitor grants 'analytics'",
        "ePrivacy Directive Art. 5(3). policycheck rule CON001",
        "Declared catalogue.yaml:41",
        f"Fingerprint {EARLY.fingerprint}",
        "waived until 2027-03-31",
        "by web team until 2027-03-31: Goes in spring, SHOP-321. pyproject.toml:9",
        "Baseline since 2026-05-01",
    ):
        assert said in text, said


def test_what_was_accepted_stands_apart_and_errors_come_first() -> None:
    text = Page(render(SHOP)).text
    places = [text.index(f"{title} {count} ") for title, count in (("Errors", 2), ("Warnings", 1), ("Notes", 1))]
    assert places == sorted(places)
    assert places[-1] < text.index("Accepted: these fail nothing 2 ") < text.index("_gid")


def test_a_link_to_a_finding_holds_from_run_to_run_and_doubles_differ() -> None:
    twice = replace(SHOP, findings=(EARLY, replace(EARLY, count=9, test="another"), UNLIKE))
    ids = [str(a["id"]) for a in Page(render(twice)).all("details") if "data-severity" in a]
    assert ids == [f"f-{EARLY.fingerprint}", f"f-{EARLY.fingerprint}-2", f"f-{UNLIKE.fingerprint}"]


UNLIKE = replace(EARLY, subject="other", entry="cookie:other")


def test_filters_know_each_finding() -> None:
    page = Page(render(SHOP))
    told = [a for a in page.all("details") if "data-severity" in a]
    assert [(a["data-severity"], a["data-status"], a["data-kind"], a["data-category"]) for a in told] == [
        ("error", "open", "cookie", "analytics"),
        ("error", "open", "cookie", "not declared"),
        ("warning", "open", "cookie", "analytics"),
        ("note", "open", "localStorage", "necessary"),
        ("error", "waived", "cookie", "analytics"),
        ("error", "in the baseline", "cookie", "not declared"),
    ]
    boxes = {(a["data-key"], a["value"]) for a in page.all("input") if a["type"] == "checkbox"}
    assert {("severity", "note"), ("status", "waived"), ("kind", "localStorage"), ("observed", "yes")} <= boxes


def test_a_journey_tells_what_happened_under_which_consent() -> None:
    text = Page(render(SHOP)).text
    order = [
        "test_landing 5 events, 3 states of consent, 2 with findings, from 2001-09-09 01:46:40 UTC",
        "Consent unset: no choice was made",
        "+0 s stored cookie _ga CON001 RET001 analytics , lives 730 days, GET /",
        "+0.25 s stored cookie campaign INV001 not declared , session, GET /",
        "Consent analytics granted everything else unset",
        "+9 s read localStorage theme necessary, /",
        "+3 min 20 s refused cookie _ga_1 analytics, declared as _ga , not kept by the browser: domain-mismatch",
        "Consent analytics withdrawn everything else unset gpc",
        "+1 day 1 h deleted cookie _ga",
        "7 more events left out of this report.",
        "test_quiet 1 event",
    ]
    places = [text.find(said) for said in (one.replace("analytics ,", "analytics,") for one in order)]
    assert -1 not in places, [said for said, place in zip(order, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_a_journey_and_its_findings_lead_to_each_other() -> None:
    page = Page(render(SHOP))
    links = [str(a["href"]) for a in page.all("a")]
    assert links.count(f"#f-{EARLY.fingerprint}") == 3  # its own, the event's, the catalogue's
    assert "#j-2-1" in links
    assert "#j-2-2" in links


def test_journeys_with_findings_come_first_and_not_all_are_open() -> None:
    page = Page(render(many(200, 2_000)))
    journeys = [a for a in page.all("details") if a.get("class") == "journey"]
    assert len(journeys) == 20
    assert ["open" in a for a in journeys] == [True] * 8 + [False] * 12
    found = Page(render(SHOP))
    assert [(a["data-found"], "open" in a) for a in found.all("details") if a.get("class") == "journey"] == [
        ("with findings", True),
        ("without", False),
    ]


@pytest.mark.parametrize("time", [float("nan"), float("inf"), -1e300, 1e18])
def test_a_time_that_is_none_breaks_nothing(time: float) -> None:
    event = Event(time, Operation.STORE, StorageKind.COOKIE, "a")
    page = Page(render(Report("c", (), journeys=(JourneyLog("t", (EVENTS[0], event)), JourneyLog("u", (event,))))))
    assert "at no known time" in page.text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "+0 s"), (0.1239, "+0.124 s"), (10, "+10 s"), (59.9, "+59.9 s"), (60, "+1 min 0 s"), (3599, "+59 min 59 s"),
        (3600, "+1 h 0 min"), (86_400, "+1 day"), (180_000, "+2 days 2 h"), (-1.5, "\N{MINUS SIGN}1.5 s"),
    ],
)  # fmt: skip
def test_relative_time(seconds: float, said: str) -> None:
    assert relative(seconds) == said


def test_the_catalogue_lists_each_item_with_what_became_of_it() -> None:
    page = Page(render(SHOP))
    assert "_ga catalogue.yaml:41 cookie analytics Google 2 years yes 2 findings" in page.text
    assert "theme localStorage necessary - persistent no 1 finding" in page.text
    assert {a["scope"] for a in page.all("th")} == {"row", "col"}
    bare = Page(render(replace(SHOP, coverage=Coverage(("cookie:a", "b"), frozenset({"cookie:a"})))))
    assert "1 of 2 declared items observed (50 %)" in bare.text
    harmless(bare)


def test_reach_remarks_and_rules() -> None:
    text = Page(render(SHOP)).text
    assert "A visitor decides about ads, analytics 2 journeys, 9 steps 1 of 16 states reached" in text
    assert "CON009 the entry does not say _ga _gid" in text
    assert "the profile EU-PREVIEW is a preview" in text
    assert "Rules that ran 2" in text
    assert "CON001 stored before consent error 2 findings ePrivacy Directive Art. 5(3). What it checks" in text


def test_without_anything_to_show_parts_are_left_out_and_said_so() -> None:
    page = Page(render(Report("c.yaml", (), exchanges=1)))
    assert "Nothing breaks a rule." in page.text
    assert [a["href"] for a in page.all("a")] == ["#findings", "#findings"]


def test_a_rules_page() -> None:
    assert to_html(PAGE, 5) == (
        "<h5>What it checks</h5>"
        "<p>Something was stored that needs <code>consent</code>, <strong>early</strong>:</p>"
        "<ul><li>a cookie</li><li>or an entry, of storage</li></ul>"
        '<table><thead><tr><th scope="col">prefix</th><th scope="col">promises</th></tr></thead>'
        "<tbody><tr><td><code>__Host-</code></td><td>no Domain</td></tr></tbody></table>"
        '<pre tabindex="0"><code>kind: &lt;cookie&gt;</code></pre>'
        "<p>See the guide and the law (https://law.example/5).</p>"
    )
    assert to_html("1. a\n2. b", 5) == "<ol><li>a</li><li>b</li></ol>"
    assert to_html("```\nopen", 5) == '<pre tabindex="0"><code>open</code></pre>'
    assert to_html("|--|\n", 5) == "<p>|--|</p>"
    for text in HOSTILE:
        Page(to_html(f"{text}\n\n- {text}\n\n| {text} |\n\n```\n{text}\n```\n## {text}", 5))


def test_places_are_links_where_the_repository_is_shown() -> None:
    base = "https://code.example/shop/blob/abc"
    page = Page(render(replace(SHOP, prefix="apps", sources=base)))
    harmless(page, base)
    assert f"{base}/apps/catalogue.yaml#L41" in [a["href"] for a in page.all("a")]
    assert all("noreferrer" in str(a.get("rel")) for a in page.all("a") if str(a["href"]).startswith("http"))


def test_headings_are_in_order() -> None:
    levels = [int(element[1]) for element, _ in Page(render(SHOP)).elements if re.fullmatch("h[1-6]", element)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
