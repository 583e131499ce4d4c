"""What a run observed, written down: each test a device, the same whoever ran it, and judged alike by ``check``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policycheck.cli.main import main

TESTS = (
    "def test_landing(bare): bare.get('/'); bare.get('/quiet')",
    "def test_leak(bare): bare.get('/leak')",
    "@pytest.mark.policycheck(consent='granted', ignore=['RET006'])",
    "def test_count(bare): bare.get('/count'); bare.get('/quiet')",
    "def test_withdrawal(policycheck, bare):",
    "    policycheck.consent.grant()",
    "    bare.get('/count')",
    "    policycheck.consent.withdraw()",
    "    bare.get('/quiet')",
    "@pytest.fixture",
    "def late(bare): yield; bare.get('/theme')",
    "@pytest.mark.policycheck(consent='granted')",
    "def test_late(late, bare): bare.get('/')",
    "def test_storage(policycheck): policycheck.storage('localStorage', 'cart')",
    "def test_nothing(): pass",
)


@pytest.fixture(autouse=True)
def lean(suite: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    suite.lean()
    monkeypatch.chdir(suite.path)


@pytest.fixture
def checked(capsys: pytest.CaptureFixture[str]) -> Callable[[str], dict[str, Any]]:
    """The report of ``policycheck check`` on a file."""

    def check(file: str) -> dict[str, Any]:
        capsys.readouterr()
        assert main(["check", file, "--format=json"]) == 1
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return document

    return check


def judged(document: dict[str, Any]) -> dict[str, Any]:
    """A report without where in a file something stands, the order of tests, and the spelling of headers."""
    for found in document["findings"]:
        found["source"] = None
        found["actual"] = found["actual"].partition(";")[0]
    for kind in ("notEvaluated", "notes", "journeys"):
        document[kind].sort(key=str)
    return document


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def test_check_finds_in_the_file_what_the_run_found(
    suite: Any, checked: Callable[[str], dict[str, Any]], canary: str
) -> None:
    suite.test(*TESTS)
    alone = judged(suite.report("--policycheck", "--policycheck-observations=alone.jsonl"))
    assert len(alone["findings"]) > 5
    assert judged(checked("alone.jsonl")) == alone
    assert judged(suite.report("--policycheck", "--policycheck-observations=new/joined.jsonl", "-n2")) == alone
    assert judged(checked("new/joined.jsonl")) == alone
    first, *rest = lines(suite.path / "new/joined.jsonl")
    assert first == {"observations": 1, "catalogue": "shop 1"}
    devices = [line["device"] for line in rest if "device" in line]
    names = ("count", "landing", "late", "leak", "storage", "withdrawal")
    assert devices == [f"test_shop.py::test_{name}" for name in names]
    assert canary not in (suite.path / "alone.jsonl").read_text()


def test_shards_join_to_the_whole_run(suite: Any, checked: Callable[[str], dict[str, Any]]) -> None:
    suite.test(*TESTS)
    whole = judged(suite.report("--policycheck"))
    for number, chosen in enumerate(("landing or leak or nothing", "not (landing or leak or nothing)")):
        suite.run("--policycheck", f"--policycheck-observations=shard{number}.jsonl", "-k", chosen)
    assert main(["merge", "shard1.jsonl", "shard0.jsonl", "-o", "all.jsonl.gz"]) == 0
    assert judged(checked("all.jsonl.gz")) == whole


def test_a_run_that_stored_nothing_leaves_a_file_of_no_device(suite: Any) -> None:
    suite.test("def test_one(): pass")
    result = suite.run("--policycheck", "--policycheck-observations=o.jsonl")
    assert result.ret == 4
    result.stdout.fnmatch_lines(["observations of 0 devices, from 1 test, in o.jsonl"])
    assert lines(suite.path / "o.jsonl") == [{"observations": 1}]


def test_what_is_missing_from_the_file_is_said_in_it(suite: Any) -> None:
    other = (suite.path / "catalogue.yaml").read_text().replace("id: shop", "id: other")
    suite.write("other.yaml", other)
    suite.test(
        "import httpx",
        "@pytest.mark.policycheck(catalogue='other.yaml')",
        "def test_other(bare): bare.get('/')",
        "def test_foreign(bare):",
        "    bare.get('/')",
        "    with httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200))) as client:",
        "        client.get('https://bank.example.com/')",
    )
    result = suite.run("--policycheck", "--policycheck-observations=o.jsonl")
    result.stdout.fnmatch_lines(
        [
            "observations of 1 device, from 2 tests, in o.jsonl",
            "what was held against the catalogue 'other 1' is not in o.jsonl",
        ]
    )
    head, mark, *_ = lines(suite.path / "o.jsonl")
    assert mark["device"] == "test_shop.py::test_foreign"
    assert [note[:36] for note in head["notes"]] == [
        "responses of other hosts were not ju",
        "what was held against the catalogue ",
    ]
