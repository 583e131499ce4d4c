"""Comparisons with other devices: what they see, and when nothing can be said."""

from __future__ import annotations

import time
from typing import Any

import pytest

from policycheck.consent.laws.names import LawName
from policycheck.testing import ConsentViolation, consent_journey


def test_both_orders_are_gone_by_others(site: Any) -> None:
    with consent_journey(site.catalogue(), site.Driver) as journey:
        journey.visit("/")
        before = journey.device
        journey.grant_in_both_orders("analytics", "marketing")
        step = journey.steps[-1]
        assert journey.device == before
        assert step.comparison is not None
        assert step.comparison.law == LawName.ORDER_DOES_NOT_MATTER
        assert step.comparison.differences == ()
        assert journey.clock.now() == time.time()


def test_an_order_that_matters_is_found(site: Any) -> None:
    class Overwrites(site.Driver):  # type: ignore[misc]
        def grant(self, categories: tuple[str, ...]) -> None:
            self.choose(frozenset(categories))

    with consent_journey(site.catalogue(), Overwrites) as journey, pytest.raises(ConsentViolation) as caught:
        journey.grant_in_both_orders("analytics", "marketing")
    assert caught.value.laws == (LawName.ORDER_DOES_NOT_MATTER,)
    assert {finding.subject for finding in caught.value.findings} == {"_ga", "ad"}


def test_what_was_collected_before_the_grant_is_found_by_its_value(site: Any) -> None:
    with consent_journey(site.catalogue(), site.driver_with("counts")) as journey:
        journey.visit("/")
        journey.grant("analytics")
        with pytest.raises(ConsentViolation) as caught:
            journey.visit("/")
    assert caught.value.laws == (LawName.REGRANT_STARTS_CLEAN,)
    assert [finding.code for finding in caught.value.findings] == ["CON014"]


def test_a_value_that_differs_by_chance_says_nothing(site: Any) -> None:
    import itertools

    numbers = itertools.count()

    class Random(site.driver_with("counts")):  # type: ignore[misc]
        def visit(self, page: str) -> Any:
            self.site.seen += next(numbers) * 100
            return super().visit(page)

    with consent_journey(site.catalogue(), Random) as journey:
        journey.visit("/")
        journey.grant("analytics")
        journey.visit("/")
        assert journey.steps[-1].comparison is not None


def test_without_visits_before_the_grant_nothing_is_compared(site: Any) -> None:
    with consent_journey(site.catalogue(), site.driver_with("counts")) as journey:
        journey.grant("analytics")
        journey.visit("/")
        assert [step.comparison for step in journey.steps] == [None, None]


def test_a_grant_that_was_taken_back_again_is_not_compared(site: Any) -> None:
    with consent_journey(site.catalogue(), site.Driver) as journey:
        journey.visit("/")
        journey.grant("analytics")
        journey.withdraw("analytics")
        journey.visit("/")
        assert journey.steps[-1].comparison is None


def test_a_second_grant_changes_nothing(site: Any) -> None:
    with consent_journey(site.catalogue(), site.Driver) as journey:
        journey.grant("analytics")
        journey.grant("analytics")
        comparison = journey.steps[-1].comparison
        assert comparison is not None
        assert (comparison.law, comparison.differences) == (LawName.GRANT_IS_IDEMPOTENT, ())
        assert journey.steps[-1].interactions == 1


def test_a_second_grant_after_some_time_is_not_compared(site: Any) -> None:
    with consent_journey(site.catalogue(), site.driver_with("toggle")) as journey:
        journey.grant("analytics")
        journey.wait(days=1)
        journey.grant("analytics")
        assert journey.steps[-1].comparison is None


def test_a_second_grant_that_takes_back_the_first_is_found(site: Any) -> None:
    with consent_journey(site.catalogue(), site.driver_with("toggle")) as journey:
        journey.grant("analytics")
        with pytest.raises(ConsentViolation) as caught:
            journey.grant("analytics")
    assert LawName.GRANT_IS_IDEMPOTENT in caught.value.laws


def test_a_device_that_has_not_settled_says_nothing_about_a_second_grant(site: Any) -> None:
    class Growing(site.Driver):  # type: ignore[misc]
        rounds = 0

        def visit(self, page: str) -> Any:
            loaded = super().visit(page)
            self.rounds += 1
            if self.rounds == 3:
                self.storage("localStorage", "seen", "1")
            return loaded

    items = [
        {"name": "seen", "kind": "localStorage", "category": "necessary", "retention": "persistent"},
        {"name": "login", "kind": "cookie", "category": "necessary", "retention": "session"},
        {"name": "choice", "kind": "cookie", "category": "necessary", "retention": "6 months"},
        {"name": "_ga", "kind": "cookie", "category": "analytics", "retention": "13 months"},
        {"name": "ad", "kind": "cookie", "category": "marketing", "retention": "3 months"},
    ]
    with consent_journey(site.catalogue(items=items), Growing) as journey:
        journey.grant("analytics")
        journey.grant("analytics")
        assert journey.steps[-1].comparison is None


def test_a_revised_application_is_not_told_twice(site: Any) -> None:
    with consent_journey(site.catalogue(), site.Driver) as journey:
        journey.revise("2")
        journey.grant_in_both_orders("analytics", "marketing")
        assert journey.steps[-1].comparison is None


def test_on_a_new_device_the_comparison_starts_there(site: Any) -> None:
    with consent_journey(site.catalogue(), site.Driver) as journey:
        journey.grant_all()
        journey.new_device()
        journey.visit("/")
        journey.grant_in_both_orders("marketing", "analytics")
        comparison = journey.steps[-1].comparison
        assert comparison is not None
        assert comparison.differences == ()
