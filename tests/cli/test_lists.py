"""The commands that show what is there: rule, packs, schema, plugins, completion."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from policycheck.catalogue.packs import open_pack, pack_names
from policycheck.rules.registry import builtin_rules

Cli = Callable[..., Any]


@pytest.mark.parametrize("rule", builtin_rules(), ids=lambda rule: rule.code)
def test_every_rule_has_its_page(cli: Cli, rule: Any) -> None:
    by_code, by_name = cli("rule", rule.code.lower()), cli("rule", rule.name)

    assert (by_code.code, by_code.err) == (0, "")
    assert by_code.out == by_name.out
    assert by_code.out.startswith(f"# {rule.code} {rule.name}\n")


def test_a_page_as_json(cli: Cli) -> None:
    document = cli("rule", "CON001", "-f", "json").json

    assert document.pop("page").startswith("# CON001 stored-before-consent")
    assert document == {
        "code": "CON001",
        "name": "stored-before-consent",
        "severity": "error",
        "scope": "observation",
        "why": "ePrivacy Directive Art. 5(3).",
        "laws": ["silence-is-refusal", "grant-is-specific"],
    }


def test_all_rules_are_listed(cli: Cli) -> None:
    lines = cli("rule").out.splitlines()

    assert [line.split()[:2] for line in lines] == [[rule.code, rule.name] for rule in builtin_rules()]
    assert [rule["code"] for rule in cli("rule", "-f", "json").json] == [rule.code for rule in builtin_rules()]


@pytest.mark.parametrize(
    ("word", "meant"), [("RET01", "RET001"), ("ret01", "RET001"), ("stored-before", "stored-before-consent")]
)
def test_an_unknown_rule(cli: Cli, word: str, meant: str) -> None:
    result = cli("rule", word)

    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"policycheck: error: no rule is called {word!r}; did you mean {meant!r}?\n  all rules: policycheck rule\n"
    )


def test_all_packs_are_listed_with_their_size(cli: Cli) -> None:
    packs = cli("packs", "-f", "json").json

    assert [pack["name"] for pack in packs] == list(pack_names())
    assert all(pack["items"] > 0 and pack["title"] for pack in packs)
    assert "pack:smartsupp             9 items   Smartsupp live chat\n" in cli("packs").out


@pytest.mark.parametrize("name", ["smartsupp", "pack:smartsupp"])
def test_a_pack_is_shown_as_it_is(cli: Cli, name: str) -> None:
    assert cli("packs", name).out.encode() == open_pack("smartsupp")


def test_an_unknown_pack(cli: Cli) -> None:
    result = cli("packs", "smartsup")

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("policycheck: error: no pack is called 'smartsup'; did you mean 'smartsupp'?\n")


def test_a_pack_that_cannot_be_used_does_not_hide_the_others(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policycheck.catalogue.packs.pack_names", lambda: ("gone", "flask"))

    gone, flask = cli("packs", "-f", "json").json

    assert gone["items"] is None
    assert gone["title"].startswith("cannot be used: ")
    assert flask["items"] == 2


@pytest.mark.parametrize("name", ["catalogue", "diff", "observations", "profile", "report"])
def test_schemas_are_printed(cli: Cli, name: str) -> None:
    schema = json.loads(cli("schema", name).out)

    assert schema["$id"] == f"urn:policycheck:{name}:1"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_schema_of_catalogues_is_the_default(cli: Cli) -> None:
    assert cli("schema").out == cli("schema", "catalogue").out
    assert cli("schema", "har").code == 2


def test_the_built_in_plugin_is_listed_with_its_hooks(cli: Cli) -> None:
    first = cli("plugins", "-f", "json").json[0]

    assert (first["distribution"], first["entryPoint"]) == ("policycheck", "(built in)")
    assert "policycheck_commands" in first["hooks"]
    assert "policycheck_rules" in first["hooks"]
    assert cli("plugins").out.startswith("policycheck  ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh", "powershell"])
def test_completion_code(cli: Cli, shell: str) -> None:
    result = cli("completion", shell)

    assert (result.code, result.err) == (0, "")
    assert "policycheck" in result.out


def test_completion_of_an_unknown_shell(cli: Cli) -> None:
    assert cli("completion", "ksh").code == 2
    assert cli("completion").code == 2


def test_completion_without_argcomplete_says_what_to_install(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "argcomplete.shell_integration", None)

    result = cli("completion", "bash")

    assert result.code == 2
    assert "pip install 'policycheck[cli]'" in result.err
