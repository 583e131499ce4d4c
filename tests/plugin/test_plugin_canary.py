"""No value of a cookie or a storage entry gets out: into output, reports, JUnit, tracebacks or what workers send."""

from __future__ import annotations

from typing import Any

import pytest

BODY = (
    "from app import VALUE, app",
    "def test_leak(client): client.get('/leak')",
    "def test_both(client):",
    "    client.get('/leak')",
    "    assert client is None",
    "def test_verify(client, policycheck):",
    "    client.get('/leak')",
    "    policycheck.verify()",
    "def test_crash(client):",
    "    client.get('/leak')",
    "    client.get('/crash')",
    "def test_raise(policycheck):",
    "    app.testing = True",
    "    client = app.test_client()",
    "    policycheck.observe(client)",
    "    client.get('/leak')",
    "    client.get('/crash')",
    "def test_storage(policycheck):",
    "    policycheck.storage('sessionStorage', 'tab', VALUE)",
    "def test_argument(policycheck):",
    "    policycheck.storage('no such kind', 'tab', VALUE)",
    "def test_shown(policycheck, client):",
    "    client.get('/leak')",
    "    assert (policycheck, policycheck.observations, policycheck.findings, policycheck.consent) == 0",
    "def test_violation(policycheck, client):",
    "    client.get('/leak')",
    "    with pytest.raises(AssertionError) as caught: policycheck.verify()",
    "    assert repr(caught.value) == '' and vars(caught.value) == {}",
    "@pytest.fixture",
    "def leaver(client):",
    "    yield",
    "    client.get('/leak')",
    "def test_teardown(leaver): pass",
)


@pytest.mark.parametrize("style", ["auto", "long", "short", "native", "line"])
@pytest.mark.parametrize("mode", [(), ("--policycheck",)], ids=["fixture", "zero-line"])
def test_failures_show_no_value(suite: Any, canary: str, style: str, mode: tuple[str, ...]) -> None:
    suite.test(*BODY)
    result = suite.run(f"--tb={style}", "-vv", "-rA", "--junitxml=junit.xml", "--policycheck-report=report.json", *mode)
    result.assert_outcomes(failed=9, passed=1, errors=1)
    written = [path.read_text("utf-8") for path in (suite.path / "junit.xml", suite.path / "report.json")]
    assert "tracker" in result.stdout.str()
    assert canary not in result.stdout.str() + result.stderr.str() + "".join(written)


FRAMES = """
import pathlib

OURS = ("policycheck", "pytest_plugin", "pytest_policycheck")

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    report = yield
    chain = getattr(report.longrepr, "chain", [])
    entries = [entry for traceback, _, _ in chain for entry in getattr(traceback, "reprentries", ())]
    with open("frames.txt", "a") as file:
        for entry in entries:
            if set(OURS) & set(pathlib.Path(entry.reprfileloc.path).resolve().parts):
                file.write(f"{entry.reprfileloc.path}\\n{entry.reprfuncargs}\\n{entry.reprlocals}\\n")
    return report
"""


@pytest.mark.parametrize("mode", [(), ("--policycheck",)], ids=["fixture", "zero-line"])
def test_our_own_frames_are_hidden(suite: Any, mode: tuple[str, ...]) -> None:
    """Frames of the application, of the framework and of the test are not ours to hide, with whatever they hold."""
    suite.write("conftest.py", (suite.path / "conftest.py").read_text() + FRAMES)
    suite.test(*BODY)
    suite.run("--showlocals", "--tb=long", "-vv", *mode)
    assert (suite.path / "frames.txt").read_text("utf-8") == ""


def test_frames_of_ours_between_those_of_a_test_are_hidden(suite: Any) -> None:
    suite.write("conftest.py", (suite.path / "conftest.py").read_text() + FRAMES)
    suite.test(
        "def test_bug(policycheck, monkeypatch):",
        "    monkeypatch.setattr('policycheck.recording.Recorder.write', lambda *args: 1 / 0)",
        "    policycheck.storage('localStorage', 'cart')",
    )
    suite.run("--showlocals")
    assert "device.py" not in (suite.path / "frames.txt").read_text("utf-8")


@pytest.mark.parametrize("mode", [(), ("--policycheck",)], ids=["fixture", "zero-line"])
def test_with_every_frame_shown_ours_show_no_value_of_what_was_set(
    suite: Any, canary: str, mode: tuple[str, ...]
) -> None:
    suite.write("conftest.py", (suite.path / "conftest.py").read_text() + FRAMES)
    suite.test(*BODY)
    suite.run("--showlocals", "--full-trace", "-vv", *mode)
    frames = (suite.path / "frames.txt").read_text("utf-8")
    assert "check.py" in frames
    assert canary not in frames


def test_workers_send_no_value(suite: Any, canary: str) -> None:
    suite.write(
        "conftest.py",
        (suite.path / "conftest.py").read_text() + "\nclass Sniffer:\n"
        "    @pytest.hookimpl(optionalhook=True, tryfirst=True)\n"
        "    def pytest_testnodedown(self, node, error):\n"
        "        with open('sent.txt', 'a') as file: file.write(repr(node.workeroutput))\n"
        "def pytest_configure(config):\n"
        "    if not hasattr(config, 'workerinput'): config.pluginmanager.register(Sniffer())\n",
    )
    suite.lean()
    suite.test(*BODY)
    result = suite.run("-n2", "--policycheck", "-vv", "--tb=long")
    sent = (suite.path / "sent.txt").read_text("utf-8")
    assert "tracker" in sent
    assert canary not in sent + result.stdout.str() + result.stderr.str()
