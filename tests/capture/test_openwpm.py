from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from policycheck.capture.evidence import Record
from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.files import ReadOptions, read_evidence
from policycheck.capture.openwpm import read_openwpm
from policycheck.errors import CaptureError, UsageError
from policycheck.model.lifetime import SESSION, Lifetime
from policycheck.model.observation import HttpExchange, Observation
from policycheck.model.party import Party
from policycheck.model.request import SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind

CANARY = "c4n4ry"
SHOP = "https://shop.example/"
COLUMNS: Mapping[str, str] = {
    "site_visits": "visit_id, browser_id, site_url, site_rank",
    "incomplete_visits": "visit_id",
    "http_requests": "id, browser_id, visit_id, event_ordinal, url, top_level_url, method, headers, request_id, "
    "loading_href, resource_type, time_stamp",
    "http_responses": "id, browser_id, visit_id, event_ordinal, url, method, response_status, is_cached, headers, "
    "request_id, time_stamp",
    "http_redirects": "id, browser_id, visit_id, event_ordinal, old_request_url, old_request_id, new_request_url, "
    "response_status, headers, time_stamp",
    "javascript": "id, browser_id, visit_id, event_ordinal, script_url, script_line, document_url, top_level_url, "
    "symbol, operation, value, arguments, time_stamp",
    "javascript_cookies": "id, browser_id, visit_id, event_ordinal, record_type, change_cause, expiry, is_http_only, "
    "is_host_only, is_session, host, is_secure, name, path, value, same_site, time_stamp",
}
"""What this reads and a little more of the schema of OpenWPM 0.20 and later."""
Rows = Mapping[str, list[dict[str, Any]]]


def at(second: int) -> str:
    return f"2026-05-01T12:00:{second:02}.000Z"


def crawl(path: Path, rows: Rows, columns: Mapping[str, str] = COLUMNS) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, names in columns.items():
            connection.execute(f"CREATE TABLE {table} ({names})")
        for table, lines in rows.items():
            for number, line in enumerate(lines, 1):
                known = {"id": number, "visit_id": 1, "browser_id": 9, "event_ordinal": number, "time_stamp": at(1)}
                told = {key: value for key, value in {**known, **line}.items() if key in columns[table].split(", ")}
                marks = ", ".join("?" * len(told))
                connection.execute(f"INSERT INTO {table} ({', '.join(told)}) VALUES ({marks})", tuple(told.values()))
    return path


def asked(url: str, request: int, **more: Any) -> dict[str, Any]:
    return {"url": url, "method": "GET", "headers": "[]", "request_id": request, "top_level_url": SHOP, **more}


def answered(url: str, request: int, *headers: tuple[str, str], **more: Any) -> dict[str, Any]:
    of_all = {"url": url, "method": "GET", "response_status": 200, "is_cached": 0, "request_id": request}
    return {**of_all, "headers": json.dumps(headers), **more}


def script(symbol: str, operation: str, value: str = "", arguments: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "script_url": f"https://tags.example/t.js?k={CANARY}",
        "script_line": "12",
        "document_url": SHOP,
        "top_level_url": SHOP,
        "symbol": symbol,
        "operation": operation,
        "value": value,
        "arguments": arguments,
        **more,
    }


def changed(name: str, value: str, record: str = "added-or-changed", **more: Any) -> dict[str, Any]:
    return {
        "record_type": record,
        "change_cause": "explicit",
        "expiry": "2026-05-01T13:00:01.000Z",
        "is_http_only": 0,
        "is_host_only": 1,
        "is_session": 0,
        "host": "shop.example",
        "is_secure": 1,
        "name": name,
        "path": "/",
        "value": value,
        "same_site": "lax",
        **more,
    }


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read(rows: Rows, columns: Mapping[str, str] = COLUMNS) -> list[Record]:
        path = crawl(tmp_path / "crawl.sqlite", rows, columns)
        return list(read_evidence(EvidenceFile("crawl.sqlite", path)).records)

    return read


def exchanges(records: list[Record]) -> list[HttpExchange]:
    return [record.exchange for record in records if record.exchange is not None]


def entries(records: list[Record]) -> list[Observation]:
    return [record.entry for record in records if record.entry is not None]


def requests(records: list[Record]) -> list[SentRequest]:
    return [record.request for record in records if record.request is not None]


def test_a_visit_is_read_in_the_order_of_time(read: Any) -> None:
    cookies = f"a={CANARY}; Max-Age=60\nb=2; Secure"
    records = read(
        {
            "http_requests": [
                asked(SHOP, 1, resource_type="main_frame", time_stamp=at(1)),
                asked(f"https://stats.example/c?i={CANARY}", 2, resource_type="imageset", time_stamp=at(3)),
            ],
            "http_responses": [
                answered(SHOP, 1, ("Set-Cookie", cookies), ("date", "Fri, 01 May 2026 12:00:02 GMT"), time_stamp=at(2)),
                answered(
                    f"https://stats.example/c?i={CANARY}", 2, ("set-cookie", "p=1"),
                    ("Clear-Site-Data", '"cache"'), time_stamp=at(4),
                ),
                answered(SHOP, 3, ("Set-Cookie", "cached=1"), is_cached=1),
            ],
        }
    )  # fmt: skip

    first, second = exchanges(records)
    page, image = requests(records)

    assert first.set_cookie == (f"a={CANARY}; Max-Age=60", "b=2; Secure")
    assert (first.date, first.page, first.top_level_site) == ("Fri, 01 May 2026 12:00:02 GMT", SHOP, None)
    assert (second.top_level_site, second.page, second.clear_site_data) == (SHOP, SHOP, ('"cache"',))
    assert (page.resource, page.page, page.navigates) == ("document", SHOP, True)
    assert (image.resource, image.page, image.navigates) == ("image", SHOP, False)
    assert [record.time for record in records] == [1777636801.0, 1777636802.0, 1777636803.0, 1777636804.0]
    assert [record.place for record in records][:2] == [
        "crawl.sqlite: http_requests, row 1",
        "crawl.sqlite: http_responses, row 1",
    ]
    assert CANARY not in repr(records)


def test_the_headers_of_a_redirect_stand_in_a_table_of_their_own(read: Any) -> None:
    records = read(
        {
            "http_requests": [asked(f"{SHOP}go", 1, method="POST", resource_type="main_frame")],
            "http_redirects": [
                {
                    "old_request_url": f"{SHOP}go",
                    "old_request_id": "1",
                    "response_status": 302,
                    "headers": '[["Set-Cookie", "hop=1"]]',
                    "time_stamp": at(2),
                }
            ],
        }
    )

    (hop,) = exchanges(records)

    assert (hop.method, hop.url, hop.status, hop.set_cookie) == ("POST", f"{SHOP}go", 302, ("hop=1",))


def test_a_cookie_is_told_once_by_whoever_says_most(read: Any) -> None:
    records = read(
        {
            "http_responses": [answered(SHOP, 1, ("Set-Cookie", "h=1"), time_stamp=at(5))],
            "javascript": [script("window.document.cookie", "set", f"j={CANARY}; max-age=30", time_stamp=at(3))],
            "javascript_cookies": [
                changed("h", "1", time_stamp=at(2)),
                changed("j", CANARY, time_stamp=at(3)),
                changed("other", CANARY, time_stamp=at(4)),
                changed("other", CANARY, time_stamp=at(5)),
                changed("other", CANARY, record="manual-export", time_stamp=at(9)),
            ],
        }
    )

    by_script, by_nobody = entries(records)

    assert (by_script.name, by_script.value, by_script.lifetime) == ("j", CANARY, Lifetime(30.0))
    assert (by_script.set_by, by_script.party) == (SetBy.SCRIPT, Party.FIRST)
    assert by_script.source.describe() == "/  ->  tags.example/t.js, line 12 (third party)"
    assert (by_nobody.name, by_nobody.set_by, by_nobody.lifetime) == ("other", SetBy.SCRIPT, Lifetime(3597.0))
    assert len(exchanges(records)) == 1
    assert CANARY not in repr(records)


def test_what_the_browser_says_of_its_cookies(read: Any) -> None:
    records = read(
        {
            "javascript_cookies": [
                changed("a", "1", host=".Shop.example", is_host_only=0, is_session=1, is_http_only=1),
                changed("b", "1", same_site="no_restriction", record="manual-export"),
                changed("c", "1", record="deleted", change_cause="overwrite"),
                changed("c", "1", record="deleted"),
                changed("d", "1", host=""),
            ]
        }
    )

    first, second, third = entries(records)

    assert first.set_cookie is not None
    assert (first.domain, first.set_cookie.domain, first.lifetime) == ("shop.example", "shop.example", SESSION)
    assert (first.set_by, first.set_cookie.same_site, first.untold) == (SetBy.SERVER, "Lax", frozenset())
    assert (second.lifetime, second.untold, second.set_by) == (
        Lifetime(3600.0, left=True),
        frozenset({"SameSite"}),
        None,
    )
    assert (third.name, third.operation, third.value, third.lifetime) == ("c", Operation.DELETE, None, None)


@pytest.mark.parametrize(
    ("site", "host", "party"),
    [
        ("https://www.shop.example/", "shop.example", Party.FIRST),
        ("https://www.shop.example/", ".stats.example", Party.THIRD),
        ("about:blank", "shop.example", None),
    ],
)
def test_whose_cookie_it_is_shows_from_the_site_of_the_visit(read: Any, site: str, host: str, party: Party) -> None:
    rows = {"site_visits": [{"visit_id": 1, "site_url": site}], "javascript_cookies": [changed("a", "1", host=host)]}

    assert [entry.party for entry in entries(read(rows))] == [party]


def test_a_cookie_that_a_script_deletes(read: Any) -> None:
    (gone,) = entries(read({"javascript": [script("window.document.cookie", "set", "a=; max-age=0")]}))

    assert gone.operation is Operation.DELETE


def test_calls_to_storage(read: Any, tmp_path: Path) -> None:
    rows = {
        "javascript": [
            script("window.Storage.setItem", "call", arguments=f'["first", "{CANARY}"]', time_stamp=at(1)),
            script("window.sessionStorage", "get", time_stamp=at(2)),
            script("window.Storage.setItem", "call", arguments='{"0": "tab", "1": "1"}', time_stamp=at(3)),
            script("window.Storage.getItem", "call", arguments='["tab"]', time_stamp=at(4)),
            script("window.localStorage.removeItem", "call", arguments='["old"]', time_stamp=at(5)),
            script("window.Storage.setItem", "call", arguments="no list", time_stamp=at(6)),
            script("window.Storage.setItem", "call", arguments="[]", document_url="about:blank", time_stamp=at(7)),
            script("window.Storage.clear", "call", arguments="[]", time_stamp=at(8)),
        ]
    }
    path = crawl(tmp_path / "storage.sqlite", rows)
    evidence = read_openwpm(EvidenceFile("s", path))

    found = entries(list(evidence.records))

    assert [(one.kind, one.name, one.value, one.operation) for one in found] == [
        (StorageKind.LOCAL_STORAGE, "first", CANARY, Operation.STORE),
        (StorageKind.SESSION_STORAGE, "tab", "1", Operation.STORE),
        (StorageKind.LOCAL_STORAGE, "old", None, Operation.DELETE),
    ]
    assert {one.party for one in found} == {Party.FIRST}
    assert len(evidence.notes) == 1
    assert "they were judged as localStorage" in evidence.notes[0]


def test_each_visit_is_a_device(tmp_path: Path) -> None:
    rows: Rows = {
        "site_visits": [{"visit_id": 7, "site_url": f"https://b.example/?q={CANARY}"}],
        "incomplete_visits": [{"visit_id": 7}],
        "javascript_cookies": [changed("a", "1", visit_id=8), changed("a", "1", visit_id=7)],
        "http_responses": [answered(SHOP, 1, visit_id=-1), answered(SHOP, 1, visit_id=None)],
    }
    evidence = read_openwpm(EvidenceFile("c.sqlite", crawl(tmp_path / "c.sqlite", rows)))

    devices = [record.device.name for record in evidence.records if record.device is not None]

    assert devices == [
        "c.sqlite: visit -1",
        "c.sqlite: visit -1",
        "c.sqlite: visit 7 to b.example",
        "c.sqlite: visit 8",
    ]
    assert evidence.notes == [
        "c.sqlite: each of the 3 visits counted as a device of its own, as in a stateless crawl",
        "c.sqlite: 1 visit was interrupted",
    ]


def test_older_names_of_columns_and_missing_tables_are_read(read: Any) -> None:
    columns = {
        "http_responses": "id, crawl_id, visit_id, url, headers, response_status",
        "javascript_cookies": "crawl_id, visit_id, change, raw_host, name, value, expiry, is_session",
        "http_requests": "id, visit_id",
    }
    rows = {
        "http_responses": [{"url": SHOP, "headers": '[["Set-Cookie", "a=1"]]', "response_status": 200}],
        "javascript_cookies": [{"change": "added", "raw_host": "shop.example", "name": "b", "value": "1"}],
    }
    records = read(rows, columns)

    assert [exchange.set_cookie for exchange in exchanges(records)] == [("a=1",)]
    assert [(entry.name, entry.host) for entry in entries(records)] == [("b", "shop.example")]


@pytest.mark.parametrize("headers", [f'["{CANARY}", "set-cookie"]', f'{{"set-cookie": "{CANARY}"}}', "[[1, set-cookie"])
def test_headers_that_cannot_be_read_are_an_error_with_the_row(read: Any, headers: str) -> None:
    rows = {"http_responses": [answered(SHOP, 1), {**answered(SHOP, 2), "headers": headers}]}

    with pytest.raises(CaptureError) as caught:
        read(rows)

    assert str(caught.value) == "crawl.sqlite: http_responses, row 2: the headers are no list of pairs"


def test_a_database_of_something_else_is_told(read: Any) -> None:
    with pytest.raises(
        CaptureError, match=r"crawl\.sqlite: a SQLite database that is no crawl of OpenWPM: it has none"
    ):
        read({}, {"moz_cookies": "id, name, value"})


def test_what_is_not_yet_in_the_file_proper_is_read_too(tmp_path: Path) -> None:
    path = crawl(tmp_path / "c.sqlite", {})
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("INSERT INTO javascript_cookies (visit_id, host, name) VALUES (1, 'shop.example', 'late')")
        connection.commit()

        assert [entry.name for entry in entries(list(read_openwpm(EvidenceFile("c", path)).records))] == ["late"]


def test_an_address_is_not_to_be_given(tmp_path: Path) -> None:
    path = crawl(tmp_path / "c.sqlite", {})

    with pytest.raises(UsageError, match="a crawl of OpenWPM says the URL of each record itself"):
        read_evidence(EvidenceFile("c", path), ReadOptions(url=SHOP))


@example(3148, b"\x80", False)  # in the text of the schema
@given(st.integers(16, 40_000), st.binary(min_size=1, max_size=20), st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_is_an_error_of_ours_or_none(tmp_path: Path, place: int, octets: bytes, cut: bool) -> None:
    path = tmp_path / "damaged.sqlite"
    if not (whole := tmp_path / "whole.sqlite").exists():
        rows = {"javascript_cookies": [changed(f"c{number}", "x" * 900) for number in range(20)]}
        crawl(whole, {**rows, "http_responses": [answered(SHOP, 1, ("Set-Cookie", "a=1"))]})
    data = bytearray(whole.read_bytes())
    data[place : place + len(octets)] = octets
    path.write_bytes(data[:place] if cut else data)

    with suppress(CaptureError):
        list(read_openwpm(EvidenceFile("d", path)).records)
