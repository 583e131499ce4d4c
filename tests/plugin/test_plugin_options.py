"""Options and settings: one configuration, and one clear message for what makes no sense."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

LEAK = "def test_leak(client): client.get('/leak')"


def test_the_settings_of_the_project_hold(suite: Any) -> None:
    suite.settings('ignore = ["INV001"]')
    suite.test(LEAK)
    suite.run().assert_outcomes(passed=1)


def test_policycheck_toml_goes_first(suite: Any) -> None:
    suite.write("policycheck.toml", 'catalogue = "catalogue.yaml"\nselect = ["RET"]\n')
    suite.test(LEAK)
    suite.run().assert_outcomes(passed=1)


def test_settings_are_found_from_a_folder_below(suite: Any) -> None:
    suite.test(LEAK, name="deep/test_shop.py")
    suite.pytester.chdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(suite.path / "deep")
        result = suite.run()
    result.assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("options", "passes"),
    [
        ((), False),
        (("--policycheck-ignore=INV001",), True),
        (("--policycheck-ignore=RET,undeclared-item",), True),
        (("--policycheck-ignore=RET", "--policycheck-ignore=INV"), True),
        (("--policycheck-select=RET",), True),
        (("--policycheck-select=RET,INV001",), False),
        (("--policycheck-catalogue=other.yaml",), True),
    ],
)
def test_options_lie_over_the_settings(suite: Any, options: tuple[str, ...], passes: bool) -> None:
    suite.write(
        "other.yaml",
        "catalogue: 1\nid: other\nversion: '1'\nitems:\n  - {name: tracker, kind: cookie, category: necessary, retention: 1 day, purpose: {en: x}}\n",
    )
    suite.test(LEAK)
    suite.run(*options).assert_outcomes(**{"passed" if passes else "failed": 1})


def test_ignored_rules_of_the_command_line_add_to_those_of_the_file(suite: Any) -> None:
    suite.settings('ignore = ["INV001"]')
    suite.test("def test_both(client): client.get('/leak'); client.get('/count')")
    suite.run("--policycheck-ignore=CON001").assert_outcomes(passed=1)


def test_the_consent_of_the_command_line_is_where_every_test_starts(suite: Any) -> None:
    suite.test("def test_count(client): client.get('/count')")
    suite.run("--policycheck-consent=analytics=granted").assert_outcomes(passed=1)
    suite.settings('consent = "granted"')
    suite.run().assert_outcomes(passed=1)
    suite.run("--policycheck-consent=refused").assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--policycheck-fail-on=bad",),
            "ERROR: policycheck: --policycheck-fail-on: 'bad' is not a severity*there are error, warning, note",
        ),
        (
            ("--policycheck-consent=analytics=maybe",),
            "ERROR: policycheck: --policycheck-consent: 'maybe' is not a consent status*",
        ),
        (
            ("--policycheck-consent=analitics",),
            "ERROR: policycheck: --policycheck-consent: the catalogue has no category 'analitics'; did you mean *",
        ),
        (("--policycheck-select=CNO",), "ERROR: policycheck: --policycheck-select: no rule is called 'CNO'*"),
        (("--policycheck-ignore=INV999",), "ERROR: policycheck: --policycheck-ignore: no rule is called 'INV999'*"),
        (("--policycheck-catalogue=nowhere.yaml",), "ERROR: policycheck: *nowhere.yaml*"),
        (("--policycheck-catalogue=pack:nowhere",), "ERROR: policycheck: *pack:nowhere*"),
        (("--policycheck-report=.",), "ERROR: policycheck: --policycheck-report: . is a folder; name a file in it"),
        (
            ("--policycheck-report=app.py/report.json",),
            "ERROR: policycheck: --policycheck-report: the folder of app.py/report.json cannot be made: *",
        ),
        pytest.param(
            ("--policycheck-report=/proc/version",),
            "ERROR: policycheck: --policycheck-report: /proc/version cannot be replaced: *",
            marks=pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs a file that nobody may remove"),
        ),
    ],
)
def test_an_option_that_makes_no_sense_ends_the_run_with_one_message(
    suite: Any, options: tuple[str, ...], message: str
) -> None:
    suite.test(LEAK)
    result = suite.run(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    output = result.stderr.str() + result.stdout.str()
    pytest.LineMatcher(output.splitlines()).fnmatch_lines([message])
    assert "Traceback" not in output
    assert "INTERNALERROR" not in output


BROKEN = [
    ('catalog = "catalogue.yaml"', "*pyproject.toml:*: catalog: is not a setting; did you mean 'catalogue'?*"),
    ("tolerance = -1", "*pyproject.toml:*: tolerance: *"),
    ('hosts = ["https://shop.eu"]', "*'https://shop.eu' is no host*"),
]


@pytest.mark.parametrize(("line", "message"), BROKEN)
def test_a_broken_setting_ends_a_watched_run(suite: Any, line: str, message: str) -> None:
    suite.settings(line)
    suite.test("def test_it(bare): bare.get('/')")
    result = suite.run("--policycheck")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: policycheck: {message}"])
    assert "Traceback" not in result.stderr.str() + result.stdout.str()


@pytest.mark.parametrize(("line", "message"), BROKEN[:2])
def test_a_broken_setting_ends_a_run_when_a_fixture_is_used(suite: Any, line: str, message: str) -> None:
    suite.settings(line)
    suite.test("def test_plain(): pass", LEAK, "def test_again(client): pass")
    result = suite.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    output = result.stderr.str() + result.stdout.str()
    pytest.LineMatcher(output.splitlines()).fnmatch_lines([f"*policycheck: {message}"])
    assert output.count("is not a setting") <= 1
    assert "Traceback" not in output


def test_a_broken_catalogue_ends_the_run_with_all_its_problems(suite: Any) -> None:
    suite.write(
        "catalogue.yaml",
        "catalogue: 1\nid: shop\nversion: '1'\nitems:\n  - {name: sid, kind: cokie, category: necessary, retention: forever, purpose: {en: x}}\n",
    )
    for options, body in ((("--policycheck",), "def test_it(bare): bare.get('/')"), ((), LEAK)):
        suite.test(body)
        result = suite.run(*options)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        output = result.stderr.str() + result.stdout.str()
        for problem in ("catalogue.yaml:5", "cokie", "forever"):
            assert problem in output
        assert "Traceback" not in output


def test_no_catalogue_is_said_with_the_fix(suite: Any) -> None:
    suite.write(
        "pyproject.toml", (suite.path / "pyproject.toml").read_text().replace('catalogue = "catalogue.yaml"', "")
    )
    for options, body in ((("--policycheck",), "def test_it(bare): bare.get('/')"), ((), LEAK)):
        suite.test(body)
        result = suite.run(*options)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        output = result.stderr.str() + result.stdout.str()
        assert "policycheck: no catalogue is named" in output
        assert "--policycheck-catalogue" in output


def test_switched_off_nothing_is_judged_and_the_fixtures_stay(suite: Any) -> None:
    suite.write("catalogue.yaml", "broken: [")
    suite.test(
        "def test_leak(client, policycheck):",
        "    client.get('/leak')",
        "    policycheck.consent.grant('whatever')",
        "    policycheck.storage('localStorage', 'x')",
        "    policycheck.verify()",
        "    assert policycheck.findings == () and len(policycheck.observations) == 2",
    )
    result = suite.run("--no-policycheck", "--policycheck", "--policycheck-report=report.json")
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*= policycheck =*")
    assert not (suite.path / "report.json").exists()


def test_the_report_is_json_unless_its_ending_is_a_format(suite: Any) -> None:
    suite.test(LEAK)
    for name in ("report.json", "new/folder/report", "report.unknown"):
        suite.run(f"--policycheck-report={name}").assert_outcomes(failed=1)
        document = json.loads((suite.path / name).read_text("utf-8"))
        found = next(entry for entry in document["findings"] if entry["code"] == "INV001")
        assert found["name"] == "undeclared-item"
        assert (found["subject"], found["kind"], found["severity"]) == ("tracker", "cookie", "error")
        assert found["message"]
        assert "test_shop.py::test_leak" in found["location"]
    suite.run("--policycheck-report=report.txt")
    assert (suite.path / "report.txt").read_text("utf-8").startswith("INV001 undeclared-item: ")


def test_a_report_that_cannot_be_written_is_no_pass(suite: Any) -> None:
    suite.test(
        "import pathlib",
        "def test_landing(client):",
        "    client.get('/')",
        "    pathlib.Path('report.json').mkdir()",
    )
    result = suite.run("--policycheck-report=report.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(["policycheck: the report was not written to *report.json: *"])


def test_a_run_that_breaks_off_leaves_no_report_of_another(suite: Any) -> None:
    suite.test(LEAK)
    suite.write("report.json", "of yesterday")
    suite.write("catalogue.yaml", "broken: [")
    result = suite.run("--policycheck", "--policycheck-report=report.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.no_fnmatch_line("*= policycheck =*")
    assert not (suite.path / "report.json").exists()


def test_options_in_addopts_count(suite: Any) -> None:
    text = Path(suite.path / "pyproject.toml").read_text()
    suite.write("pyproject.toml", text.replace('"--strict-markers"', '"--strict-markers", "--policycheck"'))
    suite.test("def test_leak(bare): bare.get('/leak')")
    suite.run().assert_outcomes(failed=1)


def test_help_lists_the_options(suite: Any) -> None:
    result = suite.run("--help")
    for option in ("", "-catalogue", "-report", "-consent", "-select", "-ignore", "-fail-on"):
        result.stdout.fnmatch_lines([f"  --policycheck{option}*"])
    result.stdout.fnmatch_lines(["  --no-policycheck *"])
