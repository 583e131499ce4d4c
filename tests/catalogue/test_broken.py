"""Each broken catalogue in ``broken/`` gives exactly the problems that stand beside it, in that order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.catalogue.loading import load_catalogue
from policycheck.catalogue.problems import CatalogueInvalid

FOLDER = Path(__file__).parent / "broken"


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("case", _cases())
def test_every_problem_is_named_with_its_place(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in case["files"].items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueInvalid) as raised:
        load_catalogue(next(iter(case["files"])))
    found = [
        {"says": str(problem).split("\n  fix: ")[0], **({"fix": problem.hint} if problem.hint else {})}
        for problem in raised.value.problems
    ]
    assert found == case["problems"]
    assert str(raised.value).startswith(case["problems"][0]["says"])


def test_there_are_many_cases() -> None:
    assert len(_cases()) >= 100
