"""Every public strategy is documented with its signature, and the page is current."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from policycheck.testing import strategies as pst

ROOT = Path(__file__).parents[3]


def test_the_page_is_current_and_complete() -> None:
    spec = importlib.util.spec_from_file_location("strategies_reference", ROOT / "docs/build/strategies_reference.py")
    assert spec is not None
    assert spec.loader is not None
    builder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(builder)
    page = builder.PAGE.read_text("utf-8")
    assert page == builder.render()
    for name in pst.__all__:
        assert f"## {name}\n" in page
