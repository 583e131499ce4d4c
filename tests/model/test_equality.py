"""A failed comparison in somebody's test shows no value."""

from __future__ import annotations

import pytest

from policycheck.jar import CookieJar
from policycheck.model.observation import HttpExchange, Observation
from policycheck.model.storage import StorageKind
from policycheck.wire import parse_set_cookie

CANARY = "canary0f53cr3t"


def _pair(kind: str) -> tuple[object, object]:
    if kind == "SetCookie":
        return parse_set_cookie(f"a={CANARY}"), parse_set_cookie(f"a={CANARY}2")
    if kind == "StoredCookie":
        first, second = CookieJar(now=lambda: 0.0), CookieJar(now=lambda: 0.0)
        first.receive("https://shop.test/", f"a={CANARY}")
        second.receive("https://shop.test/", f"a={CANARY}2")
        return next(iter(first)), next(iter(second))
    if kind == "Observation":
        return Observation(StorageKind.COOKIE, "a", value=CANARY), Observation(
            StorageKind.COOKIE, "a", value=CANARY + "2"
        )
    return HttpExchange("GET", None, 200, (CANARY,)), HttpExchange("GET", None, 200, (CANARY + "2",))


@pytest.mark.parametrize("kind", ["SetCookie", "StoredCookie", "Observation", "HttpExchange"])
def test_a_failed_comparison_shows_no_value(kind: str) -> None:
    left, right = _pair(kind)
    with pytest.raises(AssertionError) as caught:
        assert left == right
    assert kind in str(caught.value)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("kind", ["SetCookie", "StoredCookie", "Observation", "HttpExchange"])
def test_equality_and_hash_go_by_the_fields(kind: str) -> None:
    left, right = _pair(kind)
    again, _ = _pair(kind)
    assert left == again
    assert hash(left) == hash(again)
    assert left != right
    assert left != "something else"
