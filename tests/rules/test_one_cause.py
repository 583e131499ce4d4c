"""Of the rules of consent exactly one speaks about what was stored without it, and names one law; none about the rest."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from policycheck.catalogue.entries import ConsentTerms
from policycheck.catalogue.loading import load_catalogue
from policycheck.consent.laws import LawName
from policycheck.matching import match
from policycheck.model.consent import Choice, ConsentState, ConsentStatus, Lapse
from policycheck.model.finding import Breach
from policycheck.model.lifetime import DAY, parse_retention
from policycheck.model.observation import Observation
from policycheck.model.profile import Confidence, ConsentModel, GpcTerms, Profile
from policycheck.model.storage import Operation, StorageKind
from policycheck.rules.permission import allows, blocked
from policycheck.rules.registry import builtin_rules
from policycheck.rules.rule import Context, ObservationCheck

NOW = 1_700_000_000.0
USES = [
    *("analytics", "marketing"),
    {"category": "analytics", "exemption": "security"},
    {"category": "marketing", "feature": "off"},
    {"category": "necessary", "feature": "off"},
]
SETS = [[one] for one in USES] + [[one, two] for one in USES for two in USES] + [USES[:2] + USES[3:]]
DOCUMENT = {
    "catalogue": 1,
    "version": "1",
    "features": {"off": {"title": "Off", "default": "off"}},
    "items": [
        {
            "name": f"item{number}",
            "kind": "cookie",
            "retention": "session",
            "uses": [{"category": use} if isinstance(use, str) else use for use in uses],
        }
        for number, uses in enumerate(SETS)
    ],
}
CATALOGUE = replace(
    load_catalogue("c.json", opener=lambda location: json.dumps(DOCUMENT).encode()),
    consent=ConsentTerms(validity=parse_retention("10 days")),
)
CHECKS: dict[str, ObservationCheck] = {
    rule.code: rule.observation
    for rule in builtin_rules()
    if rule.observation is not None and rule.code in {"CON001", "CON002", "CON004", "CON005", "CON007"}
}
LAWS = {
    "CON001": {LawName.SILENCE_IS_REFUSAL, LawName.GRANT_IS_SPECIFIC},
    "CON002": {LawName.REFUSAL_STORES_NOTHING, LawName.GRANT_IS_SPECIFIC},
    "CON004": {LawName.WITHDRAWAL_STOPS},
    "CON005": {LawName.EXPIRY_RETURNS_TO_UNSET, LawName.REVISION_RETURNS_TO_UNSET},
    "CON007": {LawName.GPC_REFUSES},
}

statuses = st.sampled_from(ConsentStatus)
choices = st.builds(
    Choice,
    statuses,
    st.none() | st.floats(NOW - 20 * DAY, NOW),
    st.sampled_from([None, "1", "0"]),
    lapsed=st.none() | st.sampled_from(Lapse),
)
categories = st.sampled_from(["analytics", "marketing"])
states = st.builds(
    ConsentState,
    st.dictionaries(categories, statuses),
    statuses,
    st.booleans(),
    st.dictionaries(categories, choices),
)
profiles = st.none() | st.builds(
    lambda model, gpc, confidence: Profile("X", "X", model=model, gpc=gpc and GpcTerms(gpc, "law", "url", confidence)),
    st.sampled_from(ConsentModel),
    st.none() | st.just(("marketing",)) | st.just(("analytics", "marketing")),
    st.sampled_from(Confidence),
)


@given(st.integers(0, len(SETS) - 1), states, profiles)
def test_exactly_one_rule_speaks(number: int, consent: ConsentState, profile: Profile | None) -> None:
    context = Context(CATALOGUE, profile=profile)
    seen = Observation(StorageKind.COOKIE, f"item{number}", consent=consent, time=NOW)
    matched = match(CATALOGUE, seen)
    spoken = {code: list(check(matched, context)) for code, check in CHECKS.items()}
    found = [(code, outcome) for code, outcomes in spoken.items() for outcome in outcomes]
    item = matched.item
    assert item is not None
    stopped = blocked(item, consent, context, NOW)
    assert len(found) == (stopped is not None)
    for code, outcome in found:
        assert isinstance(outcome, Breach)
        assert outcome.law in LAWS[code]
        assert type(outcome.law) is str
    if item.enabled:
        assert any(allows(use, consent, context, NOW) for use in item.uses) == (stopped is None)


@given(st.integers(0, len(SETS) - 1), states, profiles)
def test_a_read_is_judged_as_a_store_is(number: int, consent: ConsentState, profile: Profile | None) -> None:
    context = Context(CATALOGUE, profile=profile)
    check = next(rule.observation for rule in builtin_rules() if rule.code == "CON010")
    assert check is not None
    seen = Observation(StorageKind.COOKIE, f"item{number}", Operation.ACCESS, consent=consent, time=NOW)
    matched = match(CATALOGUE, seen)
    assert matched.item is not None
    assert len(list(check(matched, context))) == (blocked(matched.item, consent, context, NOW) is not None)
