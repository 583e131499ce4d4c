"""What was seen, gathered: no values, no order, and for another process as it is for this one."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from policycheck.drafting.inventory import Inventory
from policycheck.drafting.sighting import Sighting, consent_words, retention
from policycheck.model.consent import UNSET
from policycheck.model.lifetime import DAY, PERSISTENT, SESSION, Lifetime
from policycheck.model.observation import Observation, Source
from policycheck.model.storage import Operation, SetBy, StorageKind

from .conftest import seen


def stored(time: float, lifetime: Lifetime | None = None, name: str = "a", **more: Any) -> Observation:
    return Observation(StorageKind.COOKIE, name, value="secret", time=time, lifetime=lifetime, host="h", **more)


def only(*observations: Observation) -> Sighting:
    inventory = Inventory()
    inventory.see(observations)
    (sighting,) = inventory
    return sighting


def test_no_value_and_no_query_is_kept() -> None:
    inventory = seen("sid=a-secret-value; Path=/")
    assert "secret" not in json.dumps(inventory.plain())
    assert "secret" not in repr(list(inventory))


def test_another_process_is_told_all() -> None:
    inventory = seen("sid=1; Secure; SameSite=Lax", "_ga=2; Max-Age=60; Domain=shop.example")
    inventory.see([Observation(StorageKind.LOCAL_STORAGE, "k", lifetime=PERSISTENT, set_by=SetBy.SCRIPT)])
    again = Inventory.from_plain(json.loads(json.dumps(inventory.plain())))
    assert list(again) == list(inventory)
    assert again.plain() == inventory.plain()


def test_joining_does_not_depend_on_the_order() -> None:
    parts = [seen("a=1; Max-Age=60; Secure"), seen("a=1; Max-Age=600", test="t::other"), seen("b=1")]
    one, other = Inventory(), Inventory()
    for part in parts:
        one.merge(Inventory.from_plain(part.plain()))
    for part in reversed(parts):
        other.merge(Inventory.from_plain(part.plain()))
    assert {(each.kind, each.name): each for each in one} == {(each.kind, each.name): each for each in other}
    (a,) = (each for each in one if each.name == "a")
    assert (a.retention, a.trait("secure"), a.trait("httpOnly"), len(a.tests)) == ("10 minutes", None, "False", 2)


@pytest.mark.parametrize(
    ("times", "refresh"),
    [
        ([(0, 100), (50, 100)], True),
        ([(0, 100), (50, 100), (60, 100)], True),
        ([(0, 100), (50, 50)], False),
        ([(0, 100), (50, 100), (60, 90)], False),
        ([(0, 100), (200, 100)], False),
        ([(0, 100), (0.5, 100)], False),
        ([(0, 100)], False),
    ],
)
def test_each_visit_may_push_the_end_further_out(times: list[tuple[float, float]], refresh: bool) -> None:
    assert only(*(stored(time, Lifetime(float(seconds))) for time, seconds in times)).refresh is refresh


def test_what_was_deleted_between_starts_anew() -> None:
    deleted = stored(20, operation=Operation.DELETE)
    assert not only(stored(0, Lifetime(100.0)), deleted, stored(50, Lifetime(100.0))).refresh


def test_only_a_page_tells_a_probe() -> None:
    deleted = stored(0.1, operation=Operation.DELETE)
    assert not only(stored(0), deleted).probe
    on_page = Source("t", page="https://shop.example/")
    assert only(stored(0, source=on_page), stored(0.1, operation=Operation.DELETE, source=on_page)).probe


def test_the_longest_end_counts() -> None:
    assert only(stored(0, SESSION), stored(0, Lifetime(60.0))).retention == "1 minute"
    assert only(stored(0, SESSION)).span == "session"
    assert only(stored(0, PERSISTENT), stored(0, SESSION)).span == "persistent"
    assert (only(stored(0)).retention, only(stored(0)).span) == (None, "unknown")
    assert retention(Lifetime(math.inf)) == (999_999_999 * DAY, "999999999 days")


def test_of_many_lifetimes_and_tests_few_are_kept() -> None:
    sighting = only(
        *(stored(0, Lifetime(3601.0 + 7 * number), source=Source("t", test=f"t{number}")) for number in range(500))
    )
    assert sighting.retention == "7094 seconds"
    assert len(sighting.retentions) <= 201
    assert len(sighting.tests) == 200


def test_what_the_visitor_had_said_in_words() -> None:
    states = [UNSET, UNSET.grant(), UNSET.grant("b", "a"), UNSET.refuse("a"), UNSET.grant("a").withdraw()]
    assert [consent_words(state) for state in states] == [
        "before choice", "after grant", "after grant of a, b", "after refusal", "after withdrawal",
    ]  # fmt: skip
