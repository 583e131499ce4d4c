from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from policycheck.cli.main import main

CATALOGUE = """\
catalogue: 1
id: shop
version: "1"
categories:
  analytics: {title: {en: Analytics}, consent: required}
  marketing: {title: {en: Marketing}, consent: required}
features:
  chat: {title: {en: Chat}, default: off}
placeholders:
  KEY: {pattern: "[0-9a-f]{4}"}
items:
  - name: session
    kind: cookie
    category: necessary
    retention: session
    purpose: {en: Keeps the visitor signed in.}
  - name: _ga
    kind: cookie
    category: analytics
    retention: 13 months
    purpose: {en: Counts visitors.}
  - name: _ga_<KEY>
    kind: cookie
    category: analytics
    retention: 13 months
    purpose: {en: Counts visits.}
  - name: chat_<KEY>
    kind: localStorage
    retention: persistent
    uses:
      - {category: marketing, purpose: {en: Remembers the talk.}, feature: chat}
"""


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The codes of the findings, notes left out."""
        return [found["code"] for found in self.json["findings"] if found["severity"] != "note"]


Cli = Callable[..., Result]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run the program in an empty folder; ``stdin`` is what is piped into it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLICYCHECK_DEBUG", raising=False)

    def run(*arguments: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run


@pytest.fixture
def shop(cli: Cli, tmp_path: Path) -> Cli:
    """As ``cli``, in a project with a catalogue."""
    (tmp_path / "catalogue.yaml").write_text(CATALOGUE, "utf-8")
    (tmp_path / "policycheck.toml").write_text('catalogue = "catalogue.yaml"\ncache = false\n', "utf-8")
    return cli
