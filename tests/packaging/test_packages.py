"""The list of packages in pyproject.toml is written by hand, and this holds it to the tree."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
FOLDERS = {"policycheck": "policycheck", "policycheck.schemas": "schemas", "pytest_policycheck": "pytest_plugin"}


def _packages() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name, folder in FOLDERS.items():
        for init in sorted((ROOT / folder).rglob("__init__.py")):
            parts = init.parent.relative_to(ROOT / folder).parts
            found[".".join([name, *parts])] = init.parent
    return found


def test_every_package_of_the_tree_is_installed_and_no_other() -> None:
    assert sorted(SETTINGS["packages"]) == sorted(_packages())
    assert SETTINGS["package-dir"] == FOLDERS


def test_no_folder_with_code_lacks_its_init() -> None:
    for folder in FOLDERS.values():
        for path in (ROOT / folder).rglob("*.py"):
            assert (path.parent / "__init__.py").exists(), path


def test_every_data_file_of_the_tree_is_installed() -> None:
    data: dict[str, list[str]] = SETTINGS["package-data"]
    for name, folder in _packages().items():
        for path in folder.iterdir():
            if path.is_file() and path.suffix not in {".py", ".pyc"}:
                owner = name if name in data else name.partition(".")[0]
                assert any(path.match(pattern) for pattern in data[owner]), f"{path} is in no package-data"
