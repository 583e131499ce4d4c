"""Files of shards, joined, tell what one file of the whole run would: in whatever way the run was split."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.merging import Merged, merge_to
from policycheck.capture.writing import ResponseLog, device_lines, head_line
from policycheck.catalogue.loading import load_catalogue
from policycheck.cli.main import main
from policycheck.engine.project import Project
from policycheck.engine.settings import Settings
from policycheck.errors import CaptureError
from policycheck.reports.json import to_document
from policycheck.rules.value.detection import detected_kinds
from policycheck.rules.wording import detail_of
from policycheck.testing import strategies as pst

READ_VALUES = ["VAL001", "CON009", "CON011"]
DOCUMENT: dict[str, Any] = {
    "catalogue": 1,
    "id": "shop",
    "version": "1",
    "items": [
        {"name": "_ga", "kind": "cookie", "category": "analytics", "retention": "1 hour", "refresh": False,
         "attributes": {"secure": True, "sameSite": "Lax"}, "purpose": {"en": "Counts."}},
        {"name": "PHPSESSID", "kind": "cookie", "category": "necessary", "retention": "session", "purpose": {"en": "Basket."}},
        {"name": "draft", "kind": "localStorage", "category": "functional", "retention": "session", "purpose": {"en": "Draft."}},
        {"name": "never", "kind": "caches", "category": "marketing", "retention": "persistent", "purpose": {"en": "Nothing."}},
    ],
}  # fmt: skip
CATALOGUE = load_catalogue("c.json", opener=lambda location: json.dumps(DOCUMENT).encode())
WRITES = pst.observations(replace(CATALOGUE, items=CATALOGUE.items[2:]))
DEVICES = st.lists(
    st.tuples(
        st.lists(
            pst.http_exchanges(CATALOGUE) | pst.http_exchanges() | WRITES | pst.consent_states(),
            min_size=1,
            max_size=5,
        ),
        st.sampled_from([(), ("ATT001",)]),
    ),
    min_size=1,
    max_size=5,
)


def judged(document: dict[str, Any]) -> dict[str, Any]:
    """A report without where its lines stand in a file, and without what depends on the order of devices."""
    document.pop("catalogue")
    for finding in document["findings"]:
        finding["source"] = None
    for kind in ("notEvaluated", "notes", "journeys"):
        document[kind].sort(key=str)
    return document


def without_spelling(document: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a header is what it said, not how: ``secure`` reads back as ``Secure``."""
    findings = [{**finding, "actual": finding["actual"].partition(";")[0]} for finding in document["findings"]]
    return {**document, "findings": findings}


def check(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    options = ["--catalogue", "c.json", "--format", "json", *(f"--ignore={code}" for code in READ_VALUES)]
    assert main(["check", str(path), *options]) in {0, 1}, capsys.readouterr().err
    return judged(json.loads(capsys.readouterr().out))


def run(devices: list[Any]) -> tuple[dict[str, Any], list[str]]:
    """The report of a run, and what is written of each of its devices."""
    session = Project(Settings(ignore=tuple(READ_VALUES))).session(CATALOGUE)
    written: list[str] = []
    clock = count(1_777_636_800)
    for number, (happenings, ignore) in enumerate(devices):
        name = f"tests/test_shop.py::test_{number}"
        journey = session.journey(test=name, ignore=ignore, now=lambda: float(next(clock)))
        recorder = journey.recorder
        log = ResponseLog(recorder)
        for happening in happenings:
            if hasattr(happening, "set_cookie") and hasattr(happening, "status"):
                recorder.response(happening)
            elif hasattr(happening, "kind"):
                recorder.write(happening)
            else:
                recorder.consent = happening
        journey.finish()
        lines = device_lines(
            name, recorder.observations, recorder.requests, log.loads, detect=detected_kinds, detail=detail_of, ignore=ignore
        )  # fmt: skip
        written.append("".join(lines))
    return judged(json.loads(json.dumps(to_document(session.report())))), written


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(devices=DEVICES, shards=st.integers(1, 3), rng=st.randoms(use_true_random=False))
def test_the_report_of_the_joined_files_is_that_of_the_run(
    devices: list[Any],
    shards: int,
    rng: random.Random,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path_factory.mktemp("shards")
    whole, joined, again = (folder / name for name in ("whole.jsonl", "joined.jsonl", "again.jsonl.gz"))
    (folder / "c.json").write_text(json.dumps(DOCUMENT))
    report, written = run(devices)
    if not report["summary"]["exchanges"] + report["summary"]["observations"]:
        return
    whole.write_text(head_line() + "".join(written))
    rng.shuffle(written)
    files = [folder / f"shard{number}.jsonl" for number in range(shards)]
    for number, path in enumerate(files):
        path.write_text(head_line() + "".join(written[number::shards]))
    rng.shuffle(files)
    merge_to(joined, [EvidenceFile(str(path), path) for path in files])
    monkeypatch.chdir(folder)
    told = check(whole, capsys)
    assert check(joined, capsys) == told
    assert without_spelling(told) == without_spelling(report)
    merge_to(again, [EvidenceFile(str(path), path) for path in (whole, joined)])  # each device is told twice
    assert gzip.decompress(again.read_bytes()) == joined.read_bytes()


RECORD = '{"url": "https://shop.example/", "setCookie": ["sid=1"], "time": 60}\n'
SHOP = head_line(catalogue="shop 1")


def mark(name: str, more: str = "") -> str:
    return f'{{"device": "{name}"{more}}}\n'


def merged(path: Path, *contents: str | bytes) -> tuple[Merged, list[dict[str, Any]]]:
    files = [
        EvidenceFile.of(content if isinstance(content, bytes) else content.encode(), f"shard{number}.jsonl")
        for number, content in enumerate(contents, 1)
    ]
    return merge_to(path, files), [json.loads(line) for line in path.read_text().splitlines()]


def test_devices_stand_in_the_order_of_their_names_and_times(tmp_path: Path) -> None:
    late = RECORD.replace("60", "90")
    told, lines = merged(tmp_path / "out", SHOP + mark("b") + RECORD + mark("a") + late, mark("a") + RECORD + RECORD)
    assert [line.get("device", line.get("time")) for line in lines[1:]] == ["a", 60, 60, "a", 90, "b", 60]
    assert lines[0] == {"observations": 1, "catalogue": "shop 1"}
    assert told == Merged(files=2, devices=3, records=4, repeated=0)


def test_a_device_in_two_files_is_there_once_and_a_test_that_ran_twice_stays_twice(tmp_path: Path) -> None:
    twice = mark("a") + RECORD + mark("a") + RECORD
    told, lines = merged(tmp_path / "out", twice, twice, mark("a") + RECORD, mark("a") + RECORD + RECORD)
    assert (told.devices, told.repeated) == (3, 3)
    assert [line["device"] for line in lines if "device" in line] == ["a", "a", "a"]


def test_the_file_that_tells_of_most_runs_of_a_device_counts_wherever_it_stands(tmp_path: Path) -> None:
    told, _ = merged(tmp_path / "out", mark("a") + RECORD, mark("a") + RECORD + mark("a") + RECORD)
    assert (told.devices, told.repeated) == (2, 1)


def test_a_device_that_saw_nothing_is_left_out(tmp_path: Path) -> None:
    told, lines = merged(tmp_path / "out", mark("a") + mark("b") + RECORD)
    assert told.devices == 1
    assert [line["device"] for line in lines if "device" in line] == ["b"]


def test_a_device_began_with_its_first_record(tmp_path: Path) -> None:
    early, late = RECORD.replace("60", "10"), RECORD.replace("60", "90")
    _, lines = merged(tmp_path / "out", mark("a") + RECORD + RECORD, mark("a") + early + late)
    assert [line["time"] for line in lines if "time" in line] == [10, 90, 60, 60]


def test_a_packed_file_says_no_time_and_is_the_same_in_every_run(tmp_path: Path) -> None:
    merge_to(tmp_path / "out.gz", [EvidenceFile.of(RECORD.encode(), "a.jsonl")])
    assert (tmp_path / "out.gz").read_bytes()[4:8] == bytes(4)


def test_what_a_file_says_of_all_is_said_of_each_device(tmp_path: Path) -> None:
    head = '{"observations": 1, "title": "Visit", "consent": "observed"}\n'
    _, lines = merged(tmp_path / "out", head + RECORD + mark("b", ', "consent": "unset"') + RECORD)
    assert [line for line in lines if "device" in line] == [
        {"device": "Visit", "consent": "observed"},
        {"device": "b", "consent": "unset"},
    ]


def test_a_file_without_marks_is_a_device_by_its_name(tmp_path: Path) -> None:
    _, lines = merged(tmp_path / "out", f"[{RECORD}]", RECORD.replace("60", "61"))
    assert [line["device"] for line in lines if "device" in line] == ["shard1.jsonl", "shard2.jsonl"]


def test_notes_are_joined(tmp_path: Path) -> None:
    _, lines = merged(tmp_path / "out", head_line(notes=["b", "a"]) + RECORD, head_line(notes=["a", "c"]))
    assert lines[0]["notes"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (["HTTP/1.1 200 OK\n"], "shard1.jsonl: is no observations file\n  fix: merge what pytest --policycheck-obs"),
        ([RECORD, ""], "shard2.jsonl: is empty; one of a run that saw nothing has its first line"),
        ([SHOP, head_line(catalogue="shop 2")], "shard2.jsonl: was observed for the catalogue 'shop 2', and shard1.jsonl"),
        (['{"observations": 2}\n'], "shard1.jsonl:1: 'observations' must be 1, the version of the format"),
        ([RECORD + "\n" + RECORD[:-9]], "shard1.jsonl:3:"),
        ([RECORD + '{"url": "secret"}'], "shard1.jsonl:2: 'url': cookies need an absolute"),
        ([gzip.compress(RECORD.encode())[:-9]], "shard1.jsonl: the gzip file ends before its end"),
    ],
)  # fmt: skip
def test_what_cannot_be_joined_is_one_error_and_writes_nothing(
    contents: list[str | bytes], message: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.write_text("before")
    with pytest.raises(CaptureError) as raised:
        merged(out, *contents)
    assert str(raised.value).startswith(message)
    assert "secret" not in str(raised.value)
    assert out.read_text() == "before"
    assert list(tmp_path.iterdir()) == [out]


def test_the_command_says_what_it_joined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.jsonl.gz"
    shards = [tmp_path / "1.jsonl.gz", tmp_path / "2.jsonl"]
    shards[0].write_bytes(gzip.compress((mark("a") + RECORD).encode()))
    shards[1].write_text(mark("a") + RECORD + mark("b") + RECORD)
    assert main(["merge", *map(str, shards), "-o", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: 2 files, 2 devices, 2 records; 1 device told more than once\n"
    assert gzip.decompress(out.read_bytes()).count(b"device") == 2
    assert main(["merge", str(out), str(shards[1]), "-o", str(out)]) == 0  # into one of them
    assert gzip.decompress(out.read_bytes()).count(b"device") == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.jsonl", "-o", "out"], "missing.jsonl: cannot be read: No such file or directory"),
        (["f.jsonl", "-o", "no/folder/out"], "no/folder/out: cannot be written: No such file or directory"),
        (["f.jsonl", "-o", "."], ".: is a folder; name a file in it"),
        (["-", "-", "-o", "out"], "standard input can be read once"),
    ],
)
def test_a_mistake_is_one_error(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("f.jsonl").write_text(RECORD)
    assert main(["merge", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"policycheck: error: {message}")
