"""The conditions of a check: whose choices end when, and which findings end a journey."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.model.consent import ConsentStatus
from policycheck.model.lifetime import DAY
from policycheck.testing import consent_journey
from policycheck.testing.setup import set_up


@pytest.mark.parametrize(
    ("consent", "profile", "days", "lapsing"),
    [
        ({"validity": "2 days"}, None, 3, "granted refused withdrawn"),
        ({"validity": "2 days"}, "IE", 3, "granted refused withdrawn"),
        ({}, "IE", 185, "granted"),
        ({}, "IT", None, "granted refused withdrawn"),
        ({}, "EU-TCF", 398, "granted refused withdrawn"),
        ({}, None, None, "granted refused withdrawn"),
    ],
)
def test_which_choices_end_and_when(
    site: Any, consent: dict[str, str], profile: str | None, days: int | None, lapsing: str
) -> None:
    setup = set_up(site.catalogue(consent=consent), site.Driver, profile=profile)
    assert (setup.validity and setup.validity / DAY) == days
    assert [status for status in list(ConsentStatus)[1:] if setup.lapses(status)] == lapsing.split()


def test_a_refusal_counts_on_where_the_profile_speaks_of_consent(site: Any) -> None:
    catalogue = site.catalogue(consent={})
    without = {"expiry-returns-to-unset": "not asked here", "choice-is-remembered": "not asked here"}
    with consent_journey(catalogue, site.Driver, profile="IE", without=without) as journey:
        journey.change(grant=["analytics"], deny=["marketing"])
        journey.expire()
        assert {name: journey.consent.status(name) for name in ("analytics", "marketing")} == {
            "analytics": "unset",
            "marketing": "refused",
        }
    with consent_journey(catalogue, site.Driver, profile="IE", without=without) as journey:
        journey.change(grant=["analytics"], deny=["marketing"])
        journey.wait(days=200)
        assert {name: journey.consent.status(name) for name in ("analytics", "marketing")} == {
            "analytics": "unset",
            "marketing": "refused",
        }
