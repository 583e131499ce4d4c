"""Each call that writes, against the record that comes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from policycheck.capture.browser.hooks import HookRecord

pytestmark = pytest.mark.browser

CALLS = json.loads((Path(__file__).parent / "calls.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def told(_bench: Any) -> dict[str, list[HookRecord]]:
    """The records of every row, each of a page and a profile of its own."""
    found = {}
    for part in ("writes", "reads"):
        for name, (call, *_) in CALLS[part].items():
            page = _bench.page("/calls", reads=part == "reads")
            page.run(f"async () => {{ {CALLS['before']} {call} }}")
            page.barrier()
            found[f"{part}: {name}"] = page.records
            page.close()
    _bench._open.clear()
    return found


@pytest.mark.parametrize("row", [f"{part}: {name}" for part in ("writes", "reads") for name in CALLS[part]])
def test_each_call_is_told(told: dict[str, list[HookRecord]], shown: Any, row: str) -> None:
    part, _, name = row.partition(": ")
    assert [shown(record) for record in told[row]] == CALLS[part][name][1]
