"""What a journey makes of the requests that a browser was seen to send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.engine.joining import arrange, join
from policycheck.engine.session import Session
from policycheck.engine.settings import PathSettings, Settings
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus
from policycheck.model.finding import Breach, Finding, Severity, Unevaluated, Waiver
from policycheck.model.observation import Initiator
from policycheck.model.party import Party
from policycheck.model.report import NotEvaluated
from policycheck.model.request import SentRequest
from policycheck.rules.registry import builtin_rules
from policycheck.rules.rule import Context, Outcome, Rule

PAGE = "https://shop.example/cart?token=1"
TODAY = date(2026, 5, 1)
asked: list[SentRequest] = []


def each(sent: SentRequest, context: Context) -> Iterator[Outcome]:
    asked.append(sent)
    yield Breach(f"a request to {sent.host}", expected="none", fix="leave it out", key=sent.method, actual="one")


def unsure(sent: SentRequest, context: Context) -> Iterator[Outcome]:
    yield Unevaluated("nobody knows")


EACH = Rule("EAC001", "each-host", Severity.WARNING, "why", request=each)
UNSURE = Rule("UNS001", "un-sure", Severity.WARNING, "why", request=unsure)


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    asked.clear()


@pytest.fixture
def catalogue() -> Catalogue:
    document = {
        "catalogue": 1,
        "version": "1",
        "consent": {"validity": "1 hour"},
        "providers": {"stats": {"name": "Stats", "hosts": ["stats.example"], "categories": ["analytics"]}},
    }
    return load_catalogue("c.json", opener=lambda location: json.dumps(document).encode())


def session_of(catalogue: Catalogue, *rules: Rule, **settings: object) -> Session:
    return Session(catalogue, rules, Settings(**settings), today=lambda: TODAY)  # type: ignore[arg-type]


def beacon(url: str = "https://stats.example/collect?u=1", **fields: object) -> SentRequest:
    return SentRequest(url, **{"resource": "beacon", "page": PAGE, "time": 5.0, **fields})  # type: ignore[arg-type]


def test_a_breach_becomes_a_finding_about_the_host(catalogue: Catalogue) -> None:
    journey = session_of(catalogue, EACH).journey(test="tests/test_shop.py::test_cart")
    journey.recorder.request(beacon(initiator=Initiator("https://shop.example/app.js", 3)))
    (finding,) = journey.finish()
    assert finding == Finding(
        "EAC001",
        "each-host",
        Severity.WARNING,
        "stats.example",
        None,
        "a request to stats.example",
        where="/cart  ->  GET stats.example/collect (beacon)  ->  shop.example/app.js, line 3",
        test="tests/test_shop.py::test_cart",
        expected="none",
        actual="one",
        fix="leave it out",
        why="why",
        key="GET",
        anywhere=True,
    )
    assert finding.headline == "EAC001 each-host: a request to stats.example"


def test_one_finding_for_each_host_whatever_the_url_the_page_and_the_test(catalogue: Catalogue) -> None:
    session = session_of(catalogue, EACH)
    for test, path in (("a", "/b"), ("b", "/a")):
        journey = session.journey(test=test)
        journey.recorder.request(beacon(f"https://stats.example{path}", page=f"https://shop.example{path}"))
        journey.recorder.request(beacon("https://other.example/"))
        journey.finish()
    report = session.report()
    found = [(finding.subject, finding.count, finding.test) for finding in report.findings]
    assert found == [("other.example", 2, "a"), ("stats.example", 2, "b")]
    first, second = session.part().findings[0], session.part().findings[2]
    assert first.where != second.where
    assert first.fingerprint == second.fingerprint
    assert replace(first, anywhere=False).fingerprint != replace(second, anywhere=False).fingerprint


def test_what_tells_breaches_apart_stays_apart(catalogue: Catalogue) -> None:
    session = session_of(catalogue, EACH)
    for method in ("GET", "POST"):
        journey = session.journey()
        journey.recorder.request(beacon(method=method))
        journey.finish()
    assert [finding.key for finding in arrange(session.part().findings)] == ["GET", "POST"]


def test_a_host_is_judged_once_for_each_consent(catalogue: Catalogue) -> None:
    journey = session_of(catalogue, EACH).journey()
    recorder = journey.recorder
    for consent in (UNSET, UNSET, UNSET.refuse("analytics"), UNSET, UNSET.refuse("analytics"), UNSET.grant()):
        recorder.consent = consent
        recorder.request(beacon("https://stats.example/a"))
        recorder.request(beacon("https://stats.example/b", method="POST"))
    assert [(sent.consent, sent.path) for sent in asked] == [
        (UNSET, "/a"),
        (UNSET.refuse("analytics"), "/a"),
        (UNSET.grant(), "/a"),
    ]
    assert len(recorder.requests) == 12


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (beacon(), beacon("https://www.stats.example/")),
        (beacon(), beacon(page="https://stats.example/")),
        (beacon(page=None), beacon()),
        (beacon(page="https://www.stats.example/"), beacon(page="https://stats.example/")),
        (beacon(page=None, party=Party.FIRST), beacon(page=None, party=Party.THIRD)),
    ],
)
def test_another_host_or_page_is_judged_anew(catalogue: Catalogue, first: SentRequest, second: SentRequest) -> None:
    journey = session_of(catalogue, EACH).journey()
    for sent in (first, second, first, second):
        journey.recorder.request(sent)
    assert len(asked) == 2


def test_another_page_of_the_same_site_is_not(catalogue: Catalogue) -> None:
    journey = session_of(catalogue, EACH).journey()
    for path in ("a", "b"):
        journey.recorder.request(beacon(page=f"https://shop.example/{path}"))
    assert len(asked) == 1


def test_a_device_that_goes_on_asks_about_no_host_twice(catalogue: Catalogue) -> None:
    session = session_of(catalogue, EACH)
    first = session.journey()
    first.recorder.request(beacon())
    first.finish()
    second = session.journey()
    second.continue_from(first)
    second.recorder.request(beacon())
    second.recorder.request(beacon("https://other.example/"))
    assert [finding.subject for finding in second.finish()] == ["other.example"]


def test_another_device_is(catalogue: Catalogue) -> None:
    session = session_of(catalogue, EACH)
    for _ in range(2):
        session.journey().recorder.request(beacon())
    assert len(asked) == 2


def test_a_choice_that_lapses_between_two_requests_is_judged_anew(catalogue: Catalogue) -> None:
    rules = [rule for rule in builtin_rules() if rule.code == "PTY003"]
    choices = {"analytics": Choice(ConsentStatus.GRANTED, time=0.0, version="1")}
    consent = ConsentState({"analytics": ConsentStatus.GRANTED}, choices=choices)
    journey = session_of(catalogue, *rules).journey(consent=consent)
    for time in (0.0, 3600.0, 3601.0, 3602.0):
        journey.recorder.request(beacon(time=time))
    assert [finding.message for finding in journey.finish()] == [
        "beacon request to 'stats.example' of Stats (analytics) under consent that has expired"
    ]


def test_what_a_page_did_not_ask_of_a_machine_is_not_judged(catalogue: Catalogue) -> None:
    journey = session_of(catalogue, EACH, UNSURE).journey()
    journey.recorder.request(SentRequest("data:,x", page=PAGE))
    journey.recorder.request(SentRequest("https://pay.example/", resource="document", page=PAGE))
    assert journey.finish() == asked == journey.not_evaluated == []
    assert len(journey.recorder.requests) == 2


def test_a_page_load_hides_no_later_request(catalogue: Catalogue) -> None:
    journey = session_of(catalogue, EACH).journey()
    journey.recorder.request(beacon(resource="document"))
    journey.recorder.request(beacon())
    assert len(journey.finish()) == 1


def test_what_could_not_be_looked_at_names_the_host(catalogue: Catalogue) -> None:
    session = session_of(catalogue, UNSURE)
    journey = session.journey()
    journey.recorder.request(beacon())
    journey.recorder.request(beacon())
    assert journey.finish() == []
    where = "/cart  ->  GET stats.example/collect (beacon)"
    assert session.report().not_evaluated == (NotEvaluated("UNS001", "stats.example", "nobody knows", where),)


def test_settings_for_a_path_see_that_of_the_page(catalogue: Catalogue) -> None:
    local = PathSettings("/admin/*", ignore=("EAC001",), severity={})
    journey = session_of(catalogue, EACH, per_path=(local,)).journey()
    for path in ("/admin/a", "/cart", "/admin/b", "/cart"):
        journey.recorder.request(beacon("https://stats.example/admin/x", page=f"https://shop.example{path}"))
    assert [sent.page_path for sent in asked] == ["/admin/a", "/cart", "/admin/b"]
    assert [finding.where.split()[0] for finding in journey.finish()] == ["/cart"]


def test_findings_about_requests_can_be_graded_ignored_and_waived(catalogue: Catalogue) -> None:
    waiver = Waiver(("EAC001",), "*.example", "agreed", "ann", date(2026, 9, 1))
    session = session_of(catalogue, EACH, severity={"EAC": Severity.NOTE}, waivers=(waiver,))
    journey = session.journey()
    journey.recorder.request(beacon())
    (finding,) = journey.finish()
    assert (finding.severity, finding.waiver) == (Severity.NOTE, waiver)
    ignoring = session.journey(ignore=["each-host"])
    ignoring.recorder.request(beacon())
    assert ignoring.finish() == []


def test_requests_are_counted_beside_responses_and_observations(catalogue: Catalogue) -> None:
    session = session_of(catalogue, EACH)
    journey = session.journey()
    for _ in range(3):
        journey.recorder.request(beacon())
    journey.finish()
    session.take_in(requests=4)
    report = session.report()
    assert (report.requests, report.exchanges, report.observations) == (7, 0, 0)
    assert report.seen
    assert not session_of(catalogue).report().seen
    assert join([report, report]).requests == 14


def test_the_rules_of_the_box_judge_what_a_page_asks(catalogue: Catalogue) -> None:
    session = session_of(catalogue, *builtin_rules(), ignore=("INV004",))
    journey = session.journey()
    journey.recorder.request(beacon())
    journey.recorder.request(beacon("https://fonts.example.net/a.woff2", resource="font"))
    journey.recorder.request(beacon("https://shop.example/style.css", resource="stylesheet"))
    assert [(finding.code, finding.subject) for finding in journey.finish()] == [
        ("PTY003", "stats.example"),
        ("PTY002", "fonts.example.net"),
    ]
