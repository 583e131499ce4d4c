"""``policycheck scan`` in a process of its own: its output, its files, its exit codes, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import CATALOGUE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on POSIX systems"),
]
QUICK = ("--wait", "0.1", "--patience", "1")
RULES = ("--ignore", "ATT,RET,PTY,CON015")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path, chromium_program: str) -> Start:
    """Start a scan in an empty folder with a catalogue."""
    (tmp_path / "catalogue.yaml").write_text(CATALOGUE)

    def start(url: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "policycheck", "scan", url, "--browser", chromium_program, *QUICK, *arguments]
        return subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    return start


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    try:
        out, err = process.communicate(timeout=100)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, out, err


def check(folder: Path, file: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "policycheck", "check", file, "-c", "catalogue.yaml", *RULES]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_a_site_that_does_not_wait(start: Start, serve: Any, make_shop: Any, tmp_path: Path) -> None:
    with serve(**make_shop(early=True)) as site:
        code, out, err = finished(
            start(site.url, "-c", "catalogue.yaml", "--limit", "2", "--out", "seen/it", "--json", "report.json", *RULES)
        )
    assert code == 1
    for headline in (
        "CON001 stored-before-consent: cookie '_ga' (analytics) was stored before consent",
        "CON002 stored-after-refusal: cookie '_ga' (analytics) was stored after refusal",
        "CON004 written-after-withdrawal: cookie '_ga' (analytics) was written after withdrawal",
    ):
        assert out.count(headline) == 1
    assert f"(before choice, {site.url})" in out
    assert "note: after refusal: 2 pages" in out
    assert "scan: before choice: page 2 of 2: " in err
    assert "scan: after grant: 2 pages, " in err

    report = json.loads((tmp_path / "report.json").read_text())
    assert {found["code"] for found in report["findings"] if found["severity"] == "error"} == {
        "CON001",
        "CON002",
        "CON004",
    }
    files = sorted(path.name for path in (tmp_path / "seen/it").iterdir())
    stems = ("1-before-choice", "2-after-refusal", "3-after-grant", "4-after-withdrawal")
    assert files == [f"{stem}.{ending}" for stem in stems for ending in ("json", "png")]
    for path in (tmp_path / "seen/it").glob("*.json"):
        assert "GA1.1" not in path.read_text()
        assert "abc123" not in path.read_text()
    assert "GA1.1" not in out + err + json.dumps(report)

    for stem, rules in zip(stems, ({"CON001"}, {"CON001", "CON002"}, {"CON001"}, {"CON001", "CON004"}), strict=True):
        code, told = check(tmp_path, f"seen/it/{stem}.json")
        assert code == 1
        assert {line[:6] for line in told.splitlines() if line.startswith("CON0")} == rules


def test_a_clean_site(start: Start, serve: Any, make_shop: Any) -> None:
    with serve(**make_shop()) as site:
        code, out, err = finished(start(site.url, "-c", "catalogue.yaml", "--limit", "1", "--quiet", *RULES))
    assert (code, err) == (0, "")
    assert "0 errors, 0 warnings" in out


def test_without_a_catalogue_the_start_of_one(start: Start, serve: Any, make_shop: Any, tmp_path: Path) -> None:
    with serve(**make_shop()) as site:
        code, out, _ = finished(
            start(site.url, "--limit", "1", "--phase", "after-grant", "--out", "seen", "--no-screenshots")
        )
        printed = finished(start(site.url, "--limit", "1", "--phase", "before-choice"))
    assert code == 0
    assert "seen/catalogue.draft.yaml: the start of a catalogue, 5 items; nothing was judged" in out
    draft = (tmp_path / "seen/catalogue.draft.yaml").read_text()
    assert (
        "\n    kind: cookie\n    provider: google\n    category: analytics\n" in draft[draft.index("  - name: _ga\n") :]
    )
    assert not list(tmp_path.glob("seen/*.png"))
    assert printed[0] == 0
    assert printed[1].startswith("# The start of a catalogue of ")
    assert "  - name: session\n" in printed[1]


def test_what_is_not_observed_is_no_pass(start: Start, serve: Any) -> None:
    with serve(_=lambda cookie: "<!doctype html><p>hello") as site:
        asked = ("--phase", "before-choice", "--phase", "after-refusal")
        code, out, err = finished(start(site.url, "-c", "catalogue.yaml", *asked, *RULES))
        alone = finished(start(site.url, "-c", "catalogue.yaml", "--phase", "before-choice", *RULES))
    assert code == 4
    assert "not evaluated: CON002 on 'after refusal': not observed: no button that refuses was found" in out
    assert "scan: after refusal: NOT OBSERVED: no button that refuses was found by its words" in err
    assert "policycheck: error: not everything was observed, so this is no pass" in err
    assert "fix: name what to press: --refuse SELECTOR" in err
    assert (alone[0], "error" in alone[2]) == (0, False)


def test_nothing_at_all_is_observed(start: Start, serve: Any) -> None:
    with serve() as site:
        code, out, err = finished(start(site.url, "-c", "catalogue.yaml"))
    assert (code, out) == (4, "")
    assert f"policycheck: error: nothing could be observed: {site.url} answered 404" in err


def test_a_site_that_leads_elsewhere(start: Start, serve: Any) -> None:
    with serve(_=lambda cookie: (302, {"Location": "//www.localhost:{port}/?token=secret"}, "")) as site:
        code, _, err = finished(start(site.url, "-c", "catalogue.yaml", "--phase", "before-choice"))
    assert code == 4
    assert f"leads to http://www.localhost:{site.port}/, which was not named" in err
    assert "secret" not in err
    assert site.visits("www.localhost") == []


def interrupted(
    process: subprocess.Popen[str], until: Callable[[], bool], times: int = 1
) -> tuple[int, str, str, float]:
    deadline = time.monotonic() + 60
    while not until():
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    begun = time.monotonic()
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the driver and the browser as well
        time.sleep(0.3)
    return *finished(process), time.monotonic() - begun


def test_ctrl_c_keeps_what_there_is(start: Start, serve: Any, make_shop: Any, tmp_path: Path) -> None:
    def endless(cookie: str) -> object:
        time.sleep(20)
        return ""

    with serve(**{**make_shop(early=True), "shelf": endless}) as site:
        process = start(site.url, "-c", "catalogue.yaml", "--out", "seen", *RULES)
        code, out, err, seconds = interrupted(process, lambda: "/shelf" in site.visits())
    assert code == 130
    assert seconds < 10
    assert "policycheck: stopping; what was seen is kept" in err
    assert "policycheck: error: interrupted: this is part of what there is" in err
    assert "Traceback" not in err
    assert "CON001 stored-before-consent: cookie '_ga'" in out
    assert "note: partial: the scan was interrupted" in out
    assert sorted(path.name for path in tmp_path.glob("seen/*")) == ["1-before-choice.json", "1-before-choice.png"]
    assert check(tmp_path, "seen/1-before-choice.json")[0] == 1


def test_ctrl_c_twice_stops_at_once_and_keeps_it_too(start: Start, serve: Any, make_shop: Any, tmp_path: Path) -> None:
    pages = make_shop(early=True)
    busy = {**pages, "shelf": lambda cookie: "<!doctype html><script>setTimeout(() => { while (true); }, 50)</script>"}
    with serve(**busy) as site:
        process = start(site.url, "-c", "catalogue.yaml", "--out", "seen", "--wait", "5", *RULES)
        code, out, err, seconds = interrupted(process, lambda: "/shelf" in site.visits(), times=3)
    assert code == 130
    assert seconds < 15
    assert "Traceback" not in err
    assert "CON001 stored-before-consent: cookie '_ga'" in out
    assert (tmp_path / "seen/1-before-choice.json").exists()


def test_ctrl_c_in_a_scan_for_a_draft(start: Start, serve: Any, make_shop: Any) -> None:
    def endless(cookie: str) -> object:
        time.sleep(20)
        return ""

    with serve(**{**make_shop(), "shelf": endless}) as site:
        code, out, err, _ = interrupted(start(site.url), lambda: "/shelf" in site.visits())
    assert code == 130
    assert "# the scan ended early: this is not all there is" in out
    assert "  - name: session\n" in out
    assert "interrupted" in err


def test_no_process_is_left_behind(start: Start, serve: Any, make_shop: Any) -> None:
    with serve(**make_shop()) as site:
        process = start(site.url, "--phase", "before-choice", "--limit", "1")
        group = process.pid
        assert finished(process)[0] == 0
    deadline = time.monotonic() + 10
    while _alive(group):
        assert time.monotonic() < deadline, "a process of the scan is still there"
        time.sleep(0.1)


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
