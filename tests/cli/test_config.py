"""``policycheck config``: what is in force, and where each value comes from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
PARENT = """\
catalogue = "shared.yaml"
ignore = ["INV004"]
fail-on = "warning"
features = ["chat"]
waivers-file = "waivers.toml"
[severity]
CON = "warning"
[[per-path]]
path = "/admin/*"
ignore = ["CON"]
"""
OWN = """\
[project]
name = "shop"

[tool.policycheck]
extend = "../policycheck.toml"
extend-ignore = ["ATT"]
profile = "FR"
bindings = { KEY = "0123" }

[[tool.policycheck.per-test]]
test = "tests/legacy"
severity = { ALL = "note" }
consent = ["ads"]
"""
WAIVERS = """\
[[waivers]]
codes = ["CON001"]
subject = "_ga*"
reason = "until the tag manager is replaced"
owner = "web team"
expires = 2027-09-01
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "policycheck.toml").write_text(PARENT, "utf-8")
    (tmp_path / "waivers.toml").write_text(WAIVERS, "utf-8")
    (tmp_path / "shop/pyproject.toml").write_text(OWN, "utf-8")
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path


def rows(out: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in out.splitlines()]


def test_every_value_is_told_with_its_place(cli: Cli, shop: Path) -> None:
    parent = shop / "policycheck.toml"
    told = rows(cli("config").out)

    assert told[0] == [f"settings: pyproject.toml, which extends {parent}"]
    assert told[2:-6] == [
        ["catalogue", "../shared.yaml", f"{parent}:1"],
        ["features chat", "true", f"{parent}:4"],
        ["bindings KEY", "0123", "pyproject.toml:8"],
        ["select", "ALL", "default"],
        ["ignore", "INV004, ATT", f"{parent}:2, pyproject.toml:6"],
        ["severity CON", "warning", f"{parent}:7"],
        ["per-path /admin/*", "ignore CON", f"{parent}:8"],
        ["per-test tests/legacy", "severity ALL=note; consent ads=granted", "pyproject.toml:10"],
        [
            "waivers CON001 on _ga*",
            "until 2027-09-01, web team: until the tag manager is replaced",
            f"{shop / 'waivers.toml'}:1",
        ],
        ["waivers-file", str(shop / "waivers.toml"), f"{parent}:5"],
        ["baseline", "none", "default"],
        ["baseline-max-age", "1 year", "default"],
        ["reports", "none", "default"],
        ["consent", "unset", "default"],
        ["tolerance", "0 seconds", "default"],
        ["profile", "FR", "pyproject.toml:7"],
        ["hosts", "none", "default"],
        ["fail-on", "warning", f"{parent}:3"],
        ["cache", "true", "default"],
        ["laws", "none", "default"],
        ["signals", "none", "default"],
    ]
    assert told[-3:] == [
        ["off", "ATT001-ATT007", "ignore ATT", "pyproject.toml:6"],
        ["warning", "CON001-CON015", "severity CON", f"{parent}:7"],
        ["off", "INV004", "ignore INV004", f"{parent}:2"],
    ]


def test_options_show_what_they_would_change(cli: Cli, shop: Path) -> None:
    told = rows(
        cli(
            "config", "--ignore", "RET", "--select", "CON,ATT001", "--fail-on", "note", "--feature", "smart",
            "--catalogue", "pack:django", "--consent", "refused", "--baseline", "old.json", "-o", "junit=r.xml",
        ).out
    )  # fmt: skip

    assert ["catalogue", "pack:django", "--catalogue"] in told
    assert ["features smart", "true", "--feature"] in told
    assert ["bindings", "none", "--catalogue"] in told, "bindings of the project's own catalogue do not hold"
    assert ["select", "CON, ATT001", "--select"] in told
    assert ["ignore", "INV004, ATT, RET", f"{shop / 'policycheck.toml'}:2, pyproject.toml:6, --ignore"] in told
    assert ["fail-on", "note", "--fail-on"] in told
    assert ["consent", "refused", "--consent"] in told
    assert ["baseline", "old.json", "--baseline"] in told
    assert ["reports", "junit=r.xml", "--output"] in told
    assert ["off", "RET001-RET007", "ignore RET", "--ignore"] in told
    assert any(row[:1] == ["off"] and row[2:] == ["select CON, ATT001", "--select"] for row in told)


def test_a_path_and_a_test_show_what_holds_there(cli: Cli, shop: Path) -> None:
    here = ("--path", "/admin/users", "--test", "tests/legacy/test_a.py::test_x")
    told = rows(cli("config", *here).out)
    rules = {row[0]: row for row in rows(cli("config", "rules", *here).out)}

    assert ["consent", "ads=granted", "pyproject.toml:10"] in told
    assert ["off", "CON001-CON015", "per-path '/admin/*': ignore CON", f"{shop / 'policycheck.toml'}:8"] in told
    assert rules["RET001"][2:] == ["note", "per-test 'tests/legacy': severity ALL", "pyproject.toml:10"]
    assert rules["ATT001"][2:] == ["off", "ignore ATT", "pyproject.toml:6"]
    assert {row[0]: row for row in rows(cli("config", "rules").out)}["RET001"][2:] == ["error", "the rule itself"]


def test_one_setting_is_told_with_what_it_is(cli: Cli, shop: Path) -> None:
    assert cli("config", "severity").out.splitlines() == [
        "severity CON: warning",
        f"  from: {shop / 'policycheck.toml'}:7",
        "  is:      a table: rule, error, warning or note",
        "  default: as the rule says",
    ]


def test_as_json(cli: Cli, shop: Path) -> None:
    document = cli("config", "-f", "json", "--ignore", "RET").json
    settings = {(one["key"], one["name"]): one for one in document["settings"]}
    rules = {rule["code"]: rule for rule in document["rules"]}

    assert list(document) == ["version", "file", "extends", "root", "path", "test", "settings", "rules"]
    assert (document["file"], document["extends"], document["root"]) == (
        "pyproject.toml", [str(shop / "policycheck.toml")], ".",
    )  # fmt: skip
    assert settings["severity", "CON"]["value"] == "warning"
    assert settings["per-test", "tests/legacy"]["value"] == {
        "test": "tests/legacy", "severity": {"ALL": "note"}, "consent": {"ads": "granted"},
    }  # fmt: skip
    assert settings["bindings", "KEY"]["from"] == [
        {"kind": "file", "option": None, "file": "pyproject.toml", "line": 8, "column": 14}
    ]
    assert rules["RET001"] == {
        "code": "RET001",
        "name": "lifetime-exceeds-retention",
        "severity": None,
        "because": "ignore RET",
        "from": {"kind": "option", "option": "--ignore", "file": None, "line": None, "column": None},
    }
    assert rules["INV001"]["from"] is None
    assert [one["key"] for one in cli("config", "fail-on", "-f", "json").json["settings"]] == ["fail-on"]
    assert "settings" not in cli("config", "rules", "-f", "json").json


def test_without_a_file_everything_is_a_default(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").unlink(missing_ok=True)
    told = rows(cli("config").out)

    assert told[0] == ["settings: no file; create one with: policycheck init"]
    assert all(row[-1] == "default" for row in told[2:-2])
    assert cli("config", "-f", "json").json["file"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("fail",), "'fail' is not a setting; did you mean 'fail-on'?"),
        (("--ignore", "CON01"), "no rule is called 'CON01'; did you mean 'CON0"),
        (("--consent", "maybe=1"), "'1' is not a consent status"),
        (("-o", "report.sariff"), "report.sariff"),
    ],
)
def test_what_makes_no_sense_is_said(cli: Cli, shop: Path, arguments: tuple[str, ...], message: str) -> None:
    result = cli("config", *arguments)

    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_settings_that_name_no_rule_are_an_error(cli: Cli, shop: Path) -> None:
    (shop / "waivers.toml").write_text(WAIVERS.replace("CON001", "CON01"), "utf-8")

    assert f"{shop / 'waivers.toml'}:2:10: no rule is called 'CON01'" in cli("config").err
