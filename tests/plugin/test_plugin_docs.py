"""The pages about the plugin: their files are run, and their tables name everything there is."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference/pytest-plugin.md").read_text("utf-8")
FILE = re.compile(r"^`([\w.]+)`:\n\n```\w+\n(.*?)^```", re.DOTALL | re.MULTILINE)


def files(page: str) -> dict[str, str]:
    found = dict(FILE.findall((DOCS / "how-to" / page).read_text("utf-8")))
    assert len(found) >= 2
    return found


def test_the_django_page(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pytest_django")
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    written = files("check-a-django-site.md")
    conftest = written.pop("conftest.py")
    for name, text in written.items():
        (pytester.path / name).write_text(text, "utf-8")
    options = ("-p", "no:randomly", "-p", "no:cacheprovider")
    result = pytester.runpytest_subprocess(*options)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*; 3 observations in 3 responses"])
    (pytester.path / "test_site.py").write_text(
        "import pytest\n"
        "from django.test import TestCase\n"
        "@pytest.mark.django_db\n"
        "def test_landing(client): client.get('/')\n"
        "class LandingTest(TestCase):\n"
        "    @pytest.fixture(autouse=True)\n"
        "    def watch(self, policycheck): policycheck.observe(self.client_class)\n"
        "    def test_landing(self): self.client.get('/')\n"
    )
    (pytester.path / "conftest.py").write_text(conftest, "utf-8")
    result = pytester.runpytest_subprocess(*options, "-o", "addopts=")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*; 2 observations in 2 responses"])


def test_the_page_about_asynchronous_tests(suite: Any) -> None:
    for name, text in files("check-asynchronous-tests.md").items():
        suite.write(name, text)
    result = suite.run()
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*; 3 observations in 3 responses"])


def test_the_examples_of_the_reference(suite: Any) -> None:
    expected, hook = re.findall(r"```python\n(.*?)```", REFERENCE, re.DOTALL)
    suite.write("test_known.py", expected)
    suite.write("test_debug.py", "def test_debug(client): client.get('/name?cookie=debug_x')\n")
    suite.write("conftest.py", (suite.path / "conftest.py").read_text() + "\n" + hook)
    suite.run().assert_outcomes(xfailed=1, passed=1)


def test_every_option_and_fixture_is_documented(suite: Any) -> None:
    options = set(re.findall(r"--(?:no-)?policycheck[\w-]*", suite.run("--help").stdout.str()))
    documented = re.findall(r"^\| `(--[\w-]+)", REFERENCE, re.MULTILINE)
    assert set(documented) == options
    assert len(documented) == len(options)
    fixtures = re.findall(
        r"^(policycheck\w*)(?: \[session scope\])? -- ", suite.run("--fixtures").stdout.str(), re.MULTILINE
    )
    assert sorted(re.findall(r"^\| `(policycheck\w*)` \| (?:function|session)", REFERENCE, re.MULTILINE)) == sorted(
        fixtures
    )


def test_every_member_of_the_check_and_keyword_of_the_marker_is_documented() -> None:
    check = importlib.import_module("pytest_policycheck").Check
    wishes = importlib.import_module("pytest_policycheck.marks").Wishes
    members = {name for name in vars(check) if not name.startswith("_")} - {"close"} | {"consent"}
    table = REFERENCE.partition("The check has:")[2].partition("\nA finding")[0]
    assert set(re.findall(r"^\| `(\w+)", table, re.MULTILINE)) == members
    consent = importlib.import_module("pytest_policycheck.consent").ConsentCheck
    table = REFERENCE.partition("## Sequences of choices")[2].partition("\n## ")[0]
    documented = dict(re.findall(r"^\| `(\w+)\((.*?)\)` \|", table, re.MULTILINE))
    assert documented.keys() == {name for name in vars(consent) if not name.startswith("_")} - {"close", "broken"}
    running = importlib.import_module("policycheck.testing.running")
    assert f"examples={running.EXAMPLES}, steps={running.STEPS}, " in documented["run"]
    for name, parameters in documented.items():
        named = [parameter.partition("=")[0] for parameter in parameters.split(", ") if parameter != "*"]
        assert named == [name for name in inspect.signature(getattr(consent, name)).parameters if name != "self"]
    keywords = REFERENCE.partition("| keyword |")[2].partition("\nA marker")[0]
    assert set(re.findall(r"^\| `(\w+)`", keywords, re.MULTILINE)) == set(wishes.__dataclass_fields__)
