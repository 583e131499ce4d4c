from __future__ import annotations

import re
from pathlib import Path

import pytest

from policycheck.engine.settings import _READERS, read_settings

PAGE = (Path(__file__).parents[2] / "docs/reference/settings.md").read_text("utf-8")
EXAMPLES = re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)


def test_every_setting_has_its_section_and_its_row_in_order() -> None:
    assert [name for name, _ in EXAMPLES] == list(_READERS)
    assert re.findall(r"^\| \[`([a-z-]+)`\]", PAGE, re.MULTILINE) == list(_READERS)


@pytest.mark.parametrize(
    ("name", "example"),
    [(name, text) for name, section in EXAMPLES for text in re.findall(r"```toml\n(.*?)```", section, re.DOTALL)],
)
def test_every_example_is_one(tmp_path: Path, name: str, example: str) -> None:
    (tmp_path / "policycheck.toml").write_text(example, "utf-8")

    settings = read_settings(tmp_path / "policycheck.toml")

    assert settings is not None
    assert example.lstrip("[").startswith(name)


def test_every_setting_has_an_example() -> None:
    assert all("```toml" in section for _, section in EXAMPLES)
