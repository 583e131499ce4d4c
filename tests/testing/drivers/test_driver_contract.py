"""What holds for every driver, tested on one site behind each framework."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from policycheck.errors import UsageError
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder
from policycheck.testing.clock import Clock
from policycheck.testing.driver import ConsentDriver
from policycheck.testing.drivers import DriverError, HttpDriver, Page
from policycheck.testing.drivers.base import MAX_REDIRECTS

SECRET = "s3cr3t-value"


def heard(page: Page) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(page.text)
    return told


def cookies(page: Page) -> list[str]:
    return [pair.partition("=")[0] for pair in heard(page)["headers"].get("cookie", "").split("; ") if pair]


def test_it_is_a_consent_driver(driver: HttpDriver) -> None:
    assert isinstance(driver, ConsentDriver)


def test_each_hop_is_seen_with_its_headers_in_order(driver: HttpDriver) -> None:
    page = driver.visit("/hops")
    seen = [
        (o.name, o.source.path, o.source.status, o.source.index, o.source.count) for o in driver.recorder.observations
    ]
    assert seen == [
        ("first", "/hops", 302, 1, 2),
        ("second", "/hops", 302, 2, 2),
        ("third", "/hops/again", 303, 1, 1),
    ]
    assert {o.source.adapter for o in driver.recorder.observations} == {"driver"}
    assert driver.recorder.exchanges == 3
    assert (page.path, page.status, heard(page)["query"]) == ("/hops/echo", 200, "landed=1")
    assert sorted(cookies(page)) == ["first", "second", "third"]
    assert driver.page is page


def test_cookies_go_where_they_belong(driver: HttpDriver) -> None:
    driver.get("/scopes")
    assert cookies(driver.get("/echo")) == ["wide", "safe"]
    assert cookies(driver.get("/deep/echo")) == ["deep", "wide", "safe"]
    assert driver.recorder.observations[-1].operation is Operation.DELETE


@pytest.mark.parametrize(
    ("status", "method", "after"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "PUT", "PUT"),
        (302, "PUT", "PUT"),
        (303, "PUT", "GET"),
    ],
)
def test_a_redirect_keeps_or_drops_method_and_body(driver: HttpDriver, status: int, method: str, after: str) -> None:
    page = driver.request(method, f"/redirect/{status}", data={"a": ["1", "ü"]})
    told = heard(page)
    assert (told["method"], told["form"]) == (after, [] if after == "GET" else [["a", "1"], ["a", "ü"]])
    assert ("origin" in told["headers"]) == (after != "GET")


def test_paths_are_percent_encoded_as_utf_8(driver: HttpDriver) -> None:
    page = driver.get("/größe/echo?q=ü")
    assert page.url == f"{driver.base_url}/gr%C3%B6%C3%9Fe/echo?q=%C3%BC"
    assert (heard(page)["path"], heard(page)["query"]) == ("/größe/echo", "q=%C3%BC")


def test_a_visitor_sends_what_a_browser_does(driver: HttpDriver) -> None:
    first = heard(driver.get("/echo?q=1"))["headers"]
    assert first["host"] == driver.base_url.partition("://")[2]
    assert first["accept"].startswith("text/html")
    assert "Firefox" in first["user-agent"]
    assert not {"referer", "origin", "sec-gpc", "cookie"} & first.keys()
    second = heard(driver.post("/echo", {"a": "b"}))["headers"]
    assert (second["referer"], second["origin"]) == (f"{driver.base_url}/echo?q=1", driver.base_url)
    assert second["content-type"] == "application/x-www-form-urlencoded"


def test_a_script_posts_json_and_the_page_stays(driver: HttpDriver) -> None:
    home = driver.get("/")
    answer = heard(driver.post("/echo", json={"granted": ["ads"]}, headers={"X-Own": "1"}))
    assert json.loads(answer["body"]) == {"granted": ["ads"]}
    assert (answer["headers"]["accept"], answer["headers"]["x-own"]) == ("*/*", "1")
    assert answer["headers"]["content-type"] == "application/json"
    assert driver.page is home


def test_gpc_is_a_header_of_every_request_until_it_is_off(driver: HttpDriver) -> None:
    driver.gpc(True)
    assert heard(driver.get("/redirect/302"))["headers"]["sec-gpc"] == "1"
    driver.gpc(False)
    assert "sec-gpc" not in heard(driver.get("/echo"))["headers"]


def test_interactions_are_requests_that_are_no_redirects(driver: HttpDriver) -> None:
    driver.visit("/hops")
    driver.post("/echo", {"a": "b"})
    driver.post("/echo", json=[])
    assert driver.interactions == 3
    assert driver.recorder.exchanges == 5


def test_tabs_have_pages_of_their_own_and_one_jar(driver: HttpDriver) -> None:
    driver.get("/scopes")
    assert driver.open_tab() == 1
    with pytest.raises(DriverError, match="no page is open"):
        _ = driver.page
    assert "wide" in cookies(driver.get("/echo"))
    driver.switch_tab(0)
    assert driver.page.text == "set"
    assert [len(tab) for tab in driver.tabs] == [1, 1]
    with pytest.raises(UsageError, match="there is no tab 2"):
        driver.switch_tab(2)


def test_a_form_is_sent_with_its_hidden_fields(driver: HttpDriver) -> None:
    driver.get("/form")
    assert [form.names for form in driver.forms] == [("token", "ads", "note", "go")]
    page = driver.submit(ads=True, go=True)
    assert heard(page)["form"] == [["token", "t&1"], ["ads", "on"], ["note", "é"], ["go", "yes"]]


def test_a_form_may_ask_for_a_page(driver: HttpDriver) -> None:
    driver.get("/search")
    told = heard(driver.submit(q="tea & milk"))
    assert (told["method"], told["path"], told["query"]) == ("GET", "/echo", "q=tea+%26+milk")


def test_the_form_of_a_dialog_sends_nothing(driver: HttpDriver) -> None:
    driver.get("/dialog")
    with pytest.raises(DriverError, match="the form of a dialog sends nothing"):
        driver.submit(ok=True)
    assert driver.interactions == 1


@pytest.mark.parametrize("data", [b"a=1&b=\xc3\xbc", "a=1&b=ü", [("a", "1"), ("b", "ü")], {"a": 1, "b": "ü"}])
def test_the_ways_to_give_form_fields(driver: HttpDriver, data: Any) -> None:
    body = heard(driver.post("/echo", data))["body"]
    assert body in ("a=1&b=ü", "a=1&b=%C3%BC")


def test_an_error_page_raises_and_shows_no_secret(driver: HttpDriver) -> None:
    driver.recorder.jar.receive(driver.base_url, f"a={SECRET}")
    with pytest.raises(DriverError) as failure:
        driver.get(f"/teapot?token={SECRET}")
    assert str(failure.value).startswith("GET /teapot answered 418\n  fix: ")
    assert SECRET not in str(failure.value)
    assert [o.name for o in driver.recorder.observations] == ["pot"]


def test_an_error_page_is_a_page_where_errors_are_allowed(driver: HttpDriver) -> None:
    driver.allow_errors = True
    page = driver.get("/teapot")
    assert (page.status, repr(page)) == (418, "<Page /teapot 418>")
    assert SECRET not in repr(driver.tabs)


def test_what_the_application_raises_reaches_the_test(driver: HttpDriver) -> None:
    if not driver.in_process:
        with pytest.raises(DriverError, match="GET /boom answered 500"):
            driver.get("/boom")
        return
    with pytest.raises(ZeroDivisionError) as failure:
        driver.get(f"/boom?token={SECRET}")
    assert "site" in [entry.name for entry in failure.traceback]
    (note,) = failure.value.__notes__
    assert note.startswith("GET /boom ")
    assert SECRET not in note


def test_redirects_that_never_end(driver: HttpDriver) -> None:
    with pytest.raises(DriverError, match="GET /loop: more than 20 redirects"):
        driver.get("/loop")
    assert driver.recorder.exchanges == MAX_REDIRECTS + 1


@pytest.mark.parametrize(("path", "where"), [("/away", "https://other.example"), ("/mail", "mailto:")])
def test_redirects_that_leave_the_application(driver: HttpDriver, path: str, where: str) -> None:
    with pytest.raises(DriverError, match=f"GET {path} leads to {where}, where this driver does not go") as failure:
        driver.get(path)
    assert SECRET not in str(failure.value)


def test_a_cookie_of_another_domain_names_the_way_out(driver: HttpDriver) -> None:
    if not driver.in_process:
        pytest.skip("the recorder judges the domain itself where a host is known")
    with pytest.raises(DriverError, match=r'fix: base_url = "https://shop\.example"'):
        driver.get("/domain")


def test_at_the_right_host_the_domain_holds(at_shop: HttpDriver) -> None:
    at_shop.get("/domain")
    page = at_shop.get("/sub")
    assert page.url == "https://www.shop.example/echo"
    assert cookies(page) == ["everywhere"]
    assert heard(page)["headers"]["host"] == "www.shop.example"
    assert heard(page)["headers"]["referer"] == "https://shop.example/"


def test_a_post_to_another_host_says_from_which_page(at_shop: HttpDriver) -> None:
    at_shop.get("/")
    page = at_shop.request("POST", "https://www.shop.example/redirect/307", data="a=1")
    assert heard(page)["headers"]["origin"] == "https://shop.example"


def test_a_script_writes_a_cookie_for_the_domain(at_shop: HttpDriver) -> None:
    entry = at_shop.document_cookie("choice=1; Domain=shop.example; Path=/")
    assert (entry.domain, entry.host) == ("shop.example", "shop.example")
    assert cookies(at_shop.get("https://www.shop.example/echo")) == ["choice"]
    assert at_shop.document_cookie("choice=1; Domain=other.example").rejection is not None


def test_http_in_this_process_keeps_secure_cookies(at_shop: HttpDriver) -> None:
    at_shop.get("http://shop.example/scopes")
    assert "safe" in cookies(at_shop.get("http://shop.example/echo"))


def test_web_storage_is_of_the_page(driver: HttpDriver) -> None:
    driver.get("/")
    entry = driver.storage("localStorage", "theme", SECRET)
    host = driver.base_url.partition("://")[2].partition(":")[0]
    assert (entry.kind, entry.host, entry.set_by, entry.value_length) == (
        StorageKind.LOCAL_STORAGE,
        host,
        SetBy.SCRIPT,
        len(SECRET),
    )
    assert driver.storage("localStorage", "theme", operation="delete", host="a.example").host == "a.example"
    for arguments, message in [
        (("cookie", "a"), "call document_cookie"),
        (("lokalStorage", "a"), "is no kind of web storage"),
    ]:
        with pytest.raises(UsageError, match=message):
            driver.storage(*arguments)
    with pytest.raises(UsageError, match="is no operation"):
        driver.storage("localStorage", "a", operation="drop")


def test_a_script_writes_a_cookie(driver: HttpDriver) -> None:
    driver.get("/")
    entry = driver.document_cookie(f"choice={SECRET}; Path=/; Max-Age=60; Secure")
    assert (entry.operation, entry.set_by, entry.path, entry.rejection) == (Operation.STORE, SetBy.SCRIPT, "/", None)
    assert cookies(driver.get("/echo")) == ["choice"]
    assert driver.document_cookie("choice=; Path=/; Max-Age=0").operation is Operation.DELETE
    assert cookies(driver.get("/echo")) == []
    refused = driver.document_cookie("hidden=1; HttpOnly")
    assert refused.rejection is not None
    assert SECRET not in repr((entry, refused))
    if driver.in_process:
        with pytest.raises(DriverError, match=r'fix: base_url = "https://shop\.example"'):
            driver.document_cookie("choice=1; Domain=shop.example")


def test_what_the_application_erases_is_gone(driver: HttpDriver) -> None:
    driver.get("/scopes")
    driver.storage("localStorage", "theme", SECRET)
    driver.get("/forget")
    seen = [(o.name, o.operation.value) for o in driver.recorder.observations[-5:]]
    names = ("wide", "deep", "safe", "late", "theme")
    assert seen == [(name, "delete") for name in names]
    assert cookies(driver.get("/deep/echo")) == []


def test_dates_and_places_reach_the_recorder(driver: HttpDriver) -> None:
    exchanges: list[Any] = []
    watched = Recorder(after=exchanges.append)
    watched.jar = driver.recorder.jar
    driver.recorder = watched
    driver.post("/echo?a=1", {})
    (exchange,) = exchanges
    assert (exchange.method, exchange.url, exchange.status) == ("POST", f"{driver.base_url}/echo?a=1", 200)
    assert exchange.in_process is driver.in_process
    assert (exchange.date is None) == driver.in_process


@pytest.mark.parametrize("url", ["shop.example", "ftp://shop.example", "https://shop.example/app", "https://?a"])
def test_a_base_url_is_an_origin(at_shop: HttpDriver, url: str) -> None:
    at_shop.base_url = url
    with pytest.raises(UsageError, match="base_url is an origin"):
        at_shop.start(Recorder(), Clock())


def test_data_or_json(driver: HttpDriver) -> None:
    with pytest.raises(UsageError, match="data or json, not both"):
        driver.post("/echo", {"a": "b"}, json={})
    assert driver.interactions == 0


def test_a_driver_is_started_first() -> None:
    class Still(HttpDriver):
        send: Callable[..., Any] = HttpDriver.send

        def choose(self, granted: frozenset[str]) -> None:
            raise NotImplementedError

    Still.__abstractmethods__ = frozenset()
    with pytest.raises(UsageError, match="needs start"):
        Still().get("/")


def test_what_a_script_requests_is_no_click_and_no_page(driver: HttpDriver) -> None:
    opened = driver.get("/echo")
    told: list[str] = []
    driver.recorder.before = lambda exchange: told.append(exchange.method)
    with driver.scripted():
        page = driver.get("/scopes")
        assert heard(driver.get("/echo"))["headers"]["accept"] == "*/*"
    assert (driver.page is opened, page is opened, driver.interactions, told) == (True, False, 1, [])
    assert driver.recorder.observations, "what it stores is seen"
    driver.get("/echo")
    assert (driver.interactions, told) == (2, ["GET"])
