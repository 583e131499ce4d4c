from __future__ import annotations

import pytest

from policycheck.capture.dump import NO_URL, read_header_dump
from policycheck.capture.evidence import Evidence, Record, ReplayClock, check_url, replay
from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.files import read_evidence
from policycheck.errors import CaptureError, UsageError
from policycheck.model.consent import UNSET
from policycheck.model.observation import HttpExchange, Observation, Source
from policycheck.model.storage import StorageKind
from policycheck.recording import Recorder

SHOP = "https://shop.example/a/b?token=1"


def hops(dump: bytes, url: str | None = SHOP, method: str = "GET") -> list[tuple[str, str | None, int | None]]:
    evidence = read_header_dump(dump, "f", url=url, method=method)
    return [(e.method, e.url, e.status) for record in evidence.records if (e := record.exchange)]


def test_a_response_becomes_an_exchange() -> None:
    dump = (
        b"HTTP/1.1 200 OK\r\nDate: Fri, 01 May 2026 12:00:00 GMT\r\nset-cookie: a=\xff\r\nSet-Cookie: b=2\r\n\r\nbody"
    )

    evidence = read_header_dump(dump, "f", url=SHOP)

    assert evidence == Evidence(
        (
            Record(
                "f:1",
                HttpExchange("GET", SHOP, 200, (b"a=\xff", b"b=2"), "Fri, 01 May 2026 12:00:00 GMT", "dump"),
                time=1777636800.0,
            ),
        )
    )


def test_the_place_is_the_header_where_there_is_one_alone() -> None:
    dump = b"\n\nHTTP/2 200\nvary: x\nset-cookie: a=1\n\nHTTP/2 200\n\n"

    assert [record.place for record in read_header_dump(dump, "f").records] == ["f:5", "f:7"]


@pytest.mark.parametrize(
    ("status", "method", "location", "following"),
    [
        (301, "GET", b"/c", ("GET", "https://shop.example/c")),
        (302, "POST", b"c?x=1", ("POST", "https://shop.example/a/c?x=1")),
        (303, "POST", b"//b.example/", ("GET", "https://b.example/")),
        (303, "HEAD", b"/c", ("HEAD", "https://shop.example/c")),
        (307, "POST", b"http://b.example", ("POST", "http://b.example")),
        (308, "PUT", b"/c", ("PUT", "https://shop.example/c")),
        (302, "GET", b"mailto:a@b.example", ("", None)),
        (302, "GET", b"https://[x/", ("", None)),
        (201, "POST", b"/c", ("POST", SHOP)),
        (304, "GET", b"/c", ("GET", SHOP)),
    ],
)
def test_where_the_next_response_comes_from(
    status: int, method: str, location: bytes, following: tuple[str, str | None]
) -> None:
    dump = b"HTTP/1.1 %d X\nLocation: %s\n\nHTTP/1.1 200 OK\n\n" % (status, location)

    assert hops(dump, method=method) == [(method, SHOP, status), (*following, 200)]


def test_after_the_last_hop_the_first_address_counts_again() -> None:
    dump = b"HTTP/2 302\nlocation: /c\n\nHTTP/2 200\nx: y\n\nHTTP/2 200\nx: y\n\n"

    assert [url for _, url, _ in hops(dump)] == [SHOP, "https://shop.example/c", SHOP]


def test_a_redirect_without_a_location_stays() -> None:
    assert [url for _, url, _ in hops(b"HTTP/2 302\nx: y\n\nHTTP/2 200\n\n")] == [SHOP, SHOP]


def test_without_an_address_a_redirect_may_tell_one() -> None:
    dump = b"HTTP/2 302\nlocation: https://b.example/\nset-cookie: a=1\n\nHTTP/2 302\nlocation: /c\n\nHTTP/2 200\n\n"

    assert hops(dump, None) == [
        ("", None, 302),
        ("GET", "https://b.example/", 302),
        ("GET", "https://b.example/c", 200),
    ]
    assert [url for _, url, _ in hops(b"HTTP/2 302\nlocation: /c\n\nHTTP/2 200\n\n", None)] == [None, None]


def test_what_only_leads_up_to_a_response_is_none() -> None:
    dump = (
        b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
        b"HTTP/1.1 103 Early Hints\r\nSet-Cookie: a=1\r\n\r\nHTTP/1.1 200 OK\r\nx: y\r\n\r\n"
    )

    assert [status for *_, status in hops(dump)] == [103, 200]
    assert hops(b"HTTP/1.1 200 OK\r\n\r\n") == [("GET", SHOP, 200)]


@pytest.mark.parametrize(
    ("dump", "url", "notes"),
    [
        (b"HTTP/2 200\nset-cookie: a=1\n\n", None, [NO_URL]),
        (b"HTTP/2 200\n\n", None, []),
        (b"HTTP/2 200\nset-cookie: a=1\n\n", SHOP, []),
        (b"HTTP/2 200\nodd\n\n", SHOP, ["f:2: a line that is no header was passed over"]),
        (b"HTTP/2 200\nodd\nodder\n\n", SHOP, ["f:2: 2 lines that are no headers were passed over, this the first"]),
    ],
)
def test_what_the_dump_does_not_say_is_noted(dump: bytes, url: str | None, notes: list[str]) -> None:
    assert read_header_dump(dump, "f", url=url).notes == notes


def test_what_is_no_dump_is_said_with_its_line() -> None:
    with pytest.raises(CaptureError, match=r"\Af:2: expected a status line"):
        read_header_dump(b"\nHTTP/1.1 OK\n", "f")
    with pytest.raises(UsageError, match="absolute"):
        read_header_dump(b"HTTP/2 200\n", "f", url="shop.example")


@pytest.mark.parametrize("url", ["https://a.example", "http://[::1]:8000/", "HTTPS://A.example/x"])
def test_addresses_that_can_be_read(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize("url", ["", "a.example", "ftp://a.example", "https://", "https://[::1", "https://a]b/"])
def test_addresses_that_cannot(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        check_url(url)
    assert url not in str(raised.value) or not url.strip(":/htps")


def test_files_are_told_apart() -> None:
    for content in (b"\xef\xbb\xbf \r\nHTTP/2 200\n\n", b'\xef\xbb\xbf\n {"status": 200}'):
        assert [record.place for record in read_evidence(EvidenceFile.of(content, "f")).records] == ["f:2"]
    assert read_evidence(EvidenceFile.of(b" \n", "f"), format_name="dump") == Evidence(())


def test_replaying_stamps_consent_place_and_time_and_leaves_no_trace() -> None:
    clock = ReplayClock(lambda: 100.0)
    recorder = Recorder(now=clock, consent=UNSET.grant("ads"), test="mine")
    records = (
        Record("f:1", HttpExchange("GET", SHOP, 200, ("a=1",)), time=10.0, consent=UNSET),
        Record("f:2", entry=Observation(StorageKind.CACHES, "c", source=Source("x")), test="step"),
        Record("f:3", HttpExchange("GET", SHOP, 200, ("b=1",)), time=20.0),
    )

    replay(iter(records), recorder, clock)

    assert [(o.name, o.time, o.source.test, o.consent.status("ads").value) for o in recorder.observations] == [
        ("a", 10.0, "f:1", "unset"),
        ("c", 10.0, "step", "granted"),
        ("b", 20.0, "f:3", "granted"),
    ]
    assert (recorder.consent, recorder.test) == (UNSET.grant("ads"), "mine")


def test_the_clock_shows_the_present_until_a_record_says_otherwise() -> None:
    clock = ReplayClock(lambda: 100.0)
    clock.show(None)
    assert clock() == 100.0
    clock.show(5.0)
    clock.show(None)
    assert clock() == 5.0


def test_the_recorder_is_as_before_after_a_failure() -> None:
    def explode(observation: Observation) -> None:
        raise LookupError

    clock = ReplayClock()
    recorder = Recorder(now=clock, test="mine", sink=explode)

    with pytest.raises(LookupError):
        replay([Record("f:1", HttpExchange("GET", SHOP, 200, ("a=1",)), consent=UNSET.grant())], recorder, clock)

    assert (recorder.test, recorder.consent) == ("mine", UNSET)


BODY = b"HTTP/1.1 200 OK\r\nSet-Cookie: body=1\r\n\r\n"


@pytest.mark.parametrize(
    ("dump", "seen"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY), 1),
        (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%sHTTP/1.1 200 OK\r\n\r\n" % (len(BODY), BODY), 2),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 404 X\r\nContent-Length: 7\r\n\r\n", 2),
        (b"HTTP/1.1 302 X\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 2),
    ],
)
def test_a_body_that_looks_like_a_response_is_none(dump: bytes, seen: int) -> None:
    assert len(hops(dump)) == seen
    assert not any(record.exchange and record.exchange.set_cookie for record in read_header_dump(dump, "f").records)


def test_a_dump_tells_what_the_server_erases() -> None:
    dump = b'HTTP/2 200\r\nclear-site-data: "cookies"\r\nClear-Site-Data: "storage", "cache"\r\n\r\n'

    (record,) = read_header_dump(dump, "f", url=SHOP).records

    assert record.exchange is not None
    assert record.exchange.clear_site_data == ('"cookies"', '"storage", "cache"')
