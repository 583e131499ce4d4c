"""What is written of a device reads back, and the same rules find the same in it; no value is in the file."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.capture.evidence import Evidence, ReplayClock, replay
from policycheck.capture.observations import read_observations
from policycheck.capture.writing import PageLoad, bare_url, observations_file
from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.catalogue.schema import validator
from policycheck.consent.profiles.loading import load_profile
from policycheck.engine.journey import Journey
from policycheck.engine.session import Session
from policycheck.engine.settings import Settings
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus, Lapse
from policycheck.model.cookie import AnomalyKind
from policycheck.model.finding import Finding
from policycheck.model.lifetime import PERSISTENT, SESSION
from policycheck.model.observation import HttpExchange, Initiator, Observation, Rejection, Source
from policycheck.model.party import Party
from policycheck.model.request import SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder
from policycheck.rules.registry import builtin_rules
from policycheck.rules.value.detection import detected_kinds
from policycheck.rules.wording import detail_of, shown
from policycheck.testing import strategies as pst

SCHEMA = "observations.schema.json"
START = 1_777_636_800.0
CANARY = "c4n4ry"
PAGE = f"https://shop.example/cart?token={CANARY}#{CANARY}"
SCRIPT = Initiator(f"https://u:{CANARY}@tags.example/tag.js?key={CANARY}", 12, Party.THIRD)
READ_VALUES = {"VAL001", "CON009", "CON011"}
DOCUMENT: dict[str, Any] = {
    "catalogue": 1,
    "id": "shop",
    "version": "1",
    "consent": {"validity": "1 day"},
    "providers": {
        "stats": {"name": "Stats", "hosts": ["*.stats.example"], "categories": ["analytics"]},
        "fonts": {"name": "Fonts", "hosts": ["fonts.example"]},
    },
    "items": [
        {"name": "_ga", "kind": "cookie", "category": "analytics", "retention": "1 hour", "party": "first",
         "sensitive": True, "attributes": {"secure": True, "httpOnly": True, "sameSite": "Lax", "hostOnly": True}},
        {"name": "PHPSESSID", "kind": "cookie", "category": "necessary", "retention": "session", "refresh": False},
        {"name": "draft", "kind": "web", "category": "functional", "retention": "session"},
        {"name": "events", "kind": "indexedDB", "category": "marketing", "retention": "persistent"},
    ],
}  # fmt: skip


def catalogue() -> Catalogue:
    return load_catalogue("c.json", opener=lambda location: json.dumps(DOCUMENT).encode())


CATALOGUE = catalogue()


def written(observed: Any, requests: Any = (), **more: Any) -> str:
    text = observations_file(observed, requests, detect=detected_kinds, detail=detail_of, **more)
    if not more.get("lines"):
        assert [error.message for error in validator(SCHEMA).iter_errors(json.loads(text))] == []
    return text


def records(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["records"]
    return found


def read(text: str) -> Evidence:
    evidence = read_observations(text.encode(), "run.json", CATALOGUE.categories)
    return replace(evidence, records=tuple(evidence.records))


def journey_of(clock: Any, rules: Any = None, narrated: bool = True) -> Journey:
    chosen = [rule for rule in builtin_rules() if rule.code not in READ_VALUES] if rules is None else rules
    profile = load_profile("FR")
    return Session(CATALOGUE, chosen, Settings(profile=profile)).journey(test="t", now=clock, narrated=narrated)


def replayed(text: str, narrated: bool = True) -> Journey:
    evidence, clock = read(text), ReplayClock()
    journey = journey_of(clock, narrated=narrated)
    journey.recorder.consent = evidence.consent or UNSET
    replay(evidence.records, journey.recorder, clock)
    return journey


EVERYTHING = [
    Observation(
        StorageKind.INDEXED_DB,
        "events",
        source=Source("b", page=PAGE, frame=f"blob:https://shop.example/{CANARY}", initiator=SCRIPT),
        value=f"{CANARY}@example.com",
        value_length=18,
        lifetime=PERSISTENT,
        host="shop.example",
        secure_origin=True,
        set_by=SetBy.SCRIPT,
        party=Party.FIRST,
        partition_key="https://shop.example",
        store="queue",
        keys=3,
        consent=UNSET.grant("analytics"),
        time=START,
    ),
    Observation(
        StorageKind.COOKIE,
        "_ga",
        Operation.DELETE,
        source=Source("b", "GET", "https://shop.example/", 200, page=PAGE),
        host="shop.example",
        domain="shop.example",
        path="/",
        secure_origin=None,
        set_by=SetBy.SERVER,
        rejection=Rejection("cross-site", "RFC 6265bis, 5.7 step 18", "of another site"),
        consent=UNSET.grant("analytics"),
        time=START + 1,
    ),
]


def test_everything_is_written_and_nothing_secret() -> None:
    sent = SentRequest(
        f"https://a.stats.example:8443/collect?uid={CANARY}",
        method="POST",
        resource="beacon",
        initiator=SCRIPT,
        page=PAGE,
        frame=PAGE,
        consent=UNSET.grant("analytics"),
        time=START + 0.5,
        test="t",
    )
    text = written(EVERYTHING, [sent], title="A visit")
    assert CANARY not in text
    script = {"url": "https://tags.example/tag.js", "line": 12, "party": "third"}
    head = json.loads(text)
    assert head.pop("records") == [
        {
            "kind": "indexedDB",
            "name": "events",
            "valueLength": 18,
            "detected": ["emailAddress"],
            "lifetime": "persistent",
            "host": "shop.example",
            "party": "first",
            "partitionKey": "https://shop.example",
            "store": "queue",
            "keys": 3,
            "page": "https://shop.example/cart",
            "frame": "blob:",
            "initiator": script,
            "time": START,
            "secureOrigin": True,
        },
        {
            "request": "https://a.stats.example:8443/collect",
            "method": "POST",
            "resource": "beacon",
            "page": "https://shop.example/cart",
            "frame": "https://shop.example/cart",
            "initiator": script,
            "time": START + 0.5,
            "test": "t",
        },
        {
            "kind": "cookie",
            "name": "_ga",
            "operation": "delete",
            "url": "https://shop.example/",
            "domain": "shop.example",
            "path": "/",
            "setBy": "server",
            "rejection": {"reason": "cross-site", "step": "RFC 6265bis, 5.7 step 18", "message": "of another site"},
            "method": "GET",
            "status": 200,
            "page": "https://shop.example/cart",
            "time": START + 1,
            "secureOrigin": None,
        },
    ]
    assert head == {"observations": 1, "title": "A visit", "consent": {"analytics": "granted"}}


def test_an_entry_reads_back_as_it_was_but_for_value_and_queries() -> None:
    entries = [record.entry for record in read(written(EVERYTHING)).records]
    for entry, seen in zip(entries, EVERYTHING, strict=True):
        assert entry is not None
        script = seen.source.initiator and replace(seen.source.initiator, url="https://tags.example/tag.js")
        source = replace(
            seen.source,
            adapter="observations",
            page="https://shop.example/cart",
            frame=seen.source.frame and "blob:",
            initiator=script,
        )
        detected = ("emailAddress",) if seen.value else None
        assert entry == replace(seen, value=None, detected=detected, source=source, consent=UNSET)


def test_a_header_reads_back_with_its_attributes_and_no_value() -> None:
    recorder = Recorder(now=lambda: START, test="t")
    recorder.response(
        HttpExchange(
            "GET",
            f"https://shop.example/a?q={CANARY}",
            200,
            (
                f"_ga={CANARY}; Max-Age=3600; Domain=shop.example; Path=/; Secure; SameSite=None; Partitioned",
                f"sid={CANARY}; HttpOnly; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Pat=/{CANARY}; Max-Age=x",
                f"bad={CANARY}; SameSite=None",
            ),
            page=PAGE,
        )
    )
    text = written(recorder)
    assert CANARY not in text
    first, second, third, response = read(text).records
    assert [record["header"] for record in records(text)[:3]] == [[1, 3], [2, 3], [3, 3]]
    assert response.exchange == HttpExchange(
        "GET", "https://shop.example/a", 200, (), adapter="observations", page="https://shop.example/cart"
    )
    for record, seen in zip((first, second, third), recorder.observations, strict=True):
        assert record.entry is not None
        cookie, was = record.entry.set_cookie, seen.set_cookie
        assert cookie is not None
        assert was is not None
        assert cookie == replace(was, value="", attributes=cookie.attributes, anomalies=cookie.anomalies, raw="")
        assert (record.entry.value, record.entry.value_length) == (None, len(CANARY))
        assert [one.kind for one in cookie.anomalies] == [one.kind for one in was.anomalies]
        assert (record.entry.lifetime, record.entry.domain) == (seen.lifetime, seen.domain)
        assert (record.entry.rejection, record.entry.partition_key) == (seen.rejection, seen.partition_key)
    assert first.entry is not None
    assert first.entry.set_cookie is not None
    assert first.entry.set_cookie.attributes[:2] == (("Max-Age", "3600"), ("Domain", "shop.example"))


def test_the_evidence_of_a_header_reads_as_it_was() -> None:
    recorder = Recorder(now=lambda: START)
    header = f"_ga={CANARY}; Path=/; Max-Age=3600; Secure; SameSite=None; Expires=Wed, 21 Oct 2026 07:28:00 GMT"
    recorder.response(HttpExchange("GET", None, None, (header,)))
    text = written(recorder)
    entry, response = read(text).records
    assert entry.entry is not None
    assert shown(entry.entry) == shown(recorder.observations[0])
    assert f"_ga=<{len(CANARY)} bytes>; Path=/; Max-Age=3600" in shown(entry.entry)
    assert response.exchange == HttpExchange("GET", None, None, (), adapter="observations")


def test_whoever_cannot_tell_an_attribute_from_a_value_writes_a_length() -> None:
    recorder = Recorder(now=lambda: START)
    recorder.response(HttpExchange("GET", None, 200, (f"a=1; {CANARY}=1; Securre; Max-Age",)))
    (seen,) = recorder.observations
    assert seen.set_cookie is not None
    first, second, third = seen.set_cookie.anomalies
    assert second.detail == "Securre"
    text = observations_file(recorder, detect=detected_kinds)
    assert CANARY not in text
    kept = [one["detail"] for one in records(text)[0]["cookie"]["anomalies"]]
    assert kept == [first.detail, "<7 octets>", third.detail]


def test_the_host_of_a_store_is_written_where_the_url_does_not_say_it() -> None:
    source = Source("b", url="https://shop.example/")
    for host, said_of_it in (("shop.example", None), ("other.example", "other.example"), (None, None)):
        (record,) = records(written([Observation(StorageKind.CACHES, "a", source=source, host=host)]))
        assert record.get("host") == said_of_it


def test_the_party_of_a_request_is_written_where_the_page_is_not_known() -> None:
    sent = SentRequest("https://a.example/", party=Party.THIRD)
    with_page = replace(sent, page=PAGE, resource="document", frame="https://video.example/")
    found = records(written([], [sent, with_page]))
    assert [record.get("party") for record in found] == ["third", None]
    assert [record.get("resource") for record in found] == [None, "document"]


def test_of_a_folded_header_nothing_is_written_that_may_be_the_next_cookie() -> None:
    recorder = Recorder(now=lambda: START)
    header = f"a=1; Path=/, b={CANARY}; Domain=shop.example, c={CANARY}; Secure"
    recorder.response(HttpExchange("GET", "https://shop.example/", 200, (header,)))
    (seen,) = recorder.observations
    assert seen.set_cookie is not None
    assert AnomalyKind.FOLDED in [anomaly.kind for anomaly in seen.set_cookie.anomalies]
    text = written(recorder)
    assert CANARY not in text
    assert "folded" in text


@pytest.mark.parametrize(
    "state",
    [
        UNSET,
        UNSET.grant(),
        UNSET.refuse("analytics"),
        UNSET.grant().refuse("analytics"),
        ConsentState(gpc=True),
        ConsentState(
            {"analytics": ConsentStatus.GRANTED},
            default=ConsentStatus.WITHDRAWN,
            gpc=True,
            choices={"analytics": Choice(ConsentStatus.GRANTED, 5.0, "1", "cc_cookie", Lapse.EXPIRED)},
        ),
        ConsentState(choices={"marketing": Choice(ConsentStatus.REFUSED)}),
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_every_state_of_consent_comes_back(state: ConsentState, place: int) -> None:
    states = [UNSET.withdraw("marketing"), state] if place else [state, UNSET.withdraw("marketing")]
    text = written([replace(EVERYTHING[0], consent=one) for one in states])
    evidence = read(text)
    assert evidence.consent == states[0]
    assert next(iter(evidence.records)).consent is None
    assert (tuple(evidence.records)[1].consent or evidence.consent) == states[1]


def test_requests_stand_among_observations_by_their_time() -> None:
    times = [(2.0, "a"), (0.5, "b"), (1.0, "c"), (9.0, "d")]
    requests = [SentRequest(f"https://{name}.example/", time=time) for time, name in times]
    observations = [Observation(StorageKind.CACHES, name, time=time) for time, name in ((1.0, "x"), (3.0, "y"))]
    order = [record.get("name") or record["request"][8] for record in records(written(observations, requests))]
    assert order == ["b", "c", "x", "a", "y", "d"]


def test_page_loads_stand_after_what_was_observed_before_them() -> None:
    observations = [Observation(StorageKind.CACHES, name, time=START) for name in "xyz"]
    loads = [PageLoad(f"https://shop.example/{n}", n, START) for n in (3, 0, 1, 1)]
    order = [record.get("name") or record["url"][-1] for record in records(written(observations, loads=loads))]
    assert order == ["0", "x", "1", "1", "y", "z", "3"]


def test_of_a_recorder_everything_is_written() -> None:
    recorder = Recorder(now=lambda: START)
    recorder.request(SentRequest("https://a.stats.example/", page=PAGE, time=START))
    recorder.write(Observation(StorageKind.CACHES, "x", time=START))
    assert [next(iter(record)) for record in records(written(recorder))] == ["request", "kind"]


def test_nothing_is_a_file_too() -> None:
    for lines in (False, True):
        evidence = read(written([], lines=lines))
        assert (evidence.records, evidence.consent) == ((), UNSET)


def test_json_lines_say_the_same() -> None:
    document, lines = written(EVERYTHING), written(EVERYTHING, lines=True)
    assert len(lines.splitlines()) == 1 + len(EVERYTHING)
    one, other = read(document), read(lines)
    assert [record.entry for record in one.records] == [record.entry for record in other.records]
    assert one.consent == other.consent


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://shop.example", "https://shop.example/"),
        ("HTTPS://u:p@Shop.example:8443/a?b#c", "https://Shop.example:8443/a"),
        ("data:text/plain,x", "data:"),
        ("blob:https://shop.example/1", "blob:"),
        ("about:blank", "about:blank"),
        ("https://[x/a", "https:"),
    ],
)
def test_a_bare_url_holds_no_secret(url: str, bare: str) -> None:
    assert bare_url(url) == bare


def test_a_value_that_could_not_be_looked_at_is_not_said_to_hold_nothing() -> None:
    text = written([replace(EVERYTHING[0], value=json.dumps([0] * 6000))])
    (record,) = records(text)
    assert "detected" not in record
    (one,) = [entry for entry in replayed(text).not_evaluated if entry.code == "VAL002"]
    assert one.reason == "the evidence does not hold the value"


def test_the_document_of_a_frame_stays_no_page_load() -> None:
    page = "https://shop.example/?a"
    sent = SentRequest(page, host="shop.example", resource="document", page=page, frame="https://shop.example/?b")
    load = replace(sent, frame=page)
    assert not sent.navigates
    (frame, top) = (record.request for record in read(written([], [sent, load])).records)
    assert frame is not None
    assert top is not None
    assert (frame.navigates, top.navigates) == (False, True)


def test_what_a_response_erased_belongs_to_it() -> None:
    recorder = Recorder(now=lambda: START)
    recorder.write(Observation(StorageKind.CACHES, "x", host="shop.example"))
    clear = HttpExchange("GET", "https://shop.example/", 200, ("a=1", "b=1"), clear_site_data=('"storage"',))
    recorder.response(clear)
    recorder.response(HttpExchange("GET", "https://shop.example/", 200, ("a=2",)))
    order = [record.get("name") or record["status"] for record in records(written(recorder))]
    assert order == ["x", "a", "b", "x", 200, "a", 200]


def leftover() -> Recorder:
    recorder = Recorder(now=lambda: START, consent=UNSET.grant("analytics"), test="t")
    recorder.response(HttpExchange("GET", "https://shop.example/", 200, ("_ga=1; Max-Age=60; Secure",), page=PAGE))
    recorder.consent = UNSET.withdraw("analytics")
    return recorder


def test_what_survives_a_withdrawal_shows_where_the_file_has_page_loads() -> None:
    recorder = leftover()
    loads = [PageLoad(PAGE, 1, START + 1, recorder.consent), PageLoad(PAGE, 1, START + 2, recorder.consent)]
    codes = {finding.code for finding in replayed(written(recorder), narrated=False).finish()}
    assert "CON003" not in codes
    text = written(recorder, loads=loads)
    assert CANARY not in text
    codes = {finding.code for finding in replayed(text, narrated=False).finish()}
    assert "CON003" in codes


NAMES = st.sampled_from(["_ga", "PHPSESSID", "draft", "events", "other"])
URLS = st.sampled_from(["https://shop.example/", "http://shop.example/a", "https://www.shop.example/b?q=1"])
STATES = st.sampled_from(
    [
        UNSET,
        UNSET.grant("analytics"),
        UNSET.grant().refuse("analytics"),
        ConsentState(gpc=True),
        ConsentState({"analytics": ConsentStatus.GRANTED}, choices={"analytics": Choice(ConsentStatus.GRANTED, START)}),
    ]
)
ATTRIBUTES = st.lists(
    st.sampled_from(["Max-Age=3600", "Max-Age=99999999", "Path=/", "Secure", "HttpOnly", "SameSite=None", "SameSite=Lax",
                     "Domain=shop.example", "Expires=Wed, 21 Oct 2026 07:28:00 GMT", "Max-Age=x", "Securre", "Partitioned"]),
    max_size=5, unique=True,
)  # fmt: skip
VALUES = st.sampled_from(["1", "alice@example.com", "%7B%22ip%22%3A%22192.0.2.77%22%7D", ""])
HEADERS = st.tuples(NAMES, VALUES, ATTRIBUTES).map(lambda parts: "; ".join([f"{parts[0]}={parts[1]}", *parts[2]]))
RESPONSES = st.builds(
    HttpExchange,
    st.sampled_from(["GET", "POST"]),
    URLS,
    st.sampled_from([200, 302, None]),
    st.lists(HEADERS, max_size=3).map(tuple),
    adapter=st.just("b"),
    top_level_site=st.none() | st.just("https://news.example/"),
    clear_site_data=st.sampled_from([(), ('"storage"',)]),
    page=st.none() | URLS,
)
SOURCES = st.builds(
    Source,
    st.just("b"),
    url=URLS,
    page=URLS,
    frame=st.none() | URLS | st.just("about:blank"),
    initiator=st.none() | st.just(SCRIPT) | st.just(Initiator()),
)
WRITES = st.builds(
    Observation,
    st.sampled_from(
        [StorageKind.LOCAL_STORAGE, StorageKind.SESSION_STORAGE, StorageKind.INDEXED_DB, StorageKind.COOKIE]
    ),
    NAMES,
    st.sampled_from(Operation),
    SOURCES,
    value=st.none() | VALUES,
    lifetime=st.just(SESSION),
    host=st.none() | st.sampled_from(["shop.example", "tags.example"]),
    secure_origin=st.none() | st.booleans(),
    set_by=st.sampled_from(SetBy),
    party=st.none() | st.sampled_from(Party),
    partition_key=st.none() | st.just("https://news.example"),
).map(lambda seen: replace(seen, value_length=None if seen.value is None else len(seen.value)))
REQUESTS = st.builds(
    SentRequest,
    st.sampled_from(["https://a.stats.example/c?u=1", "https://fonts.example/f", "https://x.test/", "data:,x", PAGE]),
    resource=st.sampled_from(["beacon", "document", "iframe", ""]),
    initiator=st.none() | st.just(SCRIPT),
    page=st.none() | URLS | st.just("about:blank"),
    frame=st.none() | URLS,
    party=st.none() | st.sampled_from(Party),
)
HAPPENINGS = st.lists(RESPONSES | WRITES | REQUESTS | STATES, max_size=12)


def happen(happenings: list[Any], lapse: float = 1.0) -> Journey:
    clock = [START]
    journey = journey_of(lambda: clock[0])
    recorder = journey.recorder
    for what in happenings:
        clock[0] += lapse
        if isinstance(what, HttpExchange):
            recorder.response(what)
        elif isinstance(what, Observation):
            recorder.write(replace(what, time=clock[0]))
        elif isinstance(what, SentRequest):
            recorder.request(replace(what, time=clock[0]))
        else:
            recorder.consent = what
    return journey


def said(finding: Finding, actual: bool) -> Finding:
    """The finding; without the evidence, which says of a file only what it keeps."""
    return finding if actual else replace(finding, actual="")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HAPPENINGS, st.sampled_from([1.0, 50_000.0]), st.booleans())
def test_the_same_rules_find_the_same(happenings: list[Any], lapse: float, lines: bool) -> None:
    live = happen(happenings, lapse)
    text = written(live.recorder, lines=lines)
    again = replayed(text)
    assert CANARY not in text
    assert "alice" not in text
    assert "192.0.2.77" not in text
    # An oddity of a header has a record of its own, and its attribute is none that the file could show again.
    careful = all(not seen.set_cookie or not seen.set_cookie.anomalies for seen in live.recorder.observations)
    found, found_again = live.finish(), again.finish()
    assert [said(finding, careful) for finding in found_again] == [said(finding, careful) for finding in found]
    assert [finding.fingerprint for finding in found_again] == [finding.fingerprint for finding in found]
    assert again.not_evaluated == live.not_evaluated
    assert len(again.recorder.requests) == len(live.recorder.requests)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(pst.observations(), max_size=4), st.booleans())
def test_whatever_was_observed_is_written_so_that_it_can_be_read(seen: list[Observation], lines: bool) -> None:
    text = written(seen, lines=lines)
    kept = [record.entry for record in read(text).records if record.entry is not None]
    assert [(entry.kind, entry.name, entry.operation) for entry in kept] == [
        (entry.kind, entry.name, entry.operation) for entry in seen
    ]
    assert all(entry.value is None for entry in kept)
    assert [entry.value_length for entry in kept] == [entry.value_length for entry in seen]
