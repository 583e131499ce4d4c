"""What the jar takes and what it refuses: one line of a table each."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.errors import UsageError
from policycheck.jar import Change, CookieJar, Rejected, RejectReason, Stored, StoredCookie
from policycheck.model.cookie import SetCookie
from policycheck.wire import parse_set_cookie

R = RejectReason
NOW = 1_000_000_000.0
CAP = 34_560_000
SUFFIXES = {"com", "example", "co.uk", "uk", "localhost", "test", "1"}
HTTPS = "https://www.shop.example/a/b"
HTTP = "http://www.shop.example/a/b"


def jar(**options: Any) -> CookieJar:
    return CookieJar(now=lambda: NOW, public_suffix=SUFFIXES.__contains__, **options)


def received(url: str, header: str | bytes | SetCookie, **how: Any) -> StoredCookie | RejectReason:
    (outcome,) = jar().receive(url, [header], **how)
    assert outcome.set_cookie == (header if isinstance(header, SetCookie) else parse_set_cookie(header))
    return outcome.reason if isinstance(outcome, Rejected) else outcome.cookie


def test_a_stored_cookie_has_what_the_header_said_and_what_it_left_out() -> None:
    header = "n=v; Domain=.Shop.example; Path=/a; Max-Age=60; Secure; HttpOnly; SameSite=Lax"
    assert received(HTTPS, header) == StoredCookie(
        name="n",
        value="v",
        domain="shop.example",
        host_only=False,
        path="/a",
        expiry_time=NOW + 60,
        secure=True,
        http_only=True,
        same_site="Lax",
        partition_key=None,
        creation_time=NOW,
        last_access_time=NOW,
    )
    assert received("http://WWW.shop.example:8080/a/b?c=/d/e", "n") == StoredCookie(
        name="",
        value="n",
        domain="www.shop.example",
        host_only=True,
        path="/a",
        expiry_time=None,
        secure=False,
        http_only=False,
        same_site=None,
        partition_key=None,
        creation_time=NOW,
        last_access_time=NOW,
    )


@pytest.mark.parametrize(
    ("url", "header", "reason"),
    [
        (HTTPS, "n=\x00", R.CONTROL_CHARACTER),
        (HTTPS, "n=v; foo=\x01", R.CONTROL_CHARACTER),
        (HTTPS, SetCookie("n\x00", "v"), R.CONTROL_CHARACTER),
        (HTTPS, SetCookie("n", "\x7f"), R.CONTROL_CHARACTER),
        (HTTPS, "", R.EMPTY),
        (HTTPS, "=; Path=/", R.EMPTY),
        (HTTPS, SetCookie("", ""), R.EMPTY),
        (HTTPS, "n=" + "v" * 4096, R.OVERSIZED),
        (HTTPS, "é=" + "v" * 4095, R.OVERSIZED),
        (HTTPS, SetCookie("n" * 2000, "v" * 2097), R.OVERSIZED),
        (HTTPS, "n=v; Domain=é.example", R.NON_ASCII_DOMAIN),
        (HTTPS, "n=v; Domain=example", R.PUBLIC_SUFFIX),
        (HTTPS, "n=v; Domain=example.", R.PUBLIC_SUFFIX),
        (HTTPS, "n=v; Domain=co.uk", R.PUBLIC_SUFFIX),
        (HTTPS, "n=v; Domain=other.example", R.FOREIGN_DOMAIN),
        (HTTPS, "n=v; Domain=deep.www.shop.example", R.FOREIGN_DOMAIN),
        (HTTPS, "n=v; Domain=hop.example", R.FOREIGN_DOMAIN),
        (HTTPS, "n=v; Domain=..shop.example", R.FOREIGN_DOMAIN),
        ("https://1.2.3.1/", "n=v; Domain=2.3.1", R.FOREIGN_DOMAIN),
        ("https://1.2.3.1/", "n=v; Domain=1", R.FOREIGN_DOMAIN),
        (HTTP, "n=v; Secure", R.SECURE_OVER_HTTP),
        (HTTP, "__Secure-n=v; Secure", R.SECURE_OVER_HTTP),
        (HTTPS, "n=v; SameSite=None", R.NONE_WITHOUT_SECURE),
        (HTTP, "n=v; SameSite=None", R.NONE_WITHOUT_SECURE),
        (HTTPS, "n=v; Partitioned", R.PARTITIONED_WITHOUT_SECURE),
        (HTTPS, "__Secure-n=v", R.SECURE_PREFIX),
        (HTTPS, "__sECURE-n=v", R.SECURE_PREFIX),
        (HTTP, "__Secure-n=v", R.SECURE_PREFIX),
        (HTTPS, "__Host-n=v; Path=/", R.HOST_PREFIX),
        (HTTPS, "__Host-n=v; Secure", R.HOST_PREFIX),
        (HTTPS, "__Host-n=v; Secure; Path=/a", R.HOST_PREFIX),
        (HTTPS, "__HOST-n=v; Secure; Path=/; Domain=www.shop.example", R.HOST_PREFIX),
        ("https://www.shop.example/", "__Host-n=v; Secure", R.HOST_PREFIX),
        (HTTPS, "__Http-n=v; Secure", R.HTTP_PREFIX),
        (HTTPS, "__http-n=v; HttpOnly", R.HTTP_PREFIX),
        (HTTPS, "__Host-Http-n=v; Secure; Path=/", R.HOST_HTTP_PREFIX),
        (HTTPS, "__Host-Http-n=v; HttpOnly; Path=/", R.HOST_HTTP_PREFIX),
        (HTTPS, "__HOST-HTTP-n=v; Secure; HttpOnly", R.HOST_HTTP_PREFIX),
        (HTTPS, "__Host-Http-n=v; Secure; HttpOnly; Path=/; Domain=www.shop.example", R.HOST_HTTP_PREFIX),
        (HTTPS, "__Secure-x; Secure", R.PREFIX_IN_VALUE),
        (HTTPS, "=__host-x=1; Secure; Path=/", R.PREFIX_IN_VALUE),
        (HTTPS, "__HTTP-; Secure; HttpOnly", R.PREFIX_IN_VALUE),
        (HTTPS, "__Host-Http-x", R.PREFIX_IN_VALUE),
    ],
)
def test_refused(url: str, header: str | SetCookie, reason: RejectReason) -> None:
    assert received(url, header) is reason


@pytest.mark.parametrize(
    ("url", "header"),
    [
        (HTTPS, "n=v\t1"),
        (HTTPS, "n=" + "v" * 4095),
        (HTTPS, "é=" + "v" * 4094),
        (HTTPS, SetCookie("n", "")),
        (HTTPS, SetCookie("", "v")),
        (HTTPS, "n=v; SameSite=None; Secure"),
        (HTTPS, "n=v; Partitioned; Secure"),
        (HTTPS, "__Secure-n=v; Secure"),
        (HTTPS, "__Host-n=v; Secure; Path=/"),
        (HTTPS, "__Host-n=v; Secure; Path=/; Domain="),
        (HTTPS, "__Http-n=v; Secure; HttpOnly"),
        (HTTPS, "__Host-Http-n=v; Secure; HttpOnly; Path=/"),
        (HTTPS, "__HostHttp-n=v"),
        (HTTPS, "__Secure=v"),
        (HTTPS, "__Host=v"),
        (HTTPS, "_Host-n=v"),
        (HTTPS, "n=__Host-x"),
        (HTTPS, "x__Secure-"),
        ("http://localhost:5000/", "n=v; Secure; SameSite=None"),
        ("http://app.localhost/", "__Host-n=v; Secure; Path=/"),
        ("http://127.0.0.1:8000/", "n=v; Secure"),
        ("http://[::1]/", "n=v; Secure"),
        ("wss://shop.example/", "n=v; Secure"),
    ],
)
def test_taken(url: str, header: str | SetCookie) -> None:
    assert isinstance(received(url, header), StoredCookie)


@pytest.mark.parametrize(
    ("url", "attribute", "domain", "host_only"),
    [
        (HTTPS, "", "www.shop.example", True),
        (HTTPS, "Domain=", "www.shop.example", True),
        (HTTPS, "Domain=.", "www.shop.example", True),
        (HTTPS, "Domain=www.shop.example", "www.shop.example", False),
        (HTTPS, "Domain=.SHOP.example", "shop.example", False),
        (HTTPS, "Domain=foo.example; Domain=", "www.shop.example", True),
        ("https://example/", "Domain=example", "example", True),
        ("https://example./", "Domain=example.", "example.", True),
        ("http://localhost/", "Domain=localhost", "localhost", True),
        ("https://1.2.3.4/", "Domain=1.2.3.4", "1.2.3.4", True),
        ("https://1.2.3.4/", "Domain=.1.2.3.4", "1.2.3.4", True),
        ("https://bücher.example/", "Domain=xn--bcher-kva.example", "xn--bcher-kva.example", False),
    ],
)
def test_domain(url: str, attribute: str, domain: str, host_only: bool) -> None:
    cookie = received(url, f"n=v; {attribute}")
    assert isinstance(cookie, StoredCookie)
    assert (cookie.domain, cookie.host_only) == (domain, host_only)


@pytest.mark.parametrize(
    ("attributes", "cap", "expiry"),
    [
        ("", CAP, None),
        ("Max-Age=60", CAP, NOW + 60),
        ("Max-Age=34560000", CAP, NOW + CAP),
        ("Max-Age=34560001", CAP, NOW + CAP),
        ("Max-Age=34560001", None, NOW + CAP + 1),
        ("Max-Age=61", 60, NOW + 60),
        ("Max-Age=60", 60, NOW + 60),
        ("Max-Age=59", 60, NOW + 59),
        ("Max-Age=" + "9" * 400, CAP, NOW + CAP),
        ("Max-Age=" + "9" * 400, None, float("inf")),
        ("Expires=Fri, 31 Dec 9999 23:59:59 GMT", CAP, NOW + CAP),
        ("Expires=Fri, 31 Dec 9999 23:59:59 GMT", None, 253402300799.0),
        ("Expires=Sun, 09 Sep 2001 01:46:41 GMT", CAP, NOW + 1),
        ("Expires=Fri, 31 Dec 9999 23:59:59 GMT; Max-Age=5", CAP, NOW + 5),
    ],
)
def test_lifetimes_and_the_cap(attributes: str, cap: float | None, expiry: float | None) -> None:
    (outcome,) = jar(cap=cap).receive(HTTPS, [f"n=v; {attributes}"])
    assert isinstance(outcome, Stored)
    assert outcome.cookie.expiry_time == expiry


def test_the_cap_is_400_days_by_default() -> None:
    cookie = received(HTTPS, "n=v; Max-Age=99999999")
    assert isinstance(cookie, StoredCookie)
    assert cookie.expiry_time == NOW + 400 * 86_400


@pytest.mark.parametrize(
    ("header", "outcome"),
    [
        ("n=v", None),
        ("n=v; HttpOnly", R.HTTP_ONLY_FROM_SCRIPT),
        ("__Http-n=v; Secure", R.HTTP_PREFIX),
        ("__Http-n=v; Secure; HttpOnly", R.HTTP_ONLY_FROM_SCRIPT),
        ("n=v; Secure", None),
    ],
)
def test_from_script(header: str, outcome: RejectReason | None) -> None:
    result = received(HTTPS, header, from_script=True)
    assert (result if isinstance(result, RejectReason) else None) is outcome


@pytest.mark.parametrize(
    ("url", "top_level_site", "same_site"),
    [
        (HTTPS, None, True),
        (HTTPS, "https://shop.example", True),
        (HTTPS, "https://other.shop.example/page?q", True),
        (HTTPS, "shop.example", True),
        (HTTPS, "wss://shop.example", True),
        ("wss://www.shop.example", "https://shop.example", True),
        ("ws://www.shop.example", "shop.example", True),
        (HTTPS, "http://shop.example", False),
        (HTTP, "https://shop.example", False),
        (HTTP, "shop.example", True),
        (HTTPS, "https://other.example", False),
        (HTTPS, "other.example", False),
        (HTTPS, "https://example", False),
    ],
)
def test_another_sites_page(url: str, top_level_site: str | None, same_site: bool) -> None:
    for header in ("n=v", "n=v; SameSite=Lax", "n=v; SameSite=Strict"):
        result = received(url, header, top_level_site=top_level_site)
        assert (result is not R.CROSS_SITE) is same_site
    if url.startswith(("https", "wss")):
        assert isinstance(received(url, "n=v; SameSite=None; Secure", top_level_site=top_level_site), StoredCookie)


@pytest.mark.parametrize(
    ("url", "top_level_site", "key"),
    [
        (HTTPS, None, "https://shop.example"),
        (HTTPS, "https://www.other.example/page", "https://other.example"),
        (HTTPS, "http://other.example", "http://other.example"),
        (HTTPS, "www.other.example", "https://other.example"),
        ("wss://www.shop.example", None, "https://shop.example"),
        ("http://localhost/", None, "http://localhost"),
        ("https://1.2.3.4/", None, "https://1.2.3.4"),
    ],
)
def test_partitions(url: str, top_level_site: str | None, key: str) -> None:
    cookie = received(url, "n=v; SameSite=None; Secure; Partitioned", top_level_site=top_level_site)
    assert isinstance(cookie, StoredCookie)
    assert cookie.partition_key == key
    plain = received(url, "n=v; SameSite=None; Secure", top_level_site=top_level_site)
    assert isinstance(plain, StoredCookie)
    assert plain.partition_key is None


def test_one_outcome_for_each_header_in_order() -> None:
    first, second, third = jar().receive(HTTPS, (text for text in ["a=1", "__Host-b", "c=1; Max-Age=0"]))
    assert isinstance(first, Stored)
    assert (first.change, first.previous, first.evicted, first.set_cookie.raw) == (Change.CREATED, None, (), "a=1")
    assert isinstance(second, Rejected)
    assert (second.reason, second.step) == (R.PREFIX_IN_VALUE, "RFC 6265bis, 5.7 step 22")
    assert second.set_cookie.value == "__Host-b"
    assert isinstance(third, Stored)
    assert third.change == "deleted"


@pytest.mark.parametrize("headers", ["a=1", b"a=1", SetCookie("a", "1"), ["a=1"], [b"a=1"], (SetCookie("a", "1"),)])
def test_one_header_needs_no_list(headers: Any) -> None:
    ours = jar()
    ours.receive(HTTPS, headers)
    assert [(cookie.name, cookie.value) for cookie in ours] == [("a", "1")]


@pytest.mark.parametrize(
    "headers",
    [
        [("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("SET-COOKIE", "b=2"), ("X-Set-Cookie", "c=3")],
        [(b"content-type", b"text/html"), (b"set-cookie", b"a=1"), (b"Set-Cookie", b"b=2")],
        (pair for pair in [("set-cookie", "a=1"), ("set-cookie", "b=2")]),
        ["a=1", ("Set-Cookie", "b=2")],
    ],
)
def test_of_pairs_the_set_cookie_headers_count(headers: Any) -> None:
    ours = jar()
    outcomes = ours.receive(HTTPS, headers)
    assert [(cookie.name, cookie.value) for cookie in ours] == [("a", "1"), ("b", "2")]
    assert len(outcomes) == 2


def test_no_headers_is_nothing() -> None:
    assert jar().receive(HTTPS, []) == []


def test_a_url_that_no_cookie_can_come_from_is_an_error() -> None:
    with pytest.raises(UsageError, match="absolute http or https URL"):
        jar().receive("file:///etc/hosts", "a=1")
    with pytest.raises(UsageError, match="absolute http or https URL"):
        jar().cookie_header("/cart")


@pytest.mark.parametrize("reason", RejectReason)
def test_every_reason_has_a_step_and_a_message(reason: RejectReason) -> None:
    assert reason.step.startswith(("RFC 6265bis, 5.", "draft-ietf-httpbis-layered-cookies", "CHIPS"))
    assert len(reason.message) > 20
    rejected = Rejected(reason, SetCookie("n", "secret"))
    assert (rejected.step, rejected.message) == (reason.step, reason.message)
    assert "secret" not in repr(rejected)


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        (R.CONTROL_CHARACTER, "5.6 step 1"),
        (R.EMPTY, "5.7 step 2"),
        (R.OVERSIZED, "5.7 step 4"),
        (R.NON_ASCII_DOMAIN, "5.7 step 8"),
        (R.PUBLIC_SUFFIX, "5.7 step 9"),
        (R.FOREIGN_DOMAIN, "5.7 step 10"),
        (R.SECURE_OVER_HTTP, "5.7 step 13"),
        (R.HTTP_ONLY_FROM_SCRIPT, "5.7 step 15"),
        (R.OVERLAYS_SECURE, "5.7 step 16"),
        (R.CROSS_SITE, "5.7 step 18"),
        (R.NONE_WITHOUT_SECURE, "5.7 step 19"),
        (R.SECURE_PREFIX, "5.7 step 20"),
        (R.HOST_PREFIX, "5.7 step 21"),
        (R.PREFIX_IN_VALUE, "5.7 step 22"),
        (R.OVERWRITES_HTTP_ONLY, "5.7 step 23"),
    ],
)
def test_steps_of_the_rfc(reason: RejectReason, step: str) -> None:
    assert reason.step == f"RFC 6265bis, {step}"


def test_the_default_list_of_public_suffixes() -> None:
    ours = CookieJar()
    outcomes = ours.receive("https://www.example.co.uk/", ["a=1; Domain=co.uk", "b=1; Domain=example.co.uk"])
    assert isinstance(outcomes[0], Rejected)
    assert outcomes[0].reason is R.PUBLIC_SUFFIX
    assert [cookie.domain for cookie in ours] == ["example.co.uk"]
    (outcome,) = ours.receive("https://me.github.io/", "a=1; Domain=github.io")
    assert isinstance(outcome, Rejected)


def test_public_suffixes_of_your_own() -> None:
    ours = CookieJar(public_suffix={"shop.example"}.__contains__)
    outcomes = ours.receive("https://a.shop.example/", ["a=1; Domain=shop.example", "b=1; Domain=example"])
    assert [isinstance(outcome, Rejected) and outcome.reason for outcome in outcomes] == [R.PUBLIC_SUFFIX, False]


def test_the_clock_is_the_default() -> None:
    ours = CookieJar()
    ours.receive(HTTPS, ["a=1; Max-Age=100", "b=1; Max-Age=0"])
    assert [cookie.name for cookie in ours] == ["a"]
