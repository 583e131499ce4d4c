"""A form that asks about all categories at once repeats what it does not change; a switch for one category does not."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.model.lifetime import DAY
from policycheck.testing import ConsentViolation, consent_journey


def walk(site: Any, driver: Any) -> None:
    with consent_journey(site.catalogue(), driver) as journey:
        journey.grant("marketing")
        journey.wait(days=100)
        journey.grant("analytics")
        journey.wait(days=100)
        journey.visit("/")


def test_who_sends_the_form_again_has_agreed_to_the_rest_once_more(site: Any) -> None:
    with consent_journey(site.catalogue(), site.Driver) as journey:
        journey.grant("marketing")
        first = journey.consent.choice("marketing")
        journey.wait(days=100)
        journey.grant("analytics")
        second = journey.consent.choice("marketing")
    assert first is not None
    assert second is not None
    assert second.time is not None
    assert first.time is not None
    assert second.time - first.time >= 100 * DAY
    walk(site, site.Driver)


def test_a_switch_of_its_own_leaves_the_time_of_the_others(site: Any) -> None:
    class Switches(site.Driver):  # type: ignore[misc]
        def grant(self, categories: tuple[str, ...]) -> None:
            self.post("/consent", data={"c": ["analytics", "marketing"] if self.granted else list(categories)})
            self.granted = True

        granted = False

    with pytest.raises(ConsentViolation) as raised:
        walk(site, Switches)
    assert raised.value.laws == ("expiry-returns-to-unset",)
