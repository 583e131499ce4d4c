"""Hosts and paths, RFC 6265bis, 5.1.2 to 5.1.4."""

from __future__ import annotations

import time

import pytest

from policycheck.wire import canonical_host, default_path, domain_match, is_ip_address, path_match, registrable_domain


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com."),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("straße.example", "strasse.example"),
        ("日本。example", "xn--wgv71a.example"),
        ("日本。" + "é" * 70, "xn--wgv71a." + "é" * 70),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("é..example", "xn--9ca..example"),
        ("É" * 70 + ".Example", "É" * 70 + ".example"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("::1", "[::1]"),
        ("[0:0:0:0:0:0:0:1]", "[::1]"),
        ("[FE80::1%eth0]", "[fe80::1]"),
        ("[::Z]", "[::z]"),
        ("a:B", "a:b"),
        ("\ud800.Example", "\ud800.example"),
        ("", ""),
        ("É" + ".a" * 126 + "B", "xn--9ca" + ".a" * 126 + "b"),
        ("É" + ".a" * 126 + "BC", "É" + ".a" * 126 + "bc"),
    ],
)
def test_canonical_host(host: str, expected: str) -> None:
    assert canonical_host(host) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("1.2.3.4", True),
        ("[::1]", True),
        ("::1", True),
        ("1.2.3", False),
        ("1.2.3.256", False),
        ("a.b.c.d", False),
        ("[::z]", False),
        ("", False),
    ],
)
def test_is_ip_address(host: str, expected: bool) -> None:
    assert is_ip_address(host) is expected


@pytest.mark.parametrize(
    ("host", "domain", "expected"),
    [
        ("example.com", "example.com", True),
        ("www.example.com", "example.com", True),
        ("a.b.example.com", "example.com", True),
        ("example.com", "www.example.com", False),
        ("myexample.com", "example.com", False),
        ("example.com.", "example.com", False),
        ("example.com", "", False),
        ("", "", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "0.0.1", False),
        ("[::1]", "[::1]", True),
    ],
)
def test_domain_match(host: str, domain: str, expected: bool) -> None:
    assert domain_match(host, domain) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.shop.example.co.uk", "example.co.uk"),
        ("example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("uk", "uk"),
        ("a.example.com", "example.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("no.rule", "no.rule"),
        ("a." * 126 + "uk", "a.uk"),
        ("a." * 127 + "uk", "a." * 127 + "uk"),
    ],
)
def test_registrable_domain(host: str, expected: str) -> None:
    assert registrable_domain(host, {"uk", "co.uk", "com", "1"}.__contains__) == expected


def test_the_limit_of_a_name_is_254_characters() -> None:
    exact = "x." * 125 + "a.uk"
    assert len(exact) == 254
    assert registrable_domain(exact, {"uk"}.__contains__) == "a.uk"
    assert registrable_domain("y" + exact, {"uk"}.__contains__) == "y" + exact


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("/a", "/"),
        ("/a/", "/a"),
        ("/a/b", "/a"),
        ("/a/b/", "/a/b"),
        ("//", "/"),
        ("//a", "/"),
        ("", "/"),
        ("a", "/"),
        ("a/b", "/"),
        ("a/b/c", "/"),
    ],
)
def test_default_path(path: str, expected: str) -> None:
    assert default_path(path) == expected


@pytest.mark.parametrize(
    ("request_path", "cookie_path", "expected"),
    [
        ("/", "/", True),
        ("/a", "/", True),
        ("/a", "/a", True),
        ("/a/", "/a", True),
        ("/a/b", "/a", True),
        ("/a/b", "/a/", True),
        ("/ab", "/a", False),
        ("/a", "/a/", False),
        ("/a", "/ab", False),
        ("/A", "/a", False),
        ("/a?b", "/a", False),
        ("/", "/a", False),
    ],
)
def test_path_match(request_path: str, cookie_path: str, expected: bool) -> None:
    assert path_match(request_path, cookie_path) is expected


@pytest.mark.parametrize("host", ["a." * 200_000, "é." * 100_000, ":" * 200_000, "x" * 500_000])
def test_long_hosts_take_linear_time(host: str) -> None:
    start = time.process_time()
    canonical_host(host)
    is_ip_address(host)
    registrable_domain(host, lambda _: False)
    assert time.process_time() - start < 5
