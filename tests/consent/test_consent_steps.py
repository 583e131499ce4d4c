"""Where an entry lies: what makes two of them the same one."""

from __future__ import annotations

import pytest

from policycheck.consent.steps import place_of
from policycheck.model.observation import HttpExchange, Observation
from policycheck.model.storage import StorageKind
from policycheck.recording import Recorder


def _seen(header: str) -> Observation:
    recorder = Recorder(now=lambda: 0.0)
    recorder.response(HttpExchange("GET", "https://www.shop.example/", 200, (header,)))
    return recorder.observations[0]


@pytest.mark.parametrize(
    ("header", "where", "path"),
    [
        ("a=1", "www.shop.example", "/"),
        ("a=1; Domain=shop.example; Path=/tea", ".shop.example", "/tea"),
        ("a=1; Domain=www.shop.example", ".www.shop.example", "/"),
    ],
)
def test_a_cookie_lies_at_its_domain_with_a_dot_where_hosts_below_are_covered(
    header: str, where: str, path: str
) -> None:
    assert place_of(_seen(header)) == (StorageKind.COOKIE, "a", where, path, None)


def test_web_storage_lies_at_its_host() -> None:
    seen = Observation(StorageKind.LOCAL_STORAGE, "a", host="shop.example", domain="other.example")
    assert place_of(seen) == (StorageKind.LOCAL_STORAGE, "a", "shop.example", None, None)


def test_a_cookie_of_which_no_header_is_known_lies_at_its_domain_and_in_its_partition() -> None:
    seen = Observation(
        StorageKind.COOKIE, "a", host="www.shop.example", domain="shop.example", path="/", partition_key="p"
    )
    assert place_of(seen) == (StorageKind.COOKIE, "a", "shop.example", "/", "p")


def test_a_cookie_of_which_the_domain_is_not_known() -> None:
    covering = Observation(StorageKind.COOKIE, "a", set_cookie=_seen("a=1; Domain=shop.example").set_cookie)
    assert place_of(covering) == (StorageKind.COOKIE, "a", None, None, None)
