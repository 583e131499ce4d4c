"""The example of each law is true: on an application of the gallery that breaks the law, it breaks that law."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policycheck.consent.laws import Law
from policycheck.consent.laws.registry import laws
from policycheck.testing import ConsentViolation, consent_journey

GALLERY = Path(__file__).parents[2] / "examples/consent_gallery"


@pytest.fixture(scope="module")
def exhibits() -> Iterator[list[Any]]:
    pytest.importorskip("flask")
    pytest.importorskip("starlette")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(GALLERY)
        yield importlib.import_module("gallery").exhibits()


def example_of(law: Law) -> str:
    return str(re.findall(r"^```python\n(.*?)\n```$", law.page, re.MULTILINE | re.DOTALL)[0])


def violated(exhibit: Any, replay: str, profile: str | None = None) -> ConsentViolation | None:
    """What the replay of a page comes to on one application of the gallery."""
    with consent_journey(GALLERY / "catalogue.yaml", exhibit.driver, profile=profile) as visitor:
        try:
            exec(replay, {name: getattr(visitor, name) for name in dir(visitor) if not name.startswith("_")})
        except ConsentViolation as violation:
            return violation
    return None


@pytest.mark.parametrize("law", laws(), ids=lambda law: law.name.value)
def test_the_example_of_the_page_breaks_the_law(exhibits: list[Any], law: Law) -> None:
    broken = [violated(each, example_of(law), each.profile) for each in exhibits if each.law == law.name]

    assert {found.laws[0] for found in broken if found is not None} == {law.name.value}


@pytest.mark.parametrize("site", ["correct_flask", "correct_starlette"])
def test_the_correct_sites_keep_the_law_in_every_example(exhibits: list[Any], site: str) -> None:
    module = importlib.import_module(f"gallery.{site}")
    can = set(getattr(module.driver(), "actions", ()))

    for law in laws():
        if can >= set(re.findall(r"act\('(.*?)'\)", example_of(law))):
            assert violated(module, example_of(law)) is None
