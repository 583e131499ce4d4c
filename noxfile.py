"""Sessions for what a plain test run does not cover: other releases of the clients, mutants, the wheel.

``nox -l`` lists them. Everything that a session needs is installed into an environment of its own.
"""

from __future__ import annotations

from pathlib import Path

import nox

nox.needs_version = ">=2024.10"
nox.options.sessions = ["tests", "lint"]
nox.options.default_venv_backend = "uv|virtualenv"

CAPTURE_TESTS = ["tests/capture", "tests/test_recording.py"]

PREVIOUS = [
    "aiohttp>=3.9,<3.10",
    "django>=4.2,<5",
    "fastapi>=0.110,<0.116",
    "flask>=2.3,<3",
    "httpx>=0.27,<0.28",
    "requests>=2.31,<2.32",
    "starlette>=0.37,<0.47",
    "urllib3>=1.26,<2",
    "webtest>=2,<3",
    "werkzeug>=2.3,<3",
]
"""The major version before the current one; where a project has but one, or numbers like one, its oldest line that is
promised. httpx2 has no predecessor but httpx; without it Starlette's test client stands on httpx."""


@nox.session
def tests(session: nox.Session) -> None:
    """The whole suite with what is current."""
    _install(session, "test", "nox", extras="cli,pytest,testing")
    session.run("pytest", *session.posargs)


@nox.session
@nox.parametrize("releases", ["current", "previous"], ids=["current", "previous"])
def frameworks(session: nox.Session, releases: str) -> None:
    """The capture adapters against the current and the previous major version of each client."""
    if releases == "current":
        _install(session, "frameworks", "hypothesis", "pytest", "pytest-asyncio", upgrade=True)
    else:
        session.install("-e", ".", "hypothesis", "pytest>=8.3", "pytest-asyncio", "uvicorn", *PREVIOUS)
    session.run("python", "-c", _VERSIONS)
    session.run("pytest", "-W", "default", *CAPTURE_TESTS, *session.posargs)


_VERSIONS = (
    "from importlib.metadata import distributions; "
    "print(*sorted(f'{d.name}=={d.version}' for d in distributions()), sep='\\n')"
)


@nox.session
def banners(session: nox.Session) -> None:
    """Two published consent banners, of which one needs an older Django than the suite."""
    session.install("-e", ".[pytest,testing]", "django-cookie-consent==1.0.0", "wagtail-tag-manager==2.0.0")
    config = "examples/real_banners/wagtail_tag_manager/pyproject.toml"
    session.run("pytest", "-c", config, "tests/examples/test_real_banners.py", *session.posargs)


@nox.session
def browsers(session: nox.Session) -> None:
    """The contract of the browser adapters, with the newest Playwright that drives Debian's Firefox too."""
    _install(session, "test", extras="cli,pytest,testing,browser,selenium")
    session.install("playwright==1.64.0")
    session.run("pytest", "-s", "tests/capture/browser/test_contract.py", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, types and layers."""
    _install(session, "test", "lint", "nox", extras="cli,pytest,testing")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")
    session.run("mypy")
    session.run("mypy", "tests")
    session.run("pyright")


@nox.session
def mutation(session: nox.Session) -> None:
    """How many planted faults the tests notice."""
    _install(session, "test", "mutmut>=3.2", extras="cli,pytest,testing")
    session.run("scripts/mutation", str(Path(session.bin, "python")), *session.posargs, external=True)


@nox.session
def gallery(session: nox.Session) -> None:
    """Each broken application of the gallery with twenty seeds; at night, since it takes most of an hour."""
    _install(session, "test", extras="cli,pytest,testing")
    session.run(
        "pytest",
        "tests/examples/test_gallery.py",
        "-n",
        "auto",
        *session.posargs,
        env={"GALLERY_SEEDS": "20", "GALLERY_JOURNEYS": "100"},
    )


@nox.session
def docs(session: nox.Session) -> None:
    """Build the generated pages of the reference."""
    _install(session, "test", extras="cli,pytest,testing")
    for script in sorted(Path("docs/build").glob("*_reference.py")):
        session.run("python", str(script))


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel and run the plugin's tests on it."""
    session.install("build>=1.2", "virtualenv")
    session.run("scripts/wheel-test", str(Path(session.bin, "python")), external=True)


def _install(session: nox.Session, *what: str, extras: str = "", upgrade: bool = False) -> None:
    """Install the project with dependency groups of pyproject.toml and single requirements."""
    pyproject = nox.project.load_toml("pyproject.toml")
    groups = [name for name in what if name in pyproject["dependency-groups"]]
    single = [name for name in what if name not in groups]
    options = ["--upgrade"] if upgrade else []
    project = f".[{extras}]" if extras else "."
    session.install(*options, "-e", project, *nox.project.dependency_groups(pyproject, *groups), *single)
