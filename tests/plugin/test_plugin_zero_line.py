"""``--policycheck``: every client is watched, and no test knows about it."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_suite_that_never_heard_of_it_is_checked(suite: Any) -> None:
    suite.test(
        "def test_landing(bare): bare.get('/')",
        "def test_leak(bare): bare.get('/leak')",
        "def test_sum(): assert 1 + 1 == 2",
    )
    result = suite.run("--policycheck")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["FAILED test_shop.py::test_leak - INV001*"])
    suite.run().assert_outcomes(passed=3)


def test_a_client_that_a_test_observes_too_is_seen_once(suite: Any) -> None:
    suite.test("def test_leak(client, policycheck): client.get('/leak'); assert len(policycheck.observations) == 1")
    result = suite.run("--policycheck")
    result.stdout.fnmatch_lines(["*; 1 observation in 1 response"])


def test_wide_fixtures_count_for_the_test_in_whose_setup_they_ran(suite: Any) -> None:
    suite.test(
        "from app import app",
        "@pytest.fixture(scope='session')",
        "def visited(): app.test_client().get('/leak')",
        "@pytest.fixture(scope='module', autouse=True)",
        "def leaver():",
        "    yield",
        "    app.test_client().get('/count')",
        "def test_one(): pass",
        "def test_two(visited): pass",
        "def test_three(visited): pass",
    )
    result = suite.run("--policycheck", "-rA")
    result.assert_outcomes(passed=2, failed=1, errors=1)
    result.stdout.fnmatch_lines_random(
        [
            "FAILED test_shop.py::test_two - INV001*",
            "ERROR test_shop.py::test_three - CON001*",
            "*ERROR at teardown of test_three*",
        ]
    )


def test_consent_of_a_marker_holds_for_fixtures_of_the_test(suite: Any) -> None:
    suite.test(
        "@pytest.fixture",
        "def counted(bare): bare.get('/count')",
        "@pytest.mark.policycheck(consent='granted')",
        "def test_one(counted): pass",
    )
    suite.run("--policycheck").assert_outcomes(passed=1)


def test_unittest_cases_are_checked(suite: Any) -> None:
    suite.test(
        "import unittest",
        "from app import app",
        "class ShopTest(unittest.TestCase):",
        "    def setUp(self): self.client = app.test_client()",
        "    def test_landing(self): self.client.get('/')",
        "    def test_leak(self): self.client.get('/leak')",
        "    def test_both(self):",
        "        self.client.get('/leak')",
        "        self.assertEqual(1, 2)",
        "    def test_skipped(self):",
        "        self.client.get('/leak')",
        "        self.skipTest('later')",
        "    @unittest.expectedFailure",
        "    def test_expected(self):",
        "        self.assertEqual(1, 2)",
    )
    result = suite.run("--policycheck", "-vv")
    result.assert_outcomes(passed=1, failed=3, xfailed=1)
    result.stdout.fnmatch_lines_random(
        [
            "FAILED test_shop.py::ShopTest::test_leak - INV001*",
            "FAILED test_shop.py::ShopTest::test_both - AssertionError: 1 != 2",
            "FAILED test_shop.py::ShopTest::test_skipped - INV001*",
            "*- policycheck -*",
        ]
    )


def test_doctests_are_checked(suite: Any) -> None:
    suite.test("def test_landing(bare): bare.get('/')")
    suite.write("guide.txt", ">>> from app import app\n>>> app.test_client().get('/leak').status_code\n200\n")
    result = suite.run("--policycheck", "--doctest-glob=*.txt")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["FAILED guide.txt::guide.txt - INV001*"])


def test_items_without_fixtures_are_checked(suite: Any) -> None:
    suite.write(
        "conftest.py",
        "import pytest\n"
        "class Visit(pytest.Item):\n"
        "    def runtest(self):\n"
        "        from app import app\n"
        "        app.test_client().get(self.name)\n"
        "class Paths(pytest.File):\n"
        "    def collect(self):\n"
        "        for line in self.path.read_text().split(): yield Visit.from_parent(self, name=line)\n"
        "def pytest_collect_file(parent, file_path):\n"
        "    if file_path.suffix == '.paths': return Paths.from_parent(parent, path=file_path)\n",
    )
    suite.write("shop.paths", "/\n/leak\n")
    result = suite.run("--policycheck")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["FAILED shop.paths::/leak - INV001*"])


def test_nothing_observed_is_no_pass(suite: Any) -> None:
    suite.test("def test_sum(): assert 1 + 1 == 2")
    result = suite.run("--policycheck")
    result.assert_outcomes(passed=1)
    assert result.ret == 4
    result.stdout.fnmatch_lines(["*= policycheck =*", "nothing was observed: *"])
    result = suite.run("--policycheck", "-q")
    assert result.ret == 4
    result.stdout.fnmatch_lines(["policycheck: nothing was observed: *"])


def test_a_fixture_with_which_nothing_was_observed_is_no_pass_either(suite: Any) -> None:
    suite.test("def test_sum(policycheck): assert 1 + 1 == 2")
    assert suite.run().ret == 4
    suite.test("def test_sum(): assert 1 + 1 == 2")
    assert suite.run("--policycheck-report=report.json").ret == 4
    assert suite.run().ret == 0


def test_responses_without_cookies_are_observed(suite: Any) -> None:
    suite.test("def test_quiet(bare): bare.get('/quiet')")
    result = suite.run("--policycheck")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*; 0 observations in 1 response"])


@pytest.mark.parametrize(
    "options", [("--fixtures",), ("--setup-plan",), ("-k", "nothing")], ids=lambda options: options[0]
)
def test_a_run_of_no_test_says_nothing_about_what_it_did_not_observe(suite: Any, options: tuple[str, ...]) -> None:
    text = (suite.path / "pyproject.toml").read_text()
    suite.write("pyproject.toml", text.replace('ATT001 = "note"', 'INV004 = "error"'))
    suite.test("def test_landing(bare): bare.get('/')")
    result = suite.run("--policycheck", *options)
    assert result.ret in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    result.stdout.no_fnmatch_line("*INV004*")
    result.stdout.no_fnmatch_line("*= policycheck =*")


def test_without_the_terminal_plugin_the_exit_code_says_it(suite: Any) -> None:
    suite.test("def test_landing(bare): bare.get('/')")
    assert suite.run("--policycheck", "-p", "no:terminal").ret == pytest.ExitCode.OK
    suite.test("def test_leak(bare): bare.get('/leak')")
    assert suite.run("--policycheck", "-p", "no:terminal").ret == pytest.ExitCode.TESTS_FAILED


def test_a_client_that_a_test_observes_is_seen_on_every_host(suite: Any) -> None:
    suite.test(
        "import httpx, requests",
        "answer = httpx.MockTransport(lambda request: httpx.Response(200, headers={'set-cookie': 'tracker=1; Secure'}))",
        "def test_own(policycheck):",
        "    with httpx.Client(transport=answer) as client:",
        "        policycheck.observe(client)",
        "        client.get('https://shop.eu/')",
        "    assert len(policycheck.observations) == 1",
        "def test_foreign(policycheck):",
        "    with httpx.Client(transport=answer) as client: client.get('https://shop.eu/')",
        "    assert not policycheck.observations",
    )
    result = suite.run("--policycheck")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["INV001 undeclared-item: cookie 'tracker' *", "note: responses of other hosts were not judged: shop.eu (1); *"]
    )


def test_other_exit_codes_stay(suite: Any) -> None:
    suite.test("def test_sum(): assert 1 + 1 == 3")
    assert suite.run("--policycheck").ret == pytest.ExitCode.TESTS_FAILED
    assert suite.run("--policycheck", "-k", "none").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    suite.test("@pytest.mark.skip", "def test_sum(): pass")
    assert suite.run("--policycheck").ret == pytest.ExitCode.OK
    assert suite.run("--policycheck", "--collect-only").ret == pytest.ExitCode.OK


def test_a_marked_xfail_that_fails_keeps_its_outcome(suite: Any) -> None:
    suite.test("@pytest.mark.xfail", "def test_leak(bare): bare.get('/leak'); assert 1 == 2")
    result = suite.run("--policycheck")
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(["error: INV001*"])


def test_what_is_stored_between_tests_fails_the_run(suite: Any) -> None:
    suite.test("from app import app", "app.test_client().get('/leak')", "def test_landing(bare): bare.get('/')")
    result = suite.run("--policycheck")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["error: INV001*", "  where:    GET /leak*"])


def test_what_is_stored_between_tests_cannot_be_judged_without_a_catalogue_in_the_settings(suite: Any) -> None:
    suite.write(
        "pyproject.toml", (suite.path / "pyproject.toml").read_text().replace('catalogue = "catalogue.yaml"', "")
    )
    suite.test(
        "from app import app",
        "app.test_client().get('/leak')",
        "@pytest.fixture(scope='session')",
        "def policycheck_catalogue(): return 'catalogue.yaml'",
        "def test_landing(bare): bare.get('/')",
    )
    result = suite.run("--policycheck")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["note: what was stored between tests was not judged: the settings name no catalogue"])


def test_responses_of_other_hosts_are_left_out_and_said(suite: Any) -> None:
    suite.test(
        "import httpx",
        "def answer(request): return httpx.Response(200, headers={'set-cookie': 'foreign=x'})",
        "def test_foreign(bare):",
        "    bare.get('/')",
        "    with httpx.Client(transport=httpx.MockTransport(answer)) as client:",
        "        client.get('https://bank.example.com/'), client.get('https://bank.example.com/')",
    )
    result = suite.run("--policycheck")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["note: responses of other hosts were not judged: bank.example.com (2); *"])
    suite.settings('hosts = ["*.example.com"]')
    suite.run("--policycheck").assert_outcomes(failed=1)


def test_what_a_failed_setup_stored_is_not_lost(suite: Any) -> None:
    suite.test(
        "@pytest.fixture",
        "def broken(bare):",
        "    bare.get('/leak')",
        "    raise LookupError('no database')",
        "def test_one(broken): pass",
    )
    result = suite.run("--policycheck")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_one*", "INV001*"])


def test_the_catalogue_fixture_of_the_project_is_honoured(suite: Any) -> None:
    suite.write(
        "other.yaml",
        "catalogue: 1\nid: other\nversion: '1'\nitems:\n  - {name: tracker, kind: cookie, category: necessary, retention: 1 day, purpose: {en: x}}\n",
    )
    suite.test(
        "@pytest.fixture(scope='session')",
        "def policycheck_catalogue(): return 'other.yaml'",
        "def test_leak(bare): bare.get('/leak')",
    )
    suite.run("--policycheck").assert_outcomes(passed=1)


def test_an_interrupt_passes_through(suite: Any) -> None:
    suite.test("def test_stop(bare): bare.get('/leak'); raise KeyboardInterrupt", "def test_more(bare): pass")
    result = suite.run_apart("--policycheck")
    assert result.ret == pytest.ExitCode.INTERRUPTED
