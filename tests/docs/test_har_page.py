"""The page about HAR files is followed to the letter, in this process."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from policycheck.capture.files import FORMATS
from policycheck.cli.main import main

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "how-to/check-a-har.md").read_text("utf-8")
EVIDENCE = (DOCS / "reference/evidence.md").read_text("utf-8")
SESSIONS = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("session", SESSIONS)
def test_each_command_prints_what_the_page_shows(
    session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "catalogue.yaml").write_text(block("yaml"), "utf-8")
    (tmp_path / "run.har").write_text(block("json"), "utf-8")
    (tmp_path / "cut.har").write_bytes(block("json").encode()[:1000])
    *_, command, shown = re.split(r"^\$ policycheck (.*)\n", session, flags=re.MULTILINE)

    code = main(shlex.split(command))

    captured = capsys.readouterr()
    printed = iter((captured.out + captured.err).splitlines())
    for line in shown.splitlines():
        assert line == "..." or line in printed, f"{line}\n{captured.out}{captured.err}"
    assert code == (2 if "error:" in captured.err else bool("CON001" in captured.out))


def test_there_are_commands_on_the_page() -> None:
    assert len(SESSIONS) == 3
    assert "head -c 1000 run.har > cut.har" in PAGE


def test_every_format_of_evidence_is_in_the_table() -> None:
    assert re.findall(r"^\| `([a-z][a-z.-]*)` \|", EVIDENCE, re.MULTILINE) == [form.name for form in FORMATS]
