from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.engine.joining import arrange, join
from policycheck.engine.session import Session
from policycheck.engine.settings import PathSettings, Settings
from policycheck.errors import ConfigurationError
from policycheck.matching.match import Match
from policycheck.model.consent import UNSET, ConsentState, ConsentStatus
from policycheck.model.finding import Breach, Finding, Location, Severity, Unevaluated, Waiver
from policycheck.model.observation import HttpExchange
from policycheck.model.report import Coverage, NotEvaluated, Report
from policycheck.model.storage import StorageKind
from policycheck.rules.rule import Context, Outcome, Rule

MakeCatalogue = Callable[..., Catalogue]
TODAY = date(2026, 5, 1)


def undeclared(match: Match, context: Context) -> Iterator[Outcome]:
    if match.item is None:
        yield Breach("is not declared", expected="an entry", actual="x=<1 byte>", fix="declare it")


def unsure(match: Match, context: Context) -> Iterator[Outcome]:
    yield Unevaluated("the value is not known")


def everything(match: Match, context: Context) -> Iterator[Outcome]:
    yield Breach(f"was {match.observation.operation.value}d", severity=Severity.WARNING, key=match.observation.name)


def twice(matches: Sequence[Match], context: Context) -> Iterable[tuple[Match, Outcome]]:
    for one in matches[1:]:
        yield one, Breach("came again")


def never_seen(coverage: Coverage, context: Context) -> Iterable[tuple[Item, Outcome]]:
    for item in context.catalogue.items:
        if item.key not in coverage.observed:
            yield item, Breach("was never observed")


def cannot_tell(coverage: Coverage, context: Context) -> Iterable[tuple[Item, Outcome]]:
    yield context.catalogue.items[0], Unevaluated("nobody knows")


INV = Rule("INV001", "undeclared-item", Severity.ERROR, "Art. 5(3)", observation=undeclared)
VAL = Rule("VAL001", "value-breaks-schema", Severity.ERROR, "why", observation=unsure)
ALL = Rule("ALL001", "everything", Severity.NOTE, "why", observation=everything, only_stored=False)
TWO = Rule("TWO001", "seen-twice", Severity.ERROR, "why", journey=twice)
RUN = Rule("INV004", "declared-never-observed", Severity.NOTE, "why", run=never_seen)
RUX = Rule("RUX001", "cannot-tell", Severity.NOTE, "why", run=cannot_tell)


def session_of(catalogue: Catalogue, *rules: Rule, **settings: object) -> Session:
    return Session(catalogue, rules, Settings(**settings), today=lambda: TODAY)  # type: ignore[arg-type]


def response(*headers: str, url: str = "https://shop.example/cart?token=1", method: str = "GET") -> HttpExchange:
    return HttpExchange(method, url, 200, headers, adapter="test")


def test_a_breach_becomes_a_finding_with_every_fact(make_catalogue: MakeCatalogue) -> None:
    journey = session_of(make_catalogue(), INV).journey(test="tests/test_shop.py::test_cart")
    journey.recorder.response(response("session=1", "tracker=1"))

    (finding,) = journey.finish()

    assert finding == Finding(
        code="INV001",
        name="undeclared-item",
        severity=Severity.ERROR,
        subject="tracker",
        kind=StorageKind.COOKIE,
        message="is not declared",
        where="GET /cart  ->  Set-Cookie, header 2 of 2",
        test="tests/test_shop.py::test_cart",
        expected="an entry",
        actual="x=<1 byte>",
        fix="declare it",
        why="Art. 5(3)",
    )


def test_a_finding_about_a_declared_entry_names_the_place_of_the_declaration(make_catalogue: MakeCatalogue) -> None:
    journey = session_of(make_catalogue(), ALL).journey()
    journey.recorder.response(response("_ga=1"))

    (finding,) = journey.finish()

    assert finding.location == Location("catalogue.yaml", 2)
    assert finding.severity is Severity.WARNING
    assert finding.key == "_ga"
    assert finding.test is None


def test_the_rules_own_place_goes_before_that_of_the_entry(make_catalogue: MakeCatalogue) -> None:
    def elsewhere(match: Match, context: Context) -> Iterator[Outcome]:
        yield Breach("x", location=Location("profiles.yaml", 9), why="because")

    journey = session_of(make_catalogue(), replace(INV, observation=elsewhere)).journey()
    journey.recorder.response(response("_ga=1"))

    (finding,) = journey.finish()

    assert (finding.location, finding.why) == (Location("profiles.yaml", 9), "because")


def test_a_deletion_is_shown_only_to_rules_that_ask_for_it(make_catalogue: MakeCatalogue) -> None:
    journey = session_of(make_catalogue(), INV, ALL).journey()
    journey.recorder.response(response("tracker=; Max-Age=0"))

    assert [(finding.code, finding.message) for finding in journey.finish()] == [("ALL001", "was deleted")]


def test_a_refused_cookie_was_not_stored(make_catalogue: MakeCatalogue) -> None:
    journey = session_of(make_catalogue(), INV).journey()
    journey.recorder.response(response("tracker=1; Domain=other.example"))

    assert journey.finish() == []


def test_what_could_not_be_looked_at_is_kept_apart_and_once(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue(), VAL)
    journey = session.journey()
    journey.recorder.response(response("session=1"))
    journey.recorder.response(response("session=1"))
    journey.finish()

    report = session.report()

    assert report.findings == ()
    assert report.not_evaluated == (
        NotEvaluated("VAL001", "session", "the value is not known", "GET /cart  ->  Set-Cookie, header 1 of 1"),
    )


def test_consent_is_that_of_the_journey_else_of_the_settings(make_catalogue: MakeCatalogue) -> None:
    granted = UNSET.grant("analytics")
    session = session_of(make_catalogue(), consent=granted)

    assert session.journey().recorder.consent is granted
    assert session.journey(consent=ConsentState(default=ConsentStatus.REFUSED)).recorder.consent.default == "refused"


def test_journey_rules_run_once_at_the_end(make_catalogue: MakeCatalogue) -> None:
    journey = session_of(make_catalogue(), TWO).journey()
    journey.recorder.response(response("a=1", "b=1"))

    assert journey.findings == []
    assert [finding.subject for finding in journey.finish()] == ["b"]
    assert [finding.subject for finding in journey.finish()] == ["b"]


def test_so_far_shows_the_end_and_changes_nothing(make_catalogue: MakeCatalogue) -> None:
    waiver = Waiver(("TWO001",), "b", "known", "ann", TODAY)
    session = session_of(make_catalogue(), INV, TWO, waivers=(waiver,))
    journey = session.journey()
    journey.recorder.response(response("a=1", "b=1"))

    now = journey.so_far()

    assert [(f.code, f.subject, f.waiver) for f in now] == [
        ("INV001", "a", None),
        ("INV001", "b", None),
        ("TWO001", "b", waiver),
    ]
    assert session.report().findings == ()
    assert journey.so_far() == now
    assert journey.finish() == now == journey.so_far()
    assert len(session.report().findings) == 3


def test_two_journeys_are_two_devices(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue(), TWO)
    for _ in range(2):
        journey = session.journey()
        journey.recorder.response(response("a=1"))
        assert journey.finish() == []

    assert session.report().exchanges == 2
    assert session.report().observations == 2


def test_an_unfinished_journey_is_in_no_report(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue(), INV)
    session.journey().recorder.response(response("a=1"))

    assert session.report().findings == ()
    assert session.report().exchanges == 0


def test_a_journey_can_ignore_rules(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue(), INV, ALL)
    for ignore in (("INV001",), ("INV",), ("undeclared-item",)):
        journey = session.journey(ignore=ignore)
        journey.recorder.response(response("a=1"))
        assert [finding.code for finding in journey.finish()] == ["ALL001"]


def test_the_run_is_judged_over_all_parts(make_catalogue: MakeCatalogue) -> None:
    catalogue = make_catalogue(("session", "_ga", "_gid"))
    first, second = session_of(catalogue, INV, RUN), session_of(catalogue, INV, RUN)
    for session, name in ((first, "session"), (second, "_ga")):
        journey = session.journey()
        journey.recorder.response(response(f"{name}=1", "unknown=1"))
        journey.finish()

    report = first.report([second.part()])

    assert [(f.code, f.subject, f.count, f.where) for f in report.findings] == [
        ("INV001", "unknown", 2, "GET /cart  ->  Set-Cookie, header 2 of 2"),
        ("INV004", "_gid", 1, "catalogue.yaml:3"),
    ]
    assert report.coverage.observed == {"cookie:session", "cookie:_ga"}
    assert report.coverage.unobserved == ("cookie:_gid",)
    assert (report.exchanges, report.observations) == (2, 4)
    assert all(f.code != "INV004" for f in first.part().findings)


def test_the_report_of_a_run_says_what_its_rules_could_not_evaluate(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue(), RUX)

    assert session.report().not_evaluated == (NotEvaluated("RUX001", "session", "nobody knows"),)
    assert session.report().not_evaluated == (NotEvaluated("RUX001", "session", "nobody knows"),)


def test_run_findings_can_be_waived_regraded_and_ignored(make_catalogue: MakeCatalogue) -> None:
    waiver = Waiver(("INV004",), "_ga", "soon gone", "ann", TODAY)
    session = session_of(make_catalogue(), RUN, waivers=(waiver,), severity={"INV004": Severity.WARNING})

    findings = session.report().findings

    assert [(f.subject, f.severity, f.waiver) for f in findings] == [
        ("session", Severity.WARNING, None),
        ("_ga", Severity.WARNING, waiver),
    ]


def test_what_a_switched_off_feature_stores_is_not_expected(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue(("session", "off:chat")))

    assert session.report().coverage.declared == ("cookie:session",)


def test_plugins_change_findings_after_waivers(make_catalogue: MakeCatalogue) -> None:
    seen: list[tuple[str, bool]] = []

    def modify(findings: list[Finding]) -> None:
        seen.extend((finding.subject, finding.waiver is not None) for finding in findings)
        findings[:] = [finding for finding in findings if finding.subject != "a"]

    waiver = Waiver(("INV001",), "b", "known", "ann", TODAY)
    session = Session(
        make_catalogue(), (INV,), Settings(waivers=(waiver,)), modify_findings=modify, today=lambda: TODAY
    )
    journey = session.journey()
    journey.recorder.response(response("a=1", "b=1"))

    assert [finding.subject for finding in journey.finish()] == ["b"]
    assert seen == [("a", False), ("b", True)]
    assert [finding.subject for finding in session.report().findings] == ["b"]


def test_notes_appear_once(make_catalogue: MakeCatalogue) -> None:
    session = session_of(make_catalogue(), INV)
    for _ in range(2):
        journey = session.journey()
        journey.recorder.response(response("a=1"))
        journey.finish()
    session.note("hello")
    session.note("hello")

    assert session.report().notes == ("hello",)


def test_a_selector_that_names_no_rule_is_an_error(make_catalogue: MakeCatalogue) -> None:
    with pytest.raises(ConfigurationError, match=r"no rule is called 'INV002'; did you mean 'INV00"):
        session_of(make_catalogue(), INV, RUN, select=("INV002",))


def test_per_path_settings_see_the_path_of_the_request(make_catalogue: MakeCatalogue) -> None:
    admin = PathSettings("/admin/*", ignore=("INV001",))
    journey = session_of(make_catalogue(), INV, per_path=(admin,)).journey()
    journey.recorder.response(response("a=1", url="https://shop.example/admin/users"))
    journey.recorder.response(response("a=1", url="https://shop.example/cart"))

    assert [finding.where.split("  ")[0] for finding in journey.finish()] == ["GET /cart"]


def finding(code: str = "INV001", **changes: object) -> Finding:
    fields: dict[str, object] = {
        "code": code,
        "name": "n",
        "severity": Severity.ERROR,
        "subject": "a",
        "kind": StorageKind.COOKIE,
        "message": "m",
        "where": "GET /  ->  Set-Cookie, header 1 of 2",
    }
    return Finding(**{**fields, **changes})  # type: ignore[arg-type]


def test_arrange_puts_the_worst_first_and_the_waived_last() -> None:
    waived = finding(waiver=Waiver(("INV001",), "a", "r", "o", TODAY), subject="z")
    note = finding(severity=Severity.NOTE, code="AAA001")
    warning = finding(severity=Severity.WARNING, code="BBB001")
    error = finding()

    assert arrange([waived, note, warning, error]) == (error, warning, note, waived)


@pytest.mark.parametrize("order", [1, -1])
def test_arrange_folds_the_same_breach_whatever_the_order(order: int) -> None:
    found = [
        finding(test="b"),
        finding(test="a", where="GET /  ->  Set-Cookie, header 2 of 2", count=2),
        finding(test="c", key="Path"),
        finding(test="d", where="POST /"),
    ][::order]

    arranged = arrange(found)

    assert [(f.where, f.key, f.count, f.test) for f in arranged] == [
        ("GET /  ->  Set-Cookie, header 1 of 2", "", 3, "b"),
        ("GET /  ->  Set-Cookie, header 1 of 2", "Path", 1, "c"),
        ("POST /", "", 1, "d"),
    ]


def test_join_adds_up_and_keeps_each_remark_once() -> None:
    entry = NotEvaluated("VAL001", "a", "unknown")
    one = Report("c.yaml", (finding(),), (entry,), Coverage(("x", "y"), frozenset({"x"})), 1, 2, ("n",))
    other = Report("c.yaml", (finding(test="t"),), (entry,), Coverage(("x", "y"), frozenset({"y"})), 10, 20, ("n", "o"))

    joined = join([one, other])

    assert joined == Report(
        "c.yaml",
        (finding(), finding(test="t")),
        (entry,),
        Coverage(("x", "y"), frozenset({"x", "y"})),
        11,
        22,
        ("n", "o"),
    )


def test_a_rule_is_asked_about_the_entries_that_concern_it(make_catalogue: MakeCatalogue) -> None:
    asked: list[str | None] = []

    def concerns(item: Item | None) -> bool:
        asked.append(None if item is None else item.name)
        return item is None or item.name == "a"

    def always(match: Match, context: Context) -> Iterator[Outcome]:
        yield Breach("was seen")

    rule = Rule("SOM001", "some", Severity.ERROR, "why", observation=always, concerns=concerns)
    session = session_of(make_catalogue(("a", "b")), rule)
    for _ in range(2):
        journey = session.journey()
        journey.recorder.response(HttpExchange("GET", "https://a.test/", 200, ("a=1", "b=1", "c=1", "a=2")))
        assert [finding.subject for finding in journey.finish()] == ["a", "c", "a"]
    assert asked == ["a", "b", None], "once for each entry, and once for what is undeclared"
