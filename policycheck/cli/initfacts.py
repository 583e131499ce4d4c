"""What ``policycheck init`` can tell of a project by looking at its files. Nothing of it is imported or run."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

FRAMEWORKS: Final = ("django", "flask", "starlette", "fastapi", "other")
SERVICES: Final = ("github", "gitlab", "none")
_CLASSES: Final = {"Flask": "flask", "FastAPI": "fastapi", "Starlette": "starlette"}
_FACTORIES: Final = ("create_app", "make_app", "get_app", "build_app", "app_factory")
_PAGES: Final = (".html", ".jinja", ".jinja2", ".j2", ".js", ".ts", ".vue")
_SKIPPED: Final = frozenset(
    {"node_modules", "venv", "env", "build", "dist", "site-packages", "migrations", "tests", "test", "docs"}
)
_MOST_FILES: Final = 2_000
_LONGEST: Final = 200_000
_TOLD_BY: Final = {
    "amplitude": ("cdn.amplitude.com",),
    "auth0": ("cdn.auth0.com",),
    "braze": ("js.appboycdn.com",),
    "bugsnag": ("d2wy8f7a9ursnm.cloudfront.net", "@bugsnag/"),
    "datadog": ("datadoghq-browser-agent.com", "@datadog/browser-"),
    "google-analytics": ("googletagmanager.com", "google-analytics.com"),
    "launchdarkly": ("launchdarkly-js-client-sdk",),
    "mixpanel": ("cdn.mxpnl.com", "mixpanel-browser"),
    "new-relic": ("js-agent.newrelic.com",),
    "plausible": ("plausible.io/js",),
    "posthog": ("posthog-js", "posthog.com/static"),
    "rudderstack": ("cdn.rudderlabs.com",),
    "segment": ("cdn.segment.com",),
    "sentry": ("browser.sentry-cdn.com", "@sentry/browser"),
    "smartsupp": ("smartsuppchat.com",),
    "stripe": ("js.stripe.com",),
}
"""What a page that uses an SDK holds, by the pack that declares what the SDK stores."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found. ``application`` is ``module:name``, ``module:factory()``, or Django's settings module.

    ``pytest_settings`` is the text of what configures pytest, None where nothing does.
    """

    folder: Path
    name: str
    framework: str
    because: str
    application: str | None
    tests: str
    packs: tuple[str, ...]
    service: str
    pytest_settings: str | None
    pytest_django: bool
    source_folder: str = "."


def look_around(folder: Path, framework: str | None = None) -> Facts:
    """Look at the project in ``folder``; ``framework`` is what the user says it is built with."""
    pyproject = _toml(folder / "pyproject.toml")
    wanted = _requirements(folder)
    found = list(_applications(folder))
    told, because = _framework(folder, wanted, found)
    chosen = framework or told
    application = _django_settings(folder) if chosen == "django" else _application(found, chosen)
    return Facts(
        folder=folder,
        name=_name(pyproject) or folder.resolve().name or "site",
        framework=chosen,
        because="" if framework else because,
        application=application,
        tests=_tests(folder, pyproject),
        packs=tuple(_packs(folder, chosen)),
        service=_service(folder),
        pytest_settings=_pytest_settings(folder, pyproject),
        pytest_django=find_spec("pytest_django") is not None or "pytest-django" in wanted,
        source_folder=_source_folder(folder, application),
    )


def _framework(folder: Path, wanted: frozenset[str], found: list[tuple[str, str]]) -> tuple[str, str]:
    if (folder / "manage.py").is_file():
        return "django", "manage.py"
    if found:
        return found[0][0], found[0][1]
    for framework in ("django", "fastapi", "flask", "starlette"):
        if framework in wanted:
            return framework, f"{framework} is among the requirements"
    return "other", ""


def _application(found: list[tuple[str, str]], framework: str) -> str | None:
    alike = {"fastapi", "starlette"} if framework in {"fastapi", "starlette"} else {framework}
    return next((place for one, place in found if one in alike), None)


def _applications(folder: Path) -> Iterator[tuple[str, str]]:
    """Framework and place of each application that is made at the top of a module, the shallowest modules first."""
    for path in sorted(_files(folder, (".py",)), key=lambda one: (len(one.parts), one)):
        relative = path.relative_to(folder)
        parts = relative.with_suffix("").parts
        parts = parts[1:] if parts[0] == "src" else parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if not parts or not all(part.isidentifier() for part in parts) or parts[-1].startswith("test_"):
            continue
        text = _text(path)
        if not any(name in text for name in _CLASSES):
            continue
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            continue
        for framework, name in sorted(_made(tree), key=lambda one: one[1].endswith("()")):
            yield framework, f"{'.'.join(parts)}:{name}"


def _made(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            framework = _called(node.value)
            if framework and isinstance(targets[0], ast.Name):
                yield framework, targets[0].id
        elif isinstance(node, ast.FunctionDef) and node.name in _FACTORIES and _callable_bare(node):
            framework = next(filter(None, map(_called, ast.walk(node))), None)
            if framework:
                yield framework, f"{node.name}()"


def _called(node: ast.AST | None) -> str | None:
    if not isinstance(node, ast.Call):
        return None
    function = node.func
    name = (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )
    return _CLASSES.get(name)


def _callable_bare(node: ast.FunctionDef) -> bool:
    """Whether the function needs no argument."""
    arguments = node.args
    needed = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return needed <= 0 and all(default is not None for default in arguments.kw_defaults)


def _django_settings(folder: Path) -> str | None:
    """The settings module that manage.py, wsgi.py or asgi.py names."""
    names = ("manage.py", "wsgi.py", "asgi.py")
    for path in sorted(_files(folder, (".py",)), key=lambda one: (len(one.parts), one)):
        if path.name in names:
            found = re.search(r"DJANGO_SETTINGS_MODULE[\"'][^\"']*[\"']([\w.]+)[\"']", _text(path))
            if found:
                return found[1]
    return None


def _source_folder(folder: Path, application: str | None) -> str:
    """Where the module of the application is imported from: ``src`` or the folder itself."""
    top = (application or "").partition(":")[0].partition(".")[0]
    inside = folder / "src" / top
    return "src" if top and (inside.is_dir() or inside.with_suffix(".py").is_file()) else "."


def _packs(folder: Path, framework: str) -> Iterator[str]:
    own = {"django": "django", "flask": "flask", "starlette": "starlette", "fastapi": "starlette"}
    if framework in own:
        yield own[framework]
    pages = [_text(path) for path in _files(folder, _PAGES)]
    for pack, words in _TOLD_BY.items():
        if any(word in text for text in pages for word in words):
            yield pack


def _tests(folder: Path, pyproject: dict[str, Any]) -> str:
    paths = _table(pyproject, "tool", "pytest", "ini_options").get("testpaths", ())
    said = paths.split() if isinstance(paths, str) else paths
    for name in (*said, "tests", "test"):
        if isinstance(name, str) and (folder / name).is_dir():
            return name.rstrip("/")
    return "tests"


def _service(folder: Path) -> str:
    top = repository(folder)
    if (top / ".gitlab-ci.yml").exists():
        return "gitlab"
    if (top / ".github").is_dir():
        return "github"
    remotes = _text(top / ".git" / "config")
    return "github" if "github.com" in remotes else "gitlab" if "gitlab" in remotes else "none"


def repository(folder: Path) -> Path:
    """The top of the repository that ``folder`` lies in, or ``folder`` itself."""
    return next((one for one in (folder, *folder.resolve().parents) if (one / ".git").exists()), folder)


def _pytest_settings(folder: Path, pyproject: dict[str, Any]) -> str | None:
    if _table(pyproject, "tool", "pytest"):
        return _text(folder / "pyproject.toml")
    for name, header in (
        ("pytest.ini", ""),
        (".pytest.ini", ""),
        ("tox.ini", "[pytest]"),
        ("setup.cfg", "[tool:pytest]"),
    ):
        text = _text(folder / name)
        if (folder / name).is_file() and header in text:
            return text
    return None


def _name(pyproject: dict[str, Any]) -> str:
    name = _table(pyproject, "project").get("name")
    return name if isinstance(name, str) else ""


def _requirements(folder: Path) -> frozenset[str]:
    """Every word of the files that name what the project needs, in small letters."""
    names = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
    paths = (
        [folder / name for name in names]
        + sorted(folder.glob("requirements*.txt"))
        + sorted(folder.glob("requirements/*.txt"))
    )
    return frozenset(re.findall(r"(?<![\w.-])[a-z][a-z0-9-]*", " ".join(map(_text, paths)).lower().replace("_", "-")))


def _files(folder: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    """Files of the project by ending, without those of tools and of others, no more than two thousand."""
    left = _MOST_FILES
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in _SKIPPED and not one.startswith((".", "_")))
        folders[:] = [one for one in folders if not (Path(root) / one / "pyvenv.cfg").exists()]
        for name in sorted(names):
            if name.endswith(endings):
                left -= 1
                if left < 0:
                    return
                yield Path(root) / name


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST).decode("utf-8", "replace")
    except OSError:
        return ""


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _table(document: dict[str, Any], *keys: str) -> dict[str, Any]:
    table: Any = document
    for key in keys:
        table = cast("dict[str, Any]", table).get(key) if isinstance(table, dict) else None
    return cast("dict[str, Any]", table) if isinstance(table, dict) else {}
