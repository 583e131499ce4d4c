"""What ``policycheck init`` is about to write: worked out whole before anything is written."""

from __future__ import annotations

import json
import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policycheck.cli import inittemplates
from policycheck.cli.initfacts import Facts, repository
from policycheck.errors import UsageError

INCLUDED = ".gitlab/policycheck.yml"
"""Where a job goes in a project that has a file of GitLab CI already."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user wants. ``profile`` is empty for none."""

    framework: str
    application: str | None
    catalogue: str
    packs: tuple[str, ...]
    profile: str
    service: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """One file: the bytes to ``append`` or to write, or None where it is left alone for ``reason``."""

    path: Path
    content: bytes | None
    reason: str = ""
    append: bool = False

    def write(self) -> None:
        """Write the file. Raises UsageError with the path."""
        if self.content is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab" if self.append else "wb") as file:
                file.write(self.content)
        except OSError as error:
            raise UsageError(f"{self.path}: cannot be written: {error.strerror}") from error


def plan(facts: Facts, choice: Choice, catalogue_text: str) -> Iterator[Planned]:
    """Each file of the set-up, in the order in which a reader wants to hear of them."""
    pyproject = facts.folder / "pyproject.toml"
    pytest_lines = _pytest_lines(facts, choice)
    yield _settings(facts, choice, pytest_lines if pyproject.is_file() else "")
    if pytest_lines and not pyproject.is_file():
        yield _new(facts.folder / "pytest.ini", _as_ini(pytest_lines))
    named = named_already(facts)
    if named in {None, choice.catalogue}:
        yield _new(facts.folder / choice.catalogue, with_packs(catalogue_text, choice.packs))
    else:
        yield Planned(facts.folder / choice.catalogue, None, f"the settings name another catalogue: {named}")
    test = facts.folder / facts.tests / "test_policycheck.py"
    text = inittemplates.test_text(
        choice.framework,
        choice.application,
        facts.name,
        Path(choice.catalogue).name,
        pytest_django=_pytest_django(facts),
    )
    yield _new(test, text, force=choice.force)
    if choice.service != "none":
        yield _service(facts, choice)


def _pytest_django(facts: Facts) -> bool | None:
    """Whether the project has pytest-django; None where pytest is configured and not told the settings module."""
    told = facts.pytest_settings is None or "DJANGO_SETTINGS_MODULE" in facts.pytest_settings
    return facts.pytest_django and (told or None)


def with_packs(text: str, packs: tuple[str, ...]) -> str:
    """The first catalogue, which builds on ``packs``."""
    if not packs:
        return text
    names = ", ".join(f'"pack:{name}"' for name in packs)
    return re.sub(r"^(?=items:)", f"extends: [{names}]\n\n", text, count=1, flags=re.MULTILINE)


def named_already(facts: Facts) -> str | None:
    """The catalogue that settings in this very folder name."""
    from policycheck.engine.settings import load_settings

    settings = load_settings(facts.folder)
    own = settings.source is not None and settings.root == facts.folder.resolve()
    return settings.catalogue if own else None


def _settings(facts: Facts, choice: Choice, pytest_lines: str) -> Planned:
    from policycheck.engine.settings import load_settings
    from policycheck.engine.settings.loading import OWN

    near = load_settings(facts.folder)
    if near.source is not None and near.root == facts.folder.resolve():
        named = "" if near.catalogue else f"; it names no catalogue yet: catalogue = {json.dumps(choice.catalogue)}"
        return Planned(facts.folder / near.source.name, None, f"it has settings already{named}")
    lines = [] if near.source is None else [f"extend = {_quoted(os.path.relpath(near.source, facts.folder.resolve()))}"]
    lines.append(f"catalogue = {_quoted(choice.catalogue)}")
    if choice.profile:
        lines.append(f"profile = {_quoted(choice.profile)}")
    if choice.framework == "django":
        lines += ["", "# Django's test client speaks plain http, where no cookie needs to be Secure."]
        lines += ["{table}", 'ATT001 = "note"']
    pyproject = facts.folder / "pyproject.toml"
    if pyproject.is_file():
        said = "\n".join(lines).replace("{table}", "[tool.policycheck.severity]")
        appended = _appended(pyproject, f"[tool.policycheck]\n{said}\n{pytest_lines}")
        if appended is not None:
            return appended
    return _new(facts.folder / OWN, "\n".join(lines).replace("{table}", "[severity]") + "\n")


def _appended(path: Path, text: str) -> Planned | None:
    """``text`` at the end of a TOML file, in its own line endings; None where the file would be TOML no more."""
    before = path.read_bytes()
    newline = "\r\n" if b"\r\n" in before else "\n"
    gap = ("" if before.endswith(b"\n") or not before else newline) + (newline if before.strip() else "")
    content = (gap + text.replace("\n", newline)).encode()
    try:
        tomllib.loads((before.removeprefix(b"\xef\xbb\xbf") + content).decode().replace("\r\n", "\n"))
    except ValueError as error:
        try:
            tomllib.loads(before.removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n"))
        except ValueError:
            raise UsageError(f"{path.name}: is no valid TOML: {error}\n  fix: mend it, then run init again") from error
        return None
    return Planned(path, content, append=True)


def _pytest_lines(facts: Facts, choice: Choice) -> str:
    """Settings of pytest, where it has none: where the application is imported from, and Django's settings module."""
    if facts.pytest_settings is not None or choice.framework == "other":
        return ""
    lines = ["", "[tool.pytest.ini_options]", f"pythonpath = [{_quoted(facts.source_folder)}]"]
    if choice.framework == "django" and facts.pytest_django and choice.application:
        lines.append(f"DJANGO_SETTINGS_MODULE = {_quoted(choice.application)}")
    return "\n".join(lines) + "\n"


def _as_ini(lines: str) -> str:
    plain = lines.strip().replace("[tool.pytest.ini_options]", "[pytest]")
    return re.sub(r"[\[\]]?\"([^\"]*)\"\]?", r"\1", plain) + "\n"


def _service(facts: Facts, choice: Choice) -> Planned:
    from policycheck.engine.repository import prefix_of

    top = repository(facts.folder)
    prefix = prefix_of(facts.folder)
    text = inittemplates.SERVICES[choice.service](_install(facts), prefix)
    if choice.service == "github":
        suffix = f"-{prefix.replace('/', '-')}" if prefix else ""
        return _new(top / ".github" / "workflows" / f"policycheck{suffix}.yml", text, force=choice.force)
    path = top / ".gitlab-ci.yml"
    if not path.exists():
        return _new(path, text)
    if b"policycheck" in path.read_bytes():
        return Planned(path, None, "it has a job of policycheck already")
    return _new(top / INCLUDED, text, force=choice.force)


def _install(facts: Facts) -> str:
    """The command that installs what the tests need."""
    words = ["python", "-m", "pip", "install", "policycheck", "pytest"]
    always = len(words)
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-test.txt"):
        if (facts.folder / name).is_file():
            words += ["-r", name]
    if re.search(rb"^\s*\[(project|build-system)\]", _bytes(facts.folder / "pyproject.toml"), re.MULTILINE):
        words += ["-e", "."]
    if len(words) == always and facts.framework != "other":
        words.append(facts.framework)
    if (more := needed_besides(facts)) is not None:
        words.append(more)
    return shlex.join(words)


def needed_besides(facts: Facts) -> str | None:
    """The distribution that the test needs besides the application's own."""
    if facts.framework == "django":
        return "pytest-django" if facts.pytest_django else None
    return {"starlette": "httpx", "fastapi": "httpx", "other": "requests"}.get(facts.framework)


def _new(path: Path, text: str, *, force: bool = False) -> Planned:
    if path.exists() and _bytes(path) == text.encode():
        return Planned(path, None, "it is as it would be written")
    if path.is_dir() or (path.exists() and not force):
        return Planned(path, None, "it exists")
    return Planned(path, text.encode())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _quoted(text: str) -> str:
    """A TOML string; a path has slashes everywhere."""
    return json.dumps(text.replace("\\", "/"), ensure_ascii=False)
