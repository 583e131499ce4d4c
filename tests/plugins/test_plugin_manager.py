from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint
from types import SimpleNamespace
from typing import Any

import pluggy
import pytest

from policycheck.engine import builtin
from policycheck.errors import PluginError, UsageError
from policycheck.model.finding import Finding
from policycheck.plugins import hookspecs
from policycheck.plugins.hookspecs import hookimpl
from policycheck.plugins.manager import BUILTIN, blaming, build_manager, entry_points_declared


class Rules:
    @hookimpl
    def policycheck_rules(self) -> Iterable[Any]:
        return ["mine"]


def installed(monkeypatch: pytest.MonkeyPatch, **plugins: object) -> None:
    """Make ``plugins`` look like those of an installed distribution, and one entry point of another group too."""
    points = [EntryPoint(name, f"some_plugins:{name}", "policycheck") for name in plugins]
    monkeypatch.setitem(sys.modules, "some_plugins", SimpleNamespace(**plugins))
    other = EntryPoint("other", "nowhere:x", "console_scripts")
    found = SimpleNamespace(metadata={"Name": "some-plugins"}, entry_points=[*points, other])
    monkeypatch.setattr("policycheck.plugins.manager.distributions", lambda: [found, found])


def test_built_ins_come_through_the_same_hooks() -> None:
    manager = build_manager(builtin, load_entry_points=False)

    assert manager.list_name_plugin() == [(BUILTIN, builtin)]
    assert {"text", "json", "html"} <= manager.hook.policycheck_reporters()[0].keys()


def test_a_manager_is_built_anew_each_time() -> None:
    assert build_manager(builtin) is not build_manager(builtin)


def test_further_plugins_go_before_the_built_in_ones() -> None:
    manager = build_manager(builtin, extra=(Rules(),), load_entry_points=False)

    assert manager.hook.policycheck_rules()[0] == ["mine"]


def test_entry_points_are_loaded_once_under_their_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = Rules()
    installed(monkeypatch, shop=plugin)

    assert [(name, point.name) for name, point in entry_points_declared()] == [("some-plugins", "shop")]
    assert build_manager(builtin).get_plugin("some-plugins:shop") is plugin
    assert build_manager(builtin, load_entry_points=False).get_plugin("some-plugins:shop") is None


def test_a_plugin_that_cannot_be_imported_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, shop=Rules())
    monkeypatch.setitem(sys.modules, "some_plugins", None)

    with pytest.raises(PluginError) as raised:
        build_manager(builtin)

    assert str(raised.value).startswith(
        "plugin 'shop' of the distribution 'some-plugins' (some_plugins:shop) cannot be used: ModuleNotFoundError: "
    )
    assert str(raised.value).endswith("\n  fix: repair it, or uninstall some-plugins")


def test_a_plugin_with_an_unknown_hook_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Misspelled:
        @hookimpl
        def policycheck_rulez(self) -> None: ...

    installed(monkeypatch, shop=Misspelled())

    with pytest.raises(PluginError, match=r"plugin 'shop' of the distribution 'some-plugins'.*policycheck_rulez"):
        build_manager(builtin)
    with pytest.raises(PluginError, match=r"a plugin implements a hook that policycheck does not have: .*rulez"):
        build_manager(builtin, extra=(Misspelled(),), load_entry_points=False)


def test_a_plugin_with_a_wrong_signature_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Greedy:
        @hookimpl
        def policycheck_rules(self, project: object) -> Iterable[Any]:
            return ()

    installed(monkeypatch, shop=Greedy())

    with pytest.raises(PluginError, match=r"(?s)plugin 'shop' of the distribution 'some-plugins'.*project"):
        build_manager(builtin)


def managed(plugin: object) -> pluggy.PluginManager:
    manager = build_manager(builtin, load_entry_points=False)
    manager.register(plugin, name="some-plugins:shop")
    return manager


def test_the_plugin_that_fails_is_named_without_its_message() -> None:
    class Failing:
        @hookimpl
        def policycheck_modify_findings(self, findings: list[Finding]) -> None:
            self.deeper()

        def deeper(self) -> None:
            raise ValueError("CANARY")

    manager = managed(Failing())
    with pytest.raises(PluginError) as raised, blaming(manager.hook.policycheck_modify_findings):
        manager.hook.policycheck_modify_findings(findings=[])

    assert str(raised.value).startswith(
        "plugin 'some-plugins:shop' failed in policycheck_modify_findings with ValueError (test_plugin_manager.py:"
    )
    assert "CANARY" not in str(raised.value)


def test_errors_of_ours_pass_as_they_are() -> None:
    class Refusing:
        @hookimpl
        def policycheck_modify_findings(self, findings: list[Finding]) -> None:
            raise UsageError("not so")

    manager = managed(Refusing())
    with pytest.raises(UsageError, match="not so"), blaming(manager.hook.policycheck_modify_findings):
        manager.hook.policycheck_modify_findings(findings=[])


def test_what_no_plugin_raised_is_blamed_on_none() -> None:
    manager = managed(Rules())
    with pytest.raises(ZeroDivisionError), blaming(manager.hook.policycheck_rules):
        raise ZeroDivisionError
    with blaming(manager.hook.policycheck_rules):
        pass


def test_a_fault_of_the_built_in_plugin_is_not_blamed_on_a_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode() -> Mapping[str, Any]:
        raise ZeroDivisionError

    monkeypatch.setattr("policycheck.rules.registry.builtin_rules", explode)
    manager = managed(Rules())
    with pytest.raises(ZeroDivisionError), blaming(manager.hook.policycheck_rules):
        manager.hook.policycheck_rules()


def test_every_hook_is_specified_with_a_docstring() -> None:
    manager = build_manager(builtin, load_entry_points=False)
    names = [name for name in vars(hookspecs) if name.startswith("policycheck_")]

    assert names
    for name in names:
        assert hasattr(manager.hook, name)
        assert (getattr(hookspecs, name).__doc__ or "").strip().endswith(".")
