from __future__ import annotations

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "docs/build/signals_reference.py"


def test_the_reference_of_consent_signals_is_current() -> None:
    spec = importlib.util.spec_from_file_location("signals_reference", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert module.PAGE.read_text("utf-8") == module.render(), "run: python docs/build/signals_reference.py"
