"""A run without a browser says which of its tests it left out."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = """
import pytest

@pytest.mark.browser
def test_first(): raise AssertionError

@pytest.mark.browser
def test_second(chromium_program): raise AssertionError

def test_plain(): pass

@pytest.mark.skip(reason="something else")
def test_other(): pass
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest((Path(__file__).parent / "conftest.py").read_text("utf-8"))
    pytester.makeini("[pytest]\nmarkers = browser: needs a browser\n")
    return pytester


def test_without_a_browser_they_are_skipped_and_counted(run: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYCHECK_WITHOUT_BROWSER", "1")
    run.makepyfile(TESTS)
    result = run.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(passed=1, skipped=3)
    result.stdout.fnmatch_lines(
        ["2 browser tests were skipped: no Chromium on this machine (scripts/chromium installs it)"]
    )


def test_a_run_that_has_none_says_nothing_of_browsers(run: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYCHECK_WITHOUT_BROWSER", "1")
    run.makepyfile("def test_plain(): pass")
    result = run.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*browser*skipped*")


@pytest.mark.browser
def test_with_a_browser_they_run(run: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLICYCHECK_WITHOUT_BROWSER", raising=False)
    run.makepyfile(
        "import pytest\n"
        "from pathlib import Path\n"
        "@pytest.mark.browser\n"
        "def test_it(chromium_program): assert Path(chromium_program).is_file()\n"
    )
    result = run.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*browser*skipped*")
