"""Each application of the gallery is caught by exactly its law, by a sequence that is no longer than the shortest one.

``GALLERY_SEEDS`` says with how many seeds, from 0 on, ``GALLERY_JOURNEYS`` how many journeys each makes: 1 and 40 unless
told otherwise, 20 and 100 at night.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policycheck.consent.laws import LawName

GALLERY = Path(__file__).parents[2] / "examples" / "consent_gallery"
NAMES = sorted(path.stem for path in (GALLERY / "gallery").glob("*.py") if "\nLAW = " in path.read_text("utf-8"))
CORRECT = sorted(path.stem for path in (GALLERY / "gallery").glob("correct_*.py"))
SEEDS = int(os.environ.get("GALLERY_SEEDS", "1"))
JOURNEYS = int(os.environ.get("GALLERY_JOURNEYS", "40"))


@pytest.fixture(scope="module", autouse=True)
def _gallery() -> Iterator[None]:
    sys.path.insert(0, str(GALLERY))
    yield
    sys.path.remove(str(GALLERY))


def exhibit(name: str) -> Any:
    found: list[Any] = importlib.import_module("gallery").exhibits()
    return next(one for one in found if one.name == name)


def methods(sequence: str) -> list[str]:
    """The steps without their arguments: which category and which page it was makes no difference."""
    return [step.partition("(")[0] for step in sequence.split("; ")]


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("name", NAMES)
def test_caught_by_exactly_its_law(name: str, seed: int) -> None:
    broken = exhibit(name)
    trial = importlib.import_module("gallery.trial").try_once(broken.driver, seed, broken.profile, JOURNEYS)
    assert trial.laws == (broken.law,), trial.text
    assert len(methods(trial.replay)) <= len(methods(broken.shortest)), trial.text


@pytest.mark.parametrize("name", NAMES)
def test_the_shortest_sequence_breaks_the_law(name: str) -> None:
    broken = exhibit(name)
    testing = importlib.import_module("policycheck.testing")
    catalogue = GALLERY / "catalogue.yaml"
    with (
        pytest.raises(testing.ConsentViolation) as violation,
        testing.consent_journey(catalogue, broken.driver, profile=broken.profile) as visitor,
    ):
        exec(broken.shortest, {name: getattr(visitor, name) for name in dir(visitor) if not name.startswith("_")})
    assert violation.value.laws == (broken.law,)
    assert violation.value.replay == broken.shortest, "it breaks with the last step, not before"


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("name", CORRECT)
def test_the_site_as_it_should_be_passes(name: str, seed: int) -> None:
    site = importlib.import_module(f"gallery.{name}")
    trial = importlib.import_module("gallery.trial").try_once(site.driver, seed, journeys=JOURNEYS)
    assert trial.laws == (), trial.text
    assert trial.journeys > 20


def test_every_law_has_an_application_that_breaks_it() -> None:
    assert {exhibit(name).law for name in NAMES} == set(LawName)


def test_the_frameworks_are_mixed() -> None:
    used = [exhibit(name).framework for name in NAMES]
    assert set(used) == {"ASGI", "Flask", "Starlette", "WSGI"}
    assert used.count("ASGI") + used.count("Starlette") >= 4


def test_the_readme_shows_the_table_as_it_is() -> None:
    main = importlib.import_module("gallery.__main__")
    table = "\n".join(main.table([exhibit(name) for name in NAMES]))
    assert table in (GALLERY / "README.md").read_text("utf-8"), "run: python -m gallery --table"


def test_the_command_prints_a_row_for_each_application(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["gallery", "--seeds", "1", "fixed_lifetime_stays"])
    assert importlib.import_module("gallery.__main__").main() == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 3
    assert rows[2].startswith("| fixed-lifetime-stays | fixed_lifetime_stays | WSGI | 1 of 1 |")
