from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from policycheck.engine.selection import Selection, check_selectors, names_rule, select_rules
from policycheck.engine.settings import PathSettings, PerTestSettings, Settings, read_settings
from policycheck.errors import ConfigurationError
from policycheck.matching.match import Match
from policycheck.model.finding import Breach, Severity, Waiver
from policycheck.rules.rule import Context, Outcome, Rule

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE


def nothing(match: Match, context: Context) -> Iterator[Outcome]:
    yield from ()


CON1 = Rule("CON001", "stored-before-consent", E, "", observation=nothing)
CON2 = Rule("CON002", "stored-after-refusal", E, "", observation=nothing)
RET1 = Rule("RET001", "lifetime-exceeds-retention", W, "", observation=nothing)
ALL = ALL_RULES = (CON1, CON2, RET1)


@pytest.mark.parametrize(
    ("selector", "named"),
    [
        ("CON001", True),
        ("CON", True),
        ("stored-before-consent", True),
        ("CO", False),
        ("CON00", False),
        ("con001", False),
        ("stored", False),
        ("", False),
    ],
)
def test_a_selector_is_a_code_a_group_or_a_name(selector: str, named: bool) -> None:
    assert names_rule(selector, CON1) is named


@pytest.mark.parametrize(
    ("select", "ignore", "chosen"),
    [
        ((), (), ALL),
        (("CON",), (), (CON1, CON2)),
        (("CON", "RET001"), (), ALL),
        ((), ("CON",), (RET1,)),
        (("CON",), ("stored-after-refusal",), (CON1,)),
        (("CON001",), ("CON001",), ()),
        (("CON001",), ("stored-before-consent",), ()),
        (("CON001",), ("CON",), (CON1,)),
        (("ALL", "CON001"), ("CON",), (CON1, RET1)),
        (("RET",), ("ALL",), (RET1,)),
        ((), ("ALL",), ()),
        (("ALL",), (), ALL_RULES),
    ],
)
def test_what_is_selected_less_what_is_ignored(
    select: tuple[str, ...], ignore: tuple[str, ...], chosen: tuple[Rule, ...]
) -> None:
    assert select_rules(iter(ALL), Settings(select=select, ignore=ignore)).rules == chosen


SOME_DAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    "settings",
    [
        {"select": ("CON01",)},
        {"ignore": ("CON01",)},
        {"severity": {"CON01": E}},
        {"per_path": (PathSettings("/", ignore=("CON01",)),)},
        {"per_path": (PathSettings("/", severity={"CON01": E}),)},
        {"per_path": (PathSettings("/", select=("CON01",)),)},
        {"per_test": (PerTestSettings("*", ignore=("CON01",)),)},
        {"per_test": (PerTestSettings("*", severity={"CON01": E}),)},
        {"per_test": (PerTestSettings("*", select=("CON01",)),)},
        {"waivers": (Waiver(("CON01",), "a", "r", "o", SOME_DAY),)},
    ],
)
def test_a_misspelled_selector_is_an_error_wherever_it_stands(settings: Mapping[str, object]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        select_rules(ALL, Settings(source=Path("policycheck.toml"), **settings))  # type: ignore[arg-type]

    assert str(raised.value) == "policycheck.toml: no rule is called 'CON01'; did you mean 'CON001'?"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("select = [\n'CON',\n'CON01']", ":3:1: "),
        ("extend-ignore = ['CON01']", ":1:18: "),
        ("bindings = {CON01 = 'CON01'}\n[severity]\nCON01 = 'note'", ":3:1: "),
        ("[[per-test]]\ntest = 'CON01'\nignore = ['CON01']", ":3:11: "),
        ("waivers-file = 'w.toml'", "w.toml:2:10: "),
        ("extend = 'base.toml'", "base.toml:1:12: "),
    ],
)
def test_the_place_of_a_misspelled_selector_is_said(tmp_path: Path, text: str, place: str) -> None:
    waiver = "[[waivers]]\ncodes = ['CON01']\nsubject = 's'\nreason = 'r'\nowner = 'o'\nexpires = 2026-01-01"
    (tmp_path / "w.toml").write_text(waiver, "utf-8")
    (tmp_path / "base.toml").write_text("ignore = [ 'CON01']", "utf-8")
    (tmp_path / "policycheck.toml").write_text(text, "utf-8")
    settings = read_settings(tmp_path / "policycheck.toml")
    assert settings is not None

    with pytest.raises(ConfigurationError) as raised:
        check_selectors(ALL, settings)

    assert f"{place}no rule is called 'CON01'; did you mean 'CON001'?" in str(raised.value)


def test_a_waiver_names_no_more_than_it_must(tmp_path: Path) -> None:
    (tmp_path / "policycheck.toml").write_text(
        "ignore = ['ALL']\n[[waivers]]\ncodes = ['ALL']\nsubject = '*'\nreason = 'r'\nowner = 'o'\n"
        "expires = 2026-01-01",
        "utf-8",
    )
    settings = read_settings(tmp_path / "policycheck.toml")
    assert settings is not None

    with pytest.raises(ConfigurationError, match=r"policycheck.toml:3:10: a waiver of 'ALL' would hide"):
        check_selectors(ALL, settings)


def test_a_selector_of_the_command_line_is_not_blamed_on_the_file() -> None:
    with pytest.raises(ConfigurationError) as raised:
        check_selectors(ALL, Settings(source=Path("policycheck.toml")), ["nothing-like-it"])

    assert str(raised.value) == "no rule is called 'nothing-like-it'"


@pytest.mark.parametrize(("given", "meant"), [("con001", "CON001"), ("con", "CON")])
def test_a_selector_in_small_letters_is_understood(given: str, meant: str) -> None:
    with pytest.raises(ConfigurationError, match=f"no rule is called '{given}'; did you mean '{meant}'"):
        check_selectors(ALL, Settings(), [given])


def severity(
    settings: Settings, rule: Rule = CON1, breach: Severity | None = None, path: str | None = "/shop", **more: object
) -> Severity | None:
    return Selection(ALL, settings).severity(rule, Breach("m", severity=breach), path, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "breach", "expected"),
    [
        (Settings(), None, E),
        (Settings(), N, N),
        (Settings(severity={"CON": W}), None, W),
        (Settings(severity={"CON": W}), N, W),
        (Settings(severity={"RET": W}), N, N),
        (Settings(severity={"CON": W, "CON001": N}), None, N),
        (Settings(severity={"CON001": N, "CON": W}), None, N),
        (Settings(severity={"CON001": N, "stored-before-consent": W}), None, W),
        (Settings(per_path=(PathSettings("/shop", severity={"CON": N}),)), None, N),
        (Settings(per_path=(PathSettings("/other", severity={"CON": N}),)), None, E),
        (Settings(per_path=(PathSettings("/s*", severity={"RET": N}),)), None, E),
        (Settings(severity={"CON": W}, per_path=(PathSettings("/shop", severity={"CON": N}),)), None, N),
        (Settings(severity={"CON": W}, per_path=(PathSettings("/shop"),)), None, W),
        (Settings(per_path=(PathSettings("/shop", ignore=("CON",)),)), None, None),
        (Settings(per_path=(PathSettings("/SHOP", ignore=("CON",)),)), None, E),
        (
            Settings(per_path=(PathSettings("*", severity={"CON": W}), PathSettings("/shop", severity={"CON": N}))),
            None,
            N,
        ),
    ],
)
def test_the_project_goes_before_the_rule_and_the_path_before_the_project(
    settings: Settings, breach: Severity | None, expected: Severity | None
) -> None:
    assert severity(settings, breach=breach) is expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(severity={"ALL": N}), N),
        (Settings(severity={"CON": W, "ALL": N}), W),
        (Settings(per_test=(PerTestSettings("tests/old", severity={"CON": W}),)), W),
        (Settings(per_test=(PerTestSettings("tests/new", severity={"CON": W}),)), E),
        (
            Settings(
                per_path=(PathSettings("*", severity={"CON001": N}),),
                per_test=(PerTestSettings("*", severity={"ALL": W}),),
            ),
            W,
        ),
        (Settings(per_test=(PerTestSettings("*", ignore=("CON",)),)), None),
        (Settings(per_test=(PerTestSettings("*", ignore=("CON",)), PerTestSettings("*", select=("ALL",)))), E),
        (Settings(per_test=(PerTestSettings("*", select=("ALL",)), PerTestSettings("*", ignore=("CON",)))), None),
        (Settings(per_test=(PerTestSettings("*", select=("RET",)),)), None),
        (Settings(per_test=(PerTestSettings("*", select=("CON001",), ignore=("CON",)),)), E),
        (Settings(per_test=(PerTestSettings("*", select=("CON",), ignore=("CON001",)),)), None),
        (
            Settings(
                per_path=(PathSettings("*", ignore=("CON",)),),
                per_test=(PerTestSettings("*", select=("CON001",), severity={"CON": N}),),
            ),
            N,
        ),
        (
            Settings(
                per_path=(PathSettings("*", ignore=("CON",)),),
                per_test=(PerTestSettings("*", severity={"CON001": N}),),
            ),
            None,
        ),
    ],
)
def test_the_test_goes_before_the_path(settings: Settings, expected: Severity | None) -> None:
    assert severity(settings, test="tests/old/test_a.py::test_x") is expected
    assert severity(settings, test="tests/old/test_a.py::test_x", ignore=["CON"]) is None


def test_what_decided_is_said() -> None:
    settings = Settings(
        select=("CON",),
        ignore=("CON002",),
        severity={"CON": W},
        per_path=(PathSettings("/a", severity={"ALL": N}), PathSettings("/b", ignore=("stored-before-consent",))),
        per_test=(PerTestSettings("t.py", select=("RET",)),),
    )
    selection = Selection(ALL, settings)

    assert [(one.severity, one.by) for one in map(selection.decide, ALL)] == [
        (W, "severity CON"),
        (None, "ignore CON002"),
        (None, "select CON"),
    ]
    assert selection.decide(CON1, "/a").by == "per-path '/a': severity ALL"
    assert selection.decide(CON1, "/b").by == "per-path '/b': ignore stored-before-consent"
    assert selection.decide(CON1, "/a", "t.py::x").by == "per-test 't.py': select RET"
    assert Selection(ALL, Settings()).decide(RET1).by == "the rule itself"
    assert selection.graded(CON1) is W
    assert selection.graded(RET1) is W


def test_without_a_path_nothing_of_a_path_holds() -> None:
    settings = Settings(per_path=(PathSettings("*", ignore=("CON",)),))

    assert severity(settings, path=None) is E


def test_a_test_can_ignore_rules() -> None:
    assert severity(Settings(severity={"CON": W}), ignore=("CON002",)) is W
    assert severity(Settings(severity={"CON": W}), ignore=("RET", "CON001")) is None
