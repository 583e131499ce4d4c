"""All states of a small catalogue, to parametrise over."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.errors import UsageError
from policycheck.model.consent import ConsentStatus
from policycheck.testing import consent_journey, consent_states


def test_every_state_once(site: Any) -> None:
    states = consent_states(site.catalogue())
    assert len(states) == len({str(state) for state in states}) == 16
    assert str(states[0]) == "analytics=unset,marketing=unset"
    assert dict(states[-1]) == dict.fromkeys(("analytics", "marketing"), ConsentStatus.WITHDRAWN)
    assert len(states[0]) == 2


def test_each_is_reached_and_visited(site: Any) -> None:
    for state in consent_states(site.catalogue()):
        with consent_journey(site.catalogue(), site.Driver) as journey:
            journey.reach(state)
            assert {name: journey.consent.status(name) for name in state} == dict(state)
            journey.visit_all()


def test_categories_may_be_named_and_a_location_given(site: Any, tmp_path: Any) -> None:
    assert len(consent_states("not read", categories=["analytics"])) == 4
    path = tmp_path / "catalogue.yaml"
    path.write_text("catalogue: 1\nitems: [{name: _ga, kind: cookie, category: analytics, retention: 1 day}]\n")
    assert [str(state) for state in consent_states(path)] == [f"analytics={status}" for status in ConsentStatus]


def test_too_many_states_are_refused() -> None:
    assert len(consent_states("", categories="abcd")) == 256
    with pytest.raises(UsageError, match="5 categories have 1,024 states"):
        consent_states("", categories="abcde")
