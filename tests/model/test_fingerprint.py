from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.model.finding import Finding, Location, Severity
from policycheck.model.fingerprint import stable_name, stable_place
from policycheck.model.storage import StorageKind


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("GET /orders/4711  ->  Set-Cookie, header 2 of 3", "GET /orders/#  ->  Set-Cookie"),
        ("GET /  ->  Set-Cookie, header 1 of 1, seen after visit('/a')", "GET /  ->  Set-Cookie"),
        ("/cart  ->  127.0.0.1:43211/tag.js, line 12 (third party)", "/cart  ->  localhost/tag.js (third party)"),
        ("/cart  ->  localhost:8000/tag.js, line 7 (third party)", "/cart  ->  localhost/tag.js (third party)"),
        ("/static/app.3f2a91bc.js, line 4", "/static/app.#.js"),
        ("GET /u/0b1f6f6e-5d1c-4a5e-9d3b-0a8f1c2d3e4f/", "GET /u/#/"),
        ("GET /reset/Aq7dkW0xPz19TTbb/", "GET /reset/#/"),
        ("catalogue.yaml:41", "catalogue.yaml"),
        ("catalogue.yaml:41:7", "catalogue.yaml"),
        ("GET /about-the-company", "GET /about-the-company"),
        ("GET /deadbeef", "GET /deadbeef"),
        ("POST /api/v2/orders/4711", "POST /api/v2/orders/#"),
        ("GET /item20261124/", "GET /item#/"),
    ],
)
def test_a_place_keeps_what_is_the_same_in_every_run(where: str, kept: str) -> None:
    assert stable_place(where) == kept


@pytest.mark.parametrize("name", ["_ga", "cart_1", "ssupp.vid", "__Host-session", "exp2", "UserSettingsPanel"])
def test_a_name_of_words_stays(name: str) -> None:
    assert stable_name(name) == name


def test_an_identifier_in_a_name_goes() -> None:
    assert stable_name("_hjSession_3f2a91bc77") == "_hjSession_#"


def _finding(**changed: object) -> Finding:
    facts: dict[str, object] = {
        "where": "GET /a  ->  Set-Cookie, header 1 of 2",
        "test": "tests/t.py::test_a",
    } | changed
    return Finding("CON001", "stored-before-consent", Severity.ERROR, "_ga", StorageKind.COOKIE, "m", **facts)  # type: ignore[arg-type]


def test_the_fingerprint_outlives_tests_lines_headers_and_severities() -> None:
    moved = _finding(where="GET /a  ->  Set-Cookie, header 2 of 9", test="tests/other.py::test_b", count=9, known=True)

    assert moved.fingerprint == _finding().fingerprint


@pytest.mark.parametrize(
    "changed",
    [
        {"where": "GET /b  ->  Set-Cookie, header 1 of 2"},
        {"key": "secure"},
        {"law": "withdrawal-erases"},
        {"entry": "cookie:_ga_<ID>"},
    ],
    ids=str,
)
def test_another_breach_has_another_fingerprint(changed: dict[str, object]) -> None:
    assert _finding(**changed).fingerprint != _finding().fingerprint


def test_another_host_is_another_breach_however_its_name_looks() -> None:
    one, other = (
        Finding("PTY002", "n", Severity.ERROR, f"{name}.cloudfront.net", None, "m", anywhere=True)
        for name in ("d1a2b3c4d5e6f7", "d9f8e7d6c5b4a3")
    )

    assert one.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("key", "other"),
    [("127.0.0.1:43211", "localhost:8000"), ("http://127.0.0.1:1/ within x:2", "http://localhost:3/ within x")],
)
def test_a_place_in_a_key_is_the_same_at_any_port(key: str, other: str) -> None:
    assert _finding(key=key).fingerprint == _finding(key=other).fingerprint


def test_names_that_one_entry_declares_share_a_fingerprint() -> None:
    one = Finding("A", "a", Severity.ERROR, "_ga_1", StorageKind.COOKIE, "m", entry="cookie:_ga_<ID>")
    other = Finding("A", "a", Severity.ERROR, "_ga_2", StorageKind.COOKIE, "m", entry="cookie:_ga_<ID>")

    assert one.fingerprint == other.fingerprint


def test_a_finding_about_the_catalogue_is_the_same_wherever_the_file_lies() -> None:
    here, there = Location("c.yaml", 4), Location("/ci/build/c.yaml", 9)

    assert (
        _finding(where=str(here), location=here).fingerprint == _finding(where=str(there), location=there).fingerprint
    )


def test_a_law_is_broken_wherever_a_journey_shows_it() -> None:
    one = _finding(law="withdrawal-erases", where="GET /, seen after visit('/')")
    other = _finding(law="withdrawal-erases", where="GET /cart, seen after wait(days=2)")

    assert one.fingerprint == other.fingerprint


@given(st.text(max_size=60))
def test_what_is_stable_stays_as_it_is(where: str) -> None:
    once = stable_place(where)

    assert stable_place(once) == once
