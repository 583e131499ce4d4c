from __future__ import annotations

import importlib.util
from pathlib import Path

from policycheck.capture.browser.gaps import GAPS, WAYS

SCRIPT = Path(__file__).parents[2] / "docs/build/browsers_reference.py"


def test_the_reference_of_browsers_is_current_and_names_each_gap() -> None:
    spec = importlib.util.spec_from_file_location("browsers_reference", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    text = module.PAGE.read_text("utf-8")
    assert text == module.render(), "run: python docs/build/browsers_reference.py"
    assert all(f"| {words} |" in text for words in WAYS.values())
    for adapter, gaps in GAPS.items():
        assert f"`{adapter}`" in text
        assert all(f"- {gap}\n" in text for gap in gaps)
