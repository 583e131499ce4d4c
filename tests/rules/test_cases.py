"""The cases of each rule: ``cases/CODE.yaml``, evidence and catalogue in, findings out, word for word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.rules.registry import builtin_rules

CASES = Path(__file__).parent / "cases"
CODES = [rule.code for rule in builtin_rules() if rule.catalogue is None and rule.acceptance is None]
KEYS = {
    *("description", "catalogue", "consent", "tolerance", "profile", "signals"),
    *("observe", "findings", "not_evaluated"),
}
DEFAULT = {
    "categories": {
        "functional": {"consent": "notRequired", "legalBasis": "legitimateInterests"},
    }
}


def _load() -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['description']}")
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize(("code", "case"), _load())
def test_case(kit: Any, code: str, case: dict[str, Any]) -> None:
    assert set(case) <= KEYS, "a case has an unknown key"
    catalogue = kit.make_catalogue({**DEFAULT, **case.get("catalogue", {})})
    walked = kit.walk(catalogue, case["observe"], case.get("consent"))
    judged = kit.judge(
        kit.find_rule(code),
        catalogue,
        walked.observations,
        steps=walked.steps,
        requests=walked.requests,
        tolerance=case.get("tolerance", 0.0),
        profile=case.get("profile"),
        signals=case.get("signals", False),
    )
    found = [_shown(subject, breach) for subject, breach in judged.breaches]
    wanted = case["findings"]
    assert [{key: finding.get(key) for key in want} for finding, want in zip(found, wanted, strict=False)] == wanted
    assert len(found) == len(wanted), found
    assert [reason for _, reason in judged.unevaluated] == case.get("not_evaluated", [])


def _shown(subject: str, breach: Any) -> dict[str, object]:
    return {
        "subject": subject,
        "message": breach.message,
        "expected": breach.expected,
        "actual": breach.actual,
        "fix": breach.fix,
        "severity": breach.severity and breach.severity.value,
        "key": breach.key,
        "law": breach.law,
        "pointer": breach.location and breach.location.pointer,
    }


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_failing_and_passing_cases(code: str) -> None:
    cases = yaml.safe_load((CASES / f"{code}.yaml").read_text("utf-8"))
    assert len(cases) >= 4
    assert any(case["findings"] for case in cases)
    assert any(not case["findings"] and not case.get("not_evaluated") for case in cases)
    assert all({"message", "subject"} <= set(finding) for case in cases for finding in case["findings"])
    told = {key for case in cases for finding in case["findings"] for key in finding}
    assert {"expected", "fix"} <= told, "one case at least holds the whole finding to the letter"


def test_there_are_no_cases_of_unknown_rules() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} == set(CODES)
