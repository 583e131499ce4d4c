"""Each refusal has one rule that reports it, and a word on what to change."""

from __future__ import annotations

import json

import pytest

from policycheck.catalogue.loading import load_catalogue
from policycheck.jar import RejectReason
from policycheck.matching import match
from policycheck.model.finding import Breach
from policycheck.model.legal import Exemption
from policycheck.model.lifetime import Lifetime, parse_retention
from policycheck.model.observation import Observation, Rejection
from policycheck.model.profile import Confidence, Profile, RetentionLimit
from policycheck.model.storage import StorageKind
from policycheck.rules.attributes.rejections import PREFIX_REASONS, fix_for
from policycheck.rules.registry import builtin_rules
from policycheck.rules.rule import Context

BY_CODE = {rule.code: rule for rule in builtin_rules()}


@pytest.mark.parametrize("reason", RejectReason)
def test_one_rule_reports_each_refusal(reason: RejectReason) -> None:
    catalogue = load_catalogue("c.json", opener=lambda location: b'{"catalogue": 1}')
    rejected = Observation(StorageKind.COOKIE, "c", rejection=Rejection(reason.value, reason.step, "why"))
    matched = match(catalogue, rejected)
    codes = [
        rule.code
        for rule in BY_CODE.values()
        if rule.observation and not rule.only_stored
        for _ in rule.observation(matched, Context(catalogue))
    ]
    assert codes == ["ATT004" if "prefix" in reason.value else "ATT006"]


def test_each_refusal_has_its_own_fix() -> None:
    fixes = [fix_for(reason.value) for reason in RejectReason if reason not in PREFIX_REASONS]
    assert len(set(fixes)) == len(fixes)
    assert "send a header that browsers accept" not in fixes


def test_a_reason_that_is_not_known() -> None:
    assert fix_for("of a later version") == "send a header that browsers accept"


def test_each_limit_of_a_profile_is_applied() -> None:
    limits = tuple(
        RetentionLimit(exemption, parse_retention(longest), "law", "https://law.example", Confidence.A)
        for exemption, longest in (
            (Exemption.APPEARANCE, "1 day"),
            (Exemption.SECURITY, "1 hour"),
            (Exemption.EMERGENCY, "1 day"),
            (Exemption.SECURITY, "2 days"),
        )
    )
    item = {"name": "c", "kind": "cookie", "retention": "1 year", "category": "analytics", "exemption": "security"}
    document = json.dumps({"catalogue": 1, "items": [item]}).encode()
    catalogue = load_catalogue("c.json", opener=lambda location: document)
    matched = match(catalogue, Observation(StorageKind.COOKIE, "c", lifetime=Lifetime(86400.0)))
    check = BY_CODE["RET007"].observation
    assert check is not None
    (found,) = check(matched, Context(catalogue, profile=Profile("X", "X", limits=limits)))
    assert isinstance(found, Breach)
    assert found.message == "is exempt as security and kept for 24 hours, allowed: 1 hour"
    assert found.expected == "at most 1 hour (1 hour): law, confidence A"
