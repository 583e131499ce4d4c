"""The HTML page in a real Chromium: what axe-core says of it, that nothing runs or is fetched, and how it is used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from policycheck.model.report import Report
from policycheck.reports.html.render import policy, render
from tests.reports.html_samples import EARLY, SHOP, hostile, many

pytestmark = pytest.mark.browser
AXE = (
    "npm",
    "axe-core@4.14.1",
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    "package/axe.min.js",
)
STRICT = "; ".join(part for part in policy().split("; ") if part.split("-src")[0] in {"default", "style", "script"})


@dataclass
class Opened:
    """A page with what went wrong on it: messages of the console, dialogs, requests for anything but itself."""

    page: Any
    wrong: list[str] = field(default_factory=list)

    def shown(self) -> int:
        seen = "[...document.querySelectorAll('#findings .finding')].filter((one) => one.checkVisibility()).length"
        return int(self.page.evaluate(seen))

    def wide(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    contexts: list[Any] = []

    def opened(report: Report, url: str = "", fragment: str = "", width: int = 1280, **said: Any) -> Opened:
        if not url:
            file = tmp_path / "report.html"
            file.write_text(render(report), "utf-8")
            url = file.as_uri()
        context = chromium.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce", **said)
        contexts.append(context)
        page = context.new_page()
        found = Opened(page)
        page.on("console", lambda message: found.wrong.append(message.text))
        page.on("pageerror", lambda error: found.wrong.append(str(error)))

        def dismiss(dialog: Any) -> None:
            found.wrong.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", dismiss)
        page.on("request", lambda request: found.wrong.append(request.url) if request.url != url + fragment else None)
        page.goto(url + fragment)
        return found

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def axe(published: Callable[..., bytes]) -> Callable[[Any], list[str]]:
    source = published(*AXE).decode()

    def run(page: Any) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{problem['id']}: {node['html'][:200]} {node['failureSummary']}"
            for problem in found["violations"]
            for node in problem["nodes"]
        ]

    return run


def unfold(page: Any) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.evaluate(
        "for (const one of document.querySelectorAll('.finding, .journey')) one.style.contentVisibility = 'visible'"
    )


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing(open_page: Any, axe: Any, scheme: str, width: int) -> None:
    opened = open_page(SHOP, width=width, color_scheme=scheme)
    opened.page.locator("#findings input[value=error]").check()
    unfold(opened.page)
    assert axe(opened.page) == []
    assert not opened.wide()
    opened.page.locator("#findings [data-reset]").click()
    unfold(opened.page)
    assert axe(opened.page) == []
    assert opened.wrong == []


@pytest.mark.parametrize("report", [hostile(), Report("c.yaml", (), partial="cut off")])
def test_axe_finds_nothing_on_odd_pages(open_page: Any, axe: Any, report: Report) -> None:
    opened = open_page(report)
    unfold(opened.page)
    assert axe(opened.page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_hostile_names_run_nothing_and_stay_in_their_place(open_page: Any, width: int) -> None:
    opened = open_page(hostile(), width=width)
    unfold(opened.page)
    assert not opened.wide()
    assert opened.page.locator("img, iframe, object").count() == 0
    assert opened.page.locator("script").count() == 1
    assert opened.page.locator("h1").is_visible()
    text = opened.page.locator("body").inner_text()
    assert "<script>alert(1)</script>" in text
    assert "\\u202eevil\\u2066txt" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", text)
    assert opened.wrong == []


def test_letters_that_run_to_the_left_turn_nothing_else_around(open_page: Any) -> None:
    name = "\u05e9\u05dc\u05d5\u05dd"
    opened = open_page(replace(SHOP, findings=(replace(EARLY, subject=name), EARLY)))
    box = opened.page.locator(".finding .what").first
    kind, shown, message = box.evaluate(
        """(box) => {
            const range = document.createRange();
            const left = (node) => { range.selectNodeContents(node); return range.getBoundingClientRect().left; };
            return [left(box.firstChild), left(box.querySelector('code')), left(box.querySelector(':scope > bdi'))];
        }"""
    )
    assert kind < shown < message


def test_it_needs_no_more_than_a_strict_server_lets(open_page: Any) -> None:
    body = render(SHOP).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", STRICT)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=partial(server.serve_forever, 0.02), daemon=True).start()
    try:
        assert "default-src 'none'" in STRICT
        opened = open_page(SHOP, f"http://127.0.0.1:{server.server_port}/")
        opened.page.get_by_label("Search findings").fill("campaign")
        opened.page.keyboard.press("Enter")
        opened.page.get_by_text("1 of 6 findings shown").wait_for()
        assert opened.page.evaluate("getComputedStyle(document.querySelector('.hero')).borderTopWidth") == "6px"
        assert opened.page.evaluate("document.cookie.length + localStorage.length + sessionStorage.length") == 0
        assert opened.wrong == []
    finally:
        server.shutdown()
        server.server_close()


def test_search_and_filters_narrow_the_findings(open_page: Any) -> None:
    opened = open_page(SHOP)
    page, status = opened.page, opened.page.locator("#findings [role=status]")
    assert status.inner_text() == "All 6 findings shown"
    box = page.get_by_label("Search findings")
    box.fill("STORED before")
    assert (status.inner_text(), opened.shown()) == ("2 of 6 findings shown", 2)
    box.press("Escape")
    assert opened.shown() == 6
    chips = page.locator("#findings fieldset")
    chips.get_by_label("error").check()
    chips.get_by_label("warning").check()
    assert opened.shown() == 5
    chips.get_by_label("open").check()
    assert opened.shown() == 3
    assert page.locator(".group.note, .group.accepted").locator("visible=true").count() == 0
    page.get_by_label("Rule", exact=True).select_option("CON001")
    assert (status.inner_text(), opened.shown()) == ("1 of 6 findings shown", 1)
    page.locator("#findings [data-reset]").click()
    assert opened.shown() == 6
    page.get_by_role("button", name="Fold all").click()
    assert page.locator(".finding[open]").count() == 0
    page.get_by_label("Search journeys").fill("quiet")
    assert page.locator(".journey:visible").count() == 1


def test_the_keyboard_is_enough(open_page: Any) -> None:
    opened = open_page(SHOP)
    page = opened.page
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the findings"
    page.keyboard.press("/")
    assert page.locator(":focus").get_attribute("id") == "findings-list-search"
    page.keyboard.type("theme/")
    assert page.locator(":focus").input_value() == "theme/"
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("#findings input:checked").get_attribute("value") == "error"
    assert opened.shown() == 4
    outlined = "getComputedStyle(document.activeElement.nextElementSibling).outlineStyle"
    assert page.evaluate(outlined) == "solid"
    summary = page.locator(".finding > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".finding").first.get_attribute("open") is None
    page.keyboard.press("Tab")
    assert page.locator(":focus").count() == 1


def test_a_link_shows_what_is_folded_and_filtered(open_page: Any) -> None:
    identifier = f"f-{EARLY.fingerprint}"
    opened = open_page(SHOP, fragment=f"#{identifier}")
    page = opened.page
    target = page.locator(f"#{identifier}")
    assert target.get_attribute("open") is not None
    page.get_by_role("button", name="Fold all").click()
    page.get_by_label("Search findings").fill("campaign")
    assert not target.is_visible()
    page.locator(f".events a[href='#{identifier}']").click()
    assert target.is_visible()
    assert target.get_attribute("open") is not None
    target.get_by_role("link", name="When it happened").click()
    assert page.locator("#j-2-1").evaluate("(event) => event === document.activeElement")


def test_the_catalogue_is_sorted_by_a_press(open_page: Any) -> None:
    page = open_page(SHOP).page
    first = page.locator("#catalogue-list tr").first
    page.get_by_role("button", name="Name").click()
    page.get_by_role("button", name="Name").click()
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert "theme" in first.inner_text()
    page.get_by_role("button", name="Findings").click()
    assert "_ga" in first.inner_text()
    assert page.get_by_role("columnheader", name="Findings").get_attribute("aria-sort") == "descending"


def test_the_theme_is_a_choice_that_is_kept_nowhere(open_page: Any) -> None:
    page = open_page(SHOP, color_scheme="light").page
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    button = page.get_by_role("button", name="Theme: system")
    button.click()
    assert page.evaluate(ground) == light
    page.get_by_role("button", name="Theme: light").click()
    assert page.evaluate(ground) != light
    page.reload()
    assert page.evaluate(ground) == light


def test_without_javascript_all_can_be_read(open_page: Any) -> None:
    page = open_page(SHOP, java_script_enabled=False).page
    assert page.locator(".toolbar").locator("visible=true").count() == 0
    assert page.get_by_role("button").count() == 0
    assert [one.is_visible() for one in page.locator(".finding").all()] == [True] * 6
    assert page.get_by_text("set it after the visitor grants 'analytics'").first.is_visible()


def test_on_paper_it_is_light_and_unfolded(open_page: Any) -> None:
    page = open_page(many(20, 100), color_scheme="dark").page
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".finding:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".finding[open]").count() == 0


def test_a_big_report_stays_usable(open_page: Any) -> None:
    opened = open_page(many(2_000, 5_000))
    page = opened.page
    took = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert took < 10_000
    page.locator("#findings-list-search").fill("_ga_0044")
    opened.page.locator("#findings [role=status]", has_text=" of 2,000 ").wait_for()
    assert opened.shown() < 5
    assert opened.wrong == []
