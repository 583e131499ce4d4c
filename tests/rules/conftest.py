"""Runs one rule over a case: catalogue and evidence as data, through the recorder and the matcher, as a session does."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.consent.profiles.loading import load_profile
from policycheck.consent.reading import read_consent
from policycheck.consent.signals import ConsentSignal, SignalError, SignalReading
from policycheck.consent.steps import Comparison, Difference, Step, StepKind
from policycheck.consent.transitions import ConsentTransition, TransitionKind, apply_transition
from policycheck.engine.steps import Steps
from policycheck.matching import Match, match
from policycheck.model.consent import Choice, ConsentStatus, Lapse
from policycheck.model.cookie import Anomaly
from policycheck.model.finding import Breach, Unevaluated
from policycheck.model.lifetime import Lifetime, parse_retention
from policycheck.model.observation import HttpExchange, Initiator, Observation
from policycheck.model.party import Party
from policycheck.model.profile import ChoiceKind, Confidence, ConsentModel, Figure, GpcTerms, Profile
from policycheck.model.report import Coverage
from policycheck.model.request import SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder
from policycheck.rules.registry import builtin_rules
from policycheck.rules.rule import Context, Outcome, Rule

START = 1_700_000_000.0
STEP_KEYS = {"step", "page_load", "interactions", "asked", "compared", "timed"}


@dataclass(frozen=True)
class Walked:
    """What was recorded, and the steps that the evidence was divided into."""

    observations: list[Observation]
    steps: list[Step]
    requests: list[SentRequest] = field(default_factory=list)


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
    return walk(None, steps, consent).observations


def walk(catalogue: Catalogue | None, given: list[dict[str, Any]], consent: object = None) -> Walked:
    """Record evidence, and end a step of the visitor where the data says so: see :func:`end_step`.

    What stands before a ``step`` without one of its own belongs to that step. ``at`` is seconds from the start.
    """
    clock = [START]
    matches: list[Match] = []
    recorder = Recorder(
        now=lambda: clock[0],
        consent=read_consent(consent),
        sink=lambda seen: matches.append(match(catalogue, seen) if catalogue else Match(seen, None)),
    )
    steps = Steps(recorder, matches, lambda: clock[0])
    for entry in given:
        rest = dict(entry)
        clock[0] = START + rest.pop("at", 0)
        told = {name: rest.pop(name) for name in STEP_KEYS & set(rest)}
        move = read_move(told.get("step", ""))
        if move is not None:
            assert catalogue is not None
            recorder.consent = decide(catalogue, recorder.consent, move, clock[0], timed=told.pop("timed", True))
        if "consent" in rest:
            recorder.consent = replace(read_consent(rest.pop("consent")), gpc=recorder.consent.gpc)
        if "gpc" in rest:
            recorder.consent = replace(recorder.consent, gpc=rest.pop("gpc"))
        if "choices" in rest:
            recorder.consent = replace(recorder.consent, choices=read_choices(rest.pop("choices")))
        if "request" in rest:
            recorder.request(make_request({"time": clock[0], **rest}))
        elif "set_cookie" in rest:
            respond(recorder, rest)
        elif rest:
            recorder.write(make_observation({"time": clock[0], **rest}))
        if told:
            end_step(steps, move, told)
    return Walked(recorder.observations, steps.all, recorder.requests)


def make_request(given: Mapping[str, Any]) -> SentRequest:
    """A request from plain words: ``request`` is its URL, ``initiator`` the fields of one."""
    values = dict(given)
    if "initiator" in values:
        told = dict(values["initiator"])
        values["initiator"] = Initiator(**told | ({"party": Party(told["party"])} if "party" in told else {}))
    if "party" in values:
        values["party"] = Party(values["party"])
    return SentRequest(values.pop("request"), **values)


def respond(recorder: Recorder, given: dict[str, Any]) -> None:
    headers = given.pop("set_cookie")
    recorder.response(
        HttpExchange(
            method="GET",
            url=given.pop("url", "https://shop.example/"),
            status=200,
            set_cookie=tuple([headers] if isinstance(headers, (str, bytes)) else headers),
            date=given.pop("date", None),
            top_level_site=given.pop("top_level_site", None),
        )
    )
    assert not given, f"unknown keys of a response: {given}"


def read_move(text: str) -> ConsentTransition | None:
    """``withdraw('analytics')`` and ``change(grant=['a'], deny=['b'])``, as a replay spells them; None for the rest."""
    name, _, rest = text.partition("(")
    if name not in set(TransitionKind):
        return None
    call = ast.parse(f"f({rest}", mode="eval").body
    assert isinstance(call, ast.Call)
    arguments = tuple(ast.literal_eval(argument) for argument in call.args)
    named = {str(keyword.arg): tuple(ast.literal_eval(keyword.value)) for keyword in call.keywords}
    kind = TransitionKind(name)
    if kind is TransitionKind.REVISE:
        return ConsentTransition(kind, version=arguments[0])
    return ConsentTransition(kind, named.get("grant", arguments), named.get("deny", ()))


def decide(catalogue: Catalogue, consent: Any, move: ConsentTransition, now: float, *, timed: bool) -> Any:
    categories = [key for key, category in catalogue.categories.items() if category.consent == "required"]
    version = catalogue.version if timed else None
    return apply_transition(consent, move, categories=categories, time=now if timed else None, version=version)


def read_choices(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Choice]:
    """Choices as data: ``{analytics: {status: granted, at: 0, version: "1", lapsed: expired}}``."""
    return {
        category: Choice(
            ConsentStatus(choice["status"]),
            START + choice["at"] if "at" in choice else None,
            choice.get("version"),
            lapsed=Lapse(choice["lapsed"]) if "lapsed" in choice else None,
        )
        for category, choice in given.items()
    }


def end_step(steps: Steps, move: ConsentTransition | None, told: dict[str, Any]) -> None:
    """End a step. ``step`` is its text; a visit loads a page unless ``page_load`` says otherwise.

    ``compared: {law, first, second, differences: [{what, entry}]}`` is a comparison; an entry is named by its name.
    """
    text = told["step"]
    kind = StepKind.CHOICE if move is not None or text == "told" else StepKind.ACTION
    if text.startswith("visit("):
        kind = StepKind.VISIT
    compared = told.get("compared")
    steps.end(
        kind,
        text,
        page_load=told.get("page_load", kind is StepKind.VISIT),
        transition=move.kind if move is not None else None,
        concerned=move.categories + move.denied if move is not None else (),
        interactions=told.get("interactions"),
        asked=told.get("asked"),
        comparison=None if compared is None else read_comparison(compared, steps),
    )


def read_comparison(given: Mapping[str, Any], steps: Steps) -> Comparison:
    entries = {match.observation.name: match for match in steps.held().values()}
    found = [
        Difference(entry["what"], entries[entry["entry"]] if "entry" in entry else None)
        for entry in given["differences"]
    ]
    return Comparison(given["law"], given["first"], given["second"], tuple(found))


def read_profile(given: str | Mapping[str, Any] | None) -> Profile | None:
    """A profile by its key, or as data: ``{model: optOut, gpc: [marketing], at_least: 6 months, confidence: B}``.

    ``at_least_of: refusal`` says of which choices the figure speaks.
    """
    if given is None or isinstance(given, str):
        return load_profile(given) if given else None
    confidence = Confidence(given.get("confidence", "A"))
    source = ("the law", "https://law.example", confidence)

    def figure(name: str) -> Figure | None:
        kind = ChoiceKind(given.get(f"{name}_of", "any"))
        return Figure(parse_retention(given[name]), *source, choice=kind) if name in given else None

    return Profile(
        "X",
        "X",
        model=ConsentModel(given.get("model", "optIn")),
        gpc=GpcTerms(tuple(given["gpc"]), *source) if "gpc" in given else None,
        choice_kept_at_least=figure("at_least"),
        choice_kept_at_most=figure("at_most"),
    )


def decode(value: str) -> SignalReading:
    """A record of our own: ``stats=1,ads=0,ads2=?``; ``wait`` before a choice; ``@60`` at its end says when it ends.

    With a ``#`` before all else each choice in it carries its own version.
    """
    if value == "wait":
        return SignalReading("ours", {"stats": True}, chosen=False)
    text, _, end = value.removeprefix("#").partition("@")
    marks = {"1": True, "0": False, "?": None}
    choices: dict[str, bool | None] = {}
    for pair in text.split(","):
        key, _, mark = pair.partition("=")
        if mark not in marks:
            raise SignalError("ours: is no list of keys and marks")
        choices[key] = marks[mark]
    ends = START + float(end) if end else None
    return SignalReading("ours", choices, expires=ends, versioned=value.startswith("#"))


def decode_other(value: str) -> SignalReading:
    """Another record under the same name: ``only:marketing``."""
    if not value.startswith("only:"):
        raise SignalError("theirs: does not start with only")
    return SignalReading("theirs", {value.removeprefix("only:"): True})


SIGNALS = (
    ConsentSignal(
        "ours",
        "Ours",
        ((StorageKind.COOKIE, "choice"), (StorageKind.LOCAL_STORAGE, "choice-*")),
        decode,
        {"stats": ("analytics",), "ads": ("marketing",), "ads2": ("marketing",)},
    ),
    ConsentSignal("theirs", "Theirs", ((StorageKind.COOKIE, "choice"),), decode_other),
)


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


def look(rule: Rule, matches: Sequence[Match], context: Context) -> Iterator[tuple[Match, Outcome]]:
    for matched in matches:
        if rule.observation is not None and (matched.observation.stored or not rule.only_stored):
            concerned = rule.concerns is None or rule.concerns(matched.item)
            for outcome in rule.observation(matched, context):
                assert concerned, f"{rule.code} would be left out, and has something to say"
                yield matched, outcome


def ask(rule: Rule, requests: Sequence[SentRequest], context: Context) -> Iterator[tuple[SentRequest, Outcome]]:
    for sent in requests:
        if rule.request is not None and sent.by_page:
            for outcome in rule.request(sent, context):
                yield sent, outcome


def judge(
    rule: Rule,
    catalogue: Catalogue,
    observations: list[Observation],
    *,
    steps: Sequence[Step] = (),
    requests: Sequence[SentRequest] = (),
    tolerance: float = 0.0,
    profile: str | Mapping[str, Any] | None = None,
    signals: bool = False,
) -> Judged:
    """Apply one rule as a session does: an observation rule sees what was stored, unless it asks for more.

    A step rule is asked after each step, and sees those up to it; a request rule about each request of a page.
    """
    context = Context(catalogue, tolerance, read_profile(profile), SIGNALS if signals else ())
    matches: list[Match] = [match(catalogue, observation) for observation in observations]
    judged = Judged()
    for matched, outcome in look(rule, matches, context):
        judged.add(matched.observation.name, outcome)
    for sent, outcome in ask(rule, requests, context):
        judged.add(sent.host or "", outcome)
    if rule.step is not None:
        for number in range(1, len(steps) + 1):
            for subject, outcome in rule.step(steps[:number], context):
                judged.add(subject.observation.name if subject else "", outcome)
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
    walk: Callable[..., Walked] = walk
    read_profile: Callable[..., Profile | None] = read_profile
    signals: tuple[ConsentSignal, ...] = SIGNALS
    make_observation: Callable[[Mapping[str, Any]], Observation] = make_observation
    find_rule: Callable[[str], Rule] = find_rule
    judge: Callable[..., Judged] = judge
    anomaly: type[Anomaly] = Anomaly


@pytest.fixture
def kit() -> Kit:
    return Kit()
