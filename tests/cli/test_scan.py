"""``policycheck scan`` as far as no browser is needed: what makes no sense is said before one starts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

URL = "http://shop.localhost:1/"


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test here start one."""
    monkeypatch.setitem(sys.modules, "playwright", None)
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "the following arguments are required: URL"),
        (("shop.example",), "fix: https://shop.example"),
        (("https://ann:secret@shop.example/",), "holds a user name or password"),
        ((URL, "--page", "https://other.example/"), "is of another host, which was not named"),
        ((URL, "--host", "https://a/"), "is not a host"),
        ((URL, "--limit", "0"), "is no number of pages"),
        ((URL, "--limit", "many"), "is no number of pages"),
        ((URL, "--timeout", "-1"), "is no number of seconds"),
        ((URL, "--wait", "nan"), "is no number of seconds"),
        ((URL, "--phase", "before"), "'before' is unknown"),
        ((URL, "--manager", "klaroo"), "did you mean 'klaro'"),
        ((URL, "--profile", "atlantis"), "atlantis"),
        ((URL, "--format", "json"), "a report needs a catalogue"),
        ((URL, "--json", "r.json"), "a report needs a catalogue"),
        ((URL, "-c", "missing.yaml"), "missing.yaml"),
        ((URL,), "Playwright is not installed"),
    ],
)
def test_what_makes_no_sense(cli: Callable[..., Any], arguments: tuple[str, ...], message: str) -> None:
    result = cli("scan", *arguments)
    assert result.code == 2
    assert message in result.err
    assert "secret" not in result.err
    assert "Traceback" not in result.err
    assert result.out == ""


def test_with_a_catalogue_its_report_is_made_sure_of_first(shop: Callable[..., Any]) -> None:
    assert "no reporter is called 'jsno'" in shop("scan", URL, "--format", "jsno").err
    assert "no rule" in shop("scan", URL, "--select", "CAT").err


def test_a_folder_that_cannot_be_one(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    result = cli("scan", URL, "--out", "taken/deeper")
    assert (result.code, "cannot be made a folder" in result.err) == (2, True)
