"""The fixture: what is observed is judged when the body of the test is over, and a finding fails the test."""

from __future__ import annotations

from typing import Any

import pytest

HEADLINE = "INV001 undeclared-item: cookie 'tracker' was stored, and no entry of the catalogue declares it"


def test_a_clean_test_passes(suite: Any) -> None:
    suite.test("def test_landing(client): assert client.get('/').status_code == 200")
    result = suite.run()
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.OK


def test_a_finding_fails_the_test_and_is_no_error(suite: Any) -> None:
    suite.test("def test_leak(client): client.get('/leak')")
    result = suite.run()
    result.assert_outcomes(failed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "*_ test_leak _*",
            HEADLINE,
            "  where:    GET /leak  ->  Set-Cookie, header 1 of 1   (test_shop.py::test_leak)",
            "  expected: *",
            "  actual:   tracker=<18 bytes>; *",
            "  fix:      *",
            "  why:      *policycheck rule INV001",
            "FAILED test_shop.py::test_leak - INV001 *",
        ]
    )


def test_the_failure_shows_no_frame_of_ours(suite: Any) -> None:
    suite.test("def test_leak(client): client.get('/leak')")
    for style in ("auto", "long", "short", "native", "line"):
        output = suite.run(f"--tb={style}").stdout.str()
        assert "pytest_plugin" not in output
        assert "Traceback" not in output
        assert "PolicyViolation" not in output


def test_the_line_style_and_the_summary_have_the_headline(suite: Any) -> None:
    suite.test("def test_leak(client):", "    client.get('/leak')", "    client.get('/count')")
    result = suite.run("--tb=line", "-vv")
    result.stdout.fnmatch_lines([f"*test_shop.py:2: {HEADLINE} (and 1 more)", f"FAILED * - {HEADLINE} (and 1 more)"])


def test_a_body_that_fails_stays_the_failure_and_findings_stand_beside_it(suite: Any) -> None:
    suite.test("def test_both(client):", "    client.get('/leak')", "    assert 1 == 2")
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E       assert 1 == 2", "*- policycheck -*", HEADLINE, "FAILED * - assert 1 == 2"])


def test_a_skip_hides_no_finding(suite: Any) -> None:
    suite.test("def test_skipped(client):", "    client.get('/leak')", "    pytest.skip('later')")
    suite.run().assert_outcomes(failed=1)
    suite.test("def test_skipped(client):", "    client.get('/')", "    pytest.skip('later')")
    suite.run().assert_outcomes(skipped=1)


def test_a_test_may_expect_the_finding(suite: Any) -> None:
    suite.test(
        "from pytest_policycheck import PolicyViolation",
        "@pytest.mark.xfail(raises=PolicyViolation, strict=True)",
        "def test_leak(client): client.get('/leak')",
        "@pytest.mark.xfail(raises=PolicyViolation, strict=True)",
        "def test_landing(client): client.get('/')",
    )
    result = suite.run()
    result.assert_outcomes(xfailed=1, failed=1)
    result.stdout.fnmatch_lines(["*XPASS(strict)*"])


def test_only_severities_from_fail_on_upwards_fail(suite: Any) -> None:
    suite.test("def test_landing(client): client.get('/')")
    suite.run("--policycheck-fail-on=error").assert_outcomes(passed=1)
    result = suite.run("--policycheck-fail-on=note")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["ATT001 insecure-cookie: cookie 'sid' was set without Secure"])


def test_verify_raises_at_once_and_shows_the_line(suite: Any) -> None:
    suite.test(
        "def test_leak(client, policycheck):",
        "    policycheck.verify()",
        "    client.get('/leak')",
        "    policycheck.verify()",
        "    raise SystemExit('not reached')",
    )
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">       policycheck.verify()",
            f"E       pytest_policycheck.PolicyViolation: {HEADLINE}",
            f"FAILED * - {HEADLINE[:20]}*",
        ]
    )
    result.stdout.no_fnmatch_line("*- policycheck -*")
    assert result.stdout.str().count("where:    GET /leak") == 1
    assert "pytest_plugin" not in result.stdout.str()


def test_a_violation_that_a_test_swallows_still_fails_it(suite: Any) -> None:
    suite.test(
        "from pytest_policycheck import PolicyViolation",
        "def test_leak(client, policycheck):",
        "    client.get('/leak')",
        "    with pytest.raises(PolicyViolation) as caught: policycheck.verify()",
        "    assert [found.code for found in caught.value.findings] == ['INV001']",
        "    assert isinstance(caught.value, AssertionError)",
    )
    suite.run().assert_outcomes(failed=1)


def test_findings_and_observations_can_be_read(suite: Any, canary: str) -> None:
    suite.test(
        "def test_leak(client, policycheck):",
        "    client.get('/')",
        "    assert not [found for found in policycheck.findings if found.severity == 'error']",
        "    assert [seen.name for seen in policycheck.observations] == ['sid']",
        f"    assert policycheck.observations[0].value == {canary!r}",
        f"    assert {canary!r} not in repr(policycheck.observations) + repr(policycheck) + repr(vars(policycheck))",
        "    assert repr(policycheck) == '<policycheck of test_shop.py::test_leak: 1 observations>'",
    )
    suite.run().assert_outcomes(passed=1)


def test_consent_holds_from_the_moment_it_is_given(suite: Any) -> None:
    suite.test(
        "def test_before(client, policycheck):",
        "    client.get('/count')",
        "    policycheck.consent.grant('analytics')",
        "def test_after(client, policycheck):",
        "    policycheck.consent.grant('analytics')",
        "    client.get('/count')",
        "    assert policycheck.consent.status('analytics') == 'granted'",
        "    assert policycheck.consent.status('functional') == 'unset'",
        "def test_refused(client, policycheck):",
        "    policycheck.consent.refuse()",
        "    client.get('/count')",
        "def test_reset(client, policycheck):",
        "    policycheck.consent.grant()",
        "    policycheck.consent.reset()",
        "    client.get('/count')",
        "def test_withdrawn(client, policycheck):",
        "    policycheck.consent.grant('analytics')",
        "    policycheck.consent.withdraw('analytics')",
        "    assert repr(policycheck.consent) == '<consent: analytics=withdrawn, else unset>'",
        "    client.get('/count')",
    )
    result = suite.run("-rA", "-vv")
    result.assert_outcomes(failed=4, passed=1)
    result.stdout.fnmatch_lines_random(
        ["PASSED test_shop.py::test_after", "*CON001*before consent*", "*CON002*", "*CON004*"]
    )


def test_an_unknown_category_is_named_with_the_nearest(suite: Any) -> None:
    suite.test("def test_typo(policycheck): policycheck.consent.grant('analitics')")
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no category 'analitics'; did you mean 'analytics'?*"])
    assert "raise" not in result.stdout.str()


def test_storage_that_a_test_knows_of_is_judged(suite: Any, canary: str) -> None:
    suite.test(
        "def test_declared(policycheck): policycheck.storage('localStorage', 'cart')",
        f"def test_undeclared(policycheck): policycheck.storage('sessionStorage', 'tab', {canary!r})",
        "def test_deleted(policycheck): policycheck.storage('localStorage', 'gone', operation='delete')",
        "def test_kind(policycheck): policycheck.storage('cookie', 'sid')",
        "def test_operation(policycheck): policycheck.storage('localStorage', 'cart', operation='burn')",
    )
    result = suite.run("-rA", "-vv")
    result.assert_outcomes(passed=2, failed=3)
    result.stdout.fnmatch_lines_random(
        [
            "INV001 undeclared-item: sessionStorage 'tab' *",
            "*'cookie' is no kind of web storage; there are localStorage, sessionStorage, indexedDB, caches, fileSystem",
            "*'burn' is no operation; there are store, access, delete",
        ]
    )


def test_what_cannot_be_observed_is_said_with_what_can(suite: Any) -> None:
    suite.test("def test_response(policycheck, bare): policycheck.observe(bare.get('/'))")
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*CaptureError: cannot observe *did you mean the client, not the response?*"])
    assert "_hookexec" not in result.stdout.str()


def test_a_watch_ends_with_its_test(suite: Any) -> None:
    suite.test(
        "from app import app",
        "shared = app.test_client()",
        "watches = []",
        "def test_one(policycheck): watches.append(policycheck.observe(shared)); shared.get('/'); assert not watches[0].closed",
        "def test_two(policycheck):",
        "    shared.get('/leak')",
        "    policycheck.storage('localStorage', 'cart')",
        "    assert watches[0].closed",
    )
    suite.run().assert_outcomes(passed=2)


def test_consent_lasts_until_the_end_of_teardown(suite: Any) -> None:
    suite.test(
        "@pytest.fixture",
        "def leaver(client):",
        "    yield client",
        "    client.get('/count')",
        "def test_one(leaver, policycheck): policycheck.consent.grant(); leaver.get('/')",
        "def test_two(leaver, policycheck): leaver.get('/')",
    )
    suite.run().assert_outcomes(passed=2, errors=1)


def test_each_test_has_its_own_device(suite: Any) -> None:
    suite.test(
        "@pytest.mark.parametrize('path', ['/', '/leak', '/quiet'])",
        "def test_path(client, policycheck, path):",
        "    client.get(path)",
        "    assert len(policycheck.observations) == (path != '/quiet')",
    )
    result = suite.run("-rA")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["FAILED test_shop.py::test_path[[]/leak[]]*"])


def test_requests_of_fixtures_count_for_the_test_that_asks_for_them(suite: Any) -> None:
    suite.test(
        "@pytest.fixture",
        "def visited(client): client.get('/leak')",
        "def test_one(client, visited): pass",
        "def test_two(client): pass",
    )
    suite.run("-rA").stdout.fnmatch_lines_random(["FAILED test_shop.py::test_one*", "PASSED test_shop.py::test_two"])


def test_what_teardown_stores_is_an_error_at_teardown(suite: Any) -> None:
    suite.test(
        "@pytest.fixture",
        "def leaver(client):",
        "    yield client",
        "    client.get('/leak')",
        "def test_one(leaver): leaver.get('/')",
    )
    result = suite.run()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_one*", HEADLINE])


def test_what_a_failed_setup_stored_is_not_lost(suite: Any) -> None:
    suite.test(
        "@pytest.fixture",
        "def broken(client):",
        "    client.get('/leak')",
        "    raise LookupError('no database')",
        "def test_one(broken): pass",
    )
    result = suite.run()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["E * LookupError: no database", "*ERROR at teardown of test_one*", HEADLINE])


def test_a_fixture_of_the_project_names_another_catalogue(suite: Any) -> None:
    suite.write(
        "other.yaml",
        "catalogue: 1\nid: other\nversion: '1'\nitems:\n  - {name: tracker, kind: cookie, category: necessary, retention: 1 day, purpose: {en: x}}\n",
    )
    suite.test("def test_leak(client, policycheck_catalogue): client.get('/leak')")
    for value in (
        "'other.yaml'",
        "pathlib.Path(__file__).parent / 'other.yaml'",
        "policycheck.load_catalogue('other.yaml')",
    ):
        suite.write(
            "test_shop.py",
            f"import pathlib, policycheck, pytest\n@pytest.fixture(scope='session')\ndef policycheck_catalogue(): return {value}\ndef test_leak(client): client.get('/leak')\n",
        )
        result = suite.run()
        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines(["catalogue *other.yaml: 1 of 1 declared item observed"])


def test_a_fixture_that_returns_no_catalogue_fails_the_setup(suite: Any) -> None:
    suite.test("@pytest.fixture", "def policycheck_catalogue(): return 7", "def test_leak(client): pass")
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["policycheck: a catalogue is a location or a Catalogue, not int"])


def test_the_catalogue_fixture_gives_the_catalogue(suite: Any) -> None:
    suite.test("def test_it(policycheck_catalogue, client): client.get('/'); assert policycheck_catalogue.id == 'shop'")
    suite.run().assert_outcomes(passed=1)


def test_rerunning_a_test_starts_on_an_empty_device(suite: Any) -> None:
    suite.write(
        "conftest.py",
        (suite.path / "conftest.py").read_text() + "\nfrom _pytest.runner import runtestprotocol\n"
        "def pytest_runtest_protocol(item, nextitem):\n"
        "    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)\n"
        "    for log in (False, True):\n"
        "        item._initrequest()\n"
        "        runtestprotocol(item, log=log, nextitem=nextitem)\n"
        "    return True\n",
    )
    suite.test(
        "paths = ['/leak', '/']",
        "def test_flaky(client, policycheck):",
        "    client.get(paths.pop(0))",
        "    assert len(policycheck.observations) == 1",
    )
    suite.run().assert_outcomes(passed=1)


def test_a_unittest_case_may_use_the_fixture(suite: Any) -> None:
    suite.test(
        "import unittest",
        "from app import app",
        "class ShopTest(unittest.TestCase):",
        "    @pytest.fixture(autouse=True)",
        "    def watched(self, policycheck):",
        "        self.client = app.test_client()",
        "        policycheck.observe(self.client)",
        "    def test_landing(self): self.client.get('/')",
        "    def test_leak(self): self.client.get('/leak')",
        "    def test_both(self): self.client.get('/leak'); self.fail('the body')",
    )
    result = suite.run("-vv")
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines_random(
        ["FAILED *::test_leak - INV001*", "FAILED *::test_both - AssertionError: the body"]
    )
