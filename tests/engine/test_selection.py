from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from policycheck.engine.selection import Selection, check_selectors, names_rule, select_rules
from policycheck.engine.settings import PathSettings, Settings
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
ALL = (CON1, CON2, RET1)


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
        {"waivers": (Waiver(("CON01",), "a", "r", "o", SOME_DAY),)},
    ],
)
def test_a_misspelled_selector_is_an_error_wherever_it_stands(settings: Mapping[str, object]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        select_rules(ALL, Settings(source=Path("policycheck.toml"), **settings))  # type: ignore[arg-type]

    assert str(raised.value) == "policycheck.toml: no rule is called 'CON01'; did you mean 'CON001'?"


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


def test_without_a_path_nothing_of_a_path_holds() -> None:
    settings = Settings(per_path=(PathSettings("*", ignore=("CON",)),))

    assert severity(settings, path=None) is E


def test_a_test_can_ignore_rules() -> None:
    assert severity(Settings(severity={"CON": W}), ignore=("CON002",)) is W
    assert severity(Settings(severity={"CON": W}), ignore=("RET", "CON001")) is None
