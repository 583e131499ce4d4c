"""The browser of a scan: opens the pages of its scope, leads nowhere else, and is soon stopped."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policycheck.scanning.browsing import Browsing, Tab
from policycheck.scanning.plan import Plan
from policycheck.scanning.scope import scope_of
from policycheck.scanning.stopping import ScanStopped, Stopper

pytestmark = pytest.mark.browser
Make = Callable[..., Plan]


def text(body: str) -> Callable[[str], object]:
    return lambda cookie: f"<!doctype html><html lang=en><body>{body}"


def test_a_page_is_opened(tab: Tab, site: Any) -> None:
    site.pages["/"] = text("hello <a href='/a#x'>a</a> <a href='b' download>b</a> <a>c</a>")
    opened = tab.open(site.url)
    assert (opened.url, opened.status, opened.failure, opened.unfinished) == (site.url, 200, None, False)
    assert tab.links() == [f"{site.url}a#x"]


def test_a_redirect_within_the_scope_is_followed(tab: Tab, site: Any) -> None:
    site.pages["/"] = lambda cookie: (302, {"Location": "/home"}, "")
    site.pages["/home"] = text("home")
    assert tab.open(site.url).url == f"{site.url}home"


@pytest.mark.parametrize("status", [404, 500])
def test_an_error_page_is_no_page(status: int, tab: Tab, site: Any) -> None:
    site.pages["/"] = lambda cookie: (status, {}, "sorry")
    assert tab.open(site.url).failure == f"answered {status}"


def test_a_redirect_elsewhere_is_told_and_not_followed(tab: Tab, site: Any) -> None:
    site.pages["/"] = lambda cookie: (302, {"Location": "//elsewhere.localhost:{port}/far?token=1"}, "")
    opened = tab.open(site.url)
    assert opened.failure == f"leads to http://elsewhere.localhost:{site.port}/far, which was not named"
    assert site.visits("elsewhere.localhost") == []


@pytest.mark.parametrize(
    "leaving",
    [
        "<script>location.href = '//elsewhere.localhost:{port}/far'</script>",
        "<meta http-equiv=refresh content='0;url=//elsewhere.localhost:{port}/far'>",
        "<form id=f method=post action='//elsewhere.localhost:{port}/far'></form><script>f.submit()</script>",
        "<script>window.open('//elsewhere.localhost:{port}/far')</script>",
        "<a id=a target=_blank href='//elsewhere.localhost:{port}/far'>x</a><script>a.click()</script>",
    ],
)
def test_no_page_leads_elsewhere(leaving: str, tab: Tab, site: Any) -> None:
    site.pages["/"] = text(f"here {leaving}")
    opened = tab.open(site.url)
    tab.rest(0.5)
    assert opened.failure is None
    assert tab.page.url == site.url
    assert "here" in tab.page.inner_text("body")
    assert site.visits("elsewhere.localhost") == []
    assert len(tab.context.pages) == 1


def test_what_the_page_asks_of_others_loads(tab: Tab, site: Any) -> None:
    site.pages["/"] = text(
        "<iframe src='//frame.localhost:{port}/inner'></iframe><img src='//stats.localhost:{port}/pixel'>"
    )
    site.pages["/inner"] = text("inner")
    tab.open(site.url)
    assert site.visits("frame.localhost") == ["/inner"]
    assert site.visits("stats.localhost") == ["/pixel"]


def test_a_download_is_no_page(tab: Tab, site: Any) -> None:
    site.pages["/"] = lambda cookie: (200, {"Content-Disposition": "attachment; filename=a.bin"}, "x")
    assert tab.open(site.url).failure == "is a download, not a page"


def test_nobody_answers(browsing: Browsing, plan: Make) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://shop.localhost:{unused.getsockname()[1]}/"
        tab = Tab(browsing.device().context, plan(scope=scope_of(url)), Stopper())
        assert tab.open(url).failure == "could not be loaded: net::ERR_CONNECTION_REFUSED"
        tab.close()


def test_a_page_that_takes_longer_than_one_call_waits_is_waited_for(tab: Tab, site: Any) -> None:
    def slow(cookie: str) -> object:
        time.sleep(1)
        return "late"

    site.pages["/"] = slow
    assert tab.open(site.url).status == 200


def test_a_page_that_takes_too_long(browsing: Browsing, site: Any, plan: Make) -> None:
    def slow(cookie: str) -> object:
        time.sleep(2)
        return "late"

    site.pages["/"] = slow
    tab = Tab(browsing.device().context, plan(timeout=0.6), Stopper())
    assert tab.open(site.url).failure == "did not answer within 0.6 seconds"
    tab.close()


def test_a_page_that_does_not_finish_is_looked_at_as_it_is(browsing: Browsing, site: Any, plan: Make) -> None:
    site.pages["/"] = text("<script>document.title = 'there'</script><img src='/slow.png'>")

    def slow(cookie: str) -> object:
        time.sleep(3)
        return ""

    site.pages["/slow.png"] = slow
    tab = Tab(browsing.device().context, plan(timeout=1), Stopper())
    opened = tab.open(site.url)
    assert (opened.failure, opened.unfinished, tab.page.title()) == (None, True, "there")
    tab.close()


def test_stopping_is_heard_while_a_page_loads(browsing: Browsing, site: Any, plan: Make) -> None:
    stopper = Stopper()

    def slow(cookie: str) -> object:
        stopper.requested = True
        time.sleep(3)
        return ""

    site.pages["/"] = slow
    tab = Tab(browsing.device().context, plan(), stopper)
    start = time.monotonic()
    with pytest.raises(ScanStopped):
        tab.open(site.url)
    assert time.monotonic() - start < 2
    tab.close()


def test_each_device_starts_empty(browsing: Browsing, site: Any) -> None:
    site.pages["/"] = text("<script>document.cookie = 'a=1'; localStorage.a = 1</script>")
    first = browsing.device()
    first.open(site.url)
    first.close()
    second = browsing.device()
    site.pages["/"] = text("")
    second.open(site.url)
    assert second.page.evaluate("document.cookie + localStorage.length") == "0"
    second.close()


def test_a_screenshot_is_a_png(tab: Tab, site: Any, tmp_path: Path) -> None:
    site.pages["/"] = text("hello")
    tab.open(site.url)
    assert tab.screenshot(tmp_path / "a.png") is None
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert tab.screenshot(tmp_path / "missing" / "\0") is not None


def test_without_them_the_page_sees_what_it_is(tab: Tab, site: Any) -> None:
    site.pages["/"] = text("")
    tab.open(site.url)
    assert tab.page.evaluate("'globalPrivacyControl' in navigator") is False
    assert tab.is_automated()


def test_a_page_whose_scripts_never_rest_is_left(tab: Tab, site: Any) -> None:
    site.pages["/"] = text("<script>setTimeout(() => { while (true); }, 20)</script>")
    site.pages["/next"] = text("next")
    assert tab.open(site.url).failure == "does not respond, since its scripts never rest"
    assert tab.open(f"{site.url}next").failure is None
    assert tab.page.inner_text("body") == "next"
