"""Shrinking: shorter, plainer, and not for ever."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.testing import ConsentViolation, shrinking
from policycheck.testing.journey import ConsentJourney
from policycheck.testing.setup import ConsentSetup, set_up
from policycheck.testing.visitor import Move

LONG = (
    Move("visit", ("/tea",)),
    Move("second_tab"),
    Move("change", (), {"grant": ["analytics"], "deny": ["marketing"]}),
    Move("act", ("look",)),
    Move("wait", (), {"days": 7}),
    Move("visit", ("/tea",)),
    Move("refuse_all"),
    Move("visit", ("/tea",)),
)


def _violation(setup: ConsentSetup) -> ConsentViolation:
    with ConsentJourney(setup) as journey, pytest.raises(ConsentViolation) as caught:
        for move in LONG:
            journey.make(move)
    return caught.value


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The journeys that are tried from now on."""
    journeys: list[Any] = []
    broken_by = shrinking._broken_by

    def counting(setup: ConsentSetup, moves: Any) -> Any:
        journeys.append(moves)
        return broken_by(setup, moves)

    monkeypatch.setattr(shrinking, "_broken_by", counting)
    return journeys


def test_a_long_sequence_becomes_a_short_and_plain_one(site: Any) -> None:
    setup = set_up(site.catalogue(), site.driver_with("erase"))
    found = _violation(setup)
    assert shrinking.shrink(setup, found, LONG).replay == "grant('analytics'); withdraw('analytics'); visit('/')"


def test_where_nothing_breaks_any_more_the_first_violation_stays(site: Any) -> None:
    found = _violation(set_up(site.catalogue(), site.driver_with("erase")))
    assert shrinking.shrink(set_up(site.catalogue(), site.Driver), found, LONG) is found


def test_it_ends_in_time(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = set_up(site.catalogue(), site.driver_with("erase"))
    found = _violation(setup)
    monkeypatch.setattr(shrinking, "LONGEST", -1.0)
    journeys = _counted(monkeypatch)
    assert len(shrinking.shrink(setup, found, LONG).steps) <= len(LONG)
    assert not journeys


def test_it_ends_after_so_many_tries(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = set_up(site.catalogue(), site.driver_with("erase"))
    found = _violation(setup)
    monkeypatch.setattr(shrinking, "TRIES", 3)
    journeys = _counted(monkeypatch)
    shrinking.shrink(setup, found, LONG)
    assert len(journeys) == 3
