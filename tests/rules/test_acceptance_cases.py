"""The cases of each rule about what was accepted: ``cases/acceptance/CODE.yaml``, on 1 May 2026."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.model.acceptance import Acceptances, KnownFinding, KnownUse, WaiverUse
from policycheck.model.finding import Breach, Location, Waiver
from policycheck.rules.registry import builtin_rules

CASES = Path(__file__).parent / "cases" / "acceptance"
RULES = {rule.code: rule for rule in builtin_rules() if rule.acceptance is not None}
TODAY = date(2026, 5, 1)
PLACE = Location("settings", 7)


def _load() -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['description']}")
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text("utf-8"))
    ]


def _waiver(codes: list[str], subject: str, expires: date, findings: int, whole: bool = True) -> WaiverUse:
    return WaiverUse(Waiver(tuple(codes), subject, "agreed", "ann", expires, PLACE), findings, whole)


def _known(subject: str, since: date, found: bool, ends: date | None = None, whole: bool = True) -> KnownUse:
    return KnownUse(KnownFinding(f"f{subject}", "CON001", "cookie", subject, "", since, ends, PLACE), found, whole)


@pytest.mark.parametrize(("code", "case"), _load())
def test_case(code: str, case: dict[str, Any]) -> None:
    accepted = Acceptances(
        TODAY,
        tuple(_waiver(**use) for use in case.get("waivers", ())),
        tuple(_known(**use) for use in case.get("baseline", ())),
    )
    check = RULES[code].acceptance
    assert check is not None
    told = list(check(accepted))
    breaches = [(subject, outcome) for subject, outcome in told if isinstance(outcome, Breach)]

    wanted = case["findings"]
    shown = [
        {key: subject if key == "subject" else getattr(one, key) for key in want}
        for (subject, one), want in zip(breaches, wanted, strict=True)
    ]
    assert shown == wanted
    assert all(one.location == PLACE for _, one in breaches)
    assert [outcome.reason for _, outcome in told if not isinstance(outcome, Breach)] == case.get("not_evaluated", [])


def test_every_rule_has_failing_and_passing_cases() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} == set(RULES)
    for path in CASES.glob("*.yaml"):
        cases = yaml.safe_load(path.read_text("utf-8"))
        assert len(cases) >= 4
        assert any(case["findings"] for case in cases)
        assert any(not case["findings"] and not case.get("not_evaluated") for case in cases)
        assert {"subject", "message", "fix"} <= {key for case in cases for found in case["findings"] for key in found}
