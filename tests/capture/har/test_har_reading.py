from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from policycheck.capture.evidence import Record
from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.files import ReadOptions, read_evidence
from policycheck.capture.har import read_har, records_of
from policycheck.capture.har.reading import DISORDER, MADE_UP, NO_COOKIES, NO_URL
from policycheck.errors import CaptureError, UsageError
from policycheck.model.lifetime import Lifetime
from policycheck.model.observation import Initiator
from policycheck.model.party import Party
from policycheck.model.storage import SetBy
from tests.capture.har.har_files import NOON, SHOP, entry, read, recorded, records, replayed, written

AD = "https://ads.example/"
MADE = "a=1%3B2; Path=/x; Domain=.shop.example; SameSite=Lax; Expires=Fri, 01 May 2026 13:00:00 GMT; Secure; HttpOnly"


def test_an_entry_is_a_request_and_then_its_response() -> None:
    asked, answered, loaded = records(
        entry(
            SHOP,
            "a=1; Max-Age=60",
            "b=2",
            at=1.5,
            sent={"Sec-GPC": "1", "sec-fetch-dest": "document"},
            got={"Date": "Fri, 01 May 2026 12:00:01 GMT", "CLEAR-site-data": '"cookies"'},
        )
    )

    assert asked.request is not None
    assert (asked.place, asked.time, asked.gpc) == ("run.har:1:40", NOON + 1.5, True)
    assert (asked.request.url, asked.request.resource, asked.request.page) == (SHOP, "document", SHOP)
    exchange = answered.exchange
    assert exchange is not None
    assert (exchange.method, exchange.url, exchange.status, exchange.adapter) == ("GET", SHOP, 200, "har")
    assert (exchange.set_cookie, exchange.clear_site_data) == (("a=1; Max-Age=60", "b=2"), ('"cookies"',))
    assert (exchange.date, exchange.top_level_site) == ("Fri, 01 May 2026 12:00:01 GMT", None)
    assert answered.time == pytest.approx(NOON + 1.506)
    assert (loaded.exchange, loaded.loaded) == (exchange, True)


@pytest.mark.parametrize(
    ("members", "resource"),
    [
        ({"_resourceType": "ping", "sent": {"sec-fetch-dest": "empty"}}, "beacon"),
        ({"_resourceType": "document", "sent": {"Sec-Fetch-Dest": "iframe"}}, "iframe"),
        ({"_resourceType": "document"}, "iframe"),
        ({"_resourceType": "xhr"}, "xhr"),
        ({"sent": {"Sec-Fetch-Dest": "style"}}, "stylesheet"),
        ({"sent": {"Sec-Fetch-Dest": "document"}}, "document"),
        ({"sent": {"Referer": SHOP}}, ""),
        ({"_resourceType": 7}, ""),
    ],
)
def test_what_a_request_was_for(members: dict[str, Any], resource: str) -> None:
    recorder = recorded(entry(SHOP, pageref="p"), entry(AD, pageref="p", at=1, **members))

    sent = recorder.requests[1]
    assert (sent.resource, sent.page) == (resource, AD if resource == "document" else SHOP)
    assert sent.party is (Party.FIRST if resource == "document" else Party.THIRD)


@pytest.mark.parametrize(
    "pages",
    [
        [{"id": "p", "title": SHOP}],
        [{"id": "p", "title": "Run 1 for https://shop.example/", "_URL": SHOP}],
        [{"id": "p", "title": "Our shop"}],
        None,
        "none",
        [1, {}],
    ],
)
def test_the_page_is_found_behind_its_reference(pages: object) -> None:
    recorder = recorded(
        entry("http://shop.example/", at=0, status=301, pageref="p"),
        entry(SHOP, at=1, pageref="p"),
        entry(AD, "x=1; SameSite=None; Secure", at=2, pageref="p"),
        pages=pages,
    )

    assert recorder.requests[2].page == SHOP
    assert recorder.requests[2].party is Party.THIRD
    assert recorder.observations[0].party is Party.THIRD


def test_pages_that_stand_behind_the_entries_are_known_by_their_first_entry() -> None:
    data = {
        "log": {"entries": [entry(pageref="p"), entry(AD, at=1, pageref="p")], "pages": [{"id": "p", "title": "x"}]}
    }

    assert [sent.page for sent in replayed(read(json.dumps(data).encode())).requests] == [SHOP, SHOP]


def test_without_references_the_last_page_that_was_opened_counts() -> None:
    recorder = recorded(entry(SHOP), entry(AD, at=1, sent={"Referer": SHOP}), entry("https://news.example/", at=2))

    assert [sent.page for sent in recorder.requests] == [SHOP, SHOP, "https://news.example/"]


@pytest.mark.parametrize(
    ("response", "headers"),
    [
        ({"headers": [{"name": "SET-COOKIE", "value": "a=1\nb=2; Path=/"}]}, ("a=1", "b=2; Path=/")),
        ({"headers": [{"name": "set-cookie", "value": "a=1\r\nb=2"}]}, ("a=1", "b=2")),
        ({"headers": [{"name": "set-cookie", "value": "a=1, b=2"}]}, ("a=1, b=2",)),
        (
            {"headers": [{"name": "set-cookie", "value": "a=1; Expires=Fri, 01 May 2026 12:00:00 GMT, b=2"}]}
            | {"cookies": [{"name": "a"}, {"name": "b"}]},
            ("a=1; Expires=Fri, 01 May 2026 12:00:00 GMT", "b=2"),
        ),
        (
            {
                "headers": [],
                "cookies": [
                    {
                        "name": "a",
                        "value": "1;2",
                        "path": "/x",
                        "domain": ".shop.example",
                        "expires": "2026-05-01T13:00:00.000Z",
                        "httpOnly": True,
                        "secure": True,
                        "sameSite": "Lax",
                    },
                    {"name": "b", "value": None, "expires": None, "secure": "no"},
                    {"value": "nameless"},
                    None,
                ],
            },
            (
                MADE,
                "b=",
            ),
        ),
        ({"headers": None, "cookies": None}, ()),
        ({"headers": {"Set-Cookie": "a=1"}}, ()),
        ({"headers": [None, {"name": None, "value": "a"}, {"name": "Set-Cookie", "value": 7}]}, ("",)),
    ],
)
def test_set_cookie_is_found_where_writers_leave_it(response: dict[str, Any], headers: tuple[str, ...]) -> None:
    evidence = read(written([entry(response=response)]))

    assert [record.exchange.set_cookie for record in evidence.records if record.exchange and not record.loaded] == [
        headers
    ]
    assert (f"run.har: {MADE_UP}" in evidence.notes) == ("cookies" in response and headers[-1:] == ("b=",))


def test_expires_counts_from_the_servers_clock() -> None:
    (seen,) = recorded(
        entry(SHOP, "a=1; Expires=Fri, 01 May 2026 13:00:00 GMT", got={"date": "Fri, 01 May 2026 12:30:00 GMT"})
    ).observations

    assert seen.lifetime == Lifetime(1800.0)


@pytest.mark.parametrize(
    ("members", "requests", "exchanges"),
    [
        ({"status": 0, "response": {"_error": "net::ERR_BLOCKED_BY_CLIENT"}}, 0, 0),
        ({"status": 0, "response": {"_error": "net::ERR_CONNECTION_REFUSED"}}, 1, 0),
        ({"status": -1}, 1, 0),
        ({"status": "200"}, 1, 1),
        ({"status": None}, 1, 0),
        ({"_fromCache": "disk"}, 0, 0),
        ({"response": {"status": True}}, 1, 0),
        ({"request": None}, 0, 0),
        ({"request": {"url": None}}, 0, 0),
        ({"startedDateTime": "yesterday", "time": "x", "timings": [], "pageref": 3, "_initiator": 1}, 1, 1),
        ({"startedDateTime": "2026-05-01T12:00:00", "time": 1e999}, 1, 1),
    ],
)
def test_what_never_left_or_never_came_stores_nothing(members: dict[str, Any], requests: int, exchanges: int) -> None:
    recorder = recorded(entry(SHOP, "a=1", **members))

    assert (len(recorder.requests), recorder.exchanges, len(recorder.observations)) == (requests, exchanges, exchanges)


def test_a_handshake_of_a_websocket_stores_too() -> None:
    (seen,) = recorded(entry("wss://shop.example/feed", "a=1; Secure", status=101)).observations

    assert (seen.host, seen.rejection, seen.stored) == ("shop.example", None, True)


def test_the_script_that_asked_is_named() -> None:
    stack = {"type": "script", "stack": {"callFrames": [{"url": f"{AD}tag.js", "lineNumber": 3}, {"url": SHOP}]}}
    parser = {"type": "parser", "url": SHOP, "lineNumber": 11}
    recorder = recorded(entry(), entry(AD, at=1, _initiator=stack), entry(AD, at=2, _initiator=parser))

    assert [sent.initiator for sent in recorder.requests] == [
        None,
        Initiator(f"{AD}tag.js", 4),
        Initiator(SHOP, 12),
    ]


def test_cookies_that_no_response_set_are_found_in_the_requests_that_carry_them() -> None:
    recorder = recorded(
        entry(SHOP, "session=1", "_old=1; Max-Age=0", "_past=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        entry(SHOP, at=1, sent={"Cookie": "session=1; _ga=GA1.2; lone"}),
        entry("https://www.shop.example/", at=2, sent={"cookie": ["session=1", "_ga=GA1.2"]}),
        entry(SHOP, at=3, sent={"Cookie": "session=2; _ga=GA1.3; _ga=GA1.3; _old=1; _past=1"}),
        entry(SHOP, at=4, sent={"Cookie": "session=1; _ga=GA1.3"}),
    )

    found = [seen for seen in recorder.observations if seen.set_by is not SetBy.SERVER]
    assert [(seen.name, seen.value, seen.host, seen.set_by) for seen in found] == [
        ("_ga", "GA1.2", "shop.example", None),
        ("", "lone", "shop.example", None),
        ("session", "1", "www.shop.example", None),  # the one of shop.example is for that host alone
        ("session", "2", "shop.example", None),
        ("_ga", "GA1.3", "shop.example", None),
        ("_old", "1", "shop.example", None),
        ("_past", "1", "shop.example", None),
    ]
    assert {seen.lifetime for seen in found} == {None}
    assert found[0].source.describe().startswith("/  ->  in a Cookie header")


def test_a_request_that_left_before_a_cookie_came_says_nothing_new() -> None:
    recorder = recorded(
        entry(SHOP, "a=1", at=0),
        entry(SHOP, "a=2", at=1, time=5_000),
        entry(SHOP, at=2, sent={"Cookie": "a=1"}),
        entry(SHOP, at=9, sent={"Cookie": "a=2"}),
    )

    assert [(seen.value, seen.set_by) for seen in recorder.observations] == [("1", SetBy.SERVER), ("2", SetBy.SERVER)]


def test_entries_are_played_in_the_order_of_time() -> None:
    evidence = read(written([entry(SHOP, f"c{at}=1", at=at) for at in (3, 1, 2)]))

    assert [seen.name for seen in replayed(evidence).observations] == ["c1", "c2", "c3"]
    assert evidence.notes == []


def test_gpc_holds_from_the_request_that_says_so() -> None:
    recorder = recorded(entry(SHOP, "a=1"), entry(SHOP, "b=1", at=1, sent={"Sec-GPC": "1"}), entry(SHOP, "c=1", at=2))

    assert [seen.consent.gpc for seen in recorder.observations] == [False, True, True]


def test_a_file_without_any_cookie_header_may_have_been_stripped_of_them() -> None:
    evidence = read(written([entry()]))
    replayed(evidence)

    assert evidence.notes == [f"run.har: {NO_COOKIES}"]
    assert _notes(entry(SHOP, "a=1")) == _notes(entry(SHOP, sent={"cookie": "a=1"})) == _notes() == []


def test_entries_that_ask_for_nothing_are_told() -> None:
    assert _notes(entry(SHOP, "a=1"), {"comment": "x"}, {"request": {"url": 7}}) == [f"run.har: {NO_URL}"]


def _notes(*entries: Any) -> list[str]:
    evidence = read(written(list(entries)))
    replayed(evidence)
    return evidence.notes


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + written([entry(SHOP, "a=1")], indent=2),
        gzip.compress(written([entry(SHOP, "a=1")])),
        b'\n {"log" :\t{"entries":[' + json.dumps(entry(SHOP, "a=1")).encode() + b"]}}\r\n",
        json.dumps({"log": {"entries": [entry(SHOP, "a=1")]}, "more": [1, "]"]}).encode(),
    ],
)
def test_har_is_told_by_how_it_begins(data: bytes) -> None:
    assert [seen.name for seen in replayed(read_evidence(EvidenceFile.of(data, "x"))).observations] == ["a"]


def test_har_is_told_by_its_name_too() -> None:
    data = json.dumps({"note": "x", "log": {"entries": [entry(SHOP, "a=1")]}}).encode()

    assert len(replayed(read_evidence(EvidenceFile.of(data, "run.HAR"))).observations) == 1
    with pytest.raises(UsageError, match=r"a HAR file .* says the URL of each record itself"):
        read_evidence(EvidenceFile.of(data, "run.har"), ReadOptions(url=SHOP))


ONE = json.dumps(entry(SHOP, "a=1"))


@pytest.mark.parametrize(
    ("text", "seen", "message"),
    [
        ("{}", 0, "run.har: no HAR file"),
        ("[]", 0, "run.har: no HAR file"),
        ('{"log": []}', 0, "run.har: no HAR file"),
        ('{"log": {"entries": {}}}', 0, "run.har: no HAR file"),
        ('{"log": {"entries": [', 0, "run.har:1:22: the file ends before the JSON does; was the recording cut off?"),
        ('{"log": {"entries": [1]}}', 0, "run.har:1:22: expected an object (entry 1)"),
        (f'{{"log": {{"entries": [{ONE},\n {ONE[:-30]}', 1, f"run.har:2:{len(ONE) - 28}: the file ends before"),
        (f'{{"log": {{"entries": [{ONE},\n {{"request": }},\n{ONE}]}}}}', 1, "run.har:2:14: not valid JSON: Expecting"),
        (f'{{"log": {{"entries": [{ONE}\n {ONE}]}}}}', 1, "run.har:2:2: not valid JSON: expected ','"),
        (f'{{"log": {{"entries": [{ONE}]', 1, f"run.har:1:{len(ONE) + 23}: the file ends before"),
        (f'{{"log": {{"entries": [{ONE}]}}}} x', 1, f"run.har:1:{len(ONE) + 26}: expected the end of the file"),
        (f'{{"log": {{"entries": [{ONE}], nonsense', 1, f"run.har:1:{len(ONE) + 25}: not valid JSON: expected a key"),
        ('{"log": {"entries": [' + "[" * 9, 0, "run.har:1:22: expected an object (entry 1)"),
        (f'{{"log": {{"entries": [{ONE}, {{"time": {"[" * 9_999}{"]" * 9_999}}}]}}}}', 1, "run.har:1:"),
    ],
)
def test_a_broken_file_is_one_error_after_what_could_be_read(text: str, seen: int, message: str) -> None:
    found: list[Record] = []
    with pytest.raises(CaptureError) as raised:
        found.extend(read(text.encode()).records)

    assert str(raised.value).startswith(message)
    assert len([record for record in found if record.exchange and not record.loaded]) == seen


def test_utf_16_is_said() -> None:
    with pytest.raises(CaptureError, match=r"run\.har:1: UTF-16, and JSON is written in UTF-8"):
        list(read(written([]).decode().encode("utf-16")).records)


@pytest.mark.parametrize("octets", [b"\xff\xfe", b"\t", b"\\ud800"])
def test_texts_that_are_none_do_not_stop_the_reading(octets: bytes) -> None:
    data = written([entry(SHOP, "a=1"), entry(SHOP, "b=1", at=1)]).replace(b"text/html", b"text/" + octets)

    assert [seen.name for seen in replayed(read(data)).observations] == ["a", "b"]


def test_without_msgspec_the_same_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    data = written([entry(SHOP, f"c{n}=1", at=n, pageref="p") for n in range(5)], indent=1)
    fast = replayed(read(data))
    monkeypatch.setitem(__import__("sys").modules, "msgspec", None)

    assert replayed(read(data)).observations == fast.observations


def test_records_of_entries_that_come_from_elsewhere() -> None:
    notes: list[str] = []
    found = records_of(
        [(entry(SHOP, "a=1"), "trace:1", SHOP), (entry(AD, at=1), "trace:2", SHOP)], notes, adapter="trace"
    )
    asked = [record.request for record in found if record.request is not None]

    assert [(sent.page, sent.resource) for sent in asked] == [(SHOP, ""), (SHOP, "")]


def test_no_value_shows_in_what_is_read() -> None:
    shown = repr(records(entry(f"{SHOP}?token=CANARY", "a=CANARY", sent={"Cookie": "b=CANARY"})))

    assert "CANARY" not in shown


def test_a_stream_is_read_once() -> None:
    file = EvidenceFile.of(written([]), "run.har")
    list(read_har(file).records)
    with pytest.raises(CaptureError, match="once"):
        list(read_har(file).records)


def test_entries_that_are_far_out_of_order_are_told() -> None:
    late = [entry(SHOP, at=3_000 - second, sent={"Cookie": "a=1"}) for second in range(1_100)]

    assert _notes(*late) == [f"run.har: {DISORDER}"]
