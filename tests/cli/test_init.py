"""``policycheck init``: what it finds, asks and writes, and that what it wrote works."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.catalogue.loading import load_catalogue
from policycheck.cli.initfacts import look_around
from policycheck.cli.inittemplates import test_text as text_of_test
from policycheck.engine.settings import load_settings

Cli = Callable[..., Any]
FLASK = "from flask import Flask\n\n\ndef create_app(config=None):\n    app = Flask(__name__)\n    return app\n"


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    def write(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="")
        return tmp_path

    return write


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("project", "framework", "application"),
    [
        ({"manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'tea.settings')"}, "django", "tea.settings"),
        ({"tea/__init__.py": FLASK}, "flask", "tea:create_app()"),
        ({"src/tea/web.py": "import flask\napp = flask.Flask(__name__)"}, "flask", "tea.web:app"),
        ({"a/b/c.py": "app = Flask('deep')", "main.py": "app: FastAPI = FastAPI()"}, "fastapi", "main:app"),
        ({"main.py": "application = Starlette(routes=[])", "bad.py": "app = Flask("}, "starlette", "main:application"),
        ({"app.py": "def create_app(config):\n    return Flask(config)"}, "other", None),
        ({"tests/test_a.py": "app = Flask('x')", ".venv/app.py": "app = Flask('x')"}, "other", None),
        ({"requirements.txt": "fastapi-users\nDjango>=5"}, "django", None),
        ({"pyproject.toml": '[project]\ndependencies = ["flask[async]>=3"]'}, "flask", None),
        ({"pyproject.toml": "not TOML", "app.py": "\0"}, "other", None),
    ],
)
def test_the_framework_and_the_application_are_found(
    make: Callable[..., Path], project: dict[str, str], framework: str, application: str | None
) -> None:
    facts = look_around(make(**project))

    assert (facts.framework, facts.application) == (framework, application)


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        ({}, ("tests", "none", None)),
        ({"test/a.py": "", ".github/x.yml": ""}, ("test", "github", None)),
        ({"checks/a.py": "", "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['checks']"},
         ("checks", "none", "[tool.pytest.ini_options]\ntestpaths = ['checks']")),
        ({".gitlab-ci.yml": "", "tox.ini": "[tox]"}, ("tests", "gitlab", None)),
        ({".git/config": "url = git@github.com:tea/shop.git", "setup.cfg": "[tool:pytest]"},
         ("tests", "github", "[tool:pytest]")),
    ],
)  # fmt: skip
def test_tests_services_and_settings_of_pytest_are_found(
    make: Callable[..., Path], project: dict[str, str], expected: tuple[str, str, str | None]
) -> None:
    facts = look_around(make(**project))

    assert (facts.tests, facts.service, facts.pytest_settings) == expected


def test_packs_are_told_by_the_framework_and_by_what_pages_load(make: Callable[..., Path]) -> None:
    folder = make(**{"app.py": FLASK, "templates/base.html": '<script src="https://js.stripe.com/v3/"></script>'})

    assert look_around(folder).packs == ("flask", "stripe")


def test_a_project_is_set_up(cli: Cli, make: Callable[..., Path]) -> None:
    before = '[project]\r\nname = "tea-shop"  # the shop\r\n\r\n[tool.other]\r\nx = 1'
    folder = make(**{"pyproject.toml": before, "tea/__init__.py": FLASK})
    result = cli("init", "--yes", "--packs", "flask,pack:stripe", "--profile", "fr", "--ci", "github")

    assert result.code == 0, result.err
    assert set(files(folder)) == {
        "pyproject.toml", "tea/__init__.py", "catalogue.yaml", "tests/test_policycheck.py",
        ".github/workflows/policycheck.yml",
    }  # fmt: skip
    after = (folder / "pyproject.toml").read_bytes().decode()
    assert after == (
        before + '\r\n\r\n[tool.policycheck]\r\ncatalogue = "catalogue.yaml"\r\nprofile = "FR"\r\n'
        '\r\n[tool.pytest.ini_options]\r\npythonpath = ["."]\r\n'
    )
    settings = load_settings(folder)
    assert (settings.catalogue, settings.profile and settings.profile.key) == ("catalogue.yaml", "FR")
    keys = [item.key for item in load_catalogue(str(folder / "catalogue.yaml")).items]
    assert {"cookie:session", "cookie:__stripe_mid"} <= set(keys)
    workflow = yaml.safe_load((folder / ".github/workflows/policycheck.yml").read_text("utf-8"))
    commands = [step["run"] for step in workflow["jobs"]["policycheck"]["steps"] if "run" in step]
    assert commands[0] == "python -m pip install policycheck pytest -e ."
    assert "  1. python -m pytest tests/test_policycheck.py: says what is stored" in result.out


def test_the_second_time_nothing_changes(cli: Cli, make: Callable[..., Path]) -> None:
    folder = make(**{"tea.py": FLASK})
    cli("init", "--yes", "--ci", "gitlab")
    first = files(folder)
    result = cli("init", "--yes", "--ci", "gitlab")

    assert files(folder) == first
    assert [line for line in result.out.splitlines() if line.startswith("left alone")] == [
        "left alone: policycheck.toml: it has settings already",
        "left alone: catalogue.yaml: it is as it would be written",
        "left alone: tests/test_policycheck.py: it is as it would be written",
        "left alone: .gitlab-ci.yml: it has a job of policycheck already",
    ]


def test_a_dry_run_shows_everything_and_writes_nothing(cli: Cli, make: Callable[..., Path]) -> None:
    folder = make(**{"tea.py": FLASK})
    before = files(folder)
    out = cli("init", "--yes", "--dry-run").out

    assert files(folder) == before
    assert "would write: policycheck.toml\n  | catalogue = " in out
    assert "  | from tea import create_app\n" in out


def test_what_exists_is_left_alone_and_force_writes_the_test_anew(cli: Cli, make: Callable[..., Path]) -> None:
    kept = {
        "policycheck.toml": "hosts = ['a']\n",
        "catalogue.yaml": "catalogue: 1\nid: mine\nitems: []\n",
        ".gitlab-ci.yml": "test: {script: [make]}\n",
    }
    folder = make(**kept, **{"tea.py": FLASK, "tests/test_policycheck.py": "mine\n"})
    out = cli("init", "--yes").out

    assert 'policycheck.toml: it has settings already; it names no catalogue yet: catalogue = "catalogue.yaml"' in out
    assert "left alone: catalogue.yaml: it exists\nleft alone: tests/test_policycheck.py: it exists\n" in out
    assert "wrote: .gitlab/policycheck.yml\n" in out
    assert "in .gitlab-ci.yml: include: [{local: .gitlab/policycheck.yml}]" in out
    assert (folder / "tests/test_policycheck.py").read_text("utf-8") == "mine\n"

    cli("init", "--yes", "--force")
    assert "create_app" in (folder / "tests/test_policycheck.py").read_text("utf-8")
    assert {name: (folder / name).read_text("utf-8") for name in kept} == kept


def test_the_catalogue_of_the_settings_is_begun(cli: Cli, make: Callable[..., Path]) -> None:
    folder = make(**{"policycheck.toml": "catalogue = 'legal/shop.yaml'", "tea.py": FLASK})
    cli("init", "--yes")

    assert (folder / "legal/shop.yaml").is_file()
    assert "left alone: other.yaml: the settings name another" in cli("init", "--yes", "--catalogue", "other.yaml").out


def test_settings_above_are_extended(cli: Cli, make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(**{".git/HEAD": "", "policycheck.toml": "fail-on = 'note'", "apps/tea/tea.py": FLASK})
    monkeypatch.chdir(folder / "apps/tea")
    cli("init", "--yes", "--ci", "github", "--profile", "none")

    assert (folder / "apps/tea/policycheck.toml").read_text("utf-8").splitlines() == [
        'extend = "../../policycheck.toml"',
        'catalogue = "catalogue.yaml"',
    ]
    job = yaml.safe_load((folder / ".github/workflows/policycheck-apps-tea.yml").read_text("utf-8"))["jobs"]
    assert job["policycheck"]["defaults"] == {"run": {"working-directory": "apps/tea"}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--packs", "djago"), "no pack is called 'djago'; did you mean 'django'?"),
        (("--profile", "MARS"), "'MARS' is not a profile"),
        (("--ci", "jenkins"), "'jenkins' is unknown"),
        (("--framework", "flusk"), "'flusk' is unknown; did you mean 'flask'?"),
        (("--framework", "django"), "where the application is cannot be told\n  fix: --app site.settings"),
        (("--framework", "django", "--app", "a:b"), "'a:b' is not the name of a settings module"),
        (("--app", "app.py"), "'app.py' is not MODULE:NAME or MODULE:FACTORY()"),
        (("--catalogue", "catalogue.txt"), "'catalogue.txt' does not end with .yaml"),
        (("--catalogue", "/etc/catalogue.yaml"), "'/etc/catalogue.yaml' is absolute"),
    ],
)
def test_a_wrong_flag_writes_nothing(
    cli: Cli, make: Callable[..., Path], arguments: tuple[str, ...], message: str
) -> None:
    folder = make(**{"tea.py": FLASK})
    before = files(folder)
    result = cli("init", "--yes", *arguments)

    assert (result.code, files(folder)) == (2, before)
    assert message in result.err


def test_a_broken_pyproject_is_left_as_it_is(cli: Cli, make: Callable[..., Path]) -> None:
    make(**{"tea.py": FLASK, "pyproject.toml": "[project\n"})
    result = cli("init", "--yes")

    assert result.code == 2
    assert "pyproject.toml: is no valid TOML" in result.err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run init in a terminal with these answers; returns the exit code and the questions."""
    from policycheck.cli.main import main

    def run(*answers: str) -> tuple[int, str]:
        asked: list[str] = []
        waiting: Iterator[str] = iter(answers)

        def ask(question: str) -> str:
            asked.append(question)
            try:
                return next(waiting)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", ask)
        monkeypatch.setattr("sys.stdin", Terminal())
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        code = main(["init"])
        return code, "\n".join([*asked, capsys.readouterr().err])

    return run


def test_a_terminal_is_asked_until_the_answer_makes_sense(
    answer: Callable[..., tuple[int, str]], make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(**{"tea.py": FLASK})
    monkeypatch.chdir(folder)
    code, asked = answer("flusk", "", "tea", "tea:create_app()", "legal.yaml", "none", "ie", "no", "none")

    assert code == 0
    assert asked.count("What is it built with") == 2
    assert asked.count("Where is it (MODULE:NAME)? [tea:create_app()]") == 2
    assert asked.count("Which service runs the tests") == 2
    settings = load_settings(folder)
    assert (settings.catalogue, settings.profile and settings.profile.key) == ("legal.yaml", "IE")
    assert "extends" not in (folder / "legal.yaml").read_text("utf-8")


def test_no_answer_writes_nothing(
    answer: Callable[..., tuple[int, str]], make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(**{"tea.py": FLASK})
    monkeypatch.chdir(folder)
    before = files(folder)
    code, said = answer("", "")

    assert (code, files(folder)) == (2, before)
    assert "there is no answer to read; nothing was written\n  fix: answer, or take the defaults" in said


@pytest.mark.parametrize(
    ("has", "needles"),
    [
        (True, ("@pytest.mark.django_db", "client.get(path, follow=True)")),
        (None, ("django.setup()", "@pytest.mark.django_db")),
        (False, ("django.setup()", "def database():", "client = Client()")),
    ],
)
def test_django_s_test_is_as_the_project_has_it(has: bool | None, needles: tuple[str, ...]) -> None:
    text = text_of_test("django", "tea.settings", "tea", "catalogue.yaml", pytest_django=has)

    compile(text, "test_policycheck.py", "exec")
    assert all(needle in text for needle in needles)
    assert ("django_db" in text) is (has is not False)


def test_the_test_works_in_a_django_project(cli: Cli, make: Callable[..., Path]) -> None:
    pytest.importorskip("pytest_django")
    folder = make(
        **{
            "manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'tea.settings')",
            "tea/settings.py": """\
SECRET_KEY = "for this test only"
ROOT_URLCONF = "tea.urls"
USE_TZ = True
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
""",
            "tea/urls.py": """\
from django.http import HttpResponse
from django.urls import path


def landing(request):
    request.session["seen"] = True
    response = HttpResponse("hello")
    response.set_cookie("theme", "dark")
    return response


urlpatterns = [path("", landing)]
""",
        }
    )
    assert cli("init", "--yes").code == 0

    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:asyncio"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=folder, env={**os.environ, "PYTEST_ADDOPTS": ""}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert run.returncode == 1, run.stdout + run.stderr
    assert re.findall(r"^(INV\d+) .*?'(\w+)'", run.stdout, re.MULTILINE) == [("INV001", "theme")]
