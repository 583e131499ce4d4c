"""The fixture ``policycheck_consent`` in a project of its own, as its users see it."""

from __future__ import annotations

import json

import pytest

CATALOGUE = """
catalogue: 1
id: site
version: "1"
consent: {validity: 6 months}
items:
  - {name: choice, kind: cookie, category: necessary, retention: 6 months, remembersChoice: true}
  - {name: _ga, kind: cookie, category: analytics, retention: 13 months}
"""
SITE = """
from policycheck.testing import WsgiDriver

SECRET = "s3cretv4lue"

def app(environ, start_response):
    cookie = environ.get("HTTP_COOKIE", "")
    headers = []
    if environ["REQUEST_METHOD"] == "POST":
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        choice = "yes" if b"analytics" in body else "no"
        headers.append(("Set-Cookie", f"choice={choice}; Max-Age=15000000; Secure"))
        if choice == "no" and not environ.get("careless"):
            headers.append(("Set-Cookie", "_ga=; Max-Age=0; Secure"))
        start_response("303 See Other", [*headers, ("Location", "/")])
        return [b""]
    if "choice=yes" in cookie:
        headers.append(("Set-Cookie", f"_ga={SECRET}; Max-Age=1000000; Secure"))
    start_response("200 OK", headers)
    return [b"" if "choice=" in cookie else b"banner"]

def careless(environ, start_response):
    return app({**environ, "careless": "1"}, start_response)

class Good(WsgiDriver):
    application = staticmethod(app)
    def __init__(self):
        super().__init__(self.application)
    def choose(self, granted):
        self.post("/consent", {"c": sorted(granted)})
    def asked(self):
        return "banner" in self.page.text

class Careless(Good):
    application = staticmethod(careless)
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".yaml", catalogue=CATALOGUE)
    pytester.makepyprojecttoml('[tool.policycheck]\ncatalogue = "catalogue.yaml"\n')
    pytester.makepyfile(site_under_test=SITE)
    return pytester


def test_a_good_site_passes_and_the_summary_says_how_far_the_search_came(project: pytest.Pytester) -> None:
    project.makepyfile(
        "from site_under_test import Good\n"
        "def test_consent(policycheck_consent):\n"
        "    outcome = policycheck_consent.run(Good, examples=20, seed=1)\n"
        "    assert outcome.reach.journeys >= 20\n"
    )
    result = project.runpytest_subprocess("-p", "no:randomly", "-v")
    result.assert_outcomes(passed=1)
    result.stdout.re_match_lines(
        [
            r"not evaluated: gpc-refuses on 'consent': no profile.*",
            r"consent to analytics: \d+ journeys, \d+ steps; 4 of 4 states, \d+ of 44 transitions, \d+ of 16 laws.*",
        ]
    )


def test_a_bad_site_fails_with_findings_sequence_and_code(project: pytest.Pytester) -> None:
    project.makepyfile(
        "from site_under_test import Careless\n"
        "def test_consent(policycheck_consent):\n"
        "    policycheck_consent.run(Careless, seed=1)\n"
    )
    result = project.runpytest_subprocess("-p", "no:randomly", "--policycheck-report=report.json", "--junitxml=j.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "withdrawal-erases: CON003 survives-withdrawal: cookie '_ga' (analytics)*",
            "  grant('analytics'); withdraw('analytics'); visit('/')",
            "      visitor = policycheck_consent.visitor(Careless)",
            "FAILED test_a_bad_site*",
        ]
    )
    output = result.stdout.str()
    assert "s3cretv4lue" not in output
    assert "hypothesis/" not in output
    report = json.loads((project.path / "report.json").read_text())
    found = {finding["code"]: finding["law"] for finding in report["findings"]}
    assert found == {"CON003": "withdrawal-erases", "RET006": None}
    assert report["consent"][0]["categories"] == ["analytics"]
    assert 'name="policycheck.law" value="withdrawal-erases"' in (project.path / "j.xml").read_text()


def test_a_visitor_is_led_step_by_step_and_over_all_states(project: pytest.Pytester) -> None:
    project.makepyfile(
        "import pytest\n"
        "from site_under_test import Careless, Good\n"
        "from policycheck.testing import consent_states\n"
        "@pytest.mark.parametrize('state', consent_states('catalogue.yaml'), ids=str)\n"
        "def test_state(policycheck_consent, state):\n"
        "    visitor = policycheck_consent.visitor(Good)\n"
        "    visitor.reach(state)\n"
        "    visitor.visit_all()\n"
        "def test_withdrawal(policycheck_consent):\n"
        "    visitor = policycheck_consent.visitor(Careless)\n"
        "    visitor.grant('analytics')\n"
        "    visitor.withdraw('analytics')\n"
        "    visitor.visit('/')\n"
    )
    result = project.runpytest_subprocess("-p", "no:randomly", "-v")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["*test_state?analytics=withdrawn? PASSED*", "consent to analytics: 5 journeys, *"])
    result.stdout.fnmatch_lines(["withdrawal-erases: CON003 *"])


def test_workers_put_together_how_far_they_came(project: pytest.Pytester) -> None:
    project.makepyfile(
        "import pytest\n"
        "from site_under_test import Good\n"
        "from policycheck.testing import consent_states\n"
        "@pytest.mark.parametrize('state', consent_states('catalogue.yaml'), ids=str)\n"
        "def test_state(policycheck_consent, state):\n"
        "    visitor = policycheck_consent.visitor(Good)\n"
        "    visitor.reach(state)\n"
        "    visitor.visit_all()\n"
    )
    result = project.runpytest_subprocess("-n", "2", "-v")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["consent to analytics: 4 journeys, * 4 of 4 states, *"])


def test_settings_waivers_and_switched_off_laws_count(project: pytest.Pytester) -> None:
    project.makepyprojecttoml(
        """
        [tool.policycheck]
        catalogue = "catalogue.yaml"

        [[tool.policycheck.waivers]]
        codes = ["CON003"]
        subject = "_ga"
        reason = "known"
        owner = "us"
        expires = 2999-01-01
        """
    )
    project.makepyfile(
        "from site_under_test import Careless\n"
        "def test_consent(policycheck_consent):\n"
        "    policycheck_consent.run(Careless, examples=20, seed=1)\n"
    )
    result = project.runpytest_subprocess("-p", "no:randomly", "-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*1 waived*"])

    project.makepyprojecttoml(
        """
        [tool.policycheck]
        catalogue = "catalogue.yaml"

        [tool.policycheck.laws]
        withdrawal-erases = "ticket 12"
        """
    )
    result = project.runpytest_subprocess("-p", "no:randomly", "-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["not evaluated: withdrawal-erases on 'consent': switched off: ticket 12*"])


def test_switched_off_as_a_whole_it_skips(project: pytest.Pytester) -> None:
    project.makepyfile(
        "from site_under_test import Careless\n"
        "def test_consent(policycheck_consent):\n"
        "    policycheck_consent.run(Careless)\n"
    )
    project.runpytest_subprocess("--no-policycheck").assert_outcomes(skipped=1)


def test_mistakes_are_told_without_our_frames(project: pytest.Pytester) -> None:
    project.makepyfile(
        "from site_under_test import Good\n"
        "def test_consent(policycheck_consent):\n"
        "    policycheck_consent.run(Good, categories=['analytic'])\n"
    )
    result = project.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no category 'analytic'; did you mean 'analytics'?*"])
    assert "setup.py" not in result.stdout.str()


def test_it_works_in_asynchronous_tests(project: pytest.Pytester) -> None:
    project.makepyfile(
        "import pytest\n"
        "from site_under_test import Good\n"
        "from policycheck.testing import StarletteDriver\n"
        "from starlette.applications import Starlette\n"
        "from starlette.responses import PlainTextResponse\n"
        "from starlette.routing import Route\n"
        "async def page(request):\n"
        "    response = PlainTextResponse('')\n"
        "    if request.method == 'POST':\n"
        "        response.set_cookie('choice', 'x', max_age=15000000, secure=True)\n"
        "    else:\n"
        "        response.set_cookie('_ga', 'x', max_age=1000, secure=True)\n"
        "    return response\n"
        "class Driver(StarletteDriver):\n"
        "    def __init__(self):\n"
        "        super().__init__(Starlette(routes=[Route('/', page, methods=['GET', 'POST'])]))\n"
        "    def choose(self, granted):\n"
        "        self.post('/', {})\n"
        "@pytest.mark.asyncio\n"
        "async def test_consent(policycheck_consent):\n"
        "    policycheck_consent.run(Driver, examples=5)\n"
    )
    result = project.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["silence-is-refusal: CON001 *", "  visit('/')"])
