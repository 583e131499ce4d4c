"""The terminal section, the JSON report and JUnit properties."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest


def test_findings_are_folded_with_their_counts_and_tests(suite: Any) -> None:
    suite.test(
        "@pytest.mark.parametrize('number', range(5))",
        "def test_leak(client, number): client.get('/leak'), client.get('/leak')",
    )
    result = suite.run()
    result.stdout.fnmatch_lines(
        [
            "*= policycheck =*",
            "error: INV001 undeclared-item: cookie 'tracker' was stored, *   (10 times)",
            "  in:       test_shop.py::test_leak[[]0], test_shop.py::test_leak[[]1], test_shop.py::test_leak[[]2] and 2 more",
            "note: INV004 declared-never-observed: 4 entries: *",
            "catalogue catalogue.yaml: 0 of 4 declared items observed",
            "1 error, 0 warnings, * notes; 10 observations in 10 responses",
        ]
    )


def test_the_counts_are_of_what_the_section_shows(suite: Any) -> None:
    text = (suite.path / "app.py").read_text()
    suite.write("app.py", text.replace('@app.get("/leak")', '@app.get("/leak")\n@app.get("/l")'))
    suite.test("def test_paths(client): client.get('/leak'), client.get('/l')")
    result = suite.run()
    result.stdout.fnmatch_lines(["error: INV001 *(2 times)", "1 error, *; 2 observations in 2 responses"])


def test_one_test_says_each_thing_once_with_its_places(suite: Any) -> None:
    suite.test("def test_leak(client): client.get('/leak'), client.get('/leak?again')")
    result = suite.run()
    result.stdout.fnmatch_lines(
        [
            "INV001 undeclared-item: cookie 'tracker' was stored, *",
            "  where:    GET /leak  ->  Set-Cookie, header 1 of 1   (test_shop.py::test_leak)",
            "  expected: *",
        ]
    )
    assert sum(line.startswith("INV001 undeclared-item") for line in result.outlines) == 1


def test_findings_stand_in_full_in_the_section_when_the_tests_show_none(suite: Any) -> None:
    suite.test("def test_leak(client): client.get('/leak')")
    result = suite.run("--tb=no")
    result.stdout.fnmatch_lines(
        [
            "error: INV001 undeclared-item: cookie 'tracker' was stored, *",
            "  where:    GET /leak  ->  *",
            "  expected: *",
            "  actual:   tracker=<*",
            "  fix:      *",
            "  why:      *",
            "  in:       test_shop.py::test_leak",
            "",
        ]
    )


def test_how_much_of_the_catalogue_was_observed(suite: Any) -> None:
    suite.test("def test_landing(client): client.get('/')")
    suite.run("--policycheck-ignore=INV004").stdout.fnmatch_lines(
        [
            "catalogue catalogue.yaml: 1 of 4 declared items observed",
            "  not observed: cookie:theme, cookie:_ga, localStorage:cart",
        ]
    )


def test_notes_that_say_the_same_of_many_entries_are_one(suite: Any) -> None:
    suite.test("def test_quiet(client): client.get('/quiet')")
    suite.run().stdout.fnmatch_lines(
        [
            "note: INV004 declared-never-observed: 4 entries: is declared, and was never observed",
            "  of:       cookie '_ga', localStorage 'cart', cookie 'sid' and 1 more",
            "0 errors, 0 warnings, 4 notes; 0 observations in 1 response",
        ]
    )
    suite.run("-v").stdout.fnmatch_lines(
        ["note: INV004 declared-never-observed: cookie '_ga' *", "note: INV004 *'cart' *"]
    )


def test_findings_that_fail_nothing_are_shown_in_full(suite: Any) -> None:
    suite.settings('severity = {INV001 = "warning"}')
    text = (suite.path / "pyproject.toml").read_text().replace('[tool.policycheck.severity]\nATT001 = "note"\n', "")
    suite.write("pyproject.toml", text)
    suite.test("def test_leak(client): client.get('/leak')")
    result = suite.run("--policycheck-ignore=ATT")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["warning: INV001 *", "  where:    GET /leak *", "  fix: *", "  in:       test_shop.py::test_leak"]
    )


def test_notes_are_short_unless_asked_for(suite: Any) -> None:
    suite.test("def test_landing(client): client.get('/')")
    suite.run().stdout.no_fnmatch_line("  fix: *")
    suite.run("-v").stdout.fnmatch_lines(["note: ATT001 *", "  where:    GET / *", "  fix: *"])


def test_quiet_is_one_line(suite: Any) -> None:
    suite.test("def test_leak(client): client.get('/leak')")
    result = suite.run("-q", "--tb=no")
    result.stdout.fnmatch_lines(["policycheck: 1 error, 0 warnings, *"])
    result.stdout.no_fnmatch_line("*= policycheck =*")


def test_colours_follow_the_worst_finding(suite: Any) -> None:
    suite.test("def test_landing(client): client.get('/')", "def test_leak(client): client.get('/leak')")
    assert "\x1b[31m1 error" in suite.run("--color=yes").stdout.str().replace("\x1b[1m", "")
    assert "\x1b[36m0 errors" in suite.run("--color=yes", "-k", "landing").stdout.str()
    assert "\x1b[32m0 errors" in suite.run("--color=yes", "-k", "landing", "--policycheck-select=CON").stdout.str()
    assert "\x1b" not in suite.run("--color=no").stdout.str()


def test_a_waived_finding_fails_nothing_and_is_shown(suite: Any) -> None:
    suite.settings(
        'waivers = [{codes = ["INV001"], subject = "track*", reason = "goes in May", owner = "ada", expires = 2999-01-01}]'
    )
    suite.test("def test_leak(client): client.get('/leak')")
    result = suite.run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["error: INV001 *[[]waived[]]", "  waived:   by ada until 2999-01-01: goes in May", "0 errors, *1 waived*"]
    )


def test_an_expired_waiver_is_noted(suite: Any) -> None:
    suite.settings(
        'waivers = [{codes = ["INV001"], subject = "track*", reason = "x", owner = "ada", expires = 2001-01-01}]'
    )
    suite.test("def test_leak(client): client.get('/leak')")
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["error: GAT001 *: the waiver of ada for INV001 on 'track*' expired on 2001-01-01; *"])


def test_a_rule_about_the_whole_run_fails_the_run(suite: Any) -> None:
    suite.settings()
    text = (suite.path / "pyproject.toml").read_text().replace('ATT001 = "note"', 'ATT001 = "note"\nINV004 = "error"')
    suite.write("pyproject.toml", text)
    suite.test("def test_landing(client): client.get('/')")
    result = suite.run()
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["error: INV004 *'cart'*", "  where:    catalogue.yaml:*"])


def test_a_catalogue_that_nothing_was_held_against_says_nothing(suite: Any) -> None:
    suite.write("other.yaml", (suite.path / "catalogue.yaml").read_text().replace("name: cart", "name: basket"))
    suite.test("@pytest.mark.policycheck(catalogue='other.yaml')", "def test_landing(bare): bare.get('/')")
    document = suite.report("--policycheck")
    assert document["catalogue"] == "other.yaml"
    assert "localStorage:basket" in document["coverage"]["declared"]
    assert "localStorage:cart" not in document["coverage"]["declared"]
    assert "cart" not in {found["subject"] for found in document["findings"]}


def test_the_report_says_what_the_section_says(suite: Any, codes: Callable[[dict[str, Any]], list[str]]) -> None:
    suite.test("def test_leak(client): client.get('/leak')", "def test_count(client): client.get('/count')")
    document = suite.report()
    assert {"INV001 tracker", "CON001 _ga", "INV004 cart"} <= set(codes(document))
    assert document["summary"]["exchanges"] == 2
    assert document["coverage"]["observed"] == ["cookie:_ga"]


def test_junit_has_codes_and_names(suite: Any, canary: str) -> None:
    suite.test("def test_leak(client): client.get('/leak')", "def test_quiet(client): client.get('/quiet')")
    suite.run("--junitxml=junit.xml")
    text = (suite.path / "junit.xml").read_text("utf-8")
    assert canary not in text
    cases = {case.get("name"): case for case in ET.fromstring(text).iter("testcase")}
    properties = [(entry.get("name"), entry.get("value")) for entry in cases["test_leak"].iter("property")]
    assert ("policycheck.code", "INV001") in properties
    assert properties[properties.index(("policycheck.code", "INV001")) + 1] == (
        "policycheck.subject",
        "cookie 'tracker'",
    )
    assert not list(cases["test_quiet"].iter("property"))
    failure = next(cases["test_leak"].iter("failure"))
    assert str(failure.get("message")).startswith("INV001 undeclared-item: ")


def test_names_with_control_characters_cannot_write_to_the_terminal(suite: Any) -> None:
    suite.write(
        "wild.py",
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [('Set-Cookie', 'a\\x1b[31mb\\xff=x'), ('Set-Cookie', 'n\\x85m=x')])\n"
        "    return [b'']\n",
    )
    suite.test(
        "from wild import app",
        "import werkzeug.test",
        "def test_wild(policycheck):",
        "    watched = policycheck.observe(app).subject",
        "    environ = werkzeug.test.EnvironBuilder().get_environ()",
        "    list(watched(environ, lambda *args: None))",
    )
    result = suite.run("-vv", "--junitxml=junit.xml", "--policycheck-report=report.json")
    output = result.stdout.str()
    result.assert_outcomes(failed=1)
    assert "\x1b" not in output
    assert "\x85" not in output
    ET.fromstring((suite.path / "junit.xml").read_text("utf-8"))
