from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Cli = Callable[..., Any]

BROKEN = "catalogue: 1\nitems:\n  - name: a\n    kind: cookies\n"


def test_the_catalogue_of_the_project_is_the_default(shop: Cli, tmp_path: Path, monkeypatch: Any) -> None:
    result = shop("validate", "--ignore", "CAT")
    assert (result.code, result.err) == (0, "")
    assert result.out == "0 errors, 0 warnings, 0 notes\ncatalogue.yaml: 4 items, ok\n"

    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert shop("validate", "--ignore", "CAT").out.endswith("../catalogue.yaml: 4 items, ok\n")


def test_every_problem_of_a_broken_catalogue_is_said_and_the_code_is_2(shop: Cli, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BROKEN)

    result = shop("validate", "bad.yaml")

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("policycheck: error: bad.yaml:3:5: /items/0: ")
    assert "bad.yaml:4:11: /items/0/kind: 'cookies' is not a kind; did you mean 'cookie'?" in result.err
    assert result.err.endswith("3 problems; nothing was checked\n")


def test_one_broken_catalogue_does_not_hide_the_others(shop: Cli, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BROKEN)

    result = shop("validate", "bad.yaml", "pack:flask", "--format", "json")

    assert result.code == 2
    broken, good = result.json["catalogues"]
    assert (broken["catalogue"], broken["items"]) == ("bad.yaml", None)
    assert {
        "file": "bad.yaml",
        "line": 4,
        "column": 11,
        "pointer": "/items/0/kind",
        "message": "'cookies' is not a kind",
        "hint": "write cookie, localStorage, sessionStorage, indexedDB, caches, fileSystem or web",
        "didYouMean": "cookie",
    } in broken["problems"]
    assert (good["catalogue"], good["items"], good["problems"]) == ("pack:flask", 2, [])


def test_a_catalogue_that_contradicts_itself_is_a_finding(shop: Cli, tmp_path: Path) -> None:
    text = (tmp_path / "catalogue.yaml").read_text()
    (tmp_path / "catalogue.yaml").write_text(text.replace("_ga_<KEY>", "_g*").replace("name: session", "name: '*ga'"))

    result = shop("validate")

    assert result.code == 1
    assert result.out.startswith("CAT001 ambiguous-names: ")
    assert result.out.endswith("catalogue.yaml: 4 items, not ok\n")
    assert "CAT001" in [f["code"] for f in shop("validate", "-f", "json").json["catalogues"][0]["findings"]]
    assert shop("validate", "--ignore", "CAT").code == 0


def test_a_file_that_is_not_there(shop: Cli) -> None:
    result = shop("validate", "missing.yaml", "-f", "json")

    assert result.code == 2
    assert result.json["catalogues"][0]["problems"][0]["message"]
    assert result.err.startswith("policycheck: error: missing.yaml: there is no file")


def test_without_a_catalogue(cli: Cli) -> None:
    result = cli("validate")

    assert (result.code, result.out) == (2, "")
    assert "no catalogue is named" in result.err


def test_all_packs_validate(cli: Cli) -> None:
    packs = [f"pack:{pack['name']}" for pack in cli("packs", "-f", "json").json]

    result = cli("validate", *packs)

    assert (result.code, result.err) == (0, "")
    assert result.out.count(" ok\n") == len(packs)
