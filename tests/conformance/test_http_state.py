"""The IETF's http-state suite, in its reading by RFC 6265bis, and its cookie dates."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policycheck.jar import CookieJar
from policycheck.wire import parse_cookie_date, split_folded

DATA = Path(os.environ.get("POLICYCHECK_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
CLOCK = 1_325_376_000.0
"""2012-01-01T00:00:00Z, at which the suite is to be run."""

DISABLED_AND_OTHER_IN_6265BIS = {
    "disabled-chromium0022": "a NUL ends the whole cookie (5.6 step 1); the suite expected what stands before it",
    "disabled-chromium0023": "a CR ends the whole cookie (5.6 step 1); the suite expected what stands before it",
    "disabled-path0029": "paths are compared without decoding (5.1.4); the suite expected %6F to match o",
}
"""Cases that the suite's authors switched off, and that RFC 6265bis decides the other way: no Cookie header."""

OPTIONAL_AND_OTHER_IN_6265BIS = {
    "optional-domain0042": (
        "foo=bar",
        "the last Domain counts, an empty one too (5.6.3, 5.7 step 7): host-only. RFC 6265 called it undefined",
    ),
}


@cache
def load(name: str) -> list[dict[str, Any]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not in {DATA}: set POLICYCHECK_SHARED_DATA")
    cases: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return cases


def answer(case: dict[str, Any]) -> str | None:
    jar = CookieJar(now=lambda: CLOCK)
    jar.receive(case["request_uri"], case["set_cookie_headers"])
    return jar.cookie_header(case["follow_uri"])


def test_every_case_in_its_modern_reading() -> None:
    wrong = {}
    for case in load("http_state.json"):
        expected = case.get("modern_expected_cookie_header", case["expected_cookie_header"])
        if case["id"] in DISABLED_AND_OTHER_IN_6265BIS:
            expected = None
        elif case["id"] in OPTIONAL_AND_OTHER_IN_6265BIS:
            expected = OPTIONAL_AND_OTHER_IN_6265BIS[case["id"]][0]
        if answer(case) != expected:
            wrong[case["id"]] = case["set_cookie_headers"]
    assert not wrong
    assert len(load("http_state.json")) == 222


def test_the_exceptions_are_only_cases_that_the_suite_does_not_count() -> None:
    status = {case["id"]: case["status"] for case in load("http_state.json")}
    assert {status[name] for name in DISABLED_AND_OTHER_IN_6265BIS} == {"disabled"}
    assert {status[name] for name in OPTIONAL_AND_OTHER_IN_6265BIS} == {"optional"}


def test_every_date() -> None:
    cases = load("http_state_dates.json")
    wrong = {c["id"]: c["input"] for c in cases if parse_cookie_date(c["input"]) != c["expected_epoch"]}
    assert not wrong
    assert len(cases) == 70


def test_every_folded_header() -> None:
    cases = load("set_cookie_folded.json")
    wrong = {c["id"]: c["name"] for c in cases if split_folded(c["input"]) != c["expected"]}
    assert not wrong
    assert len(cases) == 22
