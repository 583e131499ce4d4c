"""One observations file may tell several devices: each is read, written and judged apart."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from policycheck.capture.evidence import Record
from policycheck.capture.observations import read_observations
from policycheck.capture.writing import PageLoad, device_lines, head_line
from policycheck.catalogue.schema import validator
from policycheck.cli.main import main
from policycheck.consent.reading import OBSERVED
from policycheck.errors import CaptureError
from policycheck.model.consent import UNSET
from policycheck.model.observation import HttpExchange, Observation, Source
from policycheck.model.storage import StorageKind
from policycheck.recording import Recorder

LANDING, CART = "tests/test_shop.py::test_landing", "tests/test_shop.py::test_cart"
RECORD = '{"url": "https://shop.example/", "setCookie": ["sid=1; Max-Age=60"], "time": 60}\n'


def read(*lines: str) -> list[Record]:
    return list(read_observations("".join(lines).encode(), "f").records)


def test_a_mark_begins_another_device() -> None:
    mark = f'{{"device": "{LANDING}", "consent": ["analytics"], "ignore": ["ATT001"]}}\n'
    first, second, third, fourth = read(RECORD, mark, RECORD, RECORD, f'{{"device": "{LANDING}"}}\n', RECORD)
    assert first.device is None
    assert second.device is third.device is not fourth.device
    assert second.device is not None
    assert fourth.device is not None
    assert (second.device.name, second.device.ignore) == (LANDING, ("ATT001",))
    assert second.device.consent == UNSET.grant("analytics")
    assert (second.test, first.test, fourth.device.consent) == (LANDING, None, None)


def test_a_device_may_have_its_consent_observed() -> None:
    (record,) = read('{"device": "visit", "consent": "observed"}\n', RECORD)
    assert record.device is not None
    assert record.device.consent is OBSERVED


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"device": ""}', "f:1: 'device' must be a text that is not empty"),
        ('{"device": "a", "url": "https://shop.example/"}', "f:1: 'url' is no field of a device"),
        ('{"device": "a", "ignore": "ATT001"}', "f:1: 'ignore' must be a list of texts"),
        ('{"url": "https://a.example/", "setCookie": "a=b", "loaded": true}', "f:1: 'loaded' is true, of what is no"),
        ('{"observations": 1, "catalogue": 7}', "f:1: 'catalogue' must be a text"),
        ('{"observations": 1, "notes": "x"}', "f:1: 'notes' must be a list of texts"),
    ],
)
def test_what_makes_no_sense_is_said_with_its_line(line: str, message: str) -> None:
    with pytest.raises(CaptureError) as raised:
        read(line)
    assert str(raised.value).startswith(message)


def test_a_stream_of_lines_is_read_as_it_is_replayed() -> None:
    class Lines(io.BytesIO):
        asked = 0

        def __next__(self) -> bytes:
            self.asked += 1
            return super().__next__()

    stream = Lines(head_line().encode() + RECORD.encode() * 50)
    records = iter(read_observations(stream, "f").records)
    next(records)
    assert stream.asked == 1
    assert sum(1 for _ in records) == 49
    assert stream.closed


def test_a_record_over_several_lines_is_read_too() -> None:
    spread = RECORD.replace(", ", ",\n  ")
    assert [record.place for record in read(RECORD, "\n", spread, RECORD)] == ["f:1", "f:3", "f:6"]


def test_a_line_that_is_no_text_is_said_after_what_stands_before_it() -> None:
    records = iter(read_observations(RECORD.encode() + b'{"url": "\xff"}', "f").records)
    next(records)
    with pytest.raises(CaptureError, match="f:2: not UTF-8"):
        next(records)


def device(name: str) -> tuple[Recorder, list[PageLoad]]:
    recorder = Recorder(now=lambda: 60.0, test=name)
    loads: list[PageLoad] = []
    for url, headers in (("https://shop.example/", ("sid=1",)), ("https://shop.example/quiet", ())):
        recorder.response(HttpExchange("GET", url, 200, headers))
        if not headers:
            loads.append(PageLoad(url, len(recorder.observations), 60.0, recorder.consent))
    recorder.write(Observation(StorageKind.LOCAL_STORAGE, "cart", source=Source("policycheck.storage()"), time=60.0))
    return recorder, loads


def written(name: str) -> str:
    recorder, loads = device(name)
    lines = device_lines(name, recorder.observations, (), loads, detect=lambda _: (), ignore=("RET",))
    return "".join(lines)


def test_what_is_written_of_a_device_reads_back() -> None:
    text = head_line(title="run", catalogue="shop 1", notes=["one"]) + written(LANDING) + written(CART)
    for line in text.splitlines()[1:]:
        assert not list(validator("observations.schema.json").iter_errors([json.loads(line)]))
    assert text.count(LANDING) == 1  # its records do not repeat it
    evidence = read_observations(text.encode(), "f")
    records = list(evidence.records)
    assert evidence.notes == ["one"]
    assert [record.test for record in records] == [LANDING] * 4 + [CART] * 4
    assert [record.exchange is not None for record in records[:4]] == [False, True, True, False]
    assert records[3].entry is not None
    assert records[3].entry.source.describe() == "policycheck.storage()"
    assert records[0].device is not None
    assert records[0].device.ignore == ("RET",)


def test_check_judges_each_device_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    item = {"name": "sid", "kind": "cookie", "category": "necessary", "purpose": {"en": "Basket."}}
    items = [
        {**item, "retention": "session", "refresh": False},
        {**item, "name": "cart", "kind": "localStorage", "retention": "persistent"},
    ]
    Path("c.json").write_text(json.dumps({"catalogue": 1, "id": "shop", "version": "1", "items": items}))
    Path("f.jsonl").write_text(head_line() + written(LANDING) + written(CART).replace("sid", "sad"))
    assert main(["check", "f.jsonl", "--catalogue", "c.json", "--format", "json", "--ignore", "ATT"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [(found["code"], found["subject"], found["test"]) for found in report["findings"]] == [
        ("INV001", "sad", CART)
    ]
    assert (report["summary"]["exchanges"], report["summary"]["observations"]) == (4, 4)


def test_what_holds_for_a_device_holds_for_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codes_of: Callable[[str], list[str]]
) -> None:
    monkeypatch.chdir(tmp_path)
    marks = ('{"device": "a", "consent": "granted"}', '{"device": "b"}', '{"device": "c", "ignore": ["CON001"]}')
    Path("f.jsonl").write_text("".join(f"{mark}\n{RECORD}" for mark in marks))
    assert codes_of("f.jsonl") == ["CON001 b"]


@pytest.fixture
def codes_of(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[[str], list[str]]:
    item = {
        "name": "sid",
        "kind": "cookie",
        "category": "analytics",
        "retention": "1 day",
        "purpose": {"en": "Counts."},
    }
    catalogue = tmp_path / "c.json"
    catalogue.write_text(json.dumps({"catalogue": 1, "id": "shop", "version": "1", "items": [item]}))

    def codes(file: str) -> list[str]:
        main(["check", file, "--catalogue", str(catalogue), "--format", "json", "--select", "CON001"])
        return [f"{found['code']} {found['test']}" for found in json.loads(capsys.readouterr().out)["findings"]]

    return codes
