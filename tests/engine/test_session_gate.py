"""A session with what a project has accepted: waivers, a baseline; and what it keeps for reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.engine import logs
from policycheck.engine.baseline import Baseline, Update
from policycheck.engine.logs import journey_log
from policycheck.engine.session import Session
from policycheck.engine.settings import Settings
from policycheck.matching.match import Match
from policycheck.model.acceptance import KnownFinding
from policycheck.model.consent import ConsentState
from policycheck.model.finding import Breach, Finding, Location, Severity, Waiver
from policycheck.model.observation import HttpExchange, Observation, Source
from policycheck.model.report import DeclaredItem, Report
from policycheck.model.storage import StorageKind
from policycheck.rules.registry import builtin_rules
from policycheck.rules.rule import Context, Outcome, Rule

MakeCatalogue = Callable[..., Catalogue]
TODAY = date(2026, 5, 1)
YESTERDAY = TODAY - timedelta(days=1)


def undeclared(match: Match, context: Context) -> Iterator[Outcome]:
    if match.item is None:
        yield Breach("is not declared")


INV = Rule("INV001", "undeclared-item", Severity.ERROR, "why", observation=undeclared)
GATE = tuple(rule for rule in builtin_rules() if rule.code.startswith("GAT"))


SEEN = Match(Observation(StorageKind.COOKIE, "x", source=Source("test", "GET", "https://shop.example/")), None)
FOUND = Finding("INV001", "n", Severity.ERROR, "x", StorageKind.COOKIE, "m", SEEN.observation.source.describe())


def session_of(
    catalogue: Catalogue, *waivers: Waiver, baseline: Baseline | None = None, update: Update | None = None
) -> Session:
    return Session(
        catalogue, (INV, *GATE), Settings(waivers=waivers), today=lambda: TODAY, baseline=baseline, update=update
    )


def waiver(subject: str = "x", expires: date = TODAY, code: str = "INV001") -> Waiver:
    return Waiver((code,), subject, "agreed", "ann", expires, Location("pyproject.toml", 9))


def run(session: Session, *names: str, test: str = "t.py::test_a") -> Report:
    journey = session.journey(test=test)
    headers = tuple(f"{name}=secret" for name in names)
    journey.recorder.response(HttpExchange("GET", "https://shop.example/cart?q=1", 200, headers))
    journey.finish()
    return session.report()


def told(report: Report) -> list[tuple[str, str, bool]]:
    return [(found.code, found.subject, found.accepted) for found in report.findings]


def known_as(report: Report, subject: str, ends: date | None = None) -> KnownFinding:
    (found,) = [found for found in report.findings if found.subject == subject]
    return KnownFinding(found.fingerprint, found.code, "cookie", subject, "", date(2025, 1, 1), ends, Location("b", 2))


def test_a_waiver_that_holds_is_no_news(make_catalogue: MakeCatalogue) -> None:
    assert told(run(session_of(make_catalogue(), waiver()), "x")) == [("INV001", "x", True)]


def test_an_expired_waiver_fails_beside_what_it_held(make_catalogue: MakeCatalogue) -> None:
    report = run(session_of(make_catalogue(), waiver(expires=YESTERDAY)), "x")

    assert told(report) == [("GAT001", "x", False), ("INV001", "x", False)]
    found = report.findings[0]
    assert found.severity is Severity.ERROR
    assert found.location == Location("pyproject.toml", 9)
    assert found.message == "the waiver of ann for INV001 on 'x' expired on 2026-04-30; it would hold 1 finding"


def test_an_expired_waiver_fails_even_where_nothing_needs_it(make_catalogue: MakeCatalogue) -> None:
    report = run(session_of(make_catalogue(), waiver(expires=YESTERDAY)))

    assert [found.message.partition("; ")[2] for found in report.findings] == ["nothing needs it"]


def test_an_unused_waiver_is_reported_after_a_whole_run(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue(), waiver("y"))
    report = run(session, "x")
    session.whole = False
    part = session.report()

    assert told(report) == [("INV001", "x", False), ("GAT002", "y", False)]
    assert report.findings[1].severity is Severity.WARNING
    assert told(part) == [("INV001", "x", False)]
    assert [(entry.code, entry.subject) for entry in part.not_evaluated] == [("GAT002", "y")]


def test_a_waiver_of_rules_that_did_not_run_is_not_judged(make_catalogue: MakeCatalogue) -> None:
    session = Session(
        make_catalogue(),
        (INV, Rule("CON001", "c", Severity.ERROR, "why", catalogue=lambda catalogue: ()), *GATE),
        Settings(waivers=(waiver(code="CON001"),)),
        today=lambda: TODAY,
    )

    assert told(run(session)) == []


def test_a_finding_of_the_baseline_is_known_and_hides_no_other(make_catalogue: MakeCatalogue) -> None:
    old = known_as(run(session_of(make_catalogue()), "x"), "x")
    session = session_of(make_catalogue(), baseline=Baseline(Path("b"), (old,)))

    report = run(session, "x", "new", test="renamed.py::test_b")

    assert told(report) == [("INV001", "new", False), ("INV001", "x", True)]
    assert [found.known for found in report.findings] == [False, True]
    assert (report.known, report.open) == (report.findings[1:], report.findings[:1])


def test_what_another_site_stores_is_another_breach_though_the_place_reads_alike(
    make_catalogue: MakeCatalogue,
) -> None:
    def stored_by(*hosts: str) -> Report:
        session = session_of(make_catalogue())
        journey = session.journey(test="t.py::test_a")
        for host in hosts:
            journey.recorder.response(
                HttpExchange(
                    "GET",
                    f"https://{host}/",
                    200,
                    ("x=1; SameSite=None; Secure",),
                    top_level_site="https://shop.example",
                )
            )
        journey.finish()
        return session.report()

    report = stored_by("shop.example", "www.shop.example", "stats.example", "ads.example")

    assert [(found.key, found.count) for found in report.findings] == [
        ("", 2),
        ("ads.example", 1),
        ("stats.example", 1),
    ]
    assert len({found.fingerprint for found in report.findings}) == 3
    assert stored_by("stats.example").findings[0].fingerprint == report.findings[2].fingerprint


def test_what_is_mended_is_told_after_a_whole_run(make_catalogue: MakeCatalogue) -> None:
    old = known_as(run(session_of(make_catalogue()), "x"), "x")
    session = session_of(make_catalogue(), baseline=Baseline(Path("b"), (old,)))
    report = run(session)
    session.whole = False

    assert told(report) == [("GAT003", "x", False)]
    assert (report.findings[0].severity, report.findings[0].where) == (Severity.NOTE, "b:2")
    assert told(session.report()) == []
    assert [entry.code for entry in session.report().not_evaluated] == ["GAT003"]


def test_what_stays_for_too_long_fails_again(make_catalogue: MakeCatalogue) -> None:
    old = known_as(run(session_of(make_catalogue()), "x"), "x", ends=YESTERDAY)

    report = run(session_of(make_catalogue(), baseline=Baseline(Path("b"), (old,))), "x")

    assert told(report) == [("GAT004", "x", False), ("INV001", "x", False)]


@pytest.mark.parametrize(("update", "open_"), [(Update.GROW, 0), (Update.SHRINK, 1)])
def test_a_baseline_that_grows_takes_in_what_is_new(
    make_catalogue: MakeCatalogue, tmp_path: Path, update: Update, open_: int
) -> None:
    baseline = Baseline(tmp_path / "b.json")

    report = run(session_of(make_catalogue(), baseline=baseline, update=update), "x")
    new = baseline.updated(report, update, fail_on=Severity.ERROR, today=TODAY)

    assert len(report.open) == open_
    assert len(new.entries) == 1 - open_


def test_the_parts_of_a_run_are_judged_together(make_catalogue: MakeCatalogue) -> None:
    old = known_as(run(session_of(make_catalogue()), "x"), "x")
    baseline = Baseline(Path("b"), (old,))
    first, second = (session_of(make_catalogue(), waiver("y"), baseline=baseline) for _ in range(2))
    for session, name in ((first, "x"), (second, "y")):
        journey = session.journey()
        journey.recorder.response(HttpExchange("GET", "https://shop.example/cart", 200, (f"{name}=1",)))
        journey.finish()

    assert told(first.report([second.part()])) == [("INV001", "x", True), ("INV001", "y", True)]


def test_a_report_says_what_is_declared_and_which_rules_ran(make_catalogue: MakeCatalogue) -> None:
    report = run(session_of(make_catalogue(("_ga", "off:chat"))))

    assert report.coverage.items == (
        DeclaredItem(
            "cookie:_ga",
            StorageKind.COOKIE,
            "_ga",
            ("analytics",),
            "",
            "6 months",
            Location("catalogue.yaml", 1),
        ),
    )
    assert [rule.code for rule in report.rules] == ["INV001", *(rule.code for rule in GATE)]
    assert report.rules[1].help.startswith("# GAT001 expired-waiver")


def test_findings_know_where_their_test_stands(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue())
    session.locate = {"t.py::test_a": Location("t.py", 12)}.get

    (found,) = run(session, "x").findings

    assert found.source == Location("t.py", 12)


def test_so_do_findings_that_somebody_else_came_by(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue())
    session.locate = {"t.py::test_a": Location("t.py", 12)}.get
    (found,) = run(session_of(make_catalogue()), "x").findings
    session.take_in([found])

    assert [one.source for one in session.report().findings] == [Location("t.py", 12)]


def test_journeys_are_kept_where_a_report_asks_for_them(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue())
    session.keeps_journeys = True
    journey = session.journey(test="t", consent=ConsentState().grant("analytics"))
    journey.recorder.response(
        HttpExchange("GET", "https://shop.example/?q=1", 200, ("_ga=secret; Max-Age=86400; Secure", "x=1"))
    )
    journey.finish()

    (log,) = session.report().journeys

    assert (log.test, log.left_out) == ("t", 0)
    assert [(event.name, event.declared, event.codes, event.consent) for event in log.events] == [
        ("_ga", "_ga", (), "analytics=granted, else unset"),
        ("x", None, ("INV001",), "analytics=granted, else unset"),
    ]
    assert (log.events[0].lifetime, log.events[0].categories) == ("1 day", ("analytics",))
    assert log.events[0].where == "GET /  ->  Set-Cookie, header 1 of 2"
    assert "secret" not in repr(log)
    assert run(session_of(make_catalogue()), "x").journeys == ()


def test_long_journeys_are_cut_and_say_so(make_catalogue: MakeCatalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LONGEST", 3)
    monkeypatch.setattr(logs, "MOST", 4)
    session = session_of(make_catalogue())
    session.keeps_journeys = True
    run(session, *("_ga" for _ in range(2)), test="a")
    report = run(session, "x", "_ga", "_ga", "_ga", "_ga", test="b")

    assert [(log.test, len(log.events), log.left_out) for log in report.journeys] == [("b", 3, 2), ("a", 1, 1)]


def test_an_overdue_entry_that_is_mended_is_told_as_mended_alone(make_catalogue: MakeCatalogue) -> None:
    old = known_as(run(session_of(make_catalogue()), "x"), "x", ends=YESTERDAY)

    assert told(run(session_of(make_catalogue(), baseline=Baseline(Path("b"), (old,))))) == [("GAT003", "x", False)]


def test_an_entry_is_not_overdue_on_its_last_day(make_catalogue: MakeCatalogue) -> None:
    old = known_as(run(session_of(make_catalogue()), "x"), "x", ends=TODAY)

    assert told(run(session_of(make_catalogue(), baseline=Baseline(Path("b"), (old,))), "x")) == [("INV001", "x", True)]


def test_an_entry_from_the_future_is_overdue(make_catalogue: MakeCatalogue) -> None:
    there = known_as(run(session_of(make_catalogue()), "x"), "x", ends=date(2100, 1, 1))
    old = replace(there, since=date(2099, 1, 1))

    report = run(session_of(make_catalogue(), baseline=Baseline(Path("b"), (old,))), "x")

    assert told(report) == [("GAT004", "x", False), ("INV001", "x", False)]
    assert report.findings[0].message.endswith("since 2099-01-01, a day to come")


def test_codes_meet_their_events_after_a_step_too() -> None:
    (log,) = [journey_log("t", [SEEN], [replace(FOUND, where=f"{FOUND.where}, seen after visit('/')")])]

    assert [event.codes for event in log.events] == [("INV001",)]


def test_joined_logs_keep_to_the_longest_and_count_all_that_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LONGEST", 2)
    one, other = (journey_log("t", [SEEN] * 3, []) for _ in range(2))

    (log,) = logs.join_logs([one, other])

    assert (len(log.events), log.left_out) == (2, 4)


def test_the_parts_of_one_test_are_one_journey(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue())
    session.keeps_journeys = True
    run(session, "_ga")

    assert [len(log.events) for log in run(session, "_ga", "_ga").journeys] == [3]
