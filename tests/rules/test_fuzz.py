"""Whatever is observed, no rule raises, and none shows a value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.consent.profiles.loading import load_profile
from policycheck.matching import match
from policycheck.model.consent import UNSET, ConsentState, ConsentStatus
from policycheck.model.finding import Breach, Unevaluated
from policycheck.model.lifetime import PERSISTENT, SESSION, Lifetime
from policycheck.model.observation import HttpExchange, Initiator, Observation, Rejection, Source
from policycheck.model.party import Party
from policycheck.model.report import Coverage
from policycheck.model.request import SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder
from policycheck.rules.registry import builtin_rules
from policycheck.rules.rule import Context, Rule
from policycheck.wire import parse_set_cookie

RULES = [rule for rule in builtin_rules() if rule.catalogue is None]
CANARY = "c4n4ry"
HOSTS = ("shop.example", "a.stats.example", "one.example", "two.example", "other.test", "[::1]", "127.0.0.1:80", "a b")
KINDS = [kind for kind in StorageKind if kind is not StorageKind.WEB]

ITEMS: list[dict[str, Any]] = [
    {"name": "a", "kind": "cookie", "category": "analytics", "retention": "6 months", "refresh": False},
    {"name": "a", "kind": "localStorage", "category": "marketing", "feature": "off", "retention": "session"},
    {
        "name": "b*",
        "kind": "cookie",
        "category": "analytics",
        "exemption": "audienceMeasurement",
        "retention": "persistent",
        "party": "first",
        "sensitive": True,
        "attributes": {
            "secure": True, "httpOnly": True, "sameSite": "Lax", "hostOnly": True, "partitioned": True,
            "prefix": "__Host-", "domain": "shop.example", "path": "/a",
        },
        "value": {"pattern": "[a-z]+", "json": {"type": "object", "properties": {"x": {"multipleOf": 0.5}}}},
    },
    {
        "name": "c<N>",
        "kind": "web",
        "retention": "PT1H",
        "uses": [
            {"category": "necessary", "value": {"json": {"properties": {"x": {}}}}},
            {"category": "marketing", "value": {"json": {"properties": {"y": {}}}}},
            {"category": "analytics", "feature": "off"},
        ],
    },
]  # fmt: skip


def _catalogue() -> Catalogue:
    document = {
        "catalogue": 1,
        "id": "fuzz",
        "features": {"off": {"title": "Off", "default": "off"}},
        "placeholders": {"N": {"pattern": "[0-9]*"}},
        "providers": {
            "p": {"name": "P", "hosts": ["*.stats.example", "one.example"], "categories": ["analytics"]},
            "q": {"name": "Q\n", "hosts": ["two.example"]},
        },
        "items": ITEMS,
    }
    return load_catalogue("catalogue.json", opener=lambda location: json.dumps(document).encode())


CONTEXT = Context(_catalogue(), 0.5, load_profile("FR"))

names = st.sampled_from(["a", "b", "bb", "__Host-b", "c1", "", "A", "zzz"]) | st.text(max_size=12)
values = (
    st.text(max_size=80)
    | st.sampled_from(
        ['{"x": 1, "y": 2}', "%7B%22y%22%3A1%7D", "alice@example.com", "1e400", '{"x":1e999}', "[" * 5000]
    )
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
        max_leaves=6,
    ).map(json.dumps)
)
attributes = st.lists(
    st.sampled_from([
        "Secure", "HttpOnly", "Partitioned", "SameSite=None", "SameSite=x", "Path=/", "Path=x", "Path=/a/b", "Domain=shop.example",
        "Domain=", "Domain=other.example", "Max-Age=0", "Max-Age=x", "Max-Age=99999999999999999999", "Expires=soon",
        "Expires=Wed, 03 Jul 2999 00:00:00 GMT", "Priority=High", "Foo", "Path=/, b=2", "\x01", "\ud800",
    ]) | st.text(max_size=20),
    max_size=6,
)  # fmt: skip
states = st.builds(
    ConsentState,
    st.dictionaries(st.sampled_from(["analytics", "marketing", "other"]), st.sampled_from(ConsentStatus)),
    st.sampled_from(ConsentStatus),
)


@st.composite
def headers(draw: st.DrawFn) -> str:
    return "; ".join([f"{draw(names)}={draw(values)}", *draw(attributes)])


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    cookie = draw(st.none() | headers().map(parse_set_cookie))
    seconds = st.floats(0, allow_nan=False, allow_infinity=True).map(Lifetime)
    return Observation(
        kind=draw(st.sampled_from(KINDS)),
        name=draw(names),
        operation=draw(st.sampled_from(Operation)),
        source=Source("fuzz"),
        value=draw(st.none() | values),
        value_length=draw(st.none() | st.integers(0, 99)),
        detected=draw(
            st.none() | st.lists(st.text(max_size=20) | st.just("emailAddress in JSON"), max_size=2).map(tuple)
        ),
        set_cookie=cookie,
        lifetime=draw(st.none() | st.just(SESSION) | st.just(PERSISTENT) | seconds),
        host=draw(st.none() | st.just("shop.example") | st.text(max_size=9)),
        domain=draw(st.none() | st.text(max_size=9)),
        path=draw(st.none() | st.just("/a") | st.text(max_size=9)),
        secure_origin=draw(st.none() | st.booleans()),
        set_by=draw(st.sampled_from(SetBy)),
        party=draw(st.none() | st.sampled_from(Party)),
        rejection=draw(
            st.none() | st.builds(Rejection, st.text(max_size=9) | st.just("host-prefix"), st.just("s"), st.just("m"))
        ),
        consent=draw(states),
        time=draw(st.floats(-1e12, 1e12)),
    )


@given(st.lists(observations(), max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_rule_raises_on_any_observation(seen: list[Observation]) -> None:
    matches = [match(CONTEXT.catalogue, observation) for observation in seen]
    for rule in RULES:
        for outcome in _outcomes(rule, matches):
            assert isinstance(outcome, Breach | Unevaluated)
            if isinstance(outcome, Breach):
                assert outcome.message
                assert outcome.expected
                assert outcome.fix
                assert outcome.message.isprintable()


@st.composite
def requests(draw: st.DrawFn) -> SentRequest:
    secret = f"?q={CANARY}#{CANARY}"
    urls = st.sampled_from([f"https://{host}/p{secret}" for host in HOSTS] + [f"data:,{CANARY}", f"blob:{CANARY}"])
    initiator = st.builds(
        Initiator, st.none() | urls, st.none() | st.integers(0, 9), st.none() | st.sampled_from(Party)
    )
    return SentRequest(
        draw(urls),
        method=draw(st.sampled_from(["GET", "POST"])),
        resource=draw(st.sampled_from(["", "document", "iframe", "beacon"]) | st.text(max_size=9)),
        initiator=draw(st.none() | initiator),
        page=draw(st.none() | urls),
        frame=draw(st.none() | urls),
        party=draw(st.none() | st.sampled_from(Party)),
        time=draw(st.floats(-1e12, 1e12)),
    )


@given(st.lists(st.tuples(states, requests()), max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_rule_raises_on_any_request_or_shows_a_query(seen: list[tuple[ConsentState, SentRequest]]) -> None:
    recorder = Recorder()
    for recorder.consent, sent in seen:
        recorder.request(sent)
    for rule in RULES:
        for sent in recorder.requests:
            for outcome in rule.request(sent, CONTEXT) if rule.request is not None else ():
                assert sent.host is not None
                assert CANARY not in repr(outcome) + sent.describe()
                if isinstance(outcome, Breach):
                    assert outcome.expected
                    assert outcome.fix.isprintable()
                    assert outcome.message.isprintable()


@given(st.lists(headers(), max_size=5), st.sampled_from(["https://shop.example/a", "http://x.test/", "nonsense", None]))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_rule_raises_on_any_response(sent: list[str], url: str | None) -> None:
    recorder = Recorder(now=lambda: 1_700_000_000.0, consent=UNSET)
    recorder.response(HttpExchange("GET", url, 200, tuple(sent)))
    matches = [match(CONTEXT.catalogue, observation) for observation in recorder.observations]
    for rule in RULES:
        for outcome in _outcomes(rule, matches):
            assert outcome is not None


@given(values, attributes)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_rule_shows_a_value(value: str, extra: list[str]) -> None:
    secret = f"{CANARY}{value}{CANARY}@example.com".replace(";", "")
    for name in ("a", "bb", "zzz"):
        recorder = Recorder(now=lambda: 1_700_000_000.0)
        recorder.response(HttpExchange("GET", "https://shop.example/", 200, ("; ".join([f"{name}={secret}", *extra]),)))
        recorder.write(Observation(StorageKind.LOCAL_STORAGE, "c1", value=secret))
        matches = [match(CONTEXT.catalogue, observation) for observation in recorder.observations]
        for rule in RULES:
            for outcome in _outcomes(rule, matches):
                assert CANARY not in repr(outcome)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_no_rule_minds_an_empty_run(rule: Rule) -> None:
    empty = load_catalogue("catalogue.json", opener=lambda location: b'{"catalogue": 1}')
    if rule.journey is not None:
        assert list(rule.journey([], Context(empty))) == []
    if rule.run is not None:
        assert list(rule.run(Coverage((), frozenset()), Context(empty))) == []


def _outcomes(rule: Rule, matches: list[Any]) -> list[object]:
    found: list[object] = []
    if rule.observation is not None:
        for matched in matches:
            outcomes = list(rule.observation(matched, CONTEXT))
            concerned = rule.concerns is None or rule.concerns(matched.item)
            assert concerned or not outcomes, f"{rule.code} would be left out, and has something to say"
            found += outcomes
    if rule.journey is not None:
        found += [outcome for _, outcome in rule.journey(matches, CONTEXT)]
    if rule.run is not None:
        observed = frozenset(matched.item.key for matched in matches if matched.item)
        found += [outcome for _, outcome in rule.run(Coverage((), observed), CONTEXT)]
    return found
