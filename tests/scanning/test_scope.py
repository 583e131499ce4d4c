"""Only what the user names is visited."""

from __future__ import annotations

import pytest

from policycheck.errors import UsageError
from policycheck.scanning.scope import page_url, scope_of, shown, without_fragment


@pytest.mark.parametrize(
    ("start", "url", "inside"),
    [
        ("https://shop.example/", "https://shop.example/cart?id=1", True),
        ("https://shop.example/", "https://SHOP.example:443/cart", True),
        ("https://shop.example/", "https://shop.example:8443/", False),
        ("https://shop.example/", "http://shop.example/", False),
        ("http://shop.example/", "https://shop.example/", True),
        ("http://shop.example:8000/", "https://shop.example/", False),
        ("https://shop.example/", "https://www.shop.example/", False),
        ("https://shop.example/", "https://shop.example.evil.test/", False),
        ("https://shop.example/", "https://shop.example@evil.test/", False),
        ("https://shop.example/", "https://ann:pass@shop.example/", False),
        ("https://shop.example/", "//shop.example/", False),
        ("https://shop.example/", "javascript:void(0)", False),
        ("https://shop.example/", "mailto:ann@shop.example", False),
        ("https://shop.example/", "data:text/html,hi", False),
        ("https://shop.example/", "https://shop.example:99999/", False),
        ("https://shop.example/", "https://[bad/", False),
        ("https://bäckerei.example/", "https://xn--bckerei-5wa.example/", True),
        ("http://[::1]:8000/", "http://[::1]:8000/x", True),
    ],
)
def test_the_origin_that_was_named(start: str, url: str, inside: bool) -> None:
    assert scope_of(start).holds(url) is inside


@pytest.mark.parametrize(
    ("host", "url", "inside"),
    [
        ("www.shop.example", "https://www.shop.example/", True),
        ("www.shop.example", "http://www.shop.example:8080/", True),
        ("WWW.Shop.Example", "https://www.shop.example/", True),
        ("www.shop.example:8443", "https://www.shop.example:8443/", True),
        ("www.shop.example:8443", "https://www.shop.example/", False),
        ("www.shop.example", "https://a.www.shop.example/", False),
        ("[::1]", "http://[::1]:81/", True),
    ],
)
def test_hosts_that_were_named_besides(host: str, url: str, inside: bool) -> None:
    assert scope_of("https://shop.example/", (host,)).holds(url) is inside


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("shop.example", "fix: https://shop.example"),
        ("shop.example/cart", "fix: https://shop.example/cart"),
        ("ftp://shop.example/", "with http or https"),
        ("file:///etc/passwd", "with http or https"),
        ("https:///cart", "names no host"),
        ("https://[bad/", "cannot be read"),
        ("https://shop.example:x/", "cannot be read"),
        ("https://ann:secret@shop.example/", "holds a user name or password"),
    ],
)
def test_what_is_no_page_to_start_at(url: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        scope_of(url)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["https://www.shop.example/", "www.shop.example/", "", "a@b", "shop:x", "shop?x"])
def test_what_is_no_host(host: str) -> None:
    with pytest.raises(UsageError, match="is not a host"):
        scope_of("https://shop.example/", (host,))


def test_pages_are_paths_or_addresses() -> None:
    start = "https://shop.example/de/?x=1"
    assert page_url(start, "/cart#top") == "https://shop.example/cart"
    assert page_url(start, "cart?id=2") == "https://shop.example/de/cart?id=2"
    assert page_url(start, "https://www.shop.example") == "https://www.shop.example/"
    with pytest.raises(UsageError, match="cannot be read"):
        page_url(start, "//[bad")


def test_the_same_page_has_one_address() -> None:
    assert without_fragment("https://Shop.example#top") == "https://shop.example/"


def test_outputs_show_no_query() -> None:
    assert shown("https://ann:pw@shop.example/cart?token=1#x") == "https://shop.example/cart"
