"""A driver that knows the moment of a choice: what comes before it is judged by the old consent, what comes after by the new."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policycheck.testing import ConsentViolation, consent_journey
from policycheck.testing.drivers import HttpDriver
from policycheck.testing.drivers.messages import Answer, Request

CATALOGUE = """
catalogue: 1
items:
  - {name: choice, kind: cookie, category: necessary, purpose: Kept., retention: session, remembersChoice: true}
  - {name: seen, kind: localStorage, category: analytics, purpose: Counts., retention: persistent}
"""


class Clicking(HttpDriver):
    """A script takes the click: no request tells when. ``early`` and ``late`` write before and after it."""

    base_url = "https://shop.example"
    early = late = False

    def send(self, request: Request) -> Answer:
        return Answer(200, (("Content-Type", "text/html"),), b"")

    def deciding(self, decided: Callable[[], object]) -> None:
        self.decided = decided

    def choose(self, granted: frozenset[str]) -> None:
        self.get("/")
        if self.early:
            self.storage("localStorage", "seen", "1")
        self.decided()
        self.document_cookie("choice=made; Path=/; Secure")
        if self.late:
            self.storage("localStorage", "seen", "2")


def journey(tmp_path: Path, **when: bool) -> Any:
    (tmp_path / "catalogue.yaml").write_text(CATALOGUE, "utf-8")
    return consent_journey(tmp_path / "catalogue.yaml", type("Clicking", (Clicking,), when))


def test_what_comes_before_the_click_of_a_withdrawal_had_consent(tmp_path: Path) -> None:
    with journey(tmp_path, early=True) as visitor:
        visitor._journey.recorder.consent = visitor.consent.grant("analytics")
        visitor.withdraw("analytics")


def test_what_comes_after_it_had_none(tmp_path: Path) -> None:
    with journey(tmp_path, late=True) as visitor:
        visitor._journey.recorder.consent = visitor.consent.grant("analytics")
        with pytest.raises(ConsentViolation, match="seen"):
            visitor.withdraw("analytics")


def test_what_comes_before_the_click_of_a_grant_had_consent_already(tmp_path: Path) -> None:
    """Of the moment before a choice nobody can tell how near it was."""
    with journey(tmp_path, early=True, late=True) as visitor:
        visitor.grant("analytics")
