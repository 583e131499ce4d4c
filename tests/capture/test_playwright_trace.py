from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.capture import playwright_trace
from policycheck.capture.evidence import Record
from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.files import ReadOptions, read_evidence
from policycheck.capture.playwright_trace import read_playwright_trace
from policycheck.errors import CaptureError, UsageError
from policycheck.model.party import Party

CANARY = "c4n4ry"
SHOP = "https://shop.example/"


def response(
    url: str,
    *cookies: str,
    page: str = "page@1",
    frame: str | None = "frame@1",
    resource: str = "document",
    at: int = 0,
) -> dict[str, Any]:
    """A line of the network of a trace, with what Playwright 1.65 writes of it."""
    return {
        "type": "resource-snapshot",
        "snapshot": {
            "pageref": page,
            "_frameref": frame,
            "startedDateTime": f"2026-05-01T12:00:{at:02}.000Z",
            "time": 10,
            "request": {"method": "GET", "url": url, "headers": [], "cookies": []},
            "response": {
                "status": 200,
                "headers": [{"name": "Set-Cookie", "value": cookie} for cookie in cookies],
                "cookies": [],
                "content": {"size": 1, "mimeType": "text/html"},
                "redirectURL": "",
            },
            "timings": {"send": 0, "wait": 4, "receive": 6},
            "_resourceType": resource,
        },
    }


def looked(url: str, *, main: bool = True, page: str = "page@1", filler: int = 0) -> dict[str, Any]:
    return {
        "type": "frame-snapshot",
        "snapshot": {
            "callId": "c@1",
            "pageId": page,
            "frameId": "frame@1",
            "frameUrl": url,
            "html": ["HTML", {}, "x" * filler],
            "isMainFrame": main,
        },
    }


def lines(*events: Mapping[str, Any]) -> bytes:
    return b"".join(json.dumps(event, separators=(",", ":")).encode() + b"\n" for event in events)


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def records(data: bytes) -> list[Record]:
    return list(read_evidence(EvidenceFile.of(data, "t.zip")).records)


def responses(data: bytes) -> list[tuple[str | None, tuple[bytes | str, ...], str]]:
    found = [(record.exchange, record.place) for record in records(data) if not record.loaded]
    return [(exchange.url, exchange.set_cookie, place) for exchange, place in found if exchange is not None]


def test_responses_come_in_the_order_of_time_with_their_places() -> None:
    network = lines(
        response(f"{SHOP}b?t={CANARY}", f"b={CANARY}", at=2), {"type": "other"}, response(SHOP, "a=1", at=1)
    )

    found = records(zipped({"trace.network": network, "trace.trace": b"", "resources/a.html": b"<p>"}))

    exchanges = [record for record in found if record.exchange is not None and not record.loaded]
    assert [record.exchange and record.exchange.url for record in exchanges] == [SHOP, f"{SHOP}b?t={CANARY}"]
    assert [record.place for record in exchanges] == ["t.zip: trace.network, line 3", "t.zip: trace.network, line 1"]
    assert exchanges[0].time == pytest.approx(1777636801.004)
    assert {record.device for record in found} == {None}
    assert CANARY not in repr(found)


def test_each_context_is_a_device() -> None:
    data = zipped(
        {
            "test.trace": b"",
            "10-trace.network": lines(response(SHOP, "c=1")),
            "2-trace.network": lines(response(SHOP, "b=1")),
            "0-trace.network": b"",
        }
    )

    devices = {record.device.name: record.device for record in records(data) if record.device is not None}

    assert list(devices) == ["t.zip: 2-trace", "t.zip: 10-trace"]
    assert len(set(map(id, devices.values()))) == 2


def test_the_page_may_have_loaded_before_the_trace_began() -> None:
    events = lines(
        looked("about:blank"),
        looked("https://ads.example/frame", main=False),
        looked(SHOP, filler=100_000),
        looked("https://other.example/", page="page@2"),
    )
    network = lines(response("https://stats.example/c", "a=1", resource="image"))

    found = records(zipped({"trace.network": network, "trace.trace": events}))

    (sent,) = (record.request for record in found if record.request is not None)
    assert sent.page == SHOP
    assert sent.party in {None, Party.THIRD}


def test_what_the_main_frame_loads_is_a_page_and_what_another_loads_is_not() -> None:
    network = lines(
        response(SHOP, "a=1", at=1),
        response("https://ads.example/", "b=1", frame="frame@2", at=2),
        response("https://stats.example/c", frame="frame@2", resource="image", at=3),
        response(f"{SHOP}next", at=4),
        response(f"{SHOP}other", page="page@2", frame=None, at=5),
    )

    sent = [record.request for record in records(zipped({"trace.network": network})) if record.request is not None]
    loaded = [
        record.exchange and record.exchange.url
        for record in records(zipped({"trace.network": network}))
        if record.loaded
    ]

    assert [(one.page, one.navigates) for one in sent] == [
        (SHOP, True),
        (SHOP, False),
        (SHOP, False),
        (f"{SHOP}next", True),
        (f"{SHOP}other", True),
    ]
    assert loaded == [SHOP, f"{SHOP}next", f"{SHOP}other"]


def test_a_frame_that_loads_first_is_no_page() -> None:
    network = lines(response("https://ads.example/", frame="frame@2"))

    (sent,) = (
        record.request
        for record in records(zipped({"trace.network": network, "trace.trace": lines(looked(SHOP))}))
        if record.request is not None
    )

    assert (sent.page, sent.navigates, sent.resource) == (SHOP, False, "iframe")


def test_long_lines_of_events_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playwright_trace, "LONGEST_LINE", 2_000)
    monkeypatch.setattr(playwright_trace, "_START", 1_000)
    network = lines(response("https://stats.example/c", "a=1", resource="image"))
    data = zipped({"trace.network": network, "trace.trace": lines(looked(SHOP, filler=50_000))}, zipfile.ZIP_STORED)

    assert [record.request.page for record in records(data) if record.request is not None] == [SHOP]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"a.txt": b"x"}, "t.zip: a zip archive that is no trace of Playwright (no member ends in .network)"),
        (
            {"trace.network": b""},
            "t.zip: a trace without responses: it keeps them only with snapshots\n  fix: record it",
        ),
        ({"trace.network": b'{"a": "c4n4ry'}, "t.zip: trace.network, line 1, column 7: not valid JSON: Unterminated"),
        ({"trace.network": b"\n\n[]"}, "t.zip: trace.network, line 3: an event is an object"),
        ({"trace.network": b"[" * 100_000 + b"\n" * 9}, "t.zip: trace.network"),
        ({"trace.network": b"1" * 5_000}, "t.zip: trace.network"),
        ({"trace.network": b'{"type": "resource-snapshot"}'}, "t.zip: trace.network, line 1: 'snapshot' must be an"),
        ({"trace.network": b" " * 30_000_000}, "t.zip: trace.network: 30000000 bytes out of 29"),
    ],
)
def test_what_is_no_trace_is_one_error(members: dict[str, bytes], message: str) -> None:
    with pytest.raises(CaptureError) as caught:
        records(zipped(members))

    assert str(caught.value).startswith(message)
    assert CANARY not in str(caught.value)


def test_responses_beyond_any_trace_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playwright_trace, "MOST", 1_500)
    network = lines(response(SHOP, "a=1"))

    with pytest.raises(CaptureError, match=r"t\.zip: [0-9]+ bytes of responses once they are unpacked, more than 1500"):
        records(zipped({f"{number}-trace.network": network for number in range(4)}))


def test_a_line_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playwright_trace, "LONGEST_LINE", 1 << 20)

    with pytest.raises(CaptureError, match=r"trace\.network, line 1: longer than 1 MiB"):
        records(zipped({"trace.network": b"x" * (3 << 20)}, zipfile.ZIP_STORED))


def test_what_came_before_the_broken_line_was_read() -> None:
    seen: list[str] = []
    data = zipped({"trace.network": lines(response(SHOP, "a=1")) + b'{"type": "resource-snap'})

    with pytest.raises(CaptureError, match="line 2, column"):
        seen.extend(record.place for record in read_playwright_trace(EvidenceFile.of(data, "t.zip")).records)

    assert set(seen) == {"t.zip: trace.network, line 1"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"PK\x05\x06", b"PK\x00\x00", "t.zip: a damaged zip archive; was it cut off?"),
        (b"resource-snapshot", b"resource-snapshop", "t.zip: trace.network: the zip archive is damaged"),
    ],
)
def test_a_broken_archive_is_told(old: bytes, new: bytes, message: str) -> None:
    data = zipped({"trace.network": lines(response(SHOP, "a=1"))}, zipfile.ZIP_STORED)

    with pytest.raises(CaptureError) as caught:
        records(data.replace(old, new))

    assert str(caught.value) == message


def test_an_encrypted_archive_is_told() -> None:
    data = bytearray(zipped({"trace.network": lines(response(SHOP, "a=1"))}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(CaptureError, match="the zip archive is encrypted"):
        records(bytes(data))


def test_an_unknown_compression_is_told() -> None:
    data = bytearray(zipped({"trace.network": lines(response(SHOP, "a=1"))}))
    data[8] = 97
    data[data.index(b"PK\x01\x02") + 10] = 97

    with pytest.raises(CaptureError, match="packed in a way that cannot be unpacked"):
        records(bytes(data))


def test_an_address_is_not_to_be_given() -> None:
    with pytest.raises(UsageError, match="a trace of Playwright says the URL of each record itself"):
        read_evidence(EvidenceFile.of(zipped({}), "t.zip"), ReadOptions(url=SHOP))


WHOLE = zipped({"trace.network": lines(response(SHOP, "a=1"), response(SHOP, "b=1")), "trace.trace": b""})


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, len(WHOLE)))
@settings(max_examples=60, deadline=None)
def test_any_damage_is_an_error_of_ours_or_none(at: int, octet: int, end: int) -> None:
    data = bytearray(WHOLE)
    data[at] = octet

    with suppress(CaptureError):
        list(read_playwright_trace(EvidenceFile.of(bytes(data[:end] if end % 3 == 0 else data), "t.zip")).records)
