"""Every page is followed to the letter: its files are written, its commands run, its output looked for.

A block of code is a file. Its name stands in backticks at the end of the line before it, which ends with a colon;
``catalogue.yaml`` and ``pyproject.toml`` need no name. In a console block, lines with ``$`` are commands. Other lines must
be in the output of the last one, in this order; ``...`` stands for any lines. A page without Python is followed in the
folder of the example shop. What ``pytest`` and ``policycheck`` do in a file for continuous integration is run as well, and
``pip install -e .`` leaves behind what an installation does. ``<!-- today: 2026-11-24 -->`` sets the clock.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.catalogue.loading import load_catalogue
from policycheck.cli.commands import policycheck_commands
from policycheck.cli.parser import build_parser
from policycheck.engine.settings import read_settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the commands of the pages are those of a POSIX shell")
ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
HELD_ELSEWHERE = {
    "how-to/add-a-pack-from-observation.md": "tests/catalogue/test_packs_observed.py",
    "how-to/check-a-django-site.md": "tests/plugin/test_plugin_docs.py",
    "how-to/check-a-har.md": "tests/docs/test_har_page.py",
    "how-to/check-a-cookies-txt.md": "tests/docs/test_evidence_file_pages.py",
    "how-to/check-a-header-dump.md": "tests/docs/test_evidence_pages.py",
    "how-to/check-a-playwright-trace.md": "tests/docs/test_evidence_file_pages.py",
    "how-to/check-a-storage-state.md": "tests/docs/test_evidence_file_pages.py",
    "how-to/check-an-openwpm-crawl.md": "tests/docs/test_evidence_file_pages.py",
    "how-to/say-consent-by-time.md": "tests/docs/test_evidence_file_pages.py",
    "how-to/check-asynchronous-tests.md": "tests/plugin/test_plugin_docs.py",
    "how-to/run-in-a-container.md": "tests/ci/test_ci_files.py",
    "how-to/scan-a-site.md": "tests/scanning/test_scan_page.py",
    "how-to/test-a-consent-manager.md": "tests/testing/drivers/browser/test_consent_manager_page.py",
    "how-to/use-pre-commit.md": "tests/ci/test_ci_files.py",
    "how-to/use-the-github-action.md": "tests/ci/test_ci_files.py",
    "how-to/use-the-gitlab-template.md": "tests/ci/test_ci_files.py",
    "how-to/watch-a-browser.md": "tests/capture/browser/test_browser_docs.py",
    "how-to/watch-a-client.md": "tests/capture/test_capture_docs.py",
    "how-to/write-a-pack.md": "tests/catalogue/packs/test_write_a_pack.py",
}
DRAWN = {"consent-states.md": "tests/consent/test_transitions_page.py"}
"""Explanations with a diagram, and the test that compares it with the code."""
FOLLOWED = [
    ROOT / "README.md",
    *sorted((DOCS / "tutorials").glob("*.md")),
    *(path for path in sorted((DOCS / "how-to").glob("*.md")) if f"how-to/{path.name}" not in HELD_ELSEWHERE),
]
EXPLANATIONS = sorted((DOCS / "explanation").glob("*.md"))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`([\w./-]+\.[a-z]+)`:$")
TODAY = re.compile(r"<!-- today: (\d{4}-\d\d-\d\d) -->")
DEFAULT_NAMES = {"toml": "pyproject.toml", "yaml": "catalogue.yaml"}
NOT_RUN = ("pip install ", "make ")
UNUSED = ("randomly", "asyncio", "cacheprovider", "hypothesispytest", "django", "time_machine")
"""Plugins that no page needs; a reader does not have them all."""
DUMP = "HTTP/2 200\r\nset-cookie: shop_currency=EUR; Max-Age=2592000; Path=/; Secure; SameSite=Lax\r\n\r\n"
"""What curl answers here, where there is no network."""


@dataclass(frozen=True)
class Step:
    language: str
    text: str
    file: str | None
    line: int


def steps(page: str) -> Iterator[Step]:
    last = 0
    for match in FENCE.finditer(page):
        language, text = match.groups()
        before = page[last : match.start()].rstrip().rpartition("\n")[2]
        named = NAMED.search(before)
        yield Step(
            language, text, named[1] if named else DEFAULT_NAMES.get(language), page.count("\n", 0, match.start()) + 1
        )
        last = match.end()


@dataclass
class Reader:
    """Somebody who follows a page in a folder."""

    page: str
    folder: Path
    code: int = 0
    commands: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        beside = self.folder.parent / "programs"
        beside.mkdir()
        (beside / "dump").write_text(DUMP, newline="")
        (beside / "curl").write_text(f"#!/bin/sh\ncat '{beside}/dump'\n")
        (beside / "curl").chmod(0o755)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))},
            "PATH": os.pathsep.join([str(beside), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join([str(beside), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
            "COLUMNS": "120",
            "PYTEST_ADDOPTS": " ".join(f"-p no:{name}" for name in UNUSED),
        }
        if today := TODAY.search(self.page):
            (beside / "sitecustomize.py").write_text(
                f"import time_machine  # never rewritten\ntime_machine.travel('{today[1]}T12:00:00+00:00').start()\n"
            )

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def run(self, command: str) -> str:
        self.commands += 1
        if command == "echo $?":
            return str(self.code)
        if command == "pip install -e .":
            return self.install()
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.code = done.returncode
        output = done.stdout + done.stderr
        assert self.code in {0, 1, 4}, f"{command} ended with {self.code}:\n{output}"
        return output

    def install(self) -> str:
        """Leave behind what an editable installation does: the package on the path, and its entry points."""
        beside = self.folder.parent / "programs"
        project = tomllib.loads((self.folder / "pyproject.toml").read_text("utf-8"))["project"]
        info = beside / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        )
        lines = [
            line
            for group, points in project.get("entry-points", {}).items()
            for line in (f"[{group}]", *(f"{name} = {value}" for name, value in points.items()))
        ]
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
        self.environment["PYTHONPATH"] += os.pathsep + str(self.folder)
        return ""

    def follow(self, console: str, place: str) -> None:
        output, seen = "", 0
        assert console.startswith("$ "), f"{place}: a console block starts with a command"
        for line in console.splitlines():
            if line.startswith("$ "):
                command = line[2:].partition("  #")[0].rstrip()
                check_not_run(command, place)
                output, seen = "" if not_run(command) else self.run(command), 0
            elif line != "...":
                found = output.find(line, seen)
                assert found >= 0, f"{place}: {line!r} is not in the output, or not here:\n{output}"
                seen = found + len(line)


def not_run(command: str) -> bool:
    return command.startswith(NOT_RUN) and command != "pip install -e ."


def check_not_run(command: str, place: str) -> None:
    """Targets of make must be there, and so must the extras that are installed."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    if command.startswith("make "):
        assert f"\n{command.split()[1]}:" in makefile, f"{place}: no such target: {command}"
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for extra in re.findall(r"policycheck\[(\w+)\]", command):
        assert extra in extras, f"{place}: no such extra: {extra}"


def commands_of_a_pipeline(text: str) -> Iterator[str]:
    """What a file for continuous integration runs, at ``run`` or ``script``, and is not set-up."""

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in {"run", "script"}:
                    yield from "\n".join([value] if isinstance(value, str) else value).splitlines()
                else:
                    yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    for command in walk(yaml.safe_load(text)):
        if command.split()[0] in {"pytest", "policycheck"}:
            yield command


def needing_a_browser(path: Path) -> Any:
    browser = "pytest-playwright" in path.read_text("utf-8")
    return pytest.param(path, id=path.stem, marks=[pytest.mark.browser] if browser else [])


@pytest.mark.parametrize("path", [needing_a_browser(path) for path in FOLLOWED])
def test_the_page_is_followed(path: Path, tmp_path: Path) -> None:
    page = path.read_text("utf-8")
    if "```python" in page:
        (tmp_path / "page").mkdir()
    else:
        shutil.copytree(ROOT / "examples/shop", tmp_path / "page", ignore=shutil.ignore_patterns(".*", "__pycache__"))
    reader = Reader(page, tmp_path / "page")
    for step in steps(page):
        place = f"{path.name}:{step.line}"
        if step.language == "console":
            reader.follow(step.text, place)
        elif step.language:
            assert step.file is not None, f"{place}: which file is this?"
            reader.write(step.file, step.text)
            if step.file.endswith(".yml"):
                for command in commands_of_a_pipeline(step.text):
                    output = reader.run(command)
                    assert reader.code == 0, f"{place}: {command}\n{output}"
    assert reader.commands or path.name == "shell-completion.md", f"{path.name} runs nothing"


def test_the_message_at_the_top_of_the_readme_is_that_of_the_example_shop(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples/shop", tmp_path / "page", ignore=shutil.ignore_patterns(".*", "__pycache__"))
    page = (ROOT / "README.md").read_text("utf-8")
    reader = Reader(page, tmp_path / "page")
    reader.environment["SHOP_LEAK"] = "1"
    output = reader.run("pytest tests/test_shop.py::test_landing")
    shown = next(step.text for step in steps(page) if not step.language)
    moment = re.compile(r"Expires=[^;]* GMT")
    assert moment.sub("", shown) in moment.sub("", output)


def test_the_broken_law_in_the_readme_is_that_of_the_how_to() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    _, shown = (step.text for step in steps(page) if not step.language)
    followed = (DOCS / "how-to/test-your-consent-banner.md").read_text("utf-8")
    assert [line for line in shown.splitlines() if line.strip() != "..." and line not in followed.splitlines()] == []


def test_the_example_plugin_is_that_of_the_page() -> None:
    page = (DOCS / "how-to/write-a-plugin.md").read_text("utf-8")
    shown = {step.file: step.text for step in steps(page) if step.file}
    folder = ROOT / "examples/plugin"
    files = {str(path.relative_to(folder).as_posix()): path for path in folder.rglob("*") if path.is_file()}
    ours = {
        name: path.read_text("utf-8")
        for name, path in files.items()
        if path.suffix in {".py", ".toml", ".yaml", ".txt"}
    }
    assert shown == {name: text for name, text in ours.items() if not name.endswith("__init__.py")} | {
        "shop_policies/__init__.py": ""
    }


@pytest.mark.parametrize("page", sorted(HELD_ELSEWHERE))
def test_other_pages_have_tests_of_their_own(page: str) -> None:
    assert Path(page).name in (ROOT / HELD_ELSEWHERE[page]).read_text("utf-8")


@pytest.mark.parametrize("page", sorted(HELD_ELSEWHERE))
def test_no_block_of_theirs_is_left_out(page: str, tmp_path: Path) -> None:
    """What the tests of their own pass over is sound at least: it compiles, loads and parses."""
    options = set(re.findall(r"`(--[\w-]+)", (DOCS / "reference/pytest-plugin.md").read_text("utf-8")))
    parser, subparsers = build_parser()
    policycheck_commands(subparsers)
    for step in steps((DOCS / page).read_text("utf-8")):
        place = f"{page}:{step.line}"
        if step.language == "python":
            compile(step.text, place, "exec")
        elif step.language == "yaml" and step.file == DEFAULT_NAMES["yaml"]:
            (tmp_path / "catalogue.yaml").write_text(step.text, "utf-8")
            load_catalogue(tmp_path / "catalogue.yaml")
        elif step.language == "yaml":
            assert yaml.safe_load(step.text), place
        elif step.language == "toml":
            (tmp_path / "pyproject.toml").write_text(step.text, "utf-8")
            settings = read_settings(tmp_path / "pyproject.toml")
            assert (settings is not None) == ("[tool.policycheck" in step.text)
        elif step.language == "console":
            commands = [line[2:] for line in step.text.splitlines() if line.startswith("$ ")]
            assert commands, f"{place}: a console block has a command"
            for program, *arguments in map(shlex.split, commands):
                if program == "policycheck":
                    assert parser.parse_args(arguments).run
                elif program == "pytest":
                    assert set(arguments) <= options, place
                else:
                    assert program in {"head", "pip", "python"}, place
        else:
            assert step.language in {"", "http", "json", "js", "text", "yml"}, (
                f"{place}: {step.language} is not held by any test"
            )


@pytest.mark.parametrize("path", EXPLANATIONS, ids=lambda path: path.stem)
def test_examples_of_explanations_are_right(path: Path, tmp_path: Path) -> None:
    for step in steps(path.read_text("utf-8")):
        place = f"{path.name}:{step.line}"
        if step.language == "python":
            assert ">>> " in step.text, f"{place}: show what it gives"
            example = doctest.DocTestParser().get_doctest(step.text, {}, path.name, str(path), step.line)
            assert doctest.DocTestRunner(verbose=False).run(example).failed == 0
        elif step.language == "yaml":
            head = "" if step.text.startswith("catalogue:") else "catalogue: 1\n"
            items = "" if "\nitems:" in step.text else "items: []\n"
            (tmp_path / "catalogue.yaml").write_text(head + step.text + items, "utf-8")
            assert load_catalogue(tmp_path / "catalogue.yaml").location == str(tmp_path / "catalogue.yaml")
        elif step.language == "toml":
            (tmp_path / "pyproject.toml").write_text(step.text, "utf-8")
            assert read_settings(tmp_path / "pyproject.toml") is not None, f"{place}: no settings"
        elif step.language == "console":
            for line in step.text.splitlines():
                assert line.startswith("$ make "), f"{place}: {line!r} is not held by any test"
                check_not_run(line[2:].partition("  #")[0], place)
        elif step.language == "mermaid":
            assert path.name in DRAWN, f"{place}: which test holds this diagram?"
            assert path.name in (ROOT / DRAWN[path.name]).read_text("utf-8")
        else:
            assert step.language == "", f"{place}: {step.language} is not held by any test"
