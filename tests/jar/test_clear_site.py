from __future__ import annotations

import pytest

from policycheck.jar import CookieJar


def jar(*cookies: tuple[str, str], top: str | None = None) -> CookieJar:
    filled = CookieJar(lambda: 1000.0)
    for url, header in cookies:
        filled.receive(url, header, top_level_site=top)
    return filled


def test_every_cookie_of_the_site_goes_whatever_its_host_and_path() -> None:
    mine = jar(
        ("https://shop.example/", "a=1"),
        ("https://shop.example/deep/", "b=1; Path=/deep; HttpOnly; Secure"),
        ("https://www.shop.example/", "c=1; Domain=shop.example"),
        ("https://img.shop.example/", "d=1"),
        ("http://shop.example/", "e=1"),
        ("https://other.example/", "f=1"),
        ("https://shop.co.uk/", "g=1"),
    )
    assert [cookie.name for cookie in mine.clear_site("https://www.shop.example/withdraw")] == ["a", "b", "c", "d", "e"]
    assert [cookie.name for cookie in mine] == ["f", "g"]
    assert mine.clear_site("https://shop.example/") == []
    assert mine.cookie_header("https://shop.example/deep/") is None


def test_neighbours_below_a_public_suffix_keep_theirs() -> None:
    mine = jar(("https://one.co.uk/", "a=1"), ("https://two.co.uk/", "b=1"))
    assert [cookie.name for cookie in mine.clear_site("https://one.co.uk/")] == ["a"]


@pytest.mark.parametrize(
    ("top", "erased"),
    [(None, ["mine", "plain"]), ("https://news.example/", ["theirs", "plain"]), ("https://else.example", ["plain"])],
)
def test_of_partitioned_cookies_those_of_this_page_go(top: str | None, erased: list[str]) -> None:
    mine = jar(("https://shop.example/", "mine=1; Secure; SameSite=None; Partitioned"))
    mine.receive(
        "https://shop.example/", "theirs=1; Secure; SameSite=None; Partitioned", top_level_site="https://news.example/"
    )
    mine.receive("https://shop.example/", "plain=1")
    assert sorted(c.name for c in mine.clear_site("https://shop.example/", top_level_site=top)) == sorted(erased)


def test_room_is_made_for_others() -> None:
    small = CookieJar(lambda: 1000.0, per_domain=2)
    for name in "abc":
        small.receive("https://shop.example/", f"{name}=1")
    small.clear_site("https://shop.example/")
    for name in "de":
        small.receive("https://shop.example/", f"{name}=1")
    assert [cookie.name for cookie in small] == ["d", "e"]
