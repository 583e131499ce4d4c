"""What `check` does with its report: files in several formats, the baseline, accepted findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

SHOP = ("--url", "https://shop.example/")
LEAK = b"HTTP/1.1 200 OK\r\nSet-Cookie: _ga=secret; Max-Age=60; Secure; SameSite=Lax\r\n\r\n"
TWO = LEAK[:-2] + b"Set-Cookie: other=secret; Secure; SameSite=Lax\r\n\r\n"
CLEAN = b"HTTP/1.1 200 OK\r\n\r\n"
"""An answer that stores nothing."""


def codes(path: Path) -> list[tuple[str, str, bool]]:
    findings = json.loads(path.read_text("utf-8"))["findings"]
    return [(found["code"], found["subject"], found["known"]) for found in findings if found["severity"] != "note"]


def test_reports_are_written_besides_what_is_printed(shop: Cli, tmp_path: Path) -> None:
    result = shop("check", *SHOP, "-o", "report.json", "-o", "text=report.log", stdin=LEAK)

    assert result.code == 1
    assert result.out.startswith("CON001 stored-before-consent: cookie '_ga'")
    assert result.err == "policycheck: json report in report.json\npolicycheck: text report in report.log\n"
    assert (tmp_path / "report.log").read_text("utf-8") == result.out
    assert codes(tmp_path / "report.json") == [("CON001", "_ga", False)]


def test_the_settings_say_which_reports_too(shop: Cli, tmp_path: Path) -> None:
    with (tmp_path / "policycheck.toml").open("a", encoding="utf-8") as settings:
        settings.write('reports = ["report.json"]\n')
    shop("check", *SHOP, stdin=LEAK)
    shop("check", *SHOP, "-o", "other.json", stdin=CLEAN)

    assert codes(tmp_path / "report.json") == [("CON001", "_ga", False)]
    assert codes(tmp_path / "other.json") == []


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("report", "'report': the ending of the file says no format"),
        ("no/such/report.json", "no/such/report.json: the folder no/such does not exist"),
        ("json=.", ". is a folder; name a file in it"),
        ("sarf=report", "'sarf=report': no reporter is called 'sarf'"),
    ],
)
def test_a_place_for_no_report_is_said_before_anything_is_read(shop: Cli, target: str, message: str) -> None:
    result = shop("check", "missing.txt", "-o", target)

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"policycheck: error: {message}")


def test_a_baseline_is_made_holds_and_shrinks(shop: Cli, tmp_path: Path) -> None:
    baseline = ("--baseline", "b.json")
    missing = shop("check", *SHOP, *baseline, stdin=TWO)
    made = shop("check", *SHOP, *baseline, "--baseline-update=grow", stdin=TWO)
    held = shop("check", *SHOP, *baseline, "-o", "held.json", stdin=TWO)
    shrunk = shop("check", *SHOP, *baseline, "--baseline-update", stdin=LEAK)
    back = shop("check", *SHOP, *baseline, "-o", "back.json", stdin=TWO)

    assert (missing.code, "--baseline-update=grow" in missing.err) == (2, True)
    assert (made.code, made.err) == (0, "policycheck: baseline b.json: 0 taken out, 2 taken in, 2 left\n")
    assert (held.code, "2 in the baseline" in held.out) == (0, True)
    assert codes(tmp_path / "held.json") == [("CON001", "_ga", True), ("INV001", "other", True)]
    assert (shrunk.code, shrunk.err) == (0, "policycheck: baseline b.json: 1 taken out, 0 taken in, 1 left\n")
    assert back.code == 1
    assert codes(tmp_path / "back.json") == [("INV001", "other", False), ("CON001", "_ga", True)]
    assert "secret" not in (tmp_path / "b.json").read_text("utf-8")


def test_what_is_mended_is_said(shop: Cli) -> None:
    shop("check", *SHOP, "--baseline", "b.json", "--baseline-update=grow", stdin=TWO)

    result = shop("check", *SHOP, "--baseline", "b.json", stdin=LEAK)

    assert result.code == 0
    assert "GAT003 mended-baseline-entry: the baseline still holds INV001 on 'other'" in result.out
    assert "b.json:3" in result.out


def test_an_update_without_a_baseline_is_an_error(shop: Cli) -> None:
    result = shop("check", *SHOP, "--baseline-update", stdin=LEAK)
    elsewhere = shop("check", *SHOP, "--baseline", "no/b.json", "--baseline-update=grow", stdin=LEAK)

    assert (result.code, result.out) == (2, ""), "it is said before anything is read"
    assert (elsewhere.code, elsewhere.out) == (2, "")
    assert "the folder does not exist" in elsewhere.err
    assert "there is no baseline to update\n  fix: set baseline = " in result.err


def test_an_expired_waiver_fails_the_run(shop: Cli, tmp_path: Path) -> None:
    with (tmp_path / "policycheck.toml").open("a", encoding="utf-8") as settings:
        settings.write('waivers = [{codes=["CON001"], subject="_x", reason="r", owner="ann", expires=2020-01-01}]\n')

    result = shop("check", *SHOP, stdin=CLEAN)

    assert result.code == 1
    assert (
        "GAT001 expired-waiver: the waiver of ann for CON001 on '_x' expired on 2020-01-01; nothing needs it"
        in result.out
    )
    assert "policycheck.toml:" in result.out
