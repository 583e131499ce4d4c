from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.console import Console

from policycheck.cli import output
from policycheck.model.report import Report
from policycheck.reports import text
from tests.reports.conftest import FINDING, WAIVER

REPORT = Report(
    "c.yaml",
    (FINDING, replace(FINDING, subject="b", waiver=WAIVER), replace(FINDING, subject="c", known=True)),
    exchanges=1,
    notes=("a remark",),
    partial="a.har:3: broken\n  fix: save it again",
)


def shown(report: Report, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(output, "console", lambda: Console(force_terminal=True, width=300, color_system="standard"))
    output.write_report(report)
    return capsys.readouterr().out


def test_colours_tell_what_the_text_tells(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    written = re.sub(r"\x1b\[[0-9;]*m", "", shown(REPORT, monkeypatch, capsys))

    words = [
        [line.split() for line in source.splitlines() if line.strip()] for source in (written, text.render(REPORT))
    ]
    assert words[0] == words[1]


def test_evidence_that_was_not_read_to_its_end_is_no_green_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    partial = Report("c.yaml", (), exchanges=1, partial="a.har:3: broken")

    assert "\x1b[1;32m" not in shown(partial, monkeypatch, capsys)
    assert "\x1b[1;32m" in shown(replace(partial, partial=""), monkeypatch, capsys)
