"""Every tutorial is followed to the letter: its files are written, its commands run, its output looked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TUTORIALS = sorted((Path(__file__).parents[2] / "docs" / "tutorials").glob("*.md"))
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAMES = {"toml": "pyproject.toml", "yaml": "catalogue.yaml"}
NAMED = re.compile(r"`([\w./]+\.(?:py|yaml|toml))`")


@dataclass(frozen=True)
class Step:
    language: str
    text: str
    file: str | None
    line: int


def steps(page: str) -> list[Step]:
    found = []
    last = 0
    for match in FENCE.finditer(page):
        language, text = match.groups()
        named = NAMED.findall(page[last : match.start()])
        fitting = [
            name
            for name in named
            if name.endswith({"python": ".py", "yaml": ".yaml", "toml": ".toml"}.get(language, "\0"))
        ]
        file = fitting[-1] if fitting else FILE_NAMES.get(language)
        found.append(Step(language, text, file, page.count("\n", 0, match.start()) + 1))
        last = match.end()
    return found


def run(command: str, folder: Path) -> str:
    program, *arguments = command.split()
    beside = Path(sys.executable).parent / program
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "120"}
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        [
            str(beside),
            *arguments,
            *(["-p", "no:randomly", "-p", "no:asyncio", "-p", "no:cacheprovider"] if program == "pytest" else []),
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_tutorial(tutorial: Path, tmp_path: Path) -> None:
    commands = 0
    for step in steps(tutorial.read_text("utf-8")):
        if step.language != "console":
            assert step.file is not None, f"{tutorial.name}:{step.line}: which file is this?"
            (tmp_path / step.file).write_text(step.text, "utf-8")
            continue
        output = ""
        for line in step.text.splitlines():
            if line.startswith("$ "):
                output = run(line[2:], tmp_path)
                commands += 1
            elif line.startswith("pip install"):
                continue
            elif line != "...":
                assert line in output, f"{tutorial.name}:{step.line}: {line!r} is not in the output:\n{output}"
    assert commands, f"{tutorial.name} runs nothing"


def test_there_are_tutorials() -> None:
    assert TUTORIALS
