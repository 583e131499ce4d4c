"""What comes out of a realm is read without trust; stacks of every engine are read for who called."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.capture.browser.hooks import HookRecord, Lost, caller_of, hook_script, read_records
from policycheck.model.storage import StorageKind

FRAME = "https://shop.example/cart"
RECORD: dict[str, Any] = {
    "kind": "localStorage",
    "op": "store",
    "via": "setItem",
    "name": "k",
    "value": "vä",
    "time": 1_790_000_000_000,
    "stack": "Error\n    at f (https://shop.example/a.js:3:4)",
    "frame": FRAME,
    "realm": "window",
    "origin": "https://shop.example",
}


def test_record_is_read_whole() -> None:
    assert read_records(json.dumps([RECORD])) == [
        HookRecord(
            kind=StorageKind.LOCAL_STORAGE,
            op="store",
            name="k",
            value="vä",
            length=3,
            text=None,
            via="setItem",
            store=None,
            error=None,
            time=1_790_000_000_000.0,
            stack=RECORD["stack"],
            frame=FRAME,
            realm="window",
            origin="https://shop.example",
        )
    ]


def test_place_and_stack_are_those_of_the_record_before() -> None:
    second = {"kind": "cookie", "op": "access", "via": "document.cookie", "text": "a; b", "time": 5}
    third = second | {"stack": "other"}
    records = read_records(json.dumps([RECORD, second, {"lost": 2}, third]))
    assert [getattr(record, "stack", None) for record in records] == [RECORD["stack"], RECORD["stack"], None, "other"]
    assert [getattr(record, "frame", None) for record in records] == [FRAME, FRAME, None, FRAME]
    assert read_records(json.dumps([second])) == [Lost(1)]


def test_values_and_urls_are_not_shown() -> None:
    text = repr(
        read_records(json.dumps([RECORD | {"value": "SECRET", "text": "a=SECRET", "frame": "https://x/?SECRET"}]))
    )
    assert "SECRET" not in text
    assert "shop.example/a.js" not in text


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "web"},
        {"kind": "other"},
        {"kind": ["localStorage"]},
        {"op": "wipe"},
        {"op": None},
        {"realm": "page"},
        {"realm": {}},
        {"via": ""},
        {"via": "x" * 65},
        {"via": 3},
        {"name": None},
        {"name": 4},
        {"name": "x" * 65_537},
        {"value": ["v"]},
        {"value": "x" * 65_537},
        {"length": -1},
        {"length": True},
        {"length": 1.5},
        {"length": 1 << 60},
        {"time": "now"},
        {"time": -1},
        {"time": 1e300},
        {"time": True},
        {"time": None},
        {"stack": 1},
        {"stack": "x" * 16_385},
        {"frame": ""},
        {"frame": None},
        {"origin": 1},
        {"kind": "cookie"},
        {"lost": 0},
        {"lost": -3},
        {"lost": True},
        {"lost": "many"},
    ],
    ids=str,
)
def test_nonsense_is_counted(changed: dict[str, Any]) -> None:
    assert read_records(json.dumps([RECORD | changed, RECORD]))[0] == Lost(1)


@pytest.mark.parametrize(
    "text",
    ["", "null", "{}", "3", '"x"', "[", "[1", '{"kind": "cookie"}', "[" * 100_000, "[" + "9" * 5_000 + "]", "\x00"],
    ids=lambda text: text[:12],
)
def test_message_that_is_no_list_counts_as_one(text: str) -> None:
    assert read_records(text) == [Lost(1)]


def test_each_item_of_a_list_counts() -> None:
    assert read_records('[1, null, [], "x", {}, {"lost": 7}]') == [Lost(1)] * 5 + [Lost(7)]
    assert read_records("[]") == []


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(list(RECORD.values())),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*RECORD, "lost", "text", "store"]), inner)
    ),
    max_leaves=20,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys([*RECORD, "lost", "text"], _JSON)) | _JSON, max_size=5)
)
def test_nothing_that_a_page_says_raises(items: list[Any]) -> None:
    records = read_records(json.dumps(items))
    assert len(records) == len(items)
    for record in records:
        if isinstance(record, HookRecord):
            caller_of(record.stack, record.frame)


@settings(deadline=None)
@given(st.text())
def test_no_text_raises(text: str) -> None:
    read_records(text)
    caller_of(text, FRAME)


V8 = "Error\n    at "
SCRIPT = "https://cdn.example/a.js"


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        ("", (None, None)),
        ("Error", (None, None)),
        # V8
        (f"{V8}f ({SCRIPT}:12:34)\n    at g (https://other.example/b.js:1:1)", (SCRIPT, 12)),
        (f"{V8}{SCRIPT}:12:34", (SCRIPT, 12)),
        (f"{V8}async f ({SCRIPT}:12:34)", (SCRIPT, 12)),
        (f"{V8}async {SCRIPT}:12:34", (SCRIPT, 12)),
        (f"{V8}async Promise.all (index 0)\n    at {SCRIPT}:2:1", (SCRIPT, 2)),
        (f"{V8}new Store ({SCRIPT}:12:34)", (SCRIPT, 12)),
        (f"{V8}Object.f [as write] ({SCRIPT}:12:34)", (SCRIPT, 12)),
        (f"{V8}Array.forEach (<anonymous>)\n    at f ({SCRIPT}:5:6)", (SCRIPT, 5)),
        (f"{V8}<anonymous>:1:8\n    at f ({SCRIPT}:5:6)", (SCRIPT, 5)),
        (f"{V8}odd name (1) ({SCRIPT}:5:6)", (SCRIPT, 5)),
        (f"{V8}f (https://cdn.example/a(1).js?x=(2):5:6)", ("https://cdn.example/a(1).js?x=(2)", 5)),
        (f"{V8}f (https://cdn.example:8443/a:1:2.js:5:6)", ("https://cdn.example:8443/a:1:2.js", 5)),
        (f"{V8}https://cdn.example/a(1).js:5:6", ("https://cdn.example/a(1).js", 5)),
        (f"{V8}eval (eval at f ({SCRIPT}:7:8), <anonymous>:1:1)", (SCRIPT, 7)),
        (f"{V8}eval (eval at g (eval at f ({SCRIPT}:7:8), <anonymous>:2:2), <anonymous>:1:1)", (SCRIPT, 7)),
        (
            f"{V8}eval (eval at f (https://cdn.example/a(1).js:7:8), <anonymous>:1:1)",
            ("https://cdn.example/a(1).js", 7),
        ),
        (f"{V8}eval (eval at f (:7:8), <anonymous>:1:1)\n    at {SCRIPT}:2:1", (SCRIPT, 2)),
        (f"{V8}f (blob:https://shop.example/3f0c:1:20)", ("blob:https://shop.example/3f0c", 1)),
        (f"{V8}f (data:text/javascript,a:1:20)", ("data:text/javascript,a", 1)),
        (f"{V8}f (webpack-internal:///./src/a.js:1:20)\n    at g ({SCRIPT}:9:9)", (SCRIPT, 9)),
        (f"{V8}f (native)\n    at g (wasm://wasm/0:1:2)", (None, None)),
        (f"{V8}f (about:srcdoc:3:4)", (FRAME, 3)),
        (f"{V8}f (chrome-extension://abc/a.js:3:4)", ("chrome-extension://abc/a.js", 3)),
        (f"{V8}f (https://cdn.example/a.js:{'9' * 5000}:4)", (None, None)),
        # SpiderMonkey
        (f"f@{SCRIPT}:12:34\ng@https://other.example/b.js:1:1\n", (SCRIPT, 12)),
        (f"@{SCRIPT}:12:34\n", (SCRIPT, 12)),
        (f"async*f@{SCRIPT}:12:34", (SCRIPT, 12)),
        (f"setTimeout handler*outer/inner<@{SCRIPT}:12:34", (SCRIPT, 12)),
        ("f@https://cdn.example/pkg@1.2/a.js:12:34", ("https://cdn.example/pkg@1.2/a.js", 12)),
        ("f@https://user@cdn.example/a.js:12:34", ("https://user@cdn.example/a.js", 12)),
        (f"f@{SCRIPT} line 3 > eval:1:1", (SCRIPT, 3)),
        (f"f@{SCRIPT} line 3 > eval line 1 > Function:1:1", (SCRIPT, 3)),
        (f"self-hosted@self-hosted:1:1\nf@{SCRIPT}:5:6", (SCRIPT, 5)),
        ("f@debugger eval code:1:1", (None, None)),
        # JavaScriptCore
        (f"f@{SCRIPT}:12:34\nglobal code@https://other.example/b.js:1:1", (SCRIPT, 12)),
        (f"{SCRIPT}:12:34", (SCRIPT, 12)),
        (f"forEach@[native code]\nf@{SCRIPT}:12:34", (SCRIPT, 12)),
        (f"eval code@\neval@[native code]\nmodule code@{SCRIPT}:12:34", (SCRIPT, 12)),
        (f"f@{SCRIPT}:12", (SCRIPT, 12)),
    ],
)
def test_caller_is_found(stack: str, expected: tuple[str | None, int | None]) -> None:
    assert caller_of(stack, FRAME) == expected


def test_script_carries_its_settings_and_no_secret_in_its_name() -> None:
    script = hook_script("_take", "open sesame", True)
    name = script.rpartition("sourceURL=")[2].strip()
    assert '"binding": "_take"' in script
    assert "open sesame" not in name
    assert name.isidentifier()
    assert hook_script(None, "another", False).rpartition("=")[2].strip() != name
