"""The page on dependencies names what pyproject.toml names."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "dependencies.md").read_text("utf-8").lower()
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _names(requirements: list[str]) -> list[str]:
    return [re.split(r"[^\w.-]", text, maxsplit=1)[0].lower() for text in requirements]


def test_what_users_install_stands_in_its_tables() -> None:
    for name in _names(PYPROJECT["project"]["dependencies"]):
        assert f"\n| {name} |" in PAGE
    for extra, requirements in PYPROJECT["project"]["optional-dependencies"].items():
        for name in _names(requirements):
            assert f"\n| `{extra}` | {name} |" in PAGE


def test_what_developers_install_is_named() -> None:
    groups = PYPROJECT["dependency-groups"]
    for group in ("test", "lint", "fuzz", "bench", "dev"):
        texts = [entry for entry in groups[group] if isinstance(entry, str)]
        missing = [name for name in _names(texts) if not re.search(rf"\b{re.escape(name)}\b", PAGE)]
        assert not missing, group
