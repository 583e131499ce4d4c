from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.files import ReadOptions, read_evidence
from policycheck.capture.storage_state import read_storage_state
from policycheck.errors import CaptureError, UsageError
from policycheck.model.lifetime import PERSISTENT, SESSION, Lifetime
from policycheck.model.observation import Observation
from policycheck.model.storage import SetBy, StorageKind

CANARY = "c4n4ry"
COOKIE = {
    "name": "_ga",
    "value": CANARY,
    "domain": ".shop.example",
    "path": "/cart",
    "expires": 1_800_000_000.5,
    "httpOnly": False,
    "secure": True,
    "sameSite": "Lax",
}
SESSION_COOKIE = {**COOKIE, "name": "session", "domain": "Shop.example", "expires": -1, "httpOnly": True}
ORIGIN = {
    "origin": "https://shop.example:8443",
    "localStorage": [{"name": "theme", "value": CANARY}],
    "indexedDB": [
        {
            "name": "db",
            "version": 1,
            "stores": [
                {
                    "name": "orders",
                    "autoIncrement": False,
                    "records": [{"value": {"mail": CANARY}}, {"valueEncoded": 1}],
                },
                {"name": "empty", "records": []},
            ],
        },
        {"name": "bare", "version": 1, "stores": []},
    ],
    "opfs": [
        {"path": "docs", "type": "directory"},
        {"path": "docs/a.txt", "type": "file", "base64": base64.b64encode(CANARY.encode()).decode()},
        {"path": "b.bin", "type": "file", "base64": base64.b64encode(b"\xff\xfe").decode()},
    ],
}


def entries(state: Any) -> list[Observation]:
    text = state if isinstance(state, bytes) else json.dumps(state).encode()
    records = read_storage_state(EvidenceFile.of(text, "state.json")).records
    return [entry for record in records for entry in record.entries]


def test_a_cookie_is_found_with_what_is_left_of_its_lifetime(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(json.dumps({"cookies": [COOKIE, SESSION_COOKIE], "origins": []}), "utf-8")
    os.utime(path, (1_790_000_000, 1_790_000_000))

    evidence = read_storage_state(EvidenceFile("state.json", path))
    (record,) = evidence.records
    first, second = record.entries

    assert (record.time, first.source.test) == (1_790_000_000, "state.json: cookie 1")
    assert (first.lifetime, second.lifetime) == (Lifetime(10_000_000.5, left=True), SESSION)
    assert (first.domain, first.path, first.value, first.time) == ("shop.example", "/cart", CANARY, 1_790_000_000)
    assert (first.set_by, second.set_by) == (None, SetBy.SERVER)
    assert first.set_cookie is not None
    assert second.set_cookie is not None
    assert (first.set_cookie.domain, second.set_cookie.domain, second.domain) == ("shop.example", None, "shop.example")
    assert (first.set_cookie.secure, first.set_cookie.same_site, second.set_cookie.http_only) == (True, "Lax", True)
    assert first.party is None
    assert "\n".join(evidence.notes) == (
        "state.json: what lay in a browser at one moment: a lifetime is what was left of it when the file was written "
        "(2026-09-21T14:13:20Z), and the headers that set a cookie are not known"
    )


def test_a_piped_state_has_no_time_of_its_own() -> None:
    (note,) = read_storage_state(EvidenceFile.of(b'{"cookies": [], "origins": []}', "<stdin>")).notes

    assert "what was left of it now, since standard input has no time" in note


def test_each_kind_of_storage_of_an_origin_is_read() -> None:
    found = entries({"cookies": [], "origins": [ORIGIN]})

    assert [(one.kind, one.name, one.value, one.store, one.keys) for one in found] == [
        (StorageKind.LOCAL_STORAGE, "theme", CANARY, None, None),
        (StorageKind.INDEXED_DB, "db", f'[{{"mail": "{CANARY}"}}, 1]', "orders", 2),
        (StorageKind.INDEXED_DB, "db", "[]", "empty", 0),
        (StorageKind.INDEXED_DB, "bare", None, None, None),
        (StorageKind.FILE_SYSTEM, "docs/a.txt", CANARY, None, None),
        (StorageKind.FILE_SYSTEM, "b.bin", None, None, None),
    ]
    assert {(one.host, one.secure_origin, one.lifetime) for one in found} == {("shop.example", True, PERSISTENT)}
    assert CANARY not in repr(found)


def test_what_a_later_playwright_adds_is_not_passed_over_in_silence() -> None:
    notes = read_storage_state(EvidenceFile.of(b'{"cookies": [], "workers": []}', "s")).notes

    assert notes[1:] == ["s: what stands under 'workers' was passed over"]


def test_an_extension_may_add_session_storage() -> None:
    origin = {"origin": "http://shop.example", "sessionStorage": [{"name": "tab", "value": "1"}]}

    (found,) = entries({"cookies": [], "origins": [origin]})

    assert (found.kind, found.lifetime, found.secure_origin) == (StorageKind.SESSION_STORAGE, SESSION, False)


@pytest.mark.parametrize("head", ['{"cookies": [', '{\n  "origins": [\n '])
def test_it_is_told_by_how_it_begins(head: str) -> None:
    text = head + '], "origins": []}' if "cookies" in head else head + "]}"

    assert list(read_evidence(EvidenceFile.of(text.encode(), "a.json")).records) == []
    with pytest.raises(UsageError, match="--url is for header dumps"):
        read_evidence(EvidenceFile.of(text.encode(), "a.json"), ReadOptions(url="https://shop.example/"))


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (b'{"cookies": [{"name": "c4n4ry', "state.json:1:23: not valid JSON: Unterminated string"),
        (b'{"cookies": [\xff', "state.json:1: not UTF-8"),
        (b"[" * 100_000, "state.json: nested too deeply"),
        (b'{"cookies": [%s]}' % (b"1" * 5000), "state.json: a number has too many digits"),
        ([], "state.json:1: must be an object"),
        ({"cookies": {}}, "state.json:1: 'cookies' must be a list"),
        ({"cookies": [COOKIE, 3]}, "state.json: cookie 2: must be an object"),
        ({"cookies": [{"name": "a"}]}, "state.json: cookie 1: 'domain' is missing"),
        ({"cookies": [{**COOKIE, "domain": ""}]}, "state.json: cookie 1: 'domain' must be a text that is not empty"),
        ({"cookies": [{**COOKIE, "value": 3}]}, "state.json: cookie 1: 'value' must be a text"),
        ({"cookies": [{**COOKIE, "expires": CANARY}]}, "state.json: cookie 1: 'expires' must be epoch seconds, or -1"),
        ({"cookies": [{**COOKIE, "secure": 1}]}, "state.json: cookie 1: 'secure' must be true or false"),
        ({"origins": [{}]}, "state.json: origin 1: 'origin' is missing"),
        ({"origins": [{"origin": CANARY}]}, "state.json: origin 1: 'origin': cookies need an absolute http or https URL"),
        (
            {"origins": [{**ORIGIN, "localStorage": [{"value": CANARY}]}]},
            "state.json: origin 1: localStorage 1: 'name' is missing",
        ),
        (
            {"origins": [{**ORIGIN, "indexedDB": [{"name": "d", "stores": [{"name": 1}]}]}]},
            "state.json: origin 1: database 1: store 1: 'name' must be a text",
        ),
        (
            {"origins": [{**ORIGIN, "opfs": [{"path": "a", "base64": f"{CANARY}!"}]}]},
            "state.json: origin 1: file 1: 'base64' must be base64",
        ),
    ],
)  # fmt: skip
def test_what_is_no_state_is_one_error_with_its_place(state: Any, message: str) -> None:
    with pytest.raises(CaptureError) as caught:
        entries(state)

    assert str(caught.value).startswith(message)
    assert CANARY not in str(caught.value)


def test_what_came_before_the_broken_cookie_was_read() -> None:
    seen: list[str] = []
    state = EvidenceFile.of(json.dumps({"cookies": [COOKIE, {}]}).encode(), "s")

    with pytest.raises(CaptureError, match="cookie 2"):
        seen.extend(entry.name for record in read_storage_state(state).records for entry in record.entries)

    assert seen == ["_ga"]


def test_a_file_too_large_to_be_held_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policycheck.capture.storage_state.LIMIT", 10)

    with pytest.raises(CaptureError, match="s: a storage state of more than 0 MiB"):
        read_storage_state(EvidenceFile.of(b'{"cookies": []}', "s"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "https://a.example", CANARY]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from([*COOKIE, *ORIGIN, "stores", "records", "path", "type", "base64"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(JSON, max_size=2), st.lists(JSON, max_size=2))
@settings(max_examples=60, deadline=None)
def test_any_json_is_read_or_refused_without_a_word_of_it(cookies: list[Any], origins: list[Any]) -> None:
    try:
        found = entries({"cookies": cookies, "origins": origins})
    except CaptureError as error:
        said = str(error)
        assert CANARY not in said
    else:
        assert all(entry.time for entry in found)
