"""What a project accepted: the baseline and waivers in a run of tests; and which runs can say what is found no more."""

from __future__ import annotations

import json
from typing import Any

import pytest

LEAK = "def test_leak(bare): bare.get('/leak')"
THEME = "@pytest.mark.policycheck(consent='granted')", "def test_theme(bare): bare.get('/theme')"
GROW = ("--policycheck-baseline=b.json", "--policycheck-baseline-update=grow")


@pytest.fixture(autouse=True)
def lean(suite: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    suite.lean()
    monkeypatch.chdir(suite.path)


def known(suite: Any) -> list[str]:
    return [
        f"{entry['code']} {entry['subject']}" for entry in json.loads((suite.path / "b.json").read_text())["findings"]
    ]


def test_a_test_that_only_finds_what_is_known_passes(suite: Any) -> None:
    suite.test(LEAK, *THEME)
    result = suite.run("--policycheck", *GROW)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["0 errors, *, 2 in the baseline; *", "baseline b.json: 0 taken out, 2 taken in, 2 left"]
    )
    assert known(suite) == ["INV001 tracker", "RET001 theme"]
    suite.settings('baseline = "b.json"')
    suite.test(LEAK, *THEME, "def test_new(bare): bare.get('/name?cookie=new')")
    result = suite.run("--policycheck", "-n2")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["error: INV001 *'tracker'*   [[]in the baseline]", "  known:    in the baseline since 20*"]
    )
    result.stdout.no_fnmatch_line("  fix: *tracker*")


def test_what_is_mended_is_said_and_taken_out_by_whole_runs_alone(suite: Any) -> None:
    suite.test(LEAK, *THEME)
    suite.run("--policycheck", *GROW)
    suite.settings('baseline = "b.json"')
    suite.test(LEAK, THEME[0], "def test_theme(bare): bare.get('/quiet')")
    mended = "note: GAT003 *"
    suite.run("--policycheck").stdout.fnmatch_lines([mended])
    suite.run("--policycheck", "-k", "leak").stdout.no_fnmatch_line(mended)
    result = suite.run("--policycheck", "--policycheck-baseline-update", "-k", "leak")
    assert result.ret == 4
    result.stdout.fnmatch_lines(["policycheck: the baseline stays as it is, *: tests were chosen by -k"])
    assert len(known(suite)) == 2
    result = suite.run("--policycheck", "--policycheck-baseline-update", "-n1")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["baseline b.json: 1 taken out, 0 taken in, 1 left"])
    assert known(suite) == ["INV001 tracker"]


UNUSED = "warning: GAT002 unused-waiver: the waiver of ada for INV001 on 'gone' held nothing"


@pytest.mark.parametrize(
    ("options", "whole"),
    [
        ((), True),
        (("tests",), True),
        ((".",), True),
        (("tests/deep",), False),
        (("tests/test_one.py",), False),
        (("tests/test_one.py::test_leak",), False),
        (("-k", "leak"), False),
        (("-m", "not policycheck"), False),
        (("--deselect=tests/test_one.py::test_quiet",), False),
        (("--ignore=tests/deep",), False),
        (("-x", "-n1"), True),
        (("-n1", "-k", "leak"), False),
    ],
)
def test_only_a_whole_run_says_what_a_waiver_no_longer_holds(suite: Any, options: tuple[str, ...], whole: bool) -> None:
    suite.settings(
        'waivers = [{codes = ["INV001"], subject = "gone", reason = "x", owner = "ada", expires = 2999-01-01}]'
    )
    suite.test("def test_quiet(bare): bare.get('/')", "def test_leak(bare): bare.get('/')", name="tests/test_one.py")
    suite.test("def test_deep(bare): bare.get('/')", name="tests/deep/test_deep.py")
    result = suite.run("--policycheck", *options)
    assert result.ret == 0
    assert any("GAT002 unused-waiver" in line for line in result.outlines) is whole


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ("def test_leak(bare): bare.get('/leak')", True),
        ("def test_leak(bare): assert bare.get('/leak').status_code == 201", False),
        ("@pytest.mark.xfail\ndef test_leak(bare): assert bare.get('/leak').status_code == 201", True),
        ("def test_leak(bare, missing): bare.get('/leak')", False),
        ("def test_leak(bare, policycheck): bare.get('/leak'); policycheck.verify()", False),
        ("raise OSError", False),
    ],
)
def test_a_test_that_broke_off_leaves_a_run_that_is_not_whole(suite: Any, body: str, whole: bool) -> None:
    suite.settings(
        'waivers = [{codes = ["INV001"], subject = "gone", reason = "x", owner = "ada", expires = 2999-01-01}]'
    )
    suite.test(body)
    suite.test("def test_home(bare): bare.get('/')", name="test_zz.py")
    result = suite.run("--policycheck", "--continue-on-collection-errors")
    assert any(line == UNUSED for line in result.outlines) is whole


def test_what_was_waived_is_shown_with_who_did(suite: Any) -> None:
    suite.settings(
        'waivers = [{codes = ["INV001"], subject = "track*", reason = "soon", owner = "ada", expires = 2999-01-01}]'
    )
    suite.test(LEAK)
    result = suite.run("--policycheck")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["error: INV001 *   [[]waived]", "  waived:   by ada until 2999-01-01: soon", "  in: *"]
    )


def test_many_known_findings_are_one_line(suite: Any) -> None:
    suite.test(
        "@pytest.mark.parametrize('name', 'abcd')", "def test_name(bare, name): bare.get(f'/name?cookie={name}')"
    )
    suite.run("--policycheck", *GROW)
    told = "in the baseline: 4 findings: INV001 (4); -v shows each"
    result = suite.run("--policycheck", "--policycheck-baseline=b.json")
    result.stdout.fnmatch_lines([told])
    result.stdout.no_fnmatch_line("error: *")
    suite.run("--policycheck", "--policycheck-baseline=b.json", "-v").stdout.no_fnmatch_line(told)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--policycheck-baseline-update",), "--policycheck-baseline-update: there is no baseline to update"),
        (("--policycheck-baseline=b.json",), "b.json: there is no such baseline"),
        (("--policycheck-baseline=no/b.json", "--policycheck-baseline-update=grow"), "--policycheck-baseline: the folder *"),
        (("--policycheck-baseline=app.py",), "app.py:1:1: the baseline is not valid JSON*"),
        (("--policycheck-report=nope=x",), "--policycheck-report: 'nope=x': no reporter is called 'nope'*"),
        (("--policycheck-report=x.json", "--policycheck-report=./x.json"), "*two reports would go there*"),
        (("--policycheck-observations=.",), "--policycheck-observations: . is a folder; name a file in it"),
    ],
)  # fmt: skip
def test_a_mistake_ends_the_run_with_one_message(suite: Any, options: tuple[str, ...], message: str) -> None:
    suite.test(LEAK)
    result = suite.run("--policycheck", *options)
    assert result.ret == 4
    told = result.stdout if "policycheck: " in result.stdout.str() else result.stderr
    told.fnmatch_lines([f"*policycheck: {message}"])


def test_reports_go_where_the_options_or_the_settings_say(suite: Any) -> None:
    suite.settings('reports = ["out.txt", "gitlab=quality.json"]')
    suite.test("def test_leak(client):", "    client.get('/leak')", name="tests/test_one.py")
    suite.run()
    assert (suite.path / "out.txt").read_text().startswith("INV001")
    assert isinstance(json.loads((suite.path / "quality.json").read_text()), list)
    suite.run("--policycheck-report=a.json", "--policycheck-report=sarif=b.x")
    (first, *_) = json.loads((suite.path / "a.json").read_text())["findings"]
    assert (first["source"]["file"], first["source"]["line"]) == ("tests/test_one.py", 2)
    assert json.loads((suite.path / "b.x").read_text())["version"] == "2.1.0"


def test_settings_by_test_hold_for_their_tests(suite: Any) -> None:
    text = (suite.path / "pyproject.toml").read_text()
    table = (
        '[[tool.policycheck.per-test]]\ntest = "test_shop.py::test_legacy*"\nignore = ["INV001"]\nconsent = "granted"\n'
    )
    suite.write("pyproject.toml", text + table)
    suite.test("def test_legacy(bare): bare.get('/leak'); bare.get('/count')", LEAK)
    suite.run("--policycheck").assert_outcomes(passed=1, failed=1)
