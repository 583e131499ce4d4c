"""The cases of the CAT rules: catalogues as data, each with the findings that it must and must not have."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
import yaml

import policycheck.rules.catalogue_rules
from policycheck.catalogue.loading import load_catalogue
from policycheck.model.finding import Breach
from policycheck.rules.rule import Rule

CASES = Path(__file__).parents[1] / "cases" / "catalogue"
RULES: Mapping[str, Rule] = {
    rule.code: rule
    for module in iter_modules(policycheck.rules.catalogue_rules.__path__)
    for rule in [import_module(f"policycheck.rules.catalogue_rules.{module.name}").RULE]
}


def all_cases() -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
        for path in sorted(CASES.glob("CAT*.yaml"))
        for case in yaml.safe_load(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize(("code", "case"), all_cases())
def test_case(code: str, case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {"catalogue.yaml": case["catalogue"], **case.get("files", {})}.items():
        Path(name).write_text(text, "utf-8")
    rule = RULES[code]
    assert rule.catalogue is not None
    outcomes = list(rule.catalogue(load_catalogue("catalogue.yaml")))
    assert len(outcomes) == len(case["findings"]), outcomes
    for (subject, breach), expected in zip(outcomes, case["findings"], strict=True):
        assert isinstance(breach, Breach)
        assert subject == expected["subject"]
        assert expected["message"] in breach.message
        if "fix" in expected:  # a finding that is written down whole
            assert expected["message"] == breach.message
        for field in ("expected", "actual", "fix", "key"):
            assert expected.get(field, getattr(breach, field)) == getattr(breach, field)
        assert expected.get("severity", "") in {"", (breach.severity or rule.severity).value}
        assert breach.fix
        assert breach.location is not None
        assert (breach.location.file.removeprefix("./"), breach.location.line) == (
            expected.get("file", "catalogue.yaml"),
            expected["line"],
        )


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_cases_that_fail_and_cases_that_pass(code: str) -> None:
    cases = yaml.safe_load((CASES / f"{code}.yaml").read_text("utf-8"))
    failing = [case for case in cases if case["findings"]]
    assert min(len(failing), len(cases) - len(failing)) >= 3
    assert len({case["name"] for case in cases}) == len(cases)


def test_the_ten_rules_are_there_under_their_names() -> None:
    assert {code: rule.name for code, rule in RULES.items()} == {
        "CAT001": "ambiguous-names",
        "CAT002": "unreachable-entry",
        "CAT003": "failing-example",
        "CAT004": "missing-purpose",
        "CAT005": "unused-category",
        "CAT006": "unused-placeholder",
        "CAT007": "ground-without-exemption",
        "CAT008": "retention-over-cap",
        "CAT009": "weakened-by-override",
        "CAT010": "duplicate-entry",
        "CAT011": "unreviewed-entry",
    }


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_the_docstring_is_a_page(rule: Rule) -> None:
    lines = rule.page.splitlines()
    assert lines[0] == f"# {rule.code} {rule.name}"
    sections = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    assert sections == ["What it checks", "Why", "Example", "Fix", "References"]
    assert rule.module.endswith(f"{rule.code.lower()}_{rule.name.replace('-', '_')}")
    assert f"{rule.code} {rule.name}: " in rule.page
    assert rule.why
