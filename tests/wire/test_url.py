"""The parts of a URL on which cookies depend."""

from __future__ import annotations

import pytest

from policycheck.errors import UsageError
from policycheck.wire import request_target


@pytest.mark.parametrize(
    ("url", "scheme", "host", "path"),
    [
        ("https://example.com", "https", "example.com", "/"),
        ("https://example.com/", "https", "example.com", "/"),
        ("HTTP://Example.COM:8080/A/b?c/d#e/f", "http", "example.com", "/A/b"),
        ("https://example.com?a/b", "https", "example.com", "/"),
        ("https://example.com#a/b", "https", "example.com", "/"),
        ("https://user:pass@example.com/a", "https", "example.com", "/a"),
        ("https://a@b@example.com:/a", "https", "example.com", "/a"),
        ("http://[::1]:80/a", "http", "[::1]", "/a"),
        ("http://[0::1]/a", "http", "[::1]", "/a"),
        ("ws://example.com/a", "ws", "example.com", "/a"),
        ("wss://example.com/a", "wss", "example.com", "/a"),
        ("https://bücher.example/é", "https", "xn--bcher-kva.example", "/é"),
        (" https://example.com/a b ", "https", "example.com", "/a b"),
        ("https://example.com\\a", "https", "example.com", "/"),
        ("https://example.com/a\nb", "https", "example.com", "/a\nb"),
    ],
)
def test_parts(url: str, scheme: str, host: str, path: str) -> None:
    target = request_target(url)
    assert (target.scheme, target.host, target.path) == (scheme, host, path)


@pytest.mark.parametrize(
    ("url", "trustworthy", "site_scheme"),
    [
        ("https://example.com", True, "https"),
        ("wss://example.com", True, "https"),
        ("http://example.com", False, "http"),
        ("ws://example.com", False, "http"),
        ("http://localhost", True, "http"),
        ("http://localhost.", True, "http"),
        ("ws://localhost", True, "http"),
        ("http://a.localhost", True, "http"),
        ("http://notlocalhost", False, "http"),
        ("http://localhost.example", False, "http"),
        ("http://127.0.0.1", True, "http"),
        ("http://127.255.0.9:8000", True, "http"),
        ("http://127.0.0.1.example", False, "http"),
        ("http://128.0.0.1", False, "http"),
        ("http://[::1]", True, "http"),
        ("http://[::2]", False, "http"),
    ],
)
def test_where_secure_cookies_may_travel(url: str, trustworthy: bool, site_scheme: str) -> None:
    target = request_target(url)
    assert (target.trustworthy, target.site_scheme) == (trustworthy, site_scheme)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "/cart?token=secret",
            (
                "cookies need an absolute http or https URL such as https://shop.example/cart, "
                "not 18 characters without a scheme"
            ),
        ),
        (
            "",
            "cookies need an absolute http or https URL such as https://shop.example/cart, not 0 characters without a scheme",
        ),
        (
            "FTP://example.com/",
            "cookies need an absolute http or https URL such as https://shop.example/cart, not the scheme 'ftp'",
        ),
        ("https:///a", "cookies need a URL with a host such as https://shop.example/cart, not https:// alone"),
        ("http://user@:80", "cookies need a URL with a host such as https://shop.example/cart, not http:// alone"),
    ],
)
def test_anything_else_is_an_error(url: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        request_target(url)
    assert str(caught.value) == message
