from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policycheck.engine.baseline import Baseline, Update, read_baseline
from policycheck.errors import ConfigurationError, UsageError
from policycheck.model.finding import Finding, Severity, Waiver
from policycheck.model.lifetime import parse_retention
from policycheck.model.report import Report, RuleInfo
from policycheck.model.storage import StorageKind

TODAY = date(2026, 11, 24)
YEAR = parse_retention("1 year")
RULES = tuple(RuleInfo(code, code.lower(), Severity.ERROR) for code in ("INV001", "CON001", "GAT001"))


def finding(subject: str, code: str = "INV001", **changes: object) -> Finding:
    made = Finding(
        code, "n", Severity.ERROR, subject, StorageKind.COOKIE, "m", "GET /cart/12  ->  Set-Cookie, header 1 of 2"
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def report(*findings: Finding, **changes: object) -> Report:
    return replace(Report("c.yaml", findings, rules=RULES), **changes)  # type: ignore[arg-type]


def grown(baseline: Baseline, *findings: Finding, today: date = TODAY) -> Baseline:
    return baseline.updated(report(*findings), Update.GROW, fail_on=Severity.ERROR, today=today)


def subjects(baseline: Baseline) -> list[str]:
    return [known.subject for known in baseline.entries]


def test_it_is_written_one_finding_a_line_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    baseline = grown(read_baseline(path, YEAR, update=Update.GROW), finding("b"), finding("a"), finding("a", "CON001"))

    baseline.write()

    lines = path.read_text("utf-8").splitlines()
    assert json.loads(path.read_text("utf-8"))["baseline"] == 1
    assert [json.loads(line.rstrip(","))["subject"] for line in lines[1:-1]] == ["a", "a", "b"]
    assert json.loads(lines[1].rstrip(",")) == {
        "fingerprint": finding("a", "CON001").fingerprint,
        "code": "CON001",
        "kind": "cookie",
        "subject": "a",
        "place": "GET /cart/#  ->  Set-Cookie",
        "since": "2026-11-24",
    }
    read = read_baseline(path, YEAR)
    assert read == baseline
    assert [str(known.location) for known in read.entries] == [f"{path}:{line}" for line in (2, 3, 4)]
    assert [path.name for path in tmp_path.iterdir()] == ["b.json"]


def test_the_same_run_again_changes_nothing(tmp_path: Path) -> None:
    baseline = grown(Baseline(tmp_path / "b.json", (), YEAR), finding("a"))

    assert grown(baseline, finding("a"), today=date(2027, 3, 1)) == baseline


def test_it_shrinks_to_what_is_still_found(tmp_path: Path) -> None:
    baseline = grown(Baseline(tmp_path / "b.json"), finding("a"), finding("b"))

    shrunk = baseline.updated(report(finding("b"), finding("new")), Update.SHRINK, fail_on=Severity.ERROR, today=TODAY)

    assert subjects(shrunk) == ["b"]


def test_what_no_rule_looked_for_stays(tmp_path: Path) -> None:
    baseline = grown(Baseline(tmp_path / "b.json"), finding("a"), finding("b", "CON001"))

    shrunk = baseline.updated(report(rules=RULES[:1]), Update.SHRINK, fail_on=Severity.ERROR, today=TODAY)

    assert subjects(shrunk) == ["b"]


def test_it_takes_in_what_fails_and_nobody_waived(tmp_path: Path) -> None:
    waiver = Waiver(("INV001",), "w", "r", "o", TODAY)
    found = (
        finding("error"),
        finding("warning", severity=Severity.WARNING),
        finding("note", severity=Severity.NOTE),
        finding("w", waiver=waiver),
        finding("expired", "GAT001"),
    )
    empty = Baseline(tmp_path / "b.json")

    assert subjects(grown(empty, *found)) == ["error"]
    strict = empty.updated(report(*found), Update.GROW, fail_on=Severity.WARNING, today=TODAY)
    assert subjects(strict) == ["error", "warning"]


def test_an_entry_ends_when_it_gets_too_old(tmp_path: Path) -> None:
    baseline = grown(Baseline(tmp_path / "b.json", (), parse_retention("30 days")), finding("a"))
    (known,) = baseline.entries

    assert known.ends == date(2026, 12, 24)
    assert baseline.holds(known.fingerprint, date(2026, 12, 24))
    assert not baseline.holds(known.fingerprint, date(2026, 12, 25))
    assert not baseline.holds("another", TODAY)
    assert grown(Baseline(tmp_path / "b.json"), finding("a")).entries[0].ends is None


def test_an_entry_that_is_dated_from_the_future_does_not_stay_longer(tmp_path: Path) -> None:
    baseline = grown(Baseline(tmp_path / "b.json", (), YEAR), finding("a"), today=date(2099, 1, 1))
    (known,) = baseline.entries

    assert not baseline.holds(known.fingerprint, TODAY)
    assert [known.since for known in grown(baseline, finding("a")).entries] == [TODAY]


def test_an_entry_still_counts_on_its_last_day_and_is_not_renewed_then(tmp_path: Path) -> None:
    baseline = grown(Baseline(tmp_path / "b.json", (), YEAR), finding("a"))

    assert grown(baseline, finding("a"), today=date(2027, 11, 24)) == baseline


def test_the_last_day_of_the_calendar_has_no_year_after_it(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(f'{{"baseline": 1, "findings": [{LINE}]}}'.replace("2026-01-01", "9999-12-31"), "utf-8")

    (known,) = read_baseline(path, YEAR).entries

    assert (known.since, known.ends) == (date.max, date.max)


def test_other_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(f'\ufeff{{"baseline": 1, "findings": [\r\n{LINE}\r\n]}}'.encode())

    assert [str(known.location) for known in read_baseline(path, YEAR).entries] == [f"{path}:2"]


def test_what_is_renewed_counts_as_taken_in(tmp_path: Path) -> None:
    old = grown(Baseline(tmp_path / "b.json", (), YEAR), finding("a"))
    new = grown(old, finding("a"), today=date(2028, 1, 1))

    assert new.changed_since(old) == "b.json: 0 taken out, 1 taken in, 1 left"


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "b.json").mkdir()

    with pytest.raises(UsageError, match="cannot be written"):
        Baseline(tmp_path / "b.json").write()
    assert [path.name for path in tmp_path.iterdir()] == ["b.json"]


def test_growing_renews_what_is_overdue(tmp_path: Path) -> None:
    later = date(2028, 1, 1)
    baseline = grown(Baseline(tmp_path / "b.json", (), YEAR), finding("a"))

    assert [known.since for known in grown(baseline, finding("a"), today=later).entries] == [later]
    assert baseline.updated(report(finding("a")), Update.SHRINK, fail_on=Severity.ERROR, today=later) == baseline


def test_it_says_in_a_line_what_changed(tmp_path: Path) -> None:
    empty = Baseline(tmp_path / "b.json")
    two = grown(empty, finding("a"), finding("b"))
    shrunk = two.updated(report(finding("b")), Update.SHRINK, fail_on=Severity.ERROR, today=TODAY)

    assert two.changed_since(empty) == "b.json: 0 taken out, 2 taken in, 2 left"
    assert shrunk.changed_since(two) == "b.json: 1 taken out, 0 taken in, 1 left"


def test_evidence_that_was_cut_off_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the baseline stays as it is.*\n  a.har:3"):
        Baseline(tmp_path / "b.json").updated(
            report(partial="a.har:3: cut off"), Update.SHRINK, fail_on=Severity.ERROR, today=TODAY
        )


LINE = '{"fingerprint": "f", "code": "A001", "kind": "", "subject": "a", "place": "", "since": "2026-01-01"}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", ":1:2: the baseline is not valid JSON"),
        ("[]", "is no baseline of version 1"),
        ('{"baseline": 2, "findings": []}', "is no baseline of version 1"),
        ('{"baseline": 1}', "findings: must be a list"),
        ('{"baseline": 1, "findings": [3]}', "finding 1 of the baseline must have fingerprint, code"),
        (f'{{"baseline": 1, "findings": [{LINE}, {{"code": "A"}}]}}', "finding 2 of the baseline must have"),
        (f'{{"baseline": 1, "findings": [\n{LINE.replace("2026-01-01", "soon")}]}}', ":2: a finding of the baseline"),
        (f'{{"baseline": 1, "findings": [\n{LINE.replace(chr(34) + "a" + chr(34), "3")}]}}', ":2: a finding of the"),
        (f'{{"baseline": 1, "findings": [\n{LINE}\n{LINE}]}}', ":3:1: .*\n  fix: of lines that a merge left twice"),
    ],
)
def test_what_is_no_baseline_is_said_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(text, "utf-8")

    with pytest.raises(ConfigurationError, match=message):
        read_baseline(path, None)


def test_a_finding_that_stands_there_twice_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(f'{{"baseline": 1, "findings": [\n{LINE},\n{LINE}]}}', "utf-8")

    assert len(read_baseline(path, None).entries) == 1


def test_one_that_is_not_there_is_an_error_unless_it_grows(tmp_path: Path) -> None:
    for update in (None, Update.SHRINK):
        with pytest.raises(
            ConfigurationError, match="there is no such baseline\n  fix: make one with --baseline-update"
        ):
            read_baseline(tmp_path / "b.json", None, update=update)


def test_a_place_that_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_baseline(tmp_path, None)
    with pytest.raises(UsageError, match="cannot be written"):
        Baseline(tmp_path / "missing" / "b.json").write()


def test_a_file_that_is_nested_too_deeply_is_no_baseline(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text("[" * 100_000, "utf-8")

    with pytest.raises(ConfigurationError, match="is nested too deeply"):
        read_baseline(path, None)
