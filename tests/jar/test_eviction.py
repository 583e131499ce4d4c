"""Which cookies have to go."""

from __future__ import annotations

import pytest

from policycheck.jar import StoredCookie
from policycheck.jar.eviction import excess_of_all, excess_of_domain


def cookie(name: str, used: float, *, secure: bool = False) -> StoredCookie:
    return StoredCookie(name, "v", "shop.example", True, "/", None, secure, False, None, None, 0.0, used)


COOKIES = [cookie("a", 3.0), cookie("b", 1.0, secure=True), cookie("c", 2.0), cookie("d", 0.0, secure=True)]


@pytest.mark.parametrize(
    ("limit", "of_domain", "of_all"),
    [(9, "", ""), (5, "", ""), (4, "", ""), (3, "c", "d"), (2, "ca", "db"), (1, "cad", "dbc"), (0, "cadb", "dbca")],
)
def test_the_excess_in_its_order(limit: int, of_domain: str, of_all: str) -> None:
    assert [cookie.name for cookie in excess_of_domain(COOKIES, limit)] == list(of_domain)
    assert [cookie.name for cookie in excess_of_all(COOKIES, limit)] == list(of_all)


def test_the_first_stored_goes_first_among_equals() -> None:
    equals = [cookie(name, 1.0) for name in "zyx"]
    assert [cookie.name for cookie in excess_of_domain(equals, 2)] == ["z"]
    assert [cookie.name for cookie in excess_of_all(equals, 2)] == ["z"]
