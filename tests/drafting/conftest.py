"""What a device saw, made by hand, and catalogues to record it into."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policycheck.consent.signals.index import SignalIndex
from policycheck.drafting.inventory import Inventory
from policycheck.drafting.recorded import Recorded, merge_into
from policycheck.drafting.suggestions import Suggestions
from policycheck.engine.project import Project
from policycheck.engine.settings import Settings
from policycheck.model.observation import HttpExchange
from policycheck.recording import Recorder

TODAY = date(2026, 11, 24)
NOBODY = Suggestions((), SignalIndex(()))


def seen(*headers: str, test: str = "tests/test_shop.py::test_cart", **more: Any) -> Inventory:
    """What one response with these Set-Cookie headers brings to lie on a device."""
    recorder = Recorder(now=lambda: 1_700_000_000.0, test=test, **more)
    recorder.response(HttpExchange("GET", "https://shop.example/cart?token=secret", 200, headers))
    inventory = Inventory()
    inventory.see(recorder.observations)
    return inventory


Into = Callable[..., Recorded]


@pytest.fixture
def into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Into:
    """Record headers into a catalogue, which nobody has suggestions for."""
    monkeypatch.chdir(tmp_path)
    project = Project(Settings(root=tmp_path))

    def run(target: str, *headers: str) -> Recorded:
        return merge_into(seen(*headers), Path(target), project, NOBODY, TODAY)

    return run
