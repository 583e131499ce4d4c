"""Every hook is documented with its exact signature, and the example of each is run."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from policycheck.cli import commands
from policycheck.cli.parser import build_parser
from policycheck.consent.signals import SignalError
from policycheck.consent.signals.index import SignalIndex
from policycheck.engine.project import Project
from policycheck.engine.settings import Settings
from policycheck.model.observation import HttpExchange
from policycheck.model.storage import StorageKind
from policycheck.plugins import hookspecs
from policycheck.recording import Recorder

PAGE = (Path(__file__).parents[2] / "docs/reference/hooks.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (policycheck_\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
HOOKS = [name for name in vars(hookspecs) if name.startswith("policycheck_")]


def signature(name: str) -> str:
    text = str(inspect.signature(getattr(hookspecs, name))).replace("'", "")
    return f"{name}{text}".replace("list[Finding]", "list[policycheck.model.finding.Finding]")


def test_every_hook_has_its_section_in_order() -> None:
    assert list(SECTIONS) == HOOKS


@pytest.mark.parametrize("name", HOOKS)
def test_the_signature_is_exact(name: str) -> None:
    assert f"\n```\n{signature(name)}\n```\n" in SECTIONS[name]


@pytest.fixture(scope="module")
def plugin() -> ModuleType:
    """The plugin that the examples of the page are."""
    module = ModuleType("hooks_of_the_page")
    module.__doc__ = "# SHP001 foreign-name"
    sys.modules[module.__name__] = module
    exec("\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)), vars(module))
    return module


@pytest.fixture(scope="module")
def project(plugin: ModuleType) -> Project:
    return Project(Settings(cache=False), plugins=(plugin,))


def test_the_examples_implement_every_hook(project: Project, plugin: ModuleType) -> None:
    assert {caller.name for caller in project.manager.get_hookcallers(plugin) or ()} == set(HOOKS)


def test_policycheck_rules_and_modify_findings(project: Project) -> None:
    session = project.session(project.catalogue("pack:flask"))
    journey = session.journey()
    journey.recorder.response(HttpExchange("GET", "https://shop.example/", 200, ("session=1",), adapter="t"))

    found = {finding.code: finding.fix for finding in journey.finish()}

    assert found["SHP001"] == "rename it; ask the web team"
    assert all(fix.endswith("; ask the web team") for fix in found.values())


def test_policycheck_open_catalogue(project: Project) -> None:
    assert project.catalogue("shop:catalogue.yaml").items == ()


def test_policycheck_catalogue_formats(project: Project, tmp_path: Path) -> None:
    (tmp_path / "c.jsonc").write_text('// mine\n{"catalogue": 1, "items": []}')

    assert project.catalogue(str(tmp_path / "c.jsonc")).items == ()


def test_policycheck_observe(project: Project, plugin: Any) -> None:
    client, recorder = plugin.Client(), Recorder()

    with project.manager.hook.policycheck_observe(subject=client, recorder=recorder):
        client.get("https://shop.example/", ["a=1"])
    client.get("https://shop.example/", ["b=1"])

    assert [seen.name for seen in recorder.observations] == ["a"]


def test_policycheck_watched_modules(project: Project) -> None:
    watched = {name for group in project.manager.hook.policycheck_watched_modules() for name in group}

    assert watched > {"shop_client"}


def test_policycheck_reporters(project: Project) -> None:
    assert {"lines", "text", "json"} <= project.reporters.keys()


def test_policycheck_consent_signals(project: Project) -> None:
    index = SignalIndex(project.signals)

    found = index.read(StorageKind.COOKIE, "shop_consent", "a")
    assert found is not None
    assert found[1].choices == {"analytics": True, "marketing": False}
    with pytest.raises(SignalError, match=r"^a record of shop-consent cannot be read: it has a letter of no group$"):
        index.read(StorageKind.COOKIE, "shop_consent", "SECRET")


def test_policycheck_commands(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    parser, subparsers = build_parser()
    commands.policycheck_commands(subparsers)
    project.manager.hook.policycheck_commands(subparsers=subparsers)

    args = parser.parse_args(["greet", "ann"])

    assert args.run(args) == 0
    assert capsys.readouterr().out == "hello ann\n"
