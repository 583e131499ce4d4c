"""A small application, its catalogue, and a folder in which pytest runs its tests with the plugin."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import policycheck

CANARY = "canary5ecret0value"

# Inner runs in this process forget what they import. What is here already stays, which is faster, and classes stay the same.
for package in (policycheck, importlib.import_module("pytest_policycheck")):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name.split(".")[1] not in {"__main__", "cli", "testing", "batch"}:
            importlib.import_module(module.name)
for name in ("fastapi.testclient", "flask.testing", "httpx", "requests", "starlette.testclient", "yaml", "pydantic"):
    importlib.import_module(name)

CATALOGUE = """\
catalogue: 1
id: shop
version: "1"
items:
  - name: sid
    kind: cookie
    category: necessary
    retention: session
    purpose: {en: Keeps the basket.}
    attributes: {httpOnly: true}
  - name: theme
    kind: cookie
    category: functional
    retention: 30 days
    purpose: {en: Remembers the colours.}
  - name: _ga
    kind: cookie
    category: analytics
    retention: 13 months
    purpose: {en: Counts visitors.}
  - name: cart
    kind: localStorage
    category: necessary
    retention: persistent
    purpose: {en: Keeps the basket.}
"""

SETTINGS = """\
[tool.policycheck]
catalogue = "catalogue.yaml"
cache = false

[tool.policycheck.severity]
ATT001 = "note"

[tool.pytest.ini_options]
filterwarnings = ["error"]
asyncio_default_fixture_loop_scope = "function"
pythonpath = ["."]
addopts = ["--strict-markers", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:django"]
"""

APPLICATION = f"""\
from flask import Flask, redirect, request

app = Flask("shop")
VALUE = "{CANARY}"

@app.get("/")
def landing():
    answer = app.make_response("hello")
    answer.set_cookie("sid", VALUE, httponly=True, samesite="Lax")
    return answer

@app.get("/leak")
def leak():
    answer = app.make_response("hello")
    answer.set_cookie("tracker", VALUE, max_age=86400, samesite="Lax")
    return answer

@app.get("/count")
def count():
    answer = app.make_response("hello")
    answer.set_cookie("_ga", VALUE, max_age=86400, samesite="Lax")
    return answer

@app.get("/theme")
def theme():
    answer = app.make_response("hello")
    answer.set_cookie("theme", VALUE, max_age=400 * 86400, samesite="Lax")
    return answer

@app.get("/quiet")
def quiet():
    return "nothing stored"

@app.get("/crash")
def crash():
    raise ZeroDivisionError("the application is broken")

@app.get("/name")
def name():
    answer = app.make_response("hello")
    answer.set_cookie(request.args["cookie"], VALUE, samesite="Lax")
    return answer
"""

CONFTEST = """\
import pytest
from app import app

@pytest.fixture
def client(policycheck):
    client = app.test_client()
    policycheck.observe(client)
    return client

@pytest.fixture
def bare():
    return app.test_client()
"""


class Suite:
    """A folder with the application, its catalogue and settings; runs pytest there."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.path = pytester.path
        self.write("catalogue.yaml", CATALOGUE)
        self.write("pyproject.toml", SETTINGS)
        self.write("app.py", APPLICATION)
        self.write("conftest.py", CONFTEST)

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def test(self, *lines: str, name: str = "test_shop.py") -> None:
        self.write(name, "\n".join(("import pytest", *lines, "")))

    def settings(self, *lines: str) -> None:
        """Add lines to [tool.policycheck]."""
        text = (self.path / "pyproject.toml").read_text()
        self.write("pyproject.toml", text.replace("cache = false\n", "cache = false\n" + "\n".join((*lines, ""))))

    def lean(self) -> None:
        """Leave out plugins that these tests do not need: each worker would import them anew."""
        text = (
            (self.path / "pyproject.toml").read_text().replace('asyncio_default_fixture_loop_scope = "function"\n', "")
        )
        unused = ("asyncio", "anyio", "time_machine", "platformdirs")
        options = "".join(f', "-p", "no:{name}"' for name in unused)
        self.write("pyproject.toml", text.replace('"--strict-markers"', f'"--strict-markers"{options}'))

    def run(self, *options: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess(*options)

    def run_apart(self, *options: str) -> pytest.RunResult:
        return self.pytester.runpytest_subprocess(*options)

    def report(self, *options: str) -> dict[str, Any]:
        """Run with a report, and read it."""
        self.run("--policycheck-report=report.json", *options)
        document: dict[str, Any] = json.loads((self.path / "report.json").read_text("utf-8"))
        return document


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    # pytest-xdist tells its workers by these, and a run inside one is no worker.
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    return Suite(pytester)


@pytest.fixture
def canary() -> str:
    return CANARY


@pytest.fixture
def codes() -> Callable[[dict[str, Any]], list[str]]:
    """The codes of a report's findings, each with its subject."""
    return lambda document: [f"{found['code']} {found['subject']}" for found in document["findings"]]


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Whatever a run patched, it put back."""
    import flask.testing
    import httpx
    import requests

    points = [(flask.testing.FlaskClient, "open"), (httpx.Client, "send"), (requests.Session, "send")]
    before = [vars(owner).get(name) for owner, name in points]
    yield
    assert [vars(owner).get(name) for owner, name in points] == before
