"""Whatever the chunks of a HAR file are, and wherever it is cut off, what comes out of it is the same, or a beginning."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.har.bodies import WithoutBodies, on_lines
from policycheck.capture.har.entries import Entries
from policycheck.capture.har.ordering import in_order
from policycheck.capture.har.window import Window
from policycheck.errors import CaptureError
from policycheck.model.observation import HttpExchange
from policycheck.recording import Recorder
from tests.capture.har.har_files import NOON, SHOP, entry, read, replayed, written

TEXT = st.text(st.sampled_from('{}[]",:\\ \n\ta\u00e9\U0001f36a'), max_size=8)
MEMBERS = st.dictionaries(
    st.sampled_from(["_a", "_b", "cache", "comment"]),
    st.recursive(
        TEXT | st.integers() | st.booleans() | st.none(), lambda inner: st.lists(inner, max_size=2), max_leaves=4
    ),
    max_size=3,
)
COOKIES = st.lists(st.from_regex(r"[ab]=[12](; (Path=/|Max-Age=[0-9]{1,3}|Secure))?", fullmatch=True), max_size=2)
HOSTS = st.sampled_from([SHOP, "https://www.shop.example/x", "http://ads.example/p?q=1"])


@st.composite
def exchanges(draw: st.DrawFn) -> tuple[dict[str, Any], str, list[str], str]:
    url, cookies, body, more = draw(HOSTS), draw(COOKIES), draw(TEXT), draw(MEMBERS)
    made = entry(url, *cookies, response={"content": {"text": body, "mimeType": "x"}})
    first = draw(st.booleans())  # which member comes first differs between the entries of a writer
    return ({**more, **made} if first else {**made, **more}), url, cookies, body


@settings(max_examples=60, deadline=None)
@given(
    drawn=st.lists(exchanges(), max_size=4),
    size=st.integers(1, 400),
    indent=st.sampled_from([None, 0, 2]),
    ascii_only=st.booleans(),
)
def test_a_har_replays_to_what_its_exchanges_are(
    drawn: list[Any], size: int, indent: int | None, ascii_only: bool
) -> None:
    for number, (made, *_) in enumerate(drawn):
        made["startedDateTime"] = f"2026-05-01T12:00:{number:02}Z"
    text = json.dumps({"log": {"entries": [made for made, *_ in drawn]}}, indent=indent, ensure_ascii=ascii_only)
    plain = Recorder(now=lambda: NOON)
    for _, url, cookies, _ in drawn:
        plain.response(HttpExchange("GET", url, 200, tuple(cookies), adapter="har"))

    seen = replayed(read(text.encode(), size))

    assert [sent.url for sent in seen.requests] == [url for _, url, *_ in drawn]
    assert [(o.name, o.value, o.host, o.path, o.operation, o.rejection) for o in seen.observations] == [
        (o.name, o.value, o.host, o.path, o.operation, o.rejection) for o in plain.observations
    ]


FILE = written(
    [
        entry(SHOP, "a=1"),
        {"comment": "\\\"},{'", **entry(SHOP, "b=1", at=1)},
        entry(SHOP, at=2, response={"content": {"text": "\u00e9" * 90}}),
        {"comment": "", **entry(SHOP, "c=1", at=3)},
        entry(SHOP, "d=1", at=4),
    ],
    indent=1,
    pages=[{"id": "p", "title": "\\"}],
)


def read_entries(data: bytes, size: int) -> tuple[list[tuple[dict[str, Any], str]], str]:
    found: list[tuple[dict[str, Any], str]] = []
    try:
        found.extend(Entries(EvidenceFile.of(data, "f"), size))
    except CaptureError as error:
        return found, str(error)
    return found, ""


WHOLE, _ = read_entries(FILE, 1 << 20)


@pytest.mark.parametrize("size", [*range(1, 40), 100, 257, 1000, len(FILE) - 1, len(FILE)])
def test_chunks_may_end_anywhere(size: int) -> None:
    assert read_entries(FILE, size) == (WHOLE, "")
    assert len(WHOLE) == 5


def test_a_file_that_is_cut_off_anywhere_gives_a_beginning_and_one_error() -> None:
    counts = []
    for end in range(len(FILE)):
        found, message = read_entries(FILE[:end], 64)
        assert found == WHOLE[: len(found)]
        assert message.startswith(("f:", "f: no HAR"))
        counts.append(len(found))
    assert sorted(counts) == counts
    assert counts[-1] == 5


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(FILE) - 1), put=st.binary(max_size=3), cut=st.integers(0, 30), size=st.integers(1, 600))
def test_garbage_in_the_middle_raises_our_error_alone(at: int, put: bytes, cut: int, size: int) -> None:
    found, message = read_entries(FILE[:at] + put + FILE[at + cut :], size)

    assert not message or message.startswith("f:")
    before = [place for _, place in WHOLE if int(place.split(":")[1]) < FILE.count(b"\n", 0, at)]
    assert len(found) >= len(before) - 1


BODIES = {
    "a": {"text": "x" * 3_000, "size": 1},
    "b": {"size": '"text": "', "text": '\n"text": "\\" },{'},
    "c": [{"text": ""}, {"text": 7}, {"text": "\\"}],
    "text": {"more": ["text", "z" * 2_000]},
}


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 1_500, 1 << 20])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_bodies_are_left_out_and_nothing_else(chunk: int, end: str) -> None:
    text = json.dumps(BODIES, indent=2).replace("\n", end)

    short = io.BufferedReader(WithoutBodies(io.BufferedReader(io.BytesIO(text.encode())), chunk)).read()

    assert on_lines(text.encode())
    assert short.count(b"\n") == text.count("\n")
    assert json.loads(short) == {
        **BODIES,
        "a": {"text": "", "size": 1},
        "b": {"size": '"text": "', "text": ""},
        "c": [{"text": ""}, {"text": 7}, {"text": "\\"}],  # it might be a quote that does not end the text
    }


@pytest.mark.parametrize("chunk", [1, 5, 4_096])
@pytest.mark.parametrize("line", ['"text": "a"}', '"text": "a', '"text": "a\\"', '{"text": "a"', '"text": "a" x'])
def test_a_line_that_is_no_single_member_stays_as_it_is(line: str, chunk: int) -> None:
    for text in (f"{{\n {line}\n}}", f"{{\n {line}"):
        source = io.BufferedReader(io.BytesIO(text.encode()))

        assert io.BufferedReader(WithoutBodies(source, chunk)).read().decode() == text


def test_large_entries_are_held_one_at_a_time() -> None:
    bodies = [entry(SHOP, "a=1", response={"content": {"text": '\\"' * 40_000}}) for _ in range(20)]
    data = written(bodies)
    file = EvidenceFile.of(data, "f")
    with file.open() as stream:
        window = Window(stream, "f", 1 << 10)
        for _ in range(8):
            window.fill()
            window.at = window.end
        assert len(window.data) == 1 << 10
    assert len(data) > 3_000_000
    assert len(read_entries(data, 1 << 10)[0]) == 20


def test_events_come_by_time_as_far_as_they_can_be_held() -> None:
    late: list[int] = []
    events = [(3.0, "c"), (1.0, "a"), (2.0, "b"), (1.0, "a2"), (0.0, "z")]

    assert list(in_order(events, lambda: late.append(1))) == ["z", "a", "a2", "b", "c"]
    assert late == []
    assert list(in_order(events, lambda: late.append(1), limit=2)) == ["a", "a2", "z", "b", "c"]
    assert late == [1]


def test_entries_of_which_none_is_like_another_cost_no_search_through_the_file() -> None:
    data = written([{f"_{number}": 1, **entry(SHOP)} for number in range(16_000)])
    start = time.thread_time()

    assert len(read_entries(data, 1 << 20)[0]) == 16_000
    assert time.thread_time() - start < 10, "a search through the file for each would take a minute"
