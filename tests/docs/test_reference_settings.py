from __future__ import annotations

import dataclasses
import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from policycheck.engine.settings import Settings, read_settings
from policycheck.engine.settings.setting import EXTEND, EXTEND_OF
from policycheck.engine.settings.table import SETTINGS

ROOT = Path(__file__).parents[2]
EXAMPLES = [
    (key, example)
    for key, setting in SETTINGS.items()
    for example in re.findall(r"```toml\n(.*?)```", setting.text, re.DOTALL)
]


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("settings_reference", ROOT / "docs/build/settings_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_and_the_schema_are_current(script: Any) -> None:
    fix = "run docs/build/settings_reference.py"

    assert script.PAGE.read_text("utf-8") == script.render(), fix
    assert script.SCHEMA.read_text("utf-8") == script.schema_text(), fix


def test_every_field_of_the_settings_has_its_row() -> None:
    fields = {field.name.replace("_", "-") for field in dataclasses.fields(Settings)} - {"root", "source"}

    assert set(SETTINGS) - {EXTEND, *EXTEND_OF} == fields


@pytest.mark.parametrize(("key", "example"), EXAMPLES)
def test_every_example_is_one(tmp_path: Path, key: str, example: str) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "policycheck.toml").write_text("", "utf-8")
    (tmp_path / "app/waivers.toml").write_text("", "utf-8")
    path = tmp_path / "app/policycheck.toml"
    path.write_text(example, "utf-8")

    assert read_settings(path) is not None
    assert example.lstrip("[").startswith(key)


def test_every_setting_has_an_example() -> None:
    assert {key for key, _ in EXAMPLES} == set(SETTINGS)
