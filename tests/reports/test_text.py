from __future__ import annotations

from dataclasses import replace
from datetime import date

from policycheck.model.finding import Finding, Location, Severity, Waiver
from policycheck.model.report import Coverage, NotEvaluated, Report
from policycheck.model.storage import StorageKind
from policycheck.reports import text

FINDING = Finding(
    code="CON001",
    name="stored-before-consent",
    severity=Severity.ERROR,
    subject="_ga",
    kind=StorageKind.COOKIE,
    message="(analytics) was stored before consent",
    where="GET /  ->  Set-Cookie, header 2 of 3",
    test="tests/test_shop.py::test_landing",
    expected="no 'analytics' storage while consent is unset",
    actual="_ga=<27 bytes>; Max-Age=63072000; Path=/",
    fix="set it after the visitor grants 'analytics', or declare it exempt and say why",
    why="ePrivacy Directive Art. 5(3).",
    location=Location("catalogue.yaml", 41),
)
STALE = Finding(
    "INV004",
    "declared-never-observed",
    Severity.NOTE,
    "a",
    StorageKind.COOKIE,
    "was never observed",
    where="c.yaml:1",
    expected="it",
    fix="delete it",
    why="law.",
    location=Location("c.yaml", 1),
)


def stale(number: int) -> Finding:
    place = Location("c.yaml", number)
    return replace(STALE, subject=f"n{number}", where=str(place), location=place)


def test_a_finding_reads_as_the_sample() -> None:
    assert (
        "\n".join(text.finding_lines(FINDING))
        == """\
CON001 stored-before-consent: cookie '_ga' (analytics) was stored before consent
  where:    GET /  ->  Set-Cookie, header 2 of 3   (tests/test_shop.py::test_landing)
  expected: no 'analytics' storage while consent is unset   (catalogue.yaml:41)
  actual:   _ga=<27 bytes>; Max-Age=63072000; Path=/
  fix:      set it after the visitor grants 'analytics', or declare it exempt and say why
  why:      ePrivacy Directive Art. 5(3).  policycheck rule CON001"""
    )


def test_what_is_not_known_takes_no_line() -> None:
    bare = Finding("INV001", "undeclared-item", Severity.ERROR, "a", None, "is odd")

    assert text.finding_lines(bare) == ["INV001 undeclared-item: is odd", "  why:      policycheck rule INV001"]


def test_the_place_of_the_declaration_shows_without_an_expectation() -> None:
    assert "  declared: catalogue.yaml:41" in text.finding_lines(replace(FINDING, expected=""))


def test_a_finding_about_the_catalogue_names_its_place_once() -> None:
    lines = text.finding_lines(STALE)

    assert lines[1:3] == ["  where:    c.yaml:1", "  expected: it"]


def test_repeated_findings_say_how_many() -> None:
    lines = text.finding_lines(replace(FINDING, count=3))

    assert lines[1].endswith("(tests/test_shop.py::test_landing)   and 2 more like it")


def test_further_places_follow_the_first() -> None:
    places = [FINDING.where, "GET /a", "GET /b", "GET /a", "GET /c"]

    assert text.finding_lines(FINDING, places)[2:6] == [
        "            GET /a",
        "            GET /b",
        "            GET /c",
        "  expected: no 'analytics' storage while consent is unset   (catalogue.yaml:41)",
    ]
    assert text.finding_lines(FINDING, [*places, "GET /d", "GET /e"])[5] == "            and 2 more"


def test_findings_that_differ_in_their_place_alone_are_a_group() -> None:
    elsewhere = replace(FINDING, where="GET /a", test="tests/test_b.py::test_c")
    milder = replace(FINDING, severity=Severity.NOTE)

    assert text.group_findings([FINDING, milder, elsewhere]) == [[FINDING, elsewhere], [milder]]
    first, second = (replace(FINDING, subject="n" * 200 + end) for end in "ab")
    assert text.group_findings([first, second]) == [[first], [second]], "whose headlines show the same"


def test_a_waiver_is_shown() -> None:
    waiver = Waiver(("CON001",), "_ga", "agreed", "ann", date(2026, 9, 1))
    lines = text.finding_lines(replace(FINDING, waiver=waiver))

    assert lines[0].endswith("was stored before consent   [waived]")
    assert lines[-1] == "  waived:   by ann until 2026-09-01: agreed"


def test_further_lines_are_indented() -> None:
    lines = text.finding_lines(replace(FINDING, fix="one\ntwo"))

    assert lines[4:6] == ["  fix:      one", "            two"]


def test_nothing_that_a_terminal_obeys_passes() -> None:
    nasty = "\x1b[2J\u202e\x9b"
    finding = replace(
        FINDING,
        subject=nasty,
        message=nasty,
        where=nasty,
        test=nasty,
        expected=nasty,
        actual=nasty,
        fix=nasty,
        why=nasty,
        location=Location(nasty, 1),
    )
    report = Report(
        nasty,
        (finding,),
        (NotEvaluated("A", nasty, nasty, nasty),),
        Coverage((nasty, "x"), frozenset({"x"})),
        1,
        1,
        (nasty,),
    )

    assert not set(text.render(report)) & set(nasty.replace("[2J", ""))


def test_an_empty_report() -> None:
    assert text.render(Report("c.yaml", ())) == "0 errors, 0 warnings, 0 notes\n"


def test_a_whole_report() -> None:
    waiver = Waiver(("CON001",), "_ga", "agreed", "ann", date(2026, 9, 1))
    report = Report(
        "c.yaml",
        (FINDING, replace(FINDING, waiver=waiver, severity=Severity.WARNING)),
        (NotEvaluated("VAL001", "_ga", "the value is not known", "GET /"), NotEvaluated("VAL001", "b", "no idea")),
        Coverage(("cookie:_ga", "cookie:b"), frozenset({"cookie:_ga"})),
        1,
        2,
        ("a remark",),
    )

    assert text.render(report).splitlines()[-7:] == [
        "",
        "not evaluated: VAL001 on '_ga': the value is not known   (GET /)",
        "not evaluated: VAL001 on 'b': no idea",
        "note: a remark",
        "catalogue c.yaml: 1 of 2 declared items observed",
        "  not observed: cookie:b",
        "1 error, 0 warnings, 0 notes, 1 waived, 2 not evaluated; 2 observations in 1 response",
    ]


def test_requests_are_counted_where_there_are_any() -> None:
    closing = text.summary(Report("c.yaml", (), exchanges=1, requests=2))
    assert closing == "0 errors, 0 warnings, 0 notes; 0 observations in 1 response, 2 requests"
    assert text.summary(Report("c.yaml", (), requests=1)).endswith("; 0 observations in 0 responses, 1 request")


def test_coverage_names_ten_and_counts_the_rest() -> None:
    declared = tuple(f"cookie:{n}" for n in range(14))
    report = Report("c.yaml", (), coverage=Coverage(declared, frozenset({"cookie:0"})), exchanges=1)

    assert text.coverage_lines(report) == [
        "catalogue c.yaml: 1 of 14 declared items observed",
        "  not observed: " + ", ".join(f"cookie:{n}" for n in range(1, 11)) + " and 3 more",
    ]


def test_coverage_is_silent_where_nothing_was_observed_or_declared() -> None:
    assert text.coverage_lines(Report("c.yaml", (), coverage=Coverage(("a",), frozenset()))) == []
    assert text.coverage_lines(Report("c.yaml", (), exchanges=1)) == []
    alone = Report("c.yaml", (), coverage=Coverage(("a", "b"), frozenset()), observations=1)
    assert text.coverage_lines(alone) == ["catalogue c.yaml: 0 of 2 declared items observed"]


def test_what_findings_say_coverage_does_not_repeat() -> None:
    coverage = Coverage(("cookie:x", "cookie:n1", "cookie:n2"), frozenset({"cookie:x"}))

    assert (
        text.coverage_lines(Report("c", (stale(1),), coverage=coverage, exchanges=1))[1] == "  not observed: cookie:n2"
    )
    assert len(text.coverage_lines(Report("c", (stale(1), stale(2)), coverage=coverage, exchanges=1))) == 1


def test_many_notes_of_a_kind_are_one_block() -> None:
    report = Report("c.yaml", tuple(stale(number) for number in range(1, 13)))

    assert text.render(report).splitlines()[:4] == [
        "INV004 declared-never-observed: 12 times: was never observed",
        "  of:       " + ", ".join(f"cookie 'n{n}'" for n in range(1, 11)) + " and 2 more",
        "  fix:      delete it",
        "  why:      law.  policycheck rule INV004",
    ]


def test_few_notes_and_whatever_has_a_place_of_its_own_stay_apart() -> None:
    few = Report("c", tuple(stale(number) for number in range(1, 4)))
    seen = Report("c", tuple(replace(stale(number), where="GET /") for number in range(1, 9)))
    errors = Report("c", tuple(replace(stale(number), severity=Severity.ERROR) for number in range(1, 9)))

    assert [len(text.blocks(report)) for report in (few, seen, errors)] == [3, 8, 8]


def test_the_baseline_is_shown() -> None:
    lines = text.finding_lines(replace(FINDING, known=True, since=date(2026, 9, 1)))

    assert lines[0].endswith("was stored before consent   [in the baseline]")
    assert lines[-1] == "  known:    in the baseline since 2026-09-01"
    assert text.finding_lines(replace(FINDING, known=True))[-1] == "  known:    in the baseline"


def test_the_source_is_shown_once() -> None:
    seen = replace(FINDING, source=Location("tests/test_shop.py", 12))
    told = replace(FINDING, test="landing.txt:1", source=Location("landing.txt", 1))

    assert text.finding_lines(seen)[2] == "  source:   tests/test_shop.py:12"
    assert not [line for line in text.finding_lines(told) if line.startswith("  source:")]


def test_partial_evidence_is_told_before_all_else_that_closes() -> None:
    report = Report("c.yaml", (), notes=("a remark",), partial="a.har:3: no \x1b object\n  fix: save it again")

    assert text.render(report).splitlines() == [
        "partial: the evidence was not read to its end: a.har:3: no \\x1b object",
        "  fix: save it again",
        "note: a remark",
        "0 errors, 0 warnings, 0 notes",
    ]


def test_what_was_accepted_is_told_once_and_briefly() -> None:
    waiver = Waiver(("CON001",), "_ga", "agreed", "ann", date(2026, 9, 1))
    places = ("GET /", "GET /cart", "GET /news")
    findings = tuple(
        Finding(
            "CON001", "n", Severity.ERROR, "_ga", StorageKind.COOKIE, "m", where, fix="wait", why="law", waiver=waiver
        )
        for where in places
    )

    ((title, rows),) = text.blocks(Report("c", findings))

    assert title.endswith("[waived]")
    assert rows == [("where", "\n".join(places)), ("waived", "by ann until 2026-09-01: agreed")]
