"""``@pytest.mark.policycheck(...)`` on functions, classes and modules."""

from __future__ import annotations

from typing import Any

import pytest

TRACKER = "catalogue: 1\nid: other\nversion: '1'\nitems:\n  - {name: tracker, kind: cookie, category: necessary, retention: 1 day, purpose: {en: x}}\n"


@pytest.mark.parametrize(
    ("consent", "granted"),
    [
        ("'granted'", True),
        ("['analytics']", True),
        ("{'analytics': 'granted', 'functional': 'refused'}", True),
        ("'analytics=granted'", True),
        ("'analytics'", True),
        ("'refused'", False),
        ("['functional']", False),
        ("'unset'", False),
        ("None", False),
    ],
)
def test_consent_is_read_in_every_form(suite: Any, consent: str, granted: bool) -> None:
    suite.test(f"@pytest.mark.policycheck(consent={consent})", "def test_count(client): client.get('/count')")
    suite.run().assert_outcomes(**{"passed" if granted else "failed": 1})


def test_the_closest_marker_says_consent_and_catalogue(suite: Any) -> None:
    suite.write("other.yaml", TRACKER)
    suite.test(
        "pytestmark = pytest.mark.policycheck(consent='granted', catalogue='other.yaml')",
        "def test_module(client): client.get('/leak')",
        "@pytest.mark.policycheck(catalogue='catalogue.yaml')",
        "class TestVisitor:",
        "    def test_class(self, client): client.get('/count')",
        "    @pytest.mark.policycheck(consent='refused')",
        "    def test_function(self, client): client.get('/count')",
        "    @pytest.mark.policycheck(catalogue='other.yaml')",
        "    def test_back(self, client): client.get('/leak')",
    )
    result = suite.run("-rA", "-vv")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines_random(["FAILED test_shop.py::TestVisitor::test_function - CON002*"])
    result.stdout.fnmatch_lines(["catalogue *other.yaml*catalogue.yaml: * declared items observed"])


def test_ignored_rules_add_up(suite: Any) -> None:
    suite.test(
        "pytestmark = pytest.mark.policycheck(ignore=['INV'])",
        "@pytest.mark.policycheck(ignore='stored-before-consent')",
        "class TestVisitor:",
        "    @pytest.mark.policycheck(ignore=('RET001',))",
        "    def test_all(self, client): client.get('/leak'); client.get('/count'); client.get('/theme')",
        "    def test_some(self, client): client.get('/leak'); client.get('/count'); client.get('/theme')",
    )
    result = suite.run("-rA", "-vv")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines_random(["FAILED *::test_some - RET001 *"])
    result.stdout.no_fnmatch_line("FAILED *CON001*")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            "consnet='granted'",
            "the marker policycheck has no keyword 'consnet'; did you mean 'consent'?; there are consent, ignore, catalogue",
        ),
        ("'granted'", "the marker takes keywords only: *"),
        ("consent=['analitics']", "the catalogue has no category 'analitics'; did you mean 'analytics'?*"),
        ("consent={'analytics': 'maybe'}", "'maybe' is not a consent status*"),
        ("consent=7", "a int says nothing about consent*"),
        ("ignore=['INV01']", "no rule is called 'INV01'*"),
        ("ignore=7", "ignore takes a rule or a list of rules, such as ['ATT001', 'RET'], not 7"),
        ("catalogue='nowhere.yaml'", "*nowhere.yaml*"),
        ("catalogue=7", "a catalogue is a location or a Catalogue, not int"),
    ],
)
@pytest.mark.parametrize("mode", ["fixture", "zero-line"])
def test_a_marker_that_makes_no_sense_fails_the_setup_of_its_test(
    suite: Any, arguments: str, message: str, mode: str
) -> None:
    fixture = "client" if mode == "fixture" else "bare"
    suite.test(
        f"@pytest.mark.policycheck({arguments})",
        f"def test_it({fixture}): {fixture}.get('/')",
        f"def test_other({fixture}): {fixture}.get('/')",
    )
    result = suite.run(*(["--policycheck"] if mode == "zero-line" else []))
    result.assert_outcomes(errors=1, passed=1)
    escaped = message.replace("[", "[[]") if "[" in message else message
    result.stdout.fnmatch_lines(["*ERROR at setup of test_it*", f"policycheck: {escaped}"])
    for surplus in ("pytest_plugin", "During handling", "All traceback entries are hidden"):
        assert surplus not in result.stdout.str()


def test_the_marker_is_registered(suite: Any) -> None:
    suite.run("--markers").stdout.fnmatch_lines(
        ["@pytest.mark.policycheck(consent=None, ignore=(), catalogue=None): *"]
    )
