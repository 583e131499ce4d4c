"""The pages about dumps and observations files are followed to the letter."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from policycheck.capture.observations import _DEVICE, _ENTRY, _EXCHANGE, _HEAD, _REQUEST, read_observations
from policycheck.catalogue.schema import load_schema
from policycheck.cli.main import main

DOCS = Path(__file__).parents[2] / "docs"
DUMPS = (DOCS / "how-to/check-a-header-dump.md").read_text("utf-8")
OBSERVATIONS = (DOCS / "reference/observations.md").read_text("utf-8")
SESSIONS = re.findall(r"```console\n\$ policycheck ([^\n]*)\n(.*?)```", DUMPS, re.DOTALL)


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", DUMPS, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize(("command", "shown"), SESSIONS)
def test_each_command_prints_what_the_page_shows(
    command: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "catalogue.yaml").write_text(block("yaml"))
    (tmp_path / "landing.txt").write_text(block("http") + "\n")
    (tmp_path / "empty.txt").write_text("")

    code = main(shlex.split(command))

    captured = capsys.readouterr()
    assert captured.out + captured.err == shown
    assert code == (4 if "error: nothing" in shown else shown.count("CON001 stored"))


def test_there_are_commands_on_the_page() -> None:
    assert len(SESSIONS) == 3


@pytest.mark.parametrize("example", re.findall(r"```json\n(.*?)```", OBSERVATIONS, re.DOTALL))
def test_the_examples_are_observations_files(example: str) -> None:
    assert len(list(read_observations(example.encode(), "f").records)) in {1, 2, 4}


def test_every_field_is_documented() -> None:
    sections = re.split(r"^## ", OBSERVATIONS, flags=re.MULTILINE)[1:]
    definitions = load_schema("observations.schema.json")["$defs"]
    documented = {"file": _HEAD, "response": _EXCHANGE, "entry": _ENTRY, "request": _REQUEST, "device": _DEVICE}
    for section, (name, fields) in zip(sections, documented.items(), strict=False):
        rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section, re.MULTILINE)
        assert set(re.findall(r"\w+", " ".join(rows))) == set(fields) == set(definitions[name]["properties"])
    within = {"entry": ("cookie", "rejection"), "request": ("initiator",), "response": ("choice",)}
    for name, inner in within.items():
        section = sections[list(documented).index(name)]
        assert all(f"`{field}`" in section for one in inner for field in definitions[one]["properties"])
