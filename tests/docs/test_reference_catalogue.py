from __future__ import annotations

import importlib.util
from pathlib import Path

from policycheck.catalogue.schema import load_schema

SCRIPT = Path(__file__).parents[2] / "docs/build/catalogue_reference.py"


def test_the_reference_of_the_catalogue_is_current_and_names_every_field() -> None:
    spec = importlib.util.spec_from_file_location("catalogue_reference", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    text = module.PAGE.read_text("utf-8")
    assert text == module.render(), "run: python docs/build/catalogue_reference.py"
    for definition in [load_schema(), *load_schema()["$defs"].values()]:
        for name in definition.get("properties", {}):
            assert f"| `{name}`" in text
