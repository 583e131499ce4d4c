"""Whole scans of small sites: what is seen in which phase, what is not, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policycheck.api import load_catalogue, observe
from policycheck.engine.project import Project
from policycheck.engine.session import Session
from policycheck.engine.settings import Settings
from policycheck.errors import UsageError
from policycheck.model.consent import ConsentStatus
from policycheck.model.report import Report
from policycheck.scanning.devices import Devices, JudgedDevices, PlainDevices
from policycheck.scanning.draft import inventory_of
from policycheck.scanning.plan import Choice, Manner, Phase, Plan
from policycheck.scanning.reporting import add_to, folded
from policycheck.scanning.results import PhaseResult, Scan
from policycheck.scanning.scanner import Scanner
from policycheck.scanning.scope import scope_of

from .conftest import CATALOGUE

pytestmark = pytest.mark.browser
Make = Callable[..., Plan]


class Told:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def begins(self, phase: Phase) -> None:
        self.lines.append(f"begins {phase}")

    def opens(self, phase: Phase, url: str, number: int, known: int) -> None:
        self.lines.append(f"{phase} {number} of {known}")

    def ends(self, result: PhaseResult) -> None:
        self.lines.append(f"ends {result.phase}")

    def stopping(self) -> None:
        self.lines.append("stopping")


def scan(plan: Plan, devices: Devices | None = None, listener: Told | None = None) -> Scan:
    return Scanner(plan, devices or PlainDevices(), observe, listener or Told()).run()


def session(folder: Path) -> Session:
    (folder / "catalogue.yaml").write_text(CATALOGUE)
    catalogue = load_catalogue(folder / "catalogue.yaml")
    return Project(Settings(cache=False)).session(catalogue)


def judged(plan: Plan, folder: Path) -> Report:
    judge = session(folder)
    add_to(judge, scan(plan, JudgedDevices(judge)))
    return folded(judge.report())


def names(result: PhaseResult) -> set[str]:
    return {seen.name for seen in result.observations if seen.stored}


@pytest.fixture
def of(plan: Make, tea_shop: Any) -> Make:
    """A plan for the tea shop."""
    return lambda **changes: plan(start=tea_shop.url, scope=scope_of(tea_shop.url), **changes)


def test_four_phases_each_on_the_device_that_it_needs(of: Make, tea_shop: Any, tmp_path: Path) -> None:
    told = Told()
    seen = scan(of(out=tmp_path), listener=told)

    before, refused, granted, withdrawn = seen.phases
    assert [result.phase for result in seen.phases] == list(Phase)
    assert seen.complete
    pages = [tea_shop.url, f"{tea_shop.url}shelf", f"{tea_shop.url}about"]
    assert all(result.pages == pages for result in seen.phases)
    assert names(before) == {"session"}
    assert names(refused) == {"choice", "session"}
    assert names(granted) == {"choice", "_ga", "ajs_anonymous_id", "tag", "session"}
    assert names(withdrawn) == {"choice", "session"}
    assert granted.hosts == ("stats.localhost",)
    assert refused.hosts == ()
    for result, status in zip(seen.phases, ("unset", "refused", "granted", "withdrawn"), strict=True):
        assert {one.consent.status("any") for one in result.observations} == {ConsentStatus(status)}
    assert [result.how for result in seen.phases[1:]] == [
        f"by a guess from the words of the page: {words}"
        for words in ("'reject all'", "'accept all'", "'cookie settings' then 'reject all'")
    ]
    assert withdrawn.device is granted.device
    assert refused.device is not granted.device
    assert [line for line in told.lines if line.startswith(("begins", "ends"))] == [
        f"{what} {phase}" for phase in Phase for what in ("begins", "ends")
    ]
    assert "before-choice 2 of 3" in told.lines
    pictures = sorted(path.name for path in tmp_path.glob("*.png"))
    assert pictures == [f"{phase.stem}.png" for phase in Phase]
    assert pictures[0] == "1-before-choice.png"


def test_only_what_was_named_is_visited(of: Make, tea_shop: Any) -> None:
    scan(of(phases=(Phase.BEFORE,)))
    assert tea_shop.visits() == ["/", "/shelf", "/about"]
    assert tea_shop.visits("elsewhere.localhost") == []


def test_hosts_named_besides_are_visited_too(of: Make, tea_shop: Any) -> None:
    seen = scan(replace(of(phases=(Phase.BEFORE,), limit=4), scope=scope_of(tea_shop.url, ("elsewhere.localhost",))))
    assert seen.phases[0].pages[-1] == f"http://elsewhere.localhost:{tea_shop.port}/far"
    assert tea_shop.visits("elsewhere.localhost") == ["/far"]


def test_the_limit_is_told(of: Make) -> None:
    seen = scan(of(phases=(Phase.BEFORE,), limit=2))
    assert len(seen.phases[0].pages) == 2
    assert seen.notes[-1] == "1 more page is linked and was not visited (--limit 2)"


def test_a_clean_shop_is_judged_clean(of: Make, tmp_path: Path) -> None:
    report = judged(of(limit=1), tmp_path)
    assert [found.headline for found in report.findings if found.code[:3] == "CON" and found.code != "CON015"] == []
    assert {one.code for one in report.not_evaluated} <= {"ATT006"}  # a cookie of another site that was blocked
    assert not report.coverage.unobserved
    assert any(note.startswith("after refusal: 1 page, 2 entries stored; chosen by a guess") for note in report.notes)


def test_a_shop_that_does_not_wait_is_found_in_each_phase(
    serve: Any, make_shop: Any, plan: Make, tmp_path: Path
) -> None:
    with serve(**make_shop(early=True, leaky=True)) as site:
        report = judged(plan(start=site.url, scope=scope_of(site.url), limit=2), tmp_path)
    found = {(one.code, one.subject): one for one in report.findings}
    assert ("CON001", "_ga") in found
    assert ("CON002", "_ga") in found
    assert ("CON003", "ajs_anonymous_id") in found
    assert ("CON004", "_ga") in found
    assert found["CON001", "_ga"].test == f"before choice, {site.url}"
    assert found["CON001", "_ga"].count == 4  # on two pages, and where each of two choices was made
    assert found["CON002", "_ga"].test == f"after refusal, {site.url}"


def test_a_form_of_the_server_is_pressed_as_well(serve: Any, plan: Make) -> None:
    form = (
        "<form method=post action=/consent role=dialog style='position:fixed;bottom:0'>This site uses cookies."
        "<button name=all value=yes>Allow all cookies</button><button name=all value=no>Only necessary</button></form>"
    )
    with serve(_=lambda cookie: f"<!doctype html><body>{'' if 'choice=' in cookie else form}") as site:
        seen = scan(plan(start=site.url, scope=scope_of(site.url), phases=(Phase.REFUSED, Phase.GRANTED)))
        assert [path for path in site.visits() if path.startswith("POST")] == [
            "POST /consent all=no",
            "POST /consent all=yes",
        ]
    assert [names(result) for result in seen.phases] == [{"choice"}, {"choice"}]
    assert seen.complete


def test_without_a_banner_the_other_phases_are_not_observed(serve: Any, plan: Make, tmp_path: Path) -> None:
    with serve(_=lambda cookie: "<!doctype html><p>hello") as site:
        target = plan(start=site.url, scope=scope_of(site.url), patience=0.3)
        judge = session(tmp_path)
        seen = scan(target, JudgedDevices(judge))
        add_to(judge, seen)
    assert seen.observed
    assert not seen.complete
    why = [(result.not_observed or "").partition("\n")[0] for result in seen.phases]
    assert why == [
        "",
        "no button that refuses was found by its words",
        "no button that accepts was found by its words",
        "nothing was granted, so nothing could be withdrawn: no button that accepts was found by its words",
    ]
    assert "--refuse SELECTOR; navigator.webdriver is set, from which some banners hide" in (
        seen.phases[1].not_observed or ""
    )
    told = [(one.code, one.subject) for one in judge.report().not_evaluated]
    assert told == [
        ("CON002", "after refusal"), ("INV001", "after grant"), ("CON003", "after withdrawal"), ("CON004", "after withdrawal"),
    ]  # fmt: skip


def test_a_button_that_does_nothing_is_no_choice(serve: Any, plan: Make) -> None:
    banner = "<div role=dialog>We use cookies <button>Accept all</button><button>Reject all</button></div>"
    early = "<script>document.cookie = 'early=1'</script>"
    with serve(_=lambda cookie: f"<!doctype html>{early}{banner}") as site:
        seen = scan(plan(start=site.url, scope=scope_of(site.url), phases=(Phase.REFUSED,)))
    assert [entry.consents for entry in inventory_of(seen)] == [{Phase.BEFORE.words}]
    assert (seen.phases[0].not_observed or "").startswith("'reject all' was pressed, and still shows")


def test_a_banner_that_hides_from_robots_shows_itself_to_a_visitor(serve: Any, plan: Make) -> None:
    script = (
        "<script>if (!navigator.webdriver) document.body.insertAdjacentHTML('beforeend', `<div role=dialog id=b>Cookies"
        ' <button onclick="b.remove()">Accept all</button></div>`)</script>'
    )
    with serve(_=lambda cookie: f"<!doctype html><body>{script}") as site:
        target = plan(start=site.url, scope=scope_of(site.url), phases=(Phase.GRANTED,), patience=0.3)
        assert not scan(target).complete
        assert scan(replace(target, hide_webdriver=True)).complete


def test_selectors_say_what_to_press(serve: Any, plan: Make) -> None:
    body = (
        "<!doctype html><body><a href='#' id=open onclick='p.hidden = false'>Anpassen</a><div id=p hidden>"
        "<label><input type=checkbox id=box checked>Zählen</label> <a href='#' id=save onclick=\""
        "document.cookie = 'choice=' + box.checked; p.hidden = true\">Übernehmen</a></div>"
    )
    manner = Manner({Choice.ACCEPT: ("#save",), Choice.REFUSE: ("#box", "#save")}, settings=("#open",))
    with serve(_=lambda cookie: body) as site:
        seen = scan(plan(start=site.url, scope=scope_of(site.url), manner=manner, phases=tuple(Phase)[1:]))
    assert [result.not_observed for result in seen.phases] == [None] * 3
    assert [result.how for result in seen.phases] == ["by '#box', '#save'", "by '#save'", "by '#box', '#save'"]
    values = [[one.value for one in result.observations if one.name == "choice"] for result in seen.phases]
    assert values == [["false"], ["true"], ["false"]]


def test_a_selector_that_finds_nothing_and_one_that_is_none(serve: Any, plan: Make) -> None:
    with serve(_=lambda cookie: "<!doctype html><p>hello") as site:
        target = plan(start=site.url, scope=scope_of(site.url), phases=(Phase.REFUSED,), patience=0.3)
        seen = scan(replace(target, manner=Manner({Choice.REFUSE: ("#no",)}, settings=("#open",))))
        assert (seen.phases[0].not_observed or "").startswith(
            "nothing that '#no' finds is to be seen, nor anything that '#open' finds"
        )
        with pytest.raises(UsageError, match=r"the selector '#\[' cannot be read"):
            scan(replace(target, manner=Manner({Choice.REFUSE: ("#[",)})))


def test_a_manager_is_known_by_what_it_leaves_in_the_page(serve: Any, plan: Make) -> None:
    klaro = (
        "<!doctype html><body><div class=klaro></div><script>let all; window.klaro = {getManager: () => ({"
        "changeAll: (on) => { all = on; }, saveAndApplyConsents: () => { document.cookie = 'klaro=' + all; }})}</script>"
    )
    with serve(_=lambda cookie: klaro) as site:
        target = plan(start=site.url, scope=scope_of(site.url), phases=tuple(Phase)[1:], patience=0.3)
        seen = scan(target)
        other = scan(replace(target, manner=Manner(manager="osano"), phases=(Phase.REFUSED,)))
    how = "by the interface of Klaro, since no button for it shows"
    hidden = "(navigator.webdriver is set, from which it may hide: --hide-webdriver)"
    assert {result.how for result in seen.phases} == {f"{how} {hidden}"}
    values = [[one.value for one in result.observations if one.name == "klaro"] for result in seen.phases]
    assert values == [["false"], ["true"], ["false"]]
    assert (other.phases[0].not_observed or "").startswith(
        "Osano cookieconsent was named with --manager, and has not started"
    )


def test_a_site_that_is_not_there(plan: Make, site: Any) -> None:
    site.pages.clear()
    seen = scan(plan())
    assert not seen.observed
    assert [result.failures for result in seen.phases[:1]] == [{site.url: "answered 404"}]
    assert [(result.not_observed or "").partition("\n")[0] for result in seen.phases] == [
        f"no page could be looked at: {site.url} answered 404",
        f"{site.url} answered 404",
        f"{site.url} answered 404",
        f"nothing was granted, so nothing could be withdrawn: {site.url} answered 404",
    ]


def test_gpc_is_part_of_the_state(of: Make) -> None:
    seen = scan(of(phases=(Phase.BEFORE,), gpc=True, limit=1))
    assert all(one.consent.gpc for one in seen.phases[0].observations)
