from __future__ import annotations

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "docs/build/cli_reference.py"


def test_the_reference_of_the_command_line_is_current() -> None:
    spec = importlib.util.spec_from_file_location("cli_reference", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert module.PAGE.read_text("utf-8") == module.render(), "run: python docs/build/cli_reference.py"
