from __future__ import annotations

import pytest

from policycheck.capture.hosts import HostFilter, host_of
from policycheck.errors import ConfigurationError


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8000/",
        "http://LOCALHOST/",
        "https://localhost./",
        "http://127.0.0.1:5000/x",
        "http://127.9.9.9/",
        "http://[::1]:80/",
        "http://0.0.0.0:8000/",
        "http://testserver/admin/",
        "http://testserver.local/",
        "http://shop.localhost/",
        "http://shop.test/",
        "https://cdn.shop.example/",
        "ws://nowhere.invalid/",
    ],
)
def test_the_application_under_test(url: str) -> None:
    assert HostFilter().admits(url)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "/relative",
        "http://[broken/",
        "https://example.com/",
        "https://api.stripe.com/",
        "http://10.0.0.1/",
        "http://128.0.0.1/",
        "https://localhost.evil.com/",
        "https://mytest/",
        "https://testserver.com/",
        "https://user:localhost@shop.eu/",
    ],
)
def test_somebody_else(url: str | None) -> None:
    assert not HostFilter().admits(url)


def test_configured_hosts() -> None:
    hosts = HostFilter(["Shop.EU", "*.cdn.eu", "10.0.0.1", "[fd00::1]"])
    assert hosts.admits("https://shop.eu:8443/")
    assert hosts.admits("https://cdn.eu/")
    assert hosts.admits("https://a.b.cdn.eu/")
    assert hosts.admits("http://10.0.0.1/")
    assert hosts.admits("http://[fd00::1]:80/")
    assert not hosts.admits("https://www.shop.eu/")
    assert not hosts.admits("https://xcdn.eu/")


@pytest.mark.parametrize("entry", ["", "  ", "https://shop.eu", "shop.eu/path", "shop.*.eu", "a b", "*.", "*"])
def test_an_entry_that_is_no_host(entry: str) -> None:
    with pytest.raises(ConfigurationError, match=r"is no host\n  fix: "):
        HostFilter([entry])


def test_a_port_and_a_text() -> None:
    with pytest.raises(ConfigurationError, match="ports"):
        HostFilter(["shop.eu:8000"])
    with pytest.raises(ConfigurationError, match="list"):
        HostFilter("shop.eu")


def test_host_of() -> None:
    assert host_of("https://Shop.EU.:443/x") == "shop.eu"
    assert host_of("file:///etc") is None
    assert host_of(None) is None
