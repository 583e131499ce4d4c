"""``policycheck_*`` hooks in a conftest.py."""

from __future__ import annotations

from typing import Any

import pytest

RULE = """
def policycheck_rules():
    from policycheck.model.finding import Breach, Severity
    from policycheck.rules.rule import Rule

    def check(matched, context):
        if matched.observation.name.startswith("s"):
            yield Breach("starts with an s")

    return [Rule("{code}", "{name}", Severity.ERROR, "The house says so.", observation=check)]
"""


def add(suite: Any, text: str, folder: str = "") -> None:
    path = suite.path / folder / "conftest.py"
    suite.write(
        f"{folder}/conftest.py" if folder else "conftest.py", (path.read_text() if path.exists() else "") + text
    )


@pytest.mark.parametrize("options", [(), ("--policycheck",), ("--policycheck", "-n1")])
def test_a_rule_in_a_conftest_is_applied(suite: Any, options: tuple[str, ...]) -> None:
    add(suite, RULE.format(code="SHOP001", name="no-s"))
    suite.test("def test_landing(client): client.get('/')")
    suite.lean()
    result = suite.run(*options)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["SHOP001 no-s: cookie 'sid' starts with an s"])
    suite.run(*options, "--policycheck-ignore=no-s").assert_outcomes(passed=1)


def test_two_conftests_of_one_name_do_not_collide(suite: Any) -> None:
    for folder, code in (("one", "ONE001"), ("two", "TWO001")):
        add(suite, RULE.format(code=code, name=f"no-s-{folder}"), folder)
        suite.test("def test_landing(bare): bare.get('/')", name=f"{folder}/test_{folder}.py")
    result = suite.run("--policycheck", "--policycheck-select=ONE001,TWO001", "--import-mode=importlib")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines_random(["ONE001 *", "TWO001 *"])


def test_the_decorator_gives_options(suite: Any) -> None:
    add(
        suite,
        "\nfrom policycheck.plugins.hookspecs import hookimpl\n"
        "@hookimpl(specname='policycheck_modify_findings')\n"
        "def forgive(findings): findings.clear()\n",
    )
    suite.test("def test_leak(client): client.get('/leak')")
    suite.run().assert_outcomes(passed=1)


@pytest.mark.parametrize("options", [(), ("--policycheck",)])
def test_a_misspelled_hook_is_named(suite: Any, options: tuple[str, ...]) -> None:
    add(suite, "\ndef policycheck_rulez(): return []\n")
    suite.test("def test_landing(client): client.get('/')")
    result = suite.run(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    output = result.stderr.str() + result.stdout.str()
    pytest.LineMatcher(output.splitlines()).fnmatch_lines(
        ["*policycheck: *conftest.py: policycheck has no hook 'policycheck_rulez'; did you mean 'policycheck_rules'?*"]
    )
    assert "Traceback" not in output


@pytest.mark.parametrize("options", [(), ("-n1",)], ids=["alone", "workers"])
def test_a_hook_that_is_broken_is_named_by_each_test_and_by_the_report(suite: Any, options: tuple[str, ...]) -> None:
    suite.lean()
    add(suite, "\ndef policycheck_modify_findings(findings): 1 / 0\n")
    suite.test("def test_landing(bare): bare.get('/')")
    result = suite.run_apart("--policycheck", *options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    said = "failed in policycheck_modify_findings with ZeroDivisionError (conftest.py:*)"
    result.stdout.fnmatch_lines(
        [
            f"policycheck: plugin *conftest.py' {said}",
            "*= policycheck =*",
            f"policycheck: there is no report: plugin *conftest.py' {said}",
        ]
    )
    for surplus in ("Traceback", "INTERNALERROR", "phases.py"):
        assert surplus not in result.stdout.str() + result.stderr.str()


BROKEN_RULE = """
from policycheck.model.finding import Severity
from policycheck.rules.rule import Rule

def check(matched, context):
    raise KeyError(matched.observation.value)
    yield

def policycheck_rules():
    return [Rule("SHOP001", "broken", Severity.ERROR, "It is broken.", observation=check)]
"""


@pytest.mark.parametrize("options", [(), ("--policycheck",)], ids=["fixture", "zero-line"])
def test_a_rule_that_is_broken_fails_the_test_and_never_the_application(
    suite: Any, options: tuple[str, ...], canary: str
) -> None:
    add(suite, BROKEN_RULE)
    suite.test(
        "def test_landing(client):",
        "    try: answer = client.get('/')",
        "    except Exception: return",
        "    assert answer.status_code == 200",
        "def test_verify(client, policycheck):",
        "    client.get('/')",
        "    policycheck.verify()",
        "def test_quiet(client): client.get('/quiet')",
    )
    result = suite.run(*options)
    result.assert_outcomes(failed=2, passed=1)
    result.stdout.fnmatch_lines(
        ["*a rule failed with KeyError (conftest.py:*)", "FAILED *test_landing - *a rule failed*"]
    )
    assert canary not in result.stdout.str()


def test_a_reporter_that_is_broken_is_said_and_is_no_pass(suite: Any) -> None:
    add(suite, "\ndef policycheck_reporters(): return {'x': lambda report: 1 / 0}\n")
    suite.test("def test_landing(client): client.get('/')")
    result = suite.run("--policycheck-report=report.x")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(
        ["*not written to *report.x: the reporter failed with ZeroDivisionError (conftest.py:*)"]
    )
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize("options", [(), ("-n1",)], ids=["alone", "workers"])
@pytest.mark.parametrize("broken", ["hook", "hosts"])
def test_what_the_zero_line_mode_cannot_start_with_ends_the_run(
    suite: Any, options: tuple[str, ...], broken: str
) -> None:
    suite.lean()
    if broken == "hook":
        add(suite, "\ndef policycheck_watched_modules(): 1 / 0\n")
        message = "*conftest.py' failed in policycheck_watched_modules with ZeroDivisionError (conftest.py:*)"
    else:
        suite.settings("hosts = ['https://shop.eu']")
        message = "*'https://shop.eu' is no host"
    suite.test("def test_landing(bare): bare.get('/')")
    result = suite.run_apart("--policycheck", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: policycheck: {message}"])
    assert "INTERNALERROR" not in result.stdout.str()


def test_a_misspelled_hook_in_a_folder_below_ends_the_run_too(suite: Any) -> None:
    add(suite, "\ndef policycheck_rulez(): return []\n", "deep")
    suite.test("def test_landing(bare): bare.get('/')", name="deep/test_deep.py")
    result = suite.run("--policycheck")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: policycheck: *conftest.py: policycheck has no hook 'policycheck_rulez'; *"])
    assert "Traceback" not in result.stderr.str() + result.stdout.str()


@pytest.mark.parametrize("options", [(), ("--policycheck",)])
def test_a_hook_with_an_unknown_argument_is_named(suite: Any, options: tuple[str, ...]) -> None:
    add(suite, "\ndef policycheck_modify_findings(discoveries): pass\n")
    suite.test("def test_landing(client): client.get('/')")
    result = suite.run(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    output = result.stderr.str() + result.stdout.str()
    pytest.LineMatcher(output.splitlines()).fnmatch_lines(["*policycheck: *conftest.py: *discoveries*"])
    assert "Traceback" not in output


def test_fixtures_with_the_prefix_are_no_hooks(suite: Any) -> None:
    add(suite, "\n@pytest.fixture\ndef policycheck_extra(): return 1\n")
    suite.test("def test_landing(client, policycheck_extra): client.get('/')")
    suite.run().assert_outcomes(passed=1)


def test_a_client_that_only_the_project_knows(suite: Any) -> None:
    add(
        suite,
        "\nfrom policycheck.model.observation import HttpExchange\n"
        "class Pigeon:\n"
        "    def __init__(self): self.recorder = None\n"
        "    def fly(self):\n"
        "        self.recorder.response(HttpExchange('GET', 'https://shop.test/', 200, (b'tracker=x',), adapter='pigeon'))\n"
        "class PigeonWatch:\n"
        "    def __init__(self, pigeon): self.pigeon = pigeon\n"
        "    def close(self): self.pigeon.recorder = None\n"
        "def policycheck_observe(subject, recorder):\n"
        "    if isinstance(subject, Pigeon):\n"
        "        subject.recorder = recorder\n"
        "        return PigeonWatch(subject)\n"
        "@pytest.fixture\n"
        "def pigeon(policycheck):\n"
        "    pigeon = Pigeon()\n"
        "    policycheck.observe(pigeon)\n"
        "    return pigeon\n",
    )
    suite.test("def test_flight(pigeon): pigeon.fly()")
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["INV001 undeclared-item: cookie 'tracker' *"])


def test_a_module_that_the_zero_line_mode_watches(suite: Any) -> None:
    suite.write(
        "pigeons.py",
        "class Pigeon:\n    recorder = None\n    def fly(self, response): self.recorder.response(response)\n",
    )
    add(
        suite,
        "\nclass Watch:\n"
        "    def close(self):\n"
        "        import pigeons\n"
        "        pigeons.Pigeon.recorder = None\n"
        "def watch(recorder):\n"
        "    import pigeons\n"
        "    pigeons.Pigeon.recorder = recorder\n"
        "    return Watch()\n"
        "def broken(recorder): raise LookupError('no such loft')\n"
        "def policycheck_watched_modules(): return {'pigeons': watch, 'app': broken}\n",
    )
    suite.test(
        "from policycheck.model.observation import HttpExchange",
        "def test_flight():",
        "    import pigeons",
        "    pigeons.Pigeon().fly(HttpExchange('GET', 'https://shop.test/', 200, (b'tracker=x',), adapter='pigeon'))",
    )
    result = suite.run("--policycheck")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["note: app cannot be watched: LookupError: no such loft"])
