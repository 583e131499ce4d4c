"""HAR files that other programs wrote."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.files import read_evidence
from policycheck.model.observation import Observation
from policycheck.recording import Recorder
from policycheck.wire import parse_set_cookie
from tests.capture.har.har_files import replayed

DATA = Path(os.environ.get("POLICYCHECK_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data")) / "har"


def recorded(name: str) -> tuple[Recorder, list[str], list[dict[str, Any]]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not in {DATA}: set POLICYCHECK_SHARED_DATA")
    evidence = read_evidence(EvidenceFile(name, path))
    recorder = replayed(evidence)
    entries: list[dict[str, Any]] = json.loads(path.read_text("utf-8-sig"))["log"]["entries"]
    return recorder, evidence.notes, entries


def from_headers(recorder: Recorder) -> list[Observation]:
    return [seen for seen in recorder.observations if seen.source.index]


@pytest.mark.parametrize(
    ("name", "cookies", "carried"),
    [
        ("capture-har_cnn.har", 4, set()),
        ("chrome_cnn.har", 15, {"optimizelyEndUserId", "optimizelyBuckets", "ug"}),
        ("webpagetest_www.bbc.com.har", 32, {"optimizelyEndUserId", "__gads"}),
        ("mitmproxy_with-bom.har", 0, set()),
    ],
)
def test_every_header_of_every_response_is_seen(name: str, cookies: int, carried: set[str]) -> None:
    recorder, _, entries = recorded(name)

    headers = [
        line
        for entry in entries
        for header in entry["response"]["headers"]
        if header["name"].lower() == "set-cookie"
        for line in header["value"].splitlines()
    ]
    found = from_headers(recorder)
    assert len(headers) == len(found) == cookies
    assert sorted(seen.name for seen in found) == sorted(parse_set_cookie(line).name for line in headers)
    assert carried <= {seen.name for seen in recorder.observations if seen not in found}
    assert [sent.url for sent in sorted(recorder.requests, key=lambda sent: sent.url)] == sorted(
        entry["request"]["url"] for entry in entries
    )


def test_pages_of_other_writers() -> None:
    recorder, _, _ = recorded("webpagetest_www.bbc.com.har")

    assert {sent.page for sent in recorder.requests} == {"http://www.bbc.com/"}
    assert [sent.resource for sent in recorder.requests if sent.navigates] == ["document"]
