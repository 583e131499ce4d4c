"""The texts that ``policycheck init`` writes: a test for each framework, and a file for continuous integration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

_HEAD: Final = '"""What the pages of {name} store must be declared in {catalogue}, and nothing else may be stored."""\n'
_PAGES: Final = """

@pytest.mark.parametrize("path", ["/"])  # add the pages that store something
"""

_DJANGO: Final = """
import pytest
{pages}@pytest.mark.django_db
def test_page(path, client, policycheck):
    policycheck.observe(client)
    assert client.get(path, follow=True).status_code == 200
"""

_DJANGO_UNSAID: Final = """
import os

import django
import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{application}")
django.setup()
{pages}@pytest.mark.django_db
def test_page(path, client, policycheck):
    policycheck.observe(client)
    assert client.get(path, follow=True).status_code == 200
"""

_DJANGO_ALONE: Final = """
import os

import django
import pytest
from django.test import Client
from django.test.utils import (
    setup_databases,
    setup_test_environment,
    teardown_databases,
    teardown_test_environment,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{application}")
django.setup()


@pytest.fixture(scope="module")
def database():
    setup_test_environment()
    created = setup_databases(verbosity=0, interactive=False)
    yield
    teardown_databases(created, verbosity=0)
    teardown_test_environment()
{pages}def test_page(path, database, policycheck):
    client = Client()
    policycheck.observe(client)
    assert client.get(path, follow=True).status_code == 200
"""

_FLASK: Final = """
import pytest

from {module} import {imported}
{pages}def test_page(path, policycheck):
    client = {made}.test_client()
    policycheck.observe(client)
    assert client.get(path, follow_redirects=True).status_code == 200
"""

_STARLETTE: Final = """
import pytest
from starlette.testclient import TestClient

from {module} import {imported}
{pages}def test_page(path, policycheck):
    client = TestClient({made})
    policycheck.observe(client)
    assert client.get(path).status_code == 200
"""

_OTHER: Final = """
import os

import pytest

requests = pytest.importorskip("requests")
SITE = os.environ.get("SITE_URL", "")
{pages}@pytest.mark.skipif(not SITE, reason="set SITE_URL to the address of a running site: http://localhost:8000")
def test_page(path, policycheck):
    with requests.Session() as client:
        policycheck.observe(client)
        assert client.get(SITE.rstrip("/") + path, timeout=10).status_code == 200
"""

_TESTS: Final[Mapping[str, str]] = {
    "django": _DJANGO,
    "flask": _FLASK,
    "starlette": _STARLETTE,
    "fastapi": _STARLETTE,
    "other": _OTHER,
}


def test_text(framework: str, application: str | None, name: str, catalogue: str, *, pytest_django: bool | None) -> str:
    """The module with the first test.

    ``pytest_django`` says that the project has it, or will once pytest is configured; None that pytest is configured,
    and not told the settings module.
    """
    template = _TESTS[framework]
    if framework == "django" and not pytest_django:
        template = _DJANGO_UNSAID if pytest_django is None else _DJANGO_ALONE
    module, _, made = (application or "").partition(":")
    body = template.format(
        pages=_PAGES, application=application, module=module, imported=made.removesuffix("()"), made=made
    )
    return _HEAD.format(name=name, catalogue=catalogue) + body


def github_text(install: str, folder: str) -> str:
    """A workflow of GitHub Actions; ``folder`` is that of the project in its repository."""
    defaults = f"    defaults:\n      run: {{working-directory: {folder}}}\n" if folder else ""
    report = f"{folder}/policycheck.sarif" if folder else "policycheck.sarif"
    return f"""\
name: policycheck
on:
  push: {{branches: [main, master]}}
  pull_request:
permissions:
  contents: read
  security-events: write
jobs:
  policycheck:
    runs-on: ubuntu-latest
{defaults}    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {{python-version: "3.13"}}
      - run: {install}
      - run: policycheck validate
      - run: python -m pytest --policycheck --policycheck-report=sarif=policycheck.sarif
      - uses: github/codeql-action/upload-sarif@v3
        if: always() && hashFiles('{report}') != ''
        continue-on-error: true  # where code scanning is not switched on
        with: {{sarif_file: {report}}}
"""


def gitlab_text(install: str, folder: str) -> str:
    """A job of GitLab CI; ``folder`` is that of the project in its repository."""
    enter = f"    - cd {folder}\n" if folder else ""
    report = f"{folder}/gl-code-quality-report.json" if folder else "gl-code-quality-report.json"
    return f"""\
policycheck:
  image: python:3.13
  script:
{enter}    - {install}
    - policycheck validate
    - python -m pytest --policycheck --policycheck-report=gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: {report}
"""


SERVICES: Final[Mapping[str, Callable[[str, str], str]]] = {"github": github_text, "gitlab": gitlab_text}
