"""Runs one rule over a case: catalogue and evidence as data, through the recorder and the matcher, as a session does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.consent.profiles.loading import load_profile
from policycheck.consent.reading import read_consent
from policycheck.matching import Match, match
from policycheck.model.cookie import Anomaly
from policycheck.model.finding import Breach, Coverage, Unevaluated
from policycheck.model.lifetime import Lifetime
from policycheck.model.observation import HttpExchange, Observation
from policycheck.model.party import Party
from policycheck.model.profile import Profile
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder
from policycheck.rules.registry import builtin_rules
from policycheck.rules.rule import Context, Outcome, Rule

START = 1_700_000_000.0
PROFILES: Mapping[str, Profile] = {"FR": load_profile("FR")}


@dataclass
class Judged:
    """What a rule said: pairs of the subject and the outcome, in order."""

    breaches: list[tuple[str, Breach]] = field(default_factory=list)
    unevaluated: list[tuple[str, str]] = field(default_factory=list)

    def add(self, subject: str, outcome: Outcome) -> None:
        if isinstance(outcome, Unevaluated):
            self.unevaluated.append((subject, outcome.reason))
        else:
            self.breaches.append((subject, outcome))


def make_catalogue(declared: Mapping[str, Any]) -> Catalogue:
    """Load a catalogue written as data; every problem in it fails the test."""
    text = json.dumps({"catalogue": 1, "id": "test", "version": "1", **declared})
    return load_catalogue("catalogue.json", opener=lambda location: text.encode())


def record(steps: list[dict[str, Any]], consent: object = None) -> list[Observation]:
    """Record evidence: responses with Set-Cookie headers, and writes given as observations."""
    now = START
    recorder = Recorder(now=lambda: now, consent=read_consent(consent))
    for given in steps:
        step = dict(given)
        now = START + step.pop("at", 0)
        if "consent" in step:
            recorder.consent = read_consent(step.pop("consent"))
        if "set_cookie" in step:
            headers = step.pop("set_cookie")
            recorder.response(
                HttpExchange(
                    method="GET",
                    url=step.pop("url", "https://shop.example/"),
                    status=200,
                    set_cookie=tuple([headers] if isinstance(headers, (str, bytes)) else headers),
                    date=step.pop("date", None),
                    top_level_site=step.pop("top_level_site", None),
                )
            )
            assert not step, f"unknown keys of a response: {step}"
        else:
            recorder.write(make_observation(step))
    return recorder.observations


def make_observation(given: Mapping[str, Any]) -> Observation:
    """An observation from plain words, as an observations file has them."""
    readers: dict[str, Callable[[Any], Any]] = {
        "kind": StorageKind,
        "operation": Operation,
        "set_by": SetBy,
        "party": Party,
        "detected": tuple,
        "lifetime": lambda seconds: Lifetime(None, session=True) if seconds == "session" else Lifetime(float(seconds)),
    }
    values = {name: readers[name](value) if name in readers else value for name, value in given.items()}
    values.setdefault("set_by", SetBy.SERVER if values["kind"] is StorageKind.COOKIE else SetBy.SCRIPT)
    return Observation(**values)


def find_rule(code: str) -> Rule:
    return next(rule for rule in builtin_rules() if rule.code == code)


def judge(
    rule: Rule,
    catalogue: Catalogue,
    observations: list[Observation],
    *,
    tolerance: float = 0.0,
    profile: str | None = None,
) -> Judged:
    """Apply one rule as a session does: an observation rule sees what was stored, unless it asks for more."""
    context = Context(catalogue, tolerance, PROFILES[profile] if profile else None)
    matches: list[Match] = [match(catalogue, observation) for observation in observations]
    judged = Judged()
    if rule.observation is not None:
        for matched in matches:
            if matched.observation.stored or not rule.only_stored:
                concerned = rule.concerns is None or rule.concerns(matched.item)
                for outcome in rule.observation(matched, context):
                    assert concerned, f"{rule.code} would be left out, and has something to say"
                    judged.add(matched.observation.name, outcome)
    if rule.journey is not None:
        for matched, outcome in rule.journey(matches, context):
            judged.add(matched.observation.name, outcome)
    if rule.run is not None:
        observed = frozenset(matched.item.key for matched in matches if matched.item)
        for item, outcome in rule.run(Coverage(tuple(item.key for item in catalogue.items), observed), context):
            judged.add(item.name, outcome)
    return judged


@dataclass(frozen=True)
class Kit:
    """The functions above, for tests: they cannot be imported from here."""

    make_catalogue: Callable[[Mapping[str, Any]], Catalogue] = make_catalogue
    record: Callable[..., list[Observation]] = record
    make_observation: Callable[[Mapping[str, Any]], Observation] = make_observation
    find_rule: Callable[[str], Rule] = find_rule
    judge: Callable[..., Judged] = judge
    anomaly: type[Anomaly] = Anomaly


@pytest.fixture
def kit() -> Kit:
    return Kit()
