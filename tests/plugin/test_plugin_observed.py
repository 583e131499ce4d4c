"""Consent that is observed in a test suite: by a marker, an option, the settings; what the report says of it."""

from __future__ import annotations

from typing import Any

import pytest

ROUTES = """
@app.post("/choose")
def choose():
    answer = app.make_response("")
    answer.set_cookie("cookie_consent", "analytics=2026-01-31T10:00:00|functional=-1" if "yes" in request.args else "analytics=-1")
    return answer

@app.post("/nonsense")
def nonsense():
    answer = app.make_response("")
    answer.set_cookie("cookie_consent", VALUE)
    return answer
"""
OBSERVED = "@pytest.mark.policycheck(consent='observed', ignore=['INV', 'RET', 'ATT'])"


@pytest.fixture
def shop(suite: Any) -> Any:
    suite.write("app.py", (suite.path / "app.py").read_text() + ROUTES)
    return suite


def test_the_marker_follows_the_application(shop: Any) -> None:
    shop.test(
        OBSERVED,
        "def test_granted(client, policycheck):",
        "    client.post('/choose?yes')",
        "    client.get('/count')",
        "    assert policycheck.consent.status('analytics') == 'granted'",
        OBSERVED,
        "def test_nobody_chose(client): client.get('/count')",
        OBSERVED,
        "def test_refused(client): client.post('/choose'); client.get('/count')",
        OBSERVED,
        "def test_withdrawn(client): client.post('/choose?yes'); client.post('/choose'); client.get('/count')",
    )
    result = shop.run("-vv")
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines_random(
        [
            "FAILED test_shop.py::test_nobody_chose - CON001 *",
            "FAILED test_shop.py::test_refused - CON002 *",
            "FAILED test_shop.py::test_withdrawn - CON004 *",
        ]
    )
    assert "no record of a choice was seen" not in result.stdout.str()


@pytest.mark.parametrize("where", ["option", "settings", "zero-line"])
def test_a_run_may_observe_everywhere(shop: Any, where: str) -> None:
    shop.test("def test_granted(client): client.post('/choose?yes'); client.get('/count')")
    if where == "settings":
        path = shop.path / "pyproject.toml"
        path.write_text(path.read_text().replace("cache = false", 'cache = false\nconsent = "observed"'))
    options = () if where == "settings" else ("--policycheck-consent=observed",)
    more = ("--policycheck",) if where == "zero-line" else ()

    shop.run("--policycheck-ignore=INV,RET,ATT", *options, *more).assert_outcomes(passed=1)


def test_what_teardown_does_is_still_followed(shop: Any) -> None:
    shop.test(
        "@pytest.fixture",
        "def changing(client):",
        "    yield",
        "    client.post('/choose')",
        "    client.get('/count')",
        OBSERVED,
        "def test_granted(client, changing): client.post('/choose?yes'); client.get('/count')",
    )
    result = shop.run("-vv")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["ERROR test_shop.py::test_granted - CON004 *"])


def test_the_report_says_that_no_record_was_seen(shop: Any) -> None:
    shop.test(OBSERVED, "def test_landing(client): client.get('/')")
    result = shop.run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["note: consent is observed, but no record of a choice was seen in this process: *"])


def test_the_report_says_what_could_not_be_read_and_shows_no_value(shop: Any, canary: str) -> None:
    shop.test(OBSERVED, "def test_landing(client): client.post('/nonsense')")
    result = shop.run("--policycheck-report=report.json")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            (
                "note: consent is observed, but the cookie entry 'cookie_consent' was passed over: "
                "a record of django-cookie-consent cannot be read: pair 1 of 1 is not group=version"
            )
        ]
    )
    assert canary not in result.stdout.str() + (shop.path / "report.json").read_text("utf-8")


def test_observing_starts_with_the_test(shop: Any) -> None:
    shop.test(
        "from policycheck.consent.reading import OBSERVED",
        "def test_late(policycheck): policycheck.consent.state = OBSERVED",
    )
    result = shop.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*UsageError: consent is observed from the start of a test or not at all"])
