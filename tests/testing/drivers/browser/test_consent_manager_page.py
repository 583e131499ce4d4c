"""docs/how-to/test-a-consent-manager.md is followed: its files are written, its test runs, its output is looked for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from policycheck.capture.browser.machine import Machine

PAGE = Path(__file__).parents[4] / "docs" / "how-to" / "test-a-consent-manager.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`([\w./-]+)`:\n+$")
UNNAMED = {"toml": "pyproject.toml", "yaml": "catalogue.yaml"}
BROWSER = """
import pytest

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {{**browser_type_launch_args, "executable_path": {path!r}, "args": {flags!r}}}
"""
"""The page has Playwright's own Chromium; here it is the machine's."""
UNUSED = ("randomly", "asyncio", "cacheprovider", "hypothesispytest", "django", "time_machine", "xdist")


def blocks(page: str) -> Iterator[tuple[str, str, str | None]]:
    for found in BLOCK.finditer(page):
        named = NAMED.search(page[: found.start()])
        yield found[1], found[2], named[1] if named else UNNAMED.get(found[1])


def follow(folder: Path, page: str) -> list[tuple[str, str]]:
    """Write the files of ``page`` and run what it runs: what each run of pytest should show, and what it showed."""
    shown: list[tuple[str, str]] = []
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))},
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": " ".join(f"-p no:{name}" for name in UNUSED),
        "COLUMNS": "120",
    }
    for language, text, file in blocks(page):
        if language == "console":
            if text.startswith("$ pytest"):
                done = subprocess.run(
                    [sys.executable, "-m", "pytest"],
                    cwd=folder,
                    env=environment,
                    capture_output=True,
                    text=True,
                    timeout=300,
                    check=False,
                )
                shown.append((text, done.stdout + done.stderr))
            continue
        assert file is not None, f"which file is this block of {language}?"
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return shown


@pytest.mark.browser
def test_the_page_is_followed(tmp_path: Path, packages: Path, chromium_program: str) -> None:
    found = Machine().chromium(chosen=chromium_program)
    (tmp_path / "conftest.py").write_text(BROWSER.format(path=found.path, flags=list(found.flags)), "utf-8")
    (tmp_path / "public").mkdir()
    for name in ("cookieconsent.umd.js", "cookieconsent.css"):
        shutil.copy(packages / "node_modules" / "vanilla-cookieconsent" / "dist" / name, tmp_path / "public")
    runs = follow(tmp_path, PAGE.read_text("utf-8"))
    assert len(runs) == 2
    for wanted, output in runs:
        seen = 0
        for line in wanted.splitlines()[1:]:
            if line != "...":
                at = output.find(line, seen)
                assert at >= 0, f"{line!r} is not in the output, or not here:\n{output}"
                seen = at + len(line)


def test_the_page_names_each_driver() -> None:
    import policycheck.testing.drivers.browser as room

    page = PAGE.read_text("utf-8")
    assert [name for name in room.__all__ if f"`{name}`" not in page and name != "ManagerDriver"] == []
    assert all(getattr(room, name).__name__ == name for name in room.__all__)
