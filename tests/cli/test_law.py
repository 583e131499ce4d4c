"""``policycheck law``: the page of a law of consent, or all laws."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policycheck.cli import options
from policycheck.consent.laws import Law, LawName
from policycheck.consent.laws.registry import laws

Cli = Callable[..., Any]


@pytest.mark.parametrize("law", laws(), ids=lambda law: law.name.value)
def test_every_law_has_its_page(cli: Cli, law: Law) -> None:
    shown, shouted = cli("law", law.name.value), cli("law", law.name.value.upper())

    assert (shown.code, shown.err) == (0, "")
    assert shown.out == shouted.out
    assert shown.out.startswith(f"# {law.name}\n")


def test_a_page_as_json(cli: Cli) -> None:
    document = cli("law", "grant-is-specific", "-f", "json").json

    assert document.pop("page").startswith("# grant-is-specific\n")
    assert document == {
        "name": "grant-is-specific",
        "rules": ["CON001", "CON002"],
        "citation": "GDPR Art. 4(11), Art. 6(1)(a), Recitals 32 and 43.",
        "needs": ["consent-item", "two-categories"],
        "notEvaluatedWhen": [
            "no entry of the catalogue needs consent",
            "the visitor decides about fewer than two categories",
        ],
        "switchedOff": None,
    }


def test_what_the_project_switched_off_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "policycheck.toml").write_text('laws = {gpc-refuses = "not covered"}\n', "utf-8")

    assert cli("law", "gpc-refuses").out.endswith(
        "\n\nReported by the rule CON007 (`policycheck rule CON007`).\n\nSwitched off by this project: not covered\n"
    )
    told = [line for line in cli("law").out.splitlines() if "Switched off" in line]
    assert [line.split()[0] for line in told] == ["gpc-refuses"]
    assert told[0].endswith("  Switched off by this project: not covered")
    assert {law["name"]: law["switchedOff"] for law in cli("law", "-f", "json").json if law["switchedOff"]} == {
        "gpc-refuses": "not covered"
    }


def test_all_laws_are_listed(cli: Cli) -> None:
    lines = cli("law").out.splitlines()

    assert [line.split()[0] for line in lines] == [name.value for name in LawName]
    assert lines[2].split("  ")[0] == "grant-is-specific"
    assert "CON001, CON002" in lines[2]
    assert [law["name"] for law in cli("law", "-f", "json").json] == [name.value for name in LawName]


def test_an_unknown_law(cli: Cli) -> None:
    result = cli("law", "withdrawal-erase")

    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "policycheck: error: no law is called 'withdrawal-erase'; did you mean 'withdrawal-erases'?\n"
        "  all laws: policycheck law\n"
    )


def test_the_shell_completes_names_of_laws() -> None:
    assert options.law_completer(prefix="w") == [name.value for name in LawName]


def test_the_page_of_a_rule_names_the_laws_that_it_reports(cli: Cli) -> None:
    page = cli("rule", "CON001").out

    assert page.endswith(
        "\n\nReports the laws silence-is-refusal (`policycheck law silence-is-refusal`) "
        "and grant-is-specific (`policycheck law grant-is-specific`).\n"
    )
    assert "policycheck law" not in cli("rule", "ATT001").out
    assert cli("rule", "CON001", "-f", "json").json["laws"] == ["silence-is-refusal", "grant-is-specific"]
    assert cli("rule", "ATT001", "-f", "json").json["laws"] == []
