from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.capture.evidence import Record, ReplayClock, replay
from policycheck.capture.observations import read_observations
from policycheck.catalogue.schema import load_schema, validator
from policycheck.errors import CaptureError, PolicycheckError
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus, Lapse
from policycheck.model.cookie import SetCookie
from policycheck.model.lifetime import PERSISTENT, SESSION, Lifetime
from policycheck.model.observation import HttpExchange, Initiator, Observation, Rejection, Source
from policycheck.model.party import Party
from policycheck.model.request import SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder

SCHEMA = "observations.schema.json"


def read(document: object, **more: Any) -> tuple[Record, ...]:
    return tuple(read_observations(json.dumps(document).encode(), "run.json", **more).records)


def entry(**members: object) -> Observation:
    (record,) = read([{"kind": "cookie", "name": "a", **members}])
    assert record.entry is not None
    return record.entry


def test_a_response_with_everything() -> None:
    (record,) = read(
        [
            {
                "method": "POST",
                "url": "https://shop.example/cart",
                "status": 201,
                "setCookie": ["a=1", "b=2; Path=/"],
                "date": "Fri, 01 May 2026 12:00:00 GMT",
                "topLevelSite": "https://news.example/",
                "consent": {"ads": "granted"},
                "test": "step one",
                "x-note": {"anything": [1]},
            }
        ]
    )

    assert record == Record(
        "run.json:1",
        HttpExchange(
            "POST",
            "https://shop.example/cart",
            201,
            ("a=1", "b=2; Path=/"),
            "Fri, 01 May 2026 12:00:00 GMT",
            "observations",
            "https://news.example/",
        ),
        time=1777636800.0,
        consent=UNSET.grant("ads"),
        test="step one",
    )


def test_a_response_with_next_to_nothing() -> None:
    assert read([{"setCookie": "a=1"}])[0].exchange == HttpExchange("GET", None, None, ("a=1",), None, "observations")
    assert read([{"status": 204}])[0].exchange == HttpExchange("GET", None, 204, (), None, "observations")


def test_an_entry_with_everything() -> None:
    (record,) = read(
        [
            {
                "kind": "cookie",
                "name": "_ga",
                "value": "žž",
                "detected": ["email"],
                "operation": "access",
                "lifetime": "400 days",
                "url": "https://Shop.example:8443/cart?x=1",
                "domain": "shop.example",
                "path": "/cart",
                "setBy": "server",
                "party": "third",
                "partitionKey": "https://news.example",
                "time": "2026-05-01T14:00:00+02:00",
                "consent": "refused",
            }
        ]
    )

    assert record == Record(
        "run.json:1",
        entry=Observation(
            StorageKind.COOKIE,
            "_ga",
            Operation.ACCESS,
            Source("observations", url="https://Shop.example:8443/cart?x=1"),
            value="žž",
            value_length=4,
            detected=("email",),
            lifetime=Lifetime(400 * 86_400.0),
            host="shop.example",
            domain="shop.example",
            path="/cart",
            secure_origin=True,
            set_by=SetBy.SERVER,
            party=Party.THIRD,
            partition_key="https://news.example",
            time=1777636800.0,
        ),
        time=1777636800.0,
        consent=ConsentState(default=ConsentStatus.REFUSED),
    )


def test_a_request_with_everything() -> None:
    (record,) = read(
        [
            {
                "request": "https://stats.example/collect?uid=1",
                "method": "POST",
                "resource": "beacon",
                "initiator": {"url": "https://shop.example/app.js", "line": 3, "party": "first"},
                "page": "https://shop.example/cart",
                "frame": "https://video.example/embed",
                "party": "third",
                "time": 1777636800,
                "consent": {"*": "granted", "ads": "refused"},
                "gpc": True,
                "choices": {
                    "ads": {"status": "refused", "time": 5, "version": "1", "signal": "cc", "lapsed": "revised"}
                },
                "test": "step one",
                "x-note": 1,
            }
        ]
    )
    assert record == Record(
        "run.json:1",
        time=1777636800.0,
        consent=ConsentState(
            {"ads": ConsentStatus.REFUSED},
            ConsentStatus.GRANTED,
            gpc=True,
            choices={"ads": Choice(ConsentStatus.REFUSED, 5.0, "1", "cc", Lapse.REVISED)},
        ),
        test="step one",
        request=SentRequest(
            "https://stats.example/collect?uid=1",
            method="POST",
            resource="beacon",
            initiator=Initiator("https://shop.example/app.js", 3, Party.FIRST),
            page="https://shop.example/cart",
            frame="https://video.example/embed",
            party=Party.THIRD,
            time=1777636800.0,
        ),
    )


def test_a_request_with_next_to_nothing() -> None:
    assert read([{"request": "data:,"}]) == (Record("run.json:1", request=SentRequest("data:,")),)


def test_what_a_browser_knows_of_an_entry_and_of_a_response() -> None:
    pages = {"page": "https://shop.example/", "frame": "blob:1", "initiator": {}}
    found = entry(
        **pages,
        host="b.example",
        url="http://a.example/",
        secureOrigin=None,
        method="GET",
        status=200,
        header=[2, 3],
        store="s",
        keys=4,
        rejection={"reason": "cross-site"},
        cookie={"maxAge": 60, "expires": "1970-01-02", "domain": "a.example", "secure": True, "sameSite": "Lax"},
    )
    assert found.source == Source(
        *("observations", "GET", "http://a.example/", 200, 2, 3),
        page="https://shop.example/",
        frame="blob:1",
        initiator=Initiator(),
    )
    assert (found.host, found.secure_origin, found.store, found.keys) == ("b.example", None, "s", 4)
    assert found.rejection == Rejection("cross-site", "", "cross-site")
    assert (found.domain, found.lifetime) == (None, Lifetime(60.0))
    assert found.set_cookie == SetCookie(
        "a",
        "",
        86_400.0,
        60,
        "a.example",
        secure=True,
        same_site="Lax",
        attributes=(
            ("Max-Age", "60"),
            ("Expires", "Fri, 02 Jan 1970 00:00:00 GMT"),
            ("Domain", "a.example"),
            ("Secure", ""),
            ("SameSite", "Lax"),
        ),
    )
    (response,) = read([{"status": 200, **pages}])
    assert response.exchange is not None
    assert (response.exchange.page, response.exchange.frame) == ("https://shop.example/", "blob:1")
    assert response.exchange.initiator == Initiator()


@pytest.mark.parametrize(
    ("members", "lifetime", "domain", "path"),
    [
        ({"cookie": {}}, SESSION, None, None),
        ({"cookie": {"path": "/a"}, "url": "https://shop.example/"}, SESSION, "shop.example", "/a"),
        ({"cookie": {"domain": "shop.example"}, "host": "www.shop.example"}, SESSION, "shop.example", None),
        ({"cookie": {"expires": 100}}, None, None, None),
        ({"cookie": {"expires": 100}, "time": 40}, Lifetime(60.0), None, None),
        ({"cookie": {"maxAge": -1}}, Lifetime(0.0), None, None),
        ({"cookie": {"maxAge": 5}, "lifetime": 7, "domain": "b", "path": "/b"}, Lifetime(7.0), "b", "/b"),
        ({"url": "https://shop.example/"}, None, None, None),
    ],
)
def test_what_is_left_out_follows_from_the_header(
    members: dict[str, Any], lifetime: Lifetime | None, domain: str | None, path: str | None
) -> None:
    found = entry(**members)
    assert (found.lifetime, found.domain, found.path) == (lifetime, domain, path)


def test_categories_are_those_of_the_catalogue_wherever_they_stand() -> None:
    for members in ({"consent": {"*": "granted", "adds": "refused"}}, {"choices": {"adds": {"status": "granted"}}}):
        with pytest.raises(CaptureError, match=r"the catalogue has no category 'adds'; did you mean 'ads'"):
            read([{"status": 200, **members}], categories=["ads"])
    (record,) = read([{"status": 200, "consent": {"*": "granted"}, "choices": {}}], categories=["ads"])
    assert record.consent == ConsentState(default=ConsentStatus.GRANTED)


def test_requests_are_played_into_the_recorder() -> None:
    recorder, clock = Recorder(), ReplayClock()
    evidence = read_observations(
        b'[{"status": 200, "time": 40}, {"request": "https://s.example/", "page": "https://a.example/", "consent": "granted"}]',
        "run.json",
    )
    replay(evidence.records, recorder, clock)
    (sent,) = recorder.requests
    assert (sent.host, sent.party, sent.time, sent.test) == ("s.example", Party.THIRD, 40.0, "run.json:1")
    assert sent.consent == UNSET.grant()


def test_an_entry_with_next_to_nothing() -> None:
    assert entry() == Observation(StorageKind.COOKIE, "a", Operation.STORE, Source("observations"), set_by=SetBy.SCRIPT)


@pytest.mark.parametrize(
    ("kind", "lifetime"),
    [
        ("cookie", None),
        ("localStorage", PERSISTENT),
        ("sessionStorage", SESSION),
        ("indexedDB", PERSISTENT),
        ("caches", PERSISTENT),
        ("fileSystem", PERSISTENT),
    ],
)
def test_the_lifetime_is_that_of_the_kind_unless_said(kind: str, lifetime: Lifetime | None) -> None:
    assert entry(kind=kind).lifetime == lifetime
    assert entry(kind=kind, lifetime=90).lifetime == Lifetime(90.0)
    assert entry(kind=kind, lifetime="session").lifetime == SESSION
    assert entry(kind=kind, lifetime="persistent").lifetime == PERSISTENT
    assert entry(kind=kind, lifetime="6 months").lifetime == Lifetime(184 * 86_400.0)


def test_a_length_says_more_than_no_value_and_goes_before_one() -> None:
    assert entry(valueLength=27).value_length == 27
    assert entry(valueLength=27.0).value_length == 27
    assert entry(value="abc", valueLength=5).value_length == 5
    assert entry(value="\ud800").value_length == 3


@pytest.mark.parametrize(
    ("url", "secure"),
    [("http://shop.example/", False), ("http://localhost:8000/", True), ("https://shop.example/", True)],
)
def test_whether_the_origin_is_secure(url: str, secure: bool) -> None:
    assert entry(url=url).secure_origin is secure


@pytest.mark.parametrize(
    ("value", "moment"),
    [(5, 5.0), (5.5, 5.5), ("1970-01-01T00:00:05Z", 5.0), ("1970-01-01T00:00:05", 5.0), ("1970-01-02", 86_400.0)],
)
def test_forms_of_time(value: object, moment: float) -> None:
    assert read([{"status": 200, "time": value}])[0].time == moment


def test_the_time_goes_before_the_date_header() -> None:
    date = "Fri, 01 May 2026 12:00:00 GMT"

    assert read([{"status": 200, "time": 5, "date": date}])[0].time == 5
    assert read([{"status": 200, "date": "nonsense"}])[0].time is None


RECORDS = [{"status": 200}, {"kind": "cookie", "name": "a"}, {"status": 404}]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (json.dumps(RECORDS), [1, 1, 1]),
        (json.dumps(RECORDS, indent=1), [2, 5, 9]),
        ("\ufeff" + "\n".join(map(json.dumps, RECORDS)), [1, 2, 3]),
        ("\r\n\n" + "\r\n\r\n".join(map(json.dumps, RECORDS)) + "\r\n", [3, 5, 7]),
        ('{"observations": 1}\n' + "\n".join(map(json.dumps, RECORDS)), [2, 3, 4]),
        ('{"observations": 1,\n"records": [\n' + ",\n".join(map(json.dumps, RECORDS)) + '],\n"title": "x"}', [3, 4, 5]),
    ],
)
def test_each_way_to_write_a_file(text: str, lines: list[int]) -> None:
    records = tuple(read_observations(text.encode(), "f").records)

    assert [record.place for record in records] == [f"f:{line}" for line in lines]
    assert [record.entry is not None for record in records] == [False, True, False]


def test_the_file_speaks_for_its_records() -> None:
    evidence = read_observations(b'{"observations": 1.0, "consent": ["ads"], "records": []}', "f", ["ads"])

    assert (list(evidence.records), evidence.consent) == ([], UNSET.grant("ads"))
    assert read_observations(b"[]", "f").consent is None


BROKEN: list[tuple[str, str]] = [
    ("[1]", "f:1: a record is an object"),
    ("[[]]", "f:1: a record is an object"),
    ("{}", "f:1: says nothing: a response has a url, a status or setCookie"),
    ('[\n{"consent": "granted"}]', "f:2: says nothing"),
    ('[{"status": "200"}]', "f:1: 'status' must be a whole number, 0 or more"),
    ('[{"status": 99}]', "f:1: 'status' must be a whole number from 100 to 599"),
    ('[{"status": 600}]', "f:1: 'status' must be a whole number from 100 to 599"),
    ('[{"status": 200.5}]', "f:1: 'status' must be a whole number"),
    ('[{"status": true}]', "f:1: 'status' must be a whole number"),
    ('[{"setCookie": 1}]', "f:1: 'setCookie' must be a list of texts, one for each Set-Cookie header"),
    ('[{"setCookie": ["a", null]}]', "f:1: 'setCookie' must be a list of texts"),
    ('[{"setCookies": []}]', "f:1: 'setCookies' is no field of a response; did you mean 'setCookie'?"),
    ('[{"status": 200, "method": ""}]', "f:1: 'method' must be a text that is not empty"),
    ('[{"status": 200, "date": 1}]', "f:1: 'date' must be a text"),
    ('[{"status": 200, "test": 1}]', "f:1: 'test' must be a text"),
    ('[{"url": "/cart"}]', "f:1: 'url': cookies need an absolute http or https URL"),
    ('[{"url": "https://[x/"}]', "f:1: 'url': cookies need an absolute http or https URL; the host"),
    ('[{"url": "https://a.example", "topLevelSite": "b.example"}]', "f:1: 'topLevelSite': cookies need an absolute"),
    ('[{"status": 200, "time": -1}]', "f:1: 'time' must be a number of seconds, 0 or more"),
    ('[{"status": 200, "time": 1e999}]', "f:1: 'time' must be a number of seconds"),
    ('[{"status": 200, "time": true}]', "f:1: 'time' must be a number of seconds"),
    ('[{"status": 200, "time": "noon"}]', "f:1: 'time' must be epoch seconds or a time such as"),
    ('[{"status": 200, "time": "1960-01-01"}]', "f:1: 'time' must be a number of seconds"),
    ('[{"status": 200, "consent": 1}]', "f:1: 'consent' must be a text, a list or an object"),
    ('[{"status": 200, "consent": null}]', "f:1: 'consent' must be a text, a list or an object"),
    ('[{"status": 200, "consent": {"ads": "yes"}}]', "f:1: 'consent': 'yes' is not a consent status"),
    (
        '[{"status": 200, "consent": "adds"}]',
        "f:1: 'consent': the catalogue has no category 'adds'; did you mean 'ads'?",
    ),
    ('[{"kind": "cookie"}]', "f:1: 'name' is missing: an entry of storage has a kind and a name"),
    ('[{"name": "a"}]', "f:1: 'kind' is missing"),
    (
        '[{"kind": "web", "name": "a"}]',
        "f:1: 'kind' must be one of cookie, localStorage, sessionStorage, indexedDB, caches, fileSystem",
    ),
    ('[{"kind": ["cookie"], "name": "a"}]', "f:1: 'kind' must be one of"),
    ('[{"kind": "cookie", "name": 1}]', "f:1: 'name' must be a text"),
    ('[{"kind": "cookie", "name": "a", "value": 1}]', "f:1: 'value' must be a text"),
    ('[{"kind": "cookie", "name": "a", "valueLength": -1}]', "f:1: 'valueLength' must be a whole number"),
    ('[{"kind": "cookie", "name": "a", "detected": "email"}]', "f:1: 'detected' must be a list of texts"),
    (
        '[{"kind": "cookie", "name": "a", "operation": "write"}]',
        "f:1: 'operation' must be one of store, access, delete",
    ),
    ('[{"kind": "cookie", "name": "a", "lifetime": "long"}]', "f:1: 'lifetime' 'long' is not a retention"),
    ('[{"kind": "cookie", "name": "a", "lifetime": -1}]', "f:1: 'lifetime' must be a number of seconds"),
    ('[{"kind": "cookie", "name": "a", "domain": ""}]', "f:1: 'domain' must be a text that is not empty"),
    ('[{"kind": "cookie", "name": "a", "setCookie": "a=1"}]', "f:1: 'setCookie' is no field of an entry"),
    ('[{"kind": "cookie", "name": "a", "header": [1]}]', "f:1: 'header' must be a list of two numbers"),
    ('[{"kind": "cookie", "name": "a", "header": [0, 1]}]', "f:1: 'header' must be a whole number, 1 or more"),
    ('[{"kind": "cookie", "name": "a", "cookie": 1}]', "f:1: 'cookie' must be an object"),
    (
        '[{"kind": "cookie", "name": "a", "cookie": {"maxage": 1}}]',
        "f:1: cookie: 'maxage' is no field of a cookie; did you mean 'maxAge'?",
    ),
    ('[{"kind": "cookie", "name": "a", "cookie": {"maxAge": 1.5}}]', "f:1: cookie: 'maxAge' must be a whole number"),
    ('[{"kind": "cookie", "name": "a", "cookie": {"expires": "x"}}]', "f:1: cookie: 'expires' must be epoch seconds"),
    (
        '[{"kind": "cookie", "name": "a", "cookie": {"anomalies": [{"kind": "odd"}]}}]',
        "f:1: cookie: 'anomalies' must be a list of objects with kind and detail, texts both",
    ),
    ('[{"kind": "caches", "name": "a", "cookie": {}}]', "f:1: 'cookie' belongs to cookies, not to caches"),
    ('[{"kind": "cookie", "name": "a", "rejection": {}}]', "f:1: rejection: 'reason' is missing"),
    ('[{"kind": "cookie", "name": "a", "secureOrigin": 1}]', "f:1: 'secureOrigin' must be true or false"),
    ('[{"kind": "cookie", "name": "a", "page": "shop"}]', "f:1: 'page' must be an absolute URL, such as"),
    ('[{"kind": "cookie", "name": "a", "initiator": {"line": 0}}]', "f:1: initiator: 'line' must be a whole number, 1"),
    ('[{"kind": "cookie", "name": "a", "initiator": []}]', "f:1: 'initiator' must be an object"),
    ('[{"request": "stats.example"}]', "f:1: 'request' must be an absolute URL, such as"),
    ('[{"request": "https://"}]', "f:1: 'request': cookies need a URL with a host"),
    (
        '[{"request": "https://a.example/", "resourse": "image"}]',
        "f:1: 'resourse' is no field of a request; did you mean 'resource'?",
    ),
    ('[{"url": "https://a.example/", "gpc": 1}]', "f:1: 'gpc' must be true or false"),
    ('[{"url": "https://a.example/", "choices": {"ads": {}}}]', "f:1: choices: ads: 'status' is missing"),
    ('[{"url": "https://a.example/", "choices": {"ads": 1}}]', "f:1: choices: 'ads' must be an object"),
    ('[{"url": "https://a.example/", "choices": []}]', "f:1: 'choices' must be an object"),
    ('{"observations": 1, "consent": "observed", "gpc": true, "records": []}', "f:1: 'consent' is 'observed', so"),
    ('[{"kind": "localStorage", "name": "a", "domain": "b"}]', "f:1: 'domain' belongs to cookies, not to localStorage"),
    ('[{"kind": "localStorage", "name": "a", "path": "/"}]', "f:1: 'path' belongs to cookies, not to localStorage"),
    ('[{"kind": "cookie", "name": "a", "setBy": "js"}]', "f:1: 'setBy' must be one of server, script, unknown"),
    ('[{"kind": "cookie", "name": "a", "party": 3}]', "f:1: 'party' must be one of first, third"),
    ('{"observations": 2, "records": []}', "f:1: 'observations' must be 1"),
    ('{"observations": true, "records": []}', "f:1: 'observations' must be 1"),
    ('{"title": "x", "records": []}', "f:1: 'observations' is missing; write 1"),
    ('{"observations": 1, "record": []}', "f:1: 'record' is no field of the file; did you mean 'records'?"),
    ('{"observations": 1,\n"records": {}}', "f:2:12: 'records' must be an array"),
    ('[{"status": 200}', "f:1:17: not valid JSON: expected ','"),
    ('[{"status": 200},]', "f:1:18: not valid JSON: "),
    ('[{"status": 200}] x', "f:1:19: expected the end of the file"),
    ('{"status": 200} x', "f:1:17: expected an object"),
    ('{"status" 200}', "f:1:11: not valid JSON: expected ':'"),
    ("{'status': 200}", "f:1:2: expected a key in double quotes"),
    ('{"status": 200 "url": 1}', "f:1:16: not valid JSON: expected ','"),
    ('\n{"status": 200,\n "status": 200}', "f:3:2: the same key stands in this object before"),
    ('[{"status": 200, "status": 200}]', "f:1:2: an object has the same key twice"),
    ('[{"status": NaN}]', "f:1:2: NaN is no JSON"),
    ('[{"status": -Infinity}]', "f:1:2: -Infinity is no JSON"),
    ("[" * 100_000, "f:1:2: nested too deeply"),
    ('[{"status": ' + "1" * 5_000 + "}]", "f:1:2: a number has too many digits"),
    ('[{"url": "a\n"}]', "f:1:12: not valid JSON: "),
]


@pytest.mark.parametrize(("text", "message"), BROKEN, ids=lambda text: text[:40])
def test_one_clear_error_with_its_line(text: str, message: str) -> None:
    with pytest.raises(CaptureError) as raised:
        list(read_observations(text.encode(), "f", ["ads", "necessary"]).records)

    assert str(raised.value).startswith(message)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_what_is_not_utf_8() -> None:
    with pytest.raises(CaptureError, match=r"f:2: not UTF-8, which JSON is written in \(byte 5\)"):
        list(read_observations(b'[ \n "\xff"]', "f").records)


@pytest.mark.parametrize(
    ("text", "read", "message"),
    [
        (b'[{"status": 200},\n{"status": 201},\n{"status"', 2, "f:3:10: not valid JSON: "),
        (b'{"observations": 1}\n{"status": 200}\n{"status": 2', 1, "f:3:13: not valid JSON: "),
        (b'{"status": 200}\n\n[]', 1, "f:3:1: expected an object"),
        (b'{"observations": 1, "records": [{"status": 200},\n{"status"]', 1, "f:2:10: not valid JSON: "),
        (b'{"observations": 1, "records": [{"status": 200}]} {}', 1, "f:1:51: expected the end of the file"),
        (b'{"observations": 1, "records": [{"status": 200}], ', 1, "f:1:51: expected a key"),
        (b'[{"status": 200},\n{"kind": "cookie"}]', 1, "f:2: 'name' is missing"),
        (b'[{"status": 200},\n{"test": "\xff"}]', 1, "f:2: not UTF-8"),
        (b'{"status": 200}\n{"status": 201}\n\xff', 2, "f:3: not UTF-8"),
    ],
)
def test_what_stands_before_the_broken_record_is_read(text: bytes, read: int, message: str) -> None:
    records = iter(read_observations(text, "f").records)

    assert [next(records).exchange is not None for _ in range(read)] == [True] * read
    with pytest.raises(CaptureError) as raised:
        next(records)
    assert str(raised.value).startswith(message)


def test_a_large_file_takes_time_in_proportion_to_its_size() -> None:
    def seconds(records: int) -> float:
        data = json.dumps([{"url": "https://a.example/", "setCookie": ["a=1"]}] * records, indent=1).encode()
        start = time.thread_time()
        assert sum(1 for _ in read_observations(data, "f").records) == records
        return time.thread_time() - start

    seconds(100)
    assert seconds(20_000) < 40 * max(seconds(2_000), 0.01)


def accepts(document: object) -> bool:
    try:
        list(read_observations(json.dumps(document).encode(), "f").records)
    except PolicycheckError:
        return False
    return True


TEXT = st.text(max_size=5)
NAME = st.text(min_size=1, max_size=5)
ADDRESSES = st.sampled_from(["https://a.example/b?c", "wss://a.example", "data:,x", "about:blank", "x+1.2-y:"])
COMMON = {
    "url": st.sampled_from(["https://a.example/", "http://b.example/x?y"]),
    "time": st.sampled_from([0, 1.5, "2026-05-01T12:00:00Z"]),
    "consent": st.sampled_from(
        ["granted", "unset", ["ads"], {"ads": "refused"}, {"*": "granted", "ads": "unset"}, "ads=granted,more=refused"]
    ),
    "gpc": st.booleans(),
    "choices": st.dictionaries(
        NAME,
        st.fixed_dictionaries(
            {"status": st.sampled_from(["unset", "granted", "refused", "withdrawn"])},
            optional={
                "time": st.just(5),
                "version": TEXT,
                "signal": TEXT,
                "lapsed": st.sampled_from(["expired", "revised"]),
            },
        ),
        max_size=2,
    ),
    "test": TEXT,
    "x-note": st.none() | TEXT,
}
PAGES = {
    "page": ADDRESSES,
    "frame": ADDRESSES,
    "initiator": st.fixed_dictionaries(
        {}, optional={"url": ADDRESSES, "line": st.integers(1, 9), "party": st.sampled_from(["first", "third"])}
    ),
}
REQUESTS = st.fixed_dictionaries(
    {"request": ADDRESSES},
    optional={
        **COMMON,
        **PAGES,
        "method": NAME,
        "resource": TEXT,
        "party": st.sampled_from(["first", "third"]),
    },
).map(lambda members: {key: value for key, value in members.items() if key != "url"})
HEADER = st.fixed_dictionaries(
    {},
    optional={
        "expires": st.sampled_from([0, -5.5, "2026-05-01"]),
        "maxAge": st.integers(-9, 10**20) | st.just(1.0),
        "domain": NAME,
        "path": NAME,
        "secure": st.booleans(),
        "httpOnly": st.booleans(),
        "sameSite": st.sampled_from(["Lax", "Strict", "None"]),
        "partitioned": st.booleans(),
        "anomalies": st.lists(
            st.fixed_dictionaries({"kind": st.sampled_from(["folded", "empty"])}, optional={"detail": TEXT}), max_size=2
        ),
        "x-note": TEXT,
    },
)
RESPONSES = st.fixed_dictionaries(
    {"status": st.integers(100, 599)},
    optional={
        **COMMON,
        **PAGES,
        "method": NAME,
        "setCookie": TEXT | st.lists(TEXT, max_size=3),
        "clearSiteData": TEXT | st.lists(TEXT, max_size=3),
        "date": TEXT,
        "topLevelSite": st.just("https://a.example"),
    },
)
ENTRY = {
    **COMMON,
    **PAGES,
    "host": NAME,
    "secureOrigin": st.none() | st.booleans(),
    "method": NAME,
    "status": st.integers(100, 599),
    "header": st.lists(st.integers(1, 9), min_size=2, max_size=2),
    "store": TEXT,
    "keys": st.integers(0, 9),
    "rejection": st.fixed_dictionaries({"reason": NAME}, optional={"step": TEXT, "message": TEXT}),
    "value": TEXT,
    "valueLength": st.integers(0, 9),
    "detected": st.lists(TEXT, max_size=2),
    "operation": st.sampled_from(["store", "access", "delete"]),
    "lifetime": st.sampled_from(["session", 5, "6 months"]),
    "setBy": st.sampled_from(["server", "script", "unknown"]),
    "party": st.sampled_from(["first", "third"]),
    "partitionKey": NAME,
}
ENTRIES = st.fixed_dictionaries(
    {"kind": st.just("cookie"), "name": TEXT}, optional={**ENTRY, "domain": NAME, "path": NAME, "cookie": HEADER}
) | st.fixed_dictionaries(
    {"kind": st.sampled_from(["localStorage", "sessionStorage", "indexedDB", "caches", "fileSystem"]), "name": TEXT},
    optional=ENTRY,
)
ARRAYS = st.lists(RESPONSES | ENTRIES | REQUESTS, max_size=3)
FILES = st.fixed_dictionaries(
    {"observations": st.just(1)}, optional={"title": TEXT, "consent": COMMON["consent"], "records": ARRAYS}
)


@settings(max_examples=200, deadline=None)
@given(ARRAYS | FILES)
def test_what_the_schema_accepts_is_read(document: Any) -> None:
    assert validator(SCHEMA).is_valid(document)
    assert accepts(document)


MUTANTS = (
    st.none() | st.booleans() | st.integers(-1, 700) | st.sampled_from(["", "x", "cookie", [], {}, ["a"], [1], 1.5])
)
KEYS = [
    "request",
    "resource",
    "page",
    "frame",
    "initiator",
    "store",
    "keys",
    "host",
    "secureOrigin",
    "header",
    "cookie",
    "rejection",
    "gpc",
    "choices",
    "method",
    "status",
    "setCookie",
    "clearSiteData",
    "date",
    "test",
    "kind",
    "name",
    "value",
    "valueLength",
    "detected",
    "operation",
    "domain",
    "path",
    "setBy",
    "party",
    "partitionKey",
    "other",
    "x-other",
]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(
        [
            {"url": "https://a.example/"},
            {"kind": "cookie", "name": "a"},
            {"kind": "caches", "name": ""},
            {"request": "data:,"},
            {},
        ]
    ),
    st.dictionaries(st.sampled_from(KEYS), MUTANTS, max_size=3),
    st.sampled_from(["array", "file", "bare"]),
)
def test_what_the_schema_refuses_is_refused(record: dict[str, Any], changes: dict[str, Any], form: str) -> None:
    changed = {**record, **changes}
    document: Any = {"array": [changed], "file": {"observations": 1, "records": [changed]}, "bare": [changed]}[form]

    assert accepts(document) is validator(SCHEMA).is_valid(document)


def test_the_examples_of_the_schema_are_examples() -> None:
    schema = load_schema(SCHEMA)
    for example in schema["examples"]:
        assert accepts(example)
        assert validator(SCHEMA).is_valid(example)
    fields = [
        *schema["$defs"]["file"]["properties"].values(),
        *schema["$defs"]["response"]["properties"].values(),
        *(
            field
            for name in ("entry", "request", "initiator", "cookie", "anomaly", "rejection", "choice")
            for field in schema["$defs"][name]["properties"].values()
        ),
        *schema["$defs"].values(),
    ]
    for field in fields:
        if "$ref" not in field:
            assert field["title"]
            assert field["description"].endswith(".")
            assert field["examples"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_random_bytes_raise_our_errors_alone(data: bytes) -> None:
    message = "f:"
    try:
        list(read_observations(data, "f").records)
    except CaptureError as error:
        message = str(error)
    assert message.startswith("f:")


@pytest.mark.parametrize("written", ['"cookies", "storage"', ['"cookies", "storage"']])
def test_a_record_tells_what_the_server_erases(written: object) -> None:
    document = [{"url": "https://shop.example/", "clearSiteData": written}]
    (record,) = read(document)
    assert record.exchange is not None
    assert record.exchange.clear_site_data == ('"cookies", "storage"',)
    assert validator(SCHEMA).is_valid(document)


def test_what_the_server_erases_is_text() -> None:
    with pytest.raises(CaptureError, match="'clearSiteData' must be a list of texts, one for each Clear-Site-Data"):
        read([{"url": "https://shop.example/", "clearSiteData": [1]}])
