"""The records of each consent manager, in the shapes that it writes: what they say, and what is wrong with broken ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.consent.signals import SignalError, SignalReading
from policycheck.consent.signals.mapping import reading_to_statuses
from policycheck.consent.signals.registry import builtin_signals

FILES = {path: yaml.safe_load(path.read_text("utf-8")) for path in sorted(Path(__file__).parent.glob("*.yaml"))}
MINE = {path: document for path, document in FILES.items() if "signal" in document}
SIGNALS = {signal.key: signal for signal in builtin_signals()}
READ = [
    pytest.param(document["signal"], case, id=f"{path.stem}: {case['what']}")
    for path, document in MINE.items()
    for case in document["read"]
]
BROKEN = [
    pytest.param(document["signal"], case, id=f"{path.stem}: {case['error']}")
    for path, document in MINE.items()
    for case in document["broken"]
]
CATEGORIES = ("necessary", "functional", "analytics", "marketing")


def test_every_manager_has_its_file() -> None:
    assert {document["signal"] for document in MINE.values()} == SIGNALS.keys() - {
        "tcf",
        "gpp",
        "usprivacy",
        "google-consent-mode",
    }


@pytest.mark.parametrize(("key", "case"), READ)
def test_it_is_read(key: str, case: dict[str, Any]) -> None:
    signal = SIGNALS[key]

    reading = signal.decode(case["value"])

    assert reading == SignalReading(
        key,
        case["choices"],
        case.get("time"),
        case.get("version"),
        case.get("expires"),
        case.get("chosen", True),
        case.get("others"),
        case.get("versioned", False),
    )
    if "categories" in case:
        assert reading_to_statuses(signal, reading, CATEGORIES) == case["categories"]


@pytest.mark.parametrize(("key", "case"), BROKEN)
def test_what_is_broken_is_said_without_its_value(key: str, case: dict[str, Any]) -> None:
    with pytest.raises(SignalError) as caught:
        SIGNALS[key].decode(case["value"])

    assert str(caught.value) == f"a record of {key} cannot be read: {case['error']}"
