from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.engine.project import Project
from policycheck.engine.settings import Settings
from policycheck.errors import CatalogueError, PluginError, UsageError
from policycheck.matching.match import Match
from policycheck.model.finding import Breach, Finding, Severity
from policycheck.model.observation import HttpExchange
from policycheck.model.report import Report
from policycheck.plugins.hookspecs import hookimpl
from policycheck.rules.rule import Context, Outcome, Rule

MakeCatalogue = Callable[..., Catalogue]
TEXT = """\
catalogue: 1
features: {chat: {title: {en: Chat}, default: off}}
placeholders: {KEY: {pattern: "[0-9]+"}}
items:
  - name: s_<KEY>
    kind: cookie
    category: necessary
    retention: session
    purpose: {en: x}
    feature: chat
"""


def project(*plugins: object, **settings: Any) -> Project:
    return Project(Settings(**{"cache": False, **settings}), plugins=plugins)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/c.yaml").write_text(TEXT)
    (tmp_path / "policycheck.toml").write_text('catalogue = "shop/c.yaml"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_settings_are_the_nearest_ones(folder: Path) -> None:
    assert Project.at(folder / "shop").settings.source == folder / "policycheck.toml"


def test_the_catalogue_is_named_as_the_settings_name_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(Project.at(folder).catalogue().items[0].location) == "shop/c.yaml:5"
    monkeypatch.chdir(folder / "shop")
    assert str(Project.at(folder / "shop").catalogue().items[0].location) == "c.yaml:5"
    absolute = project(catalogue=str(folder / "shop/c.yaml"), root=Path("/"))
    assert absolute.catalogue().location == str(folder / "shop/c.yaml")


def test_a_given_location_is_relative_to_where_one_stands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "shop")

    assert Project.at(folder).catalogue("c.yaml").location == "c.yaml"
    with pytest.raises(CatalogueError, match=r"shop/c.yaml"):
        Project.at(folder).catalogue("shop/c.yaml")


def test_a_pack_is_no_path(folder: Path) -> None:
    assert project(catalogue="pack:flask", root=folder / "shop").catalogue().location == "pack:flask"


def test_without_a_catalogue(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no catalogue is named: set catalogue = \"catalogue.yaml\""):
        project(root=tmp_path).catalogue()


def test_features_and_bindings_of_the_settings_hold(folder: Path) -> None:
    plain = Project.at(folder).catalogue()
    switched = project(catalogue="shop/c.yaml", features={"chat": True}, bindings={"KEY": "7"}).catalogue()

    assert (plain.features["chat"].enabled, switched.features["chat"].enabled) == (False, True)
    assert (plain.items[0].pattern.matches("s_8"), switched.items[0].pattern.matches("s_8")) == (True, False)
    assert switched.items[0].pattern.matches("s_7")


def test_compiled_catalogues_are_kept_beside_the_settings(folder: Path) -> None:
    first = Project.at(folder).catalogue()

    assert (folder / ".policycheck_cache").is_dir()
    assert Project.at(folder).catalogue() == first


def odd(match: Match, context: Context) -> Iterator[Outcome]:
    if match.observation.name == "odd":
        yield Breach("is odd")


class Plugin:
    rule = Rule("SHP001", "odd-name", Severity.WARNING, "house style", observation=odd, module=__name__)

    @hookimpl
    def policycheck_rules(self) -> Iterable[Rule]:
        return [self.rule]

    @hookimpl
    def policycheck_open_catalogue(self, location: str) -> bytes | None:
        return TEXT.encode() if location == "shop:here.yaml" else None

    @hookimpl
    def policycheck_reporters(self) -> Mapping[str, Callable[[Report], str]]:
        return {"count": lambda report: f"{len(report.findings)}\n", "text": lambda report: "mine"}

    @hookimpl
    def policycheck_modify_findings(self, findings: list[Finding]) -> None:
        findings[:] = [found for found in findings if found.code == "SHP001"]


def test_a_plugin_adds_rules_catalogues_reporters_and_changes_findings(folder: Path) -> None:
    extended = project(Plugin())
    session = extended.session(extended.catalogue("shop:here.yaml"))
    journey = session.journey()
    journey.recorder.response(HttpExchange("GET", "https://shop.example/", 200, ("odd=1", "other=1"), adapter="t"))

    assert [found.code for found in journey.finish()] == ["SHP001"]
    assert extended.render(session.report(), "count") == "1\n"
    assert extended.render(session.report(), "text") == "mine"
    assert "CON001" in [rule.code for rule in extended.rules]
    assert [rule.code for rule in extended.rules] == sorted(rule.code for rule in extended.rules)


def test_the_project_s_own_catalogue_is_that_of_a_session(folder: Path) -> None:
    assert Project.at(folder).session().catalogue.location == "shop/c.yaml"


def test_two_rules_cannot_share_a_code() -> None:
    class Copycat:
        @hookimpl
        def policycheck_rules(self) -> Iterable[Rule]:
            return [Rule("CON001", "mine", Severity.ERROR, "", observation=odd, module="mine")]

    with pytest.raises(
        UsageError, match=r"two rules have the code CON001: (mine and policycheck|policycheck.* and mine)"
    ):
        _ = project(Copycat()).rules


def test_what_is_no_rule_is_refused() -> None:
    class Wrong:
        @hookimpl
        def policycheck_rules(self) -> Iterable[Any]:
            return ["CON001"]

    with pytest.raises(PluginError, match="a plugin gave a str among its rules"):
        _ = project(Wrong()).rules


def test_a_failing_plugin_is_named_wherever_it_is_asked() -> None:
    class Failing:
        @hookimpl
        def policycheck_rules(self) -> Iterable[Any]:
            yield 1 / 0

        @hookimpl
        def policycheck_open_catalogue(self, location: str) -> bytes | None:
            raise ZeroDivisionError

        @hookimpl
        def policycheck_catalogue_formats(self) -> Mapping[str, Any]:
            raise ZeroDivisionError

        @hookimpl
        def policycheck_reporters(self) -> Mapping[str, Any]:
            raise ZeroDivisionError

        @hookimpl
        def policycheck_modify_findings(self, findings: list[Finding]) -> None:
            raise ZeroDivisionError

    broken = project(Failing())
    for ask in (
        lambda: broken.rules,
        lambda: broken.reporters,
        lambda: broken.catalogue("pack:flask"),
        lambda: broken.modify_findings([]),
    ):
        with pytest.raises(PluginError, match=r"failed in policycheck_\w+ with ZeroDivisionError"):
            ask()


def test_a_failing_opener_is_named() -> None:
    class Failing:
        @hookimpl
        def policycheck_open_catalogue(self, location: str) -> bytes | None:
            raise ZeroDivisionError

    with pytest.raises(PluginError, match=r"failed in policycheck_open_catalogue with ZeroDivisionError"):
        project(Failing()).catalogue("pack:flask")


def test_an_unknown_format() -> None:
    with pytest.raises(
        UsageError, match=r"no reporter is called 'jsn'; did you mean 'json'\?; there are github, gitlab, "
    ):
        project().render(Report("c", ()), "jsn")


@pytest.mark.parametrize("name", ["text", "json"])
def test_reports_are_rendered_by_name(name: str) -> None:
    assert project().render(Report("c", ()), name) == project().reporter(name)(Report("c", ()))
