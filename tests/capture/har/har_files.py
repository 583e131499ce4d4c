from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from policycheck.capture.evidence import Evidence, Record, ReplayClock, replay
from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.har import read_har
from policycheck.recording import Recorder

START = "2026-05-01T12:00:00.000Z"
NOON = 1_777_636_800.0
SHOP = "https://shop.example/"


def listed(headers: Mapping[str, str | list[str]]) -> list[dict[str, str]]:
    return [
        {"name": name, "value": value}
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]


def entry(
    url: str = SHOP,
    *set_cookie: str,
    at: float = 0,
    sent: Mapping[str, str | list[str]] | None = None,
    got: Mapping[str, str | list[str]] | None = None,
    status: Any = 200,
    response: Mapping[str, Any] | None = None,
    **members: Any,
) -> dict[str, Any]:
    """An entry of a HAR file as browsers write it; ``at`` is seconds after noon."""
    return {
        "startedDateTime": f"2026-05-01T12:{int(at // 60):02}:{at % 60:06.3f}Z",
        "time": 10,
        "request": {"method": "GET", "url": url, "headers": listed(sent or {}), "cookies": []},
        "response": {
            "status": status,
            "headers": listed({"Set-Cookie": list(set_cookie), **(got or {})}),
            "cookies": [],
            "content": {"mimeType": "text/html", "text": '<a href="\\">},{"'},
            **(response or {}),
        },
        "timings": {"receive": 4},
        **members,
    }


def written(entries: list[Any], indent: int | None = None, **log: Any) -> bytes:
    return json.dumps({"log": {"version": "1.2", **log, "entries": entries}}, indent=indent).encode()


def read(data: bytes, size: int = 1 << 20) -> Evidence:
    return read_har(EvidenceFile.of(data, "run.har"), size)


def records(*entries: Any, **log: Any) -> list[Record]:
    return list(read(written(list(entries), **log)).records)


def replayed(evidence: Evidence) -> Recorder:
    clock = ReplayClock()
    recorder = Recorder(now=clock)
    replay(evidence.records, recorder, clock)
    return recorder


def recorded(*entries: Any, **log: Any) -> Recorder:
    return replayed(read(written(list(entries), **log)))
