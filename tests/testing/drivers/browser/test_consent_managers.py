"""What is known of seven consent managers, replayed: a change here is one of a release, of our pages, or of ours.

docs/explanation/consent-managers.md tells the same, and has to be changed with it.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from .conftest import EXAMPLE

PAGE = Path(__file__).parents[4] / "docs" / "explanation" / "consent-managers.md"
KEYS = ("vanilla_cookieconsent", "klaro", "tarteaucitron", "osano", "c15t", "react_cookie_consent", "tcf")


@pytest.fixture(scope="module")
def example() -> Iterator[Any]:
    """The modules of the example."""
    sys.path.insert(0, str(EXAMPLE))
    try:
        names = ("managers", "packages", "trial")
        yield SimpleNamespace(**{name: importlib.import_module(f"consent_managers.{name}") for name in names})
    finally:
        sys.path.remove(str(EXAMPLE))


@pytest.mark.browser
@pytest.mark.parametrize("key", KEYS)
def test_a_manager_does_what_is_known_of_it(key: str, example: Any, chromium: Any, packages: Path) -> None:
    manager = example.managers.BY_KEY[key]
    for sequence, wanted in manager.known.items():
        found = example.trial.walk(manager, chromium, packages, sequence)
        assert {(one.law, one.code) for one in found} == wanted, sequence


@pytest.mark.browser
def test_what_is_cleared_after_a_withdrawal(example: Any, chromium: Any, packages: Path) -> None:
    left = example.trial.left_after_withdrawal(example.managers.BY_KEY["klaro"], chromium, packages)
    assert {kind for kind, _, _ in (entry.partition(" ") for entry in left)} == {
        "indexedDB",
        "localStorage",
        "sessionStorage",
    }


def test_all_managers_are_tested(example: Any) -> None:
    assert tuple(example.managers.BY_KEY) == KEYS


def test_the_page_tells_the_versions_that_are_pinned(example: Any) -> None:
    page = PAGE.read_text("utf-8")
    pinned = example.packages.versions()
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| ")]
    told = {name.strip(): version.strip() for name, version, *_ in rows if name.strip() in pinned}
    assert told == {manager.package: pinned[manager.package] for manager in example.managers.MANAGERS}


def test_the_page_tells_each_law_that_does_not_hold(example: Any) -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    for manager in example.managers.MANAGERS:
        own = [row for row in rows if row.startswith(f"| {manager.package} |")]
        known = {law for laws in manager.known.values() for law in laws}
        told = {law for law in known if any(law[0] in row and law[1] in row for row in own)}
        assert told == known
        assert len(own) == len(known)
