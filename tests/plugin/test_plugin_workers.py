"""pytest-xdist and pytest-randomly: the same findings, whoever runs the tests and in whichever order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("xdist")

TESTS = (
    "@pytest.fixture",
    "def visited(bare): bare.get('/theme')",
    "def test_landing(bare): bare.get('/')",
    "def test_leak(bare): bare.get('/leak')",
    "def test_theme(visited): pass",
    "@pytest.mark.policycheck(consent='granted')",
    "def test_count(bare): bare.get('/count')",
    "@pytest.mark.parametrize('number', range(4))",
    "def test_many(bare, number): bare.get('/leak')",
    "def test_storage(policycheck): policycheck.storage('localStorage', 'cart')",
)


@pytest.fixture(autouse=True)
def lean(suite: Any) -> None:
    suite.lean()


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """A report without what depends on the clock and on the order of tests."""
    for found in document["findings"]:
        found["actual"] = found["actual"].partition("; Expires=")[0]
    document["notEvaluated"].sort(key=str)
    return document


@pytest.mark.parametrize("options", [("-n2",), ("-n2", "--dist=loadfile"), ("-p", "randomly", "-p", "no:xdist")])
def test_the_joined_report_is_that_of_one_process(suite: Any, options: tuple[str, ...]) -> None:
    suite.test(*TESTS)
    suite.test("def test_more(bare): bare.get('/leak'), bare.get('/quiet')", name="test_more.py")
    alone = comparable(suite.report("--policycheck"))
    assert len(alone["findings"]) > 4
    assert comparable(suite.report("--policycheck", *options)) == alone


def test_the_section_of_the_controller_names_the_tests(suite: Any) -> None:
    suite.test(*TESTS)
    result = suite.run("-n2")
    result.stdout.fnmatch_lines(
        ["*= policycheck =*", "*1 of 4 declared items observed", "0 errors, *; 1 observation in 0 responses"]
    )
    result = suite.run("-n2", "--policycheck")
    result.stdout.fnmatch_lines(
        [
            "error: INV001 *   (5 times)",
            "  in:       test_shop.py::test_leak, test_shop.py::test_many[[]0], *and 2 more",
            "*4 of 4 declared items observed",
        ]
    )


def test_a_finding_fails_the_test_in_a_worker(suite: Any, canary: str) -> None:
    suite.test("def test_leak(client): client.get('/leak')", "def test_landing(client): client.get('/')")
    result = suite.run("-n2", "--junitxml=junit.xml")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["INV001 undeclared-item*", "  where:    GET /leak *", "FAILED *::test_leak - INV001*"])
    assert canary not in result.stdout.str() + (suite.path / "junit.xml").read_text()


def test_nothing_observed_by_any_worker_is_no_pass(suite: Any) -> None:
    suite.test("def test_one(): pass", "def test_two(): pass")
    assert suite.run("-n1", "--policycheck").ret == 4
    suite.test("def test_one(): pass", "def test_two(bare): bare.get('/quiet')")
    assert suite.run("-n1", "--policycheck").ret == 0


def test_a_mistake_in_the_settings_is_said_once(suite: Any) -> None:
    suite.settings('catalog = "x"')
    suite.test("def test_one(bare): bare.get('/')")
    result = suite.run("-n2", "--policycheck")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (result.stderr.str() + result.stdout.str()).count("is not a setting") == 1


def test_a_mistake_in_the_settings_fails_each_test_that_uses_a_fixture(suite: Any) -> None:
    suite.settings('catalog = "x"')
    suite.test("def test_one(policycheck): pass", "def test_two(policycheck): pass", "def test_plain(): pass")
    result = suite.run("-n2")
    result.assert_outcomes(errors=2, passed=1)
    result.stdout.fnmatch_lines(["policycheck: *catalog: is not a setting*"])
    assert "pytest_plugin" not in result.stdout.str()


def test_a_mistake_that_only_a_worker_can_see_fails_its_tests(suite: Any) -> None:
    suite.write("deep/conftest.py", "def policycheck_rulez(): pass\n")
    suite.test("def test_one(bare): bare.get('/')", name="deep/test_deep.py")
    result = suite.run("-n1", "--policycheck")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["policycheck: *conftest.py: policycheck has no hook 'policycheck_rulez'; did you mean *"]
    )


def test_a_worker_that_crashes_is_named(suite: Any) -> None:
    suite.test("import os", "def test_leak(bare): bare.get('/leak')", "def test_crash(): os._exit(1)")
    result = suite.run_apart("-n1", "--policycheck", "--max-worker-restart=1")
    result.stdout.fnmatch_lines(["note: worker gw* ended early: what it observed is missing from this report"])


def test_a_catalogue_that_tests_build_is_joined_without_rules_about_the_run(suite: Any) -> None:
    suite.write(
        "conftest.py",
        (suite.path / "conftest.py").read_text()
        + "\nimport policycheck as library\n@pytest.fixture(scope='session')\ndef policycheck_catalogue(): return library.load_catalogue('catalogue.yaml')\n",
    )
    suite.test("def test_leak(client): client.get('/leak')", "def test_landing(client): client.get('/')")
    document = suite.report("-n2")
    assert {found["code"] for found in document["findings"]} == {"INV001", "ATT001"}
    assert document["coverage"]["observed"] == ["cookie:sid"]
    assert len(document["coverage"]["declared"]) == 4
    assert document["notes"] == [
        "the rules about a whole run were not applied to a catalogue that tests in workers have built"
    ]


def test_workers_share_the_compiled_catalogue(suite: Any, codes: Callable[[dict[str, Any]], list[str]]) -> None:
    suite.write("pyproject.toml", (suite.path / "pyproject.toml").read_text().replace("cache = false", "cache = true"))
    suite.test(*TESTS)
    cold = codes(suite.report("-n3", "--policycheck"))
    assert (suite.path / ".policycheck_cache").is_dir()
    assert codes(suite.report("-n3", "--policycheck")) == cold


def test_hosts_left_out_are_added_up(suite: Any) -> None:
    suite.test(
        "import httpx",
        "@pytest.mark.parametrize('number', range(4))",
        "def test_foreign(bare, number):",
        "    bare.get('/')",
        "    with httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200))) as client:",
        "        client.get('https://bank.example.com/')",
    )
    suite.run("-n2", "--policycheck").stdout.fnmatch_lines(
        ["note: responses of other hosts were not judged: bank.example.com (4); *"]
    )
