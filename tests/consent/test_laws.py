"""The laws of consent: complete, alike, reported by rules that are there, and current in the reference."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from policycheck.catalogue.loading import load_catalogue
from policycheck.consent.laws import Law, LawName, Need
from policycheck.consent.laws.registry import law_named, laws, switched_off
from policycheck.consent.transitions import TransitionKind
from policycheck.engine.settings import read_settings
from policycheck.errors import UsageError
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus, Lapse
from policycheck.model.profile import Confidence, GpcTerms, Profile
from policycheck.rules.permission import Cause, blocked
from policycheck.rules.registry import builtin_rules
from policycheck.rules.rule import Context

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "policycheck/consent/laws"
LAWS = laws()
RULES = {rule.code: rule for rule in builtin_rules()}
SECTIONS = ["What it says", "Why", "Example", "What it needs", "Switch it off", "References"]
OF_A_VISITOR = {kind.value for kind in TransitionKind} | {"visit", "act", "wait", "grant_in_both_orders"}
"""What a visitor does in a replay."""
CODES = {
    "silence-is-refusal": "CON001",
    "refusal-stores-nothing": "CON002",
    "grant-is-specific": "CON001 CON002",
    "withdrawal-stops": "CON004",
    "withdrawal-erases": "CON003",
    "withdrawal-keeps-exempt": "CON006",
    "order-does-not-matter": "CON012",
    "grant-is-idempotent": "CON013",
    "regrant-starts-clean": "CON014",
    "expiry-returns-to-unset": "CON005",
    "revision-returns-to-unset": "CON005",
    "choice-is-remembered": "CON008",
    "withdrawal-is-as-easy": "CON015",
    "fixed-lifetime-stays": "RET003",
    "gpc-refuses": "CON007",
    "signal-follows-choice": "CON011",
}
every_law = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name.value)


def section(law: Law, heading: str) -> str:
    return law.page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def fence(law: Law, heading: str, language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```$", section(law, heading), re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def names_in(module: str, enumeration: str) -> set[str]:
    """The members of an enumeration that the source of a rule names, as in ``LawName.GPC_REFUSES``."""
    tree = ast.parse(Path(str(sys.modules[module].__file__)).read_text("utf-8"))
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == enumeration
    }


CATALOGUE = """{"catalogue": 1, "id": "shop", "version": "2",
    "categories": {"ads": {"consent": "required"}, "maps": {"consent": "required"}},
    "items": [{"name": "_ad", "kind": "cookie", "category": "ads", "retention": "session", "purpose": "Ads."},
              {"name": "_map", "kind": "cookie", "category": "maps", "retention": "session", "purpose": "Maps."}]}"""
STANDING = {
    Cause.UNSET: ConsentState(),
    Cause.REFUSED: UNSET.refuse("ads"),
    Cause.WITHDRAWN: UNSET.withdraw("ads"),
    Cause.EXPIRED: ConsentState(choices={"ads": Choice(ConsentStatus.GRANTED, lapsed=Lapse.EXPIRED)}),
    Cause.REVISED: ConsentState(choices={"ads": Choice(ConsentStatus.GRANTED, lapsed=Lapse.REVISED)}),
    Cause.GPC: ConsentState(gpc=True),
}


def laws_by_cause() -> dict[Cause, set[LawName]]:
    """The laws that a rule names for each reason why an entry must not be there, alone and beside another grant."""
    catalogue = load_catalogue("catalogue.json", opener=lambda location: CATALOGUE.encode())
    terms = GpcTerms(("ads",), "a law", "https://law.example/", Confidence.A)
    found: dict[Cause, set[LawName]] = {}
    for cause, state in STANDING.items():
        context = Context(catalogue, profile=Profile("X", "X", gpc=terms))
        for consent in (state, state.grant("maps")):
            outcome = blocked(catalogue.items[0], consent, context, 0.0)
            assert outcome is not None
            assert outcome.cause is cause
            found.setdefault(cause, set()).add(outcome.law)
    return found


def laws_named_in(module: str) -> set[LawName]:
    """The laws that a rule may name: in its source, or through the reasons that it shares with others."""
    named = {LawName[name] for name in names_in(module, "LawName")}
    if "law=found.law" in Path(str(sys.modules[module].__file__)).read_text("utf-8"):
        named = named.union(*(laws_by_cause()[Cause[name]] for name in names_in(module, "Cause")))
    return named


def test_every_name_has_its_law_in_order() -> None:
    assert [law.name for law in LAWS] == list(LawName)
    assert laws() is LAWS


def test_every_law_has_a_module_of_its_name() -> None:
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "law", "names", "registry"}

    assert modules == {law.name.value.replace("-", "_") for law in LAWS}
    assert [law.module.rpartition(".")[2] for law in LAWS] == [law.name.value.replace("-", "_") for law in LAWS]


@every_law
def test_a_law_is_reported_by_rules_that_are_there(law: Law) -> None:
    assert " ".join(law.codes) == CODES[law.name]
    assert set(law.codes) <= RULES.keys()


@every_law
def test_each_of_its_rules_names_it(law: Law) -> None:
    for code in law.codes:
        assert code in RULES
        assert law.name in laws_named_in(RULES[code].module), f"{code} never says {law.name} in a breach"


@pytest.mark.parametrize("rule", builtin_rules(), ids=lambda rule: rule.code)
def test_a_rule_names_no_other_law(rule: Any) -> None:
    assert laws_named_in(rule.module) <= {law.name for law in LAWS if rule.code in law.codes}


@every_law
def test_its_page_is_complete(law: Law) -> None:
    lines = law.page.splitlines()

    assert lines[0] == f"# {law.name}"
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == SECTIONS
    assert all(section(law, heading).strip() for heading in SECTIONS)
    assert all(line.startswith(("- ", "  ")) for line in section(law, "References").strip().splitlines())


@every_law
def test_it_has_a_citation_and_says_what_it_needs(law: Law) -> None:
    assert law.citation.endswith(".")
    assert "\n" not in law.citation
    assert len(set(law.needs)) == len(law.needs) > 0


def test_every_need_is_of_some_law() -> None:
    assert {need for law in LAWS for need in law.needs} == set(Need)


@every_law
def test_its_example_is_a_replay(law: Law) -> None:
    replay = fence(law, "Example", "python").strip()

    calls = [node.value for node in ast.parse(replay).body if isinstance(node, ast.Expr)]
    names = [call.func.id for call in calls if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)]
    assert "; ".join(ast.unparse(call) for call in calls) == replay
    assert len(names) == len(calls) > 0
    assert set(names) <= OF_A_VISITOR


@every_law
def test_the_settings_of_its_page_switch_it_off(law: Law, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(fence(law, "Switch it off", "toml"), "utf-8")

    settings = read_settings(tmp_path / "pyproject.toml")

    assert settings is not None
    assert list(settings.laws) == [law.name]
    assert settings.laws[law.name]


def test_a_law_is_found_by_name() -> None:
    assert law_named("withdrawal-erases") is law_named(" Withdrawal-ERASES")
    assert law_named("withdrawal-erases").name is LawName.WITHDRAWAL_ERASES


@pytest.mark.parametrize(
    ("name", "guess"), [("withdrawal-erase", "; did you mean 'withdrawal-erases'?"), ("", ""), ("CON003", "")]
)
def test_an_unknown_law(name: str, guess: str) -> None:
    message = f"no law is called {name!r}{guess}\n  all laws: policycheck law"

    with pytest.raises(UsageError) as raised:
        law_named(name)
    assert str(raised.value) == message
    with pytest.raises(UsageError) as raised:
        switched_off({name: "a reason"})
    assert str(raised.value) == message


def test_laws_are_switched_off_with_a_reason() -> None:
    assert switched_off({}) == {}
    assert switched_off({"gpc-refuses": " not covered "}) == {LawName.GPC_REFUSES: "not covered"}


@pytest.mark.parametrize("reason", ["", " \n", None, True, 3, ["why"]])
def test_without_a_reason_no_law_is_switched_off(reason: object) -> None:
    with pytest.raises(UsageError, match=r"^gpc-refuses is switched off without a reason\n  fix: gpc-refuses = "):
        switched_off({"gpc-refuses": reason})


def test_the_reference_of_the_laws_is_current() -> None:
    spec = importlib.util.spec_from_file_location("laws_reference", ROOT / "docs/build/laws_reference.py")
    assert spec
    assert spec.loader
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)

    written = {path.name: path.read_text("utf-8") for path in generator.FOLDER.glob("*.md")}

    assert written == generator.pages(), "run: python docs/build/laws_reference.py"


@every_law
def test_the_reference_says_when_it_is_not_evaluated(law: Law) -> None:
    page = (ROOT / f"docs/reference/laws/{law.name}.md").read_text("utf-8")

    assert "\nNot evaluated where:\n\n" + "".join(f"- {need.value}\n" for need in law.needs) in page
