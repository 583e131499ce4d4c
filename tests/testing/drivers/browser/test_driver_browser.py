"""The driver of a real browser: time, signals, tabs, waiting, and a banner that has to be seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any, cast

import pytest

from policycheck.errors import UsageError
from policycheck.recording import Recorder
from policycheck.testing.clock import Clock
from policycheck.testing.drivers.browser import SelectorDriver
from policycheck.testing.drivers.browser.jumping import reach
from policycheck.testing.drivers.errors import DriverError

from .conftest import Banner

pytestmark = pytest.mark.browser
DAY = 86_400.0
ASKING = '<div id="banner"><button id="accept">Yes</button><button id="refuse">No</button></div>'
GOING = f"{ASKING}<script>accept.onclick = refuse.onclick = () => banner.remove()</script>"


def names(driver: SelectorDriver) -> set[str]:
    return {cookie["name"] for cookie in driver.page.context.cookies()}


def test_each_device_is_empty(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    site = serve(ASKING + "<script>document.cookie = 'a=1; Max-Age=60'; localStorage.b = 1</script>")
    visit(site).driver.visit("/")
    other = visit(site).driver
    assert names(other) == set()
    other.visit("/")
    assert names(other) == {"a"}


def test_a_page_that_asks_nobody_is_no_clean_page(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    with pytest.raises(DriverError, match="asked nothing on the first visit: '#banner' was never to be seen on /"):
        visit(serve("<h1>Tea</h1>"), timeout=1).driver.visit("/")


def test_who_does_not_ask_says_so(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    class Silent(Banner):
        must_ask = False

    seen = visit(serve("<h1>Tea</h1>"), Silent)
    seen.driver.visit("/")
    assert seen.driver.asked() is False


SHY = f"<script>if (!navigator.webdriver) document.write(`{ASKING}`)</script>"


def test_a_manager_that_hides_from_robots_is_seen(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    driver = visit(serve(SHY)).driver
    driver.visit("/")
    assert driver.asked() is True
    assert "Headless" not in driver.page.evaluate("navigator.userAgent")
    assert driver.page.evaluate("navigator.webdriver") is False


@pytest.mark.parametrize("known", [True, False])
def test_the_reason_is_said_where_it_is_hidden_all_the_same(
    serve: Callable[..., Any], visit: Callable[..., Any], known: bool
) -> None:
    class Shy(Banner):
        manager = "Shy"
        hides_from_robots = known

    reason = "navigator.webdriver is set, and this manager hides from bots" if known else "some managers hide from bots"
    with pytest.raises(DriverError, match=reason):
        visit(serve(SHY), Shy, hide_webdriver=False, timeout=1).driver.visit("/")


TIMES = f"""{ASKING}<script>
  document.cookie = "age=1; Max-Age=864000; Path=/";
  document.cookie = `date=1; Expires=${{new Date(Date.now() + 864e6).toUTCString()}}; Path=/`;
  document.cookie = "session=1; Path=/";
  document.cookie = "wide=1; Max-Age=864000; Path=/; Domain=shop.localhost; SameSite=Strict; Secure";
  if (!window.set) setTimeout(() => localStorage.later = 1, 5 * 864e5);
</script>"""


def test_cookies_end_when_their_time_has_passed(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    seen = visit(serve({"/": TIMES, "/quiet": "<p>"}))
    seen.driver.visit("/")
    assert names(seen.driver) == {"age", "date", "session", "wide"}
    before = {c["name"]: c for c in seen.driver.page.context.cookies()}
    seen.clock.advance(9 * DAY)
    assert names(seen.driver) == {"age", "date", "session", "wide"}
    for cookie in seen.driver.page.context.cookies():
        was = before[cookie["name"]]
        left = 0 if was["expires"] == -1 else 9 * DAY
        assert was["expires"] - cookie["expires"] == pytest.approx(left, abs=1.1)
        assert {**was, "expires": 0} == {**cookie, "expires": 0}
    seen.clock.advance(1.1 * DAY)
    assert names(seen.driver) == {"session"}


def test_a_date_that_a_script_reckons_later_is_as_long_as_it_says(
    serve: Callable[..., Any], visit: Callable[..., Any]
) -> None:
    seen = visit(serve(TIMES))
    seen.driver.visit("/")
    seen.clock.advance(100 * DAY)
    seen.driver.visit("/")
    lifetimes = {o.name: o.lifetime.seconds for o in seen.recorder.observations if o.kind == "cookie" and o.lifetime}
    assert lifetimes["age"] == pytest.approx(10 * DAY)
    assert lifetimes["date"] == pytest.approx(10 * DAY, abs=2)
    seen.clock.advance(9.9 * DAY)
    assert names(seen.driver) == {"age", "date", "session", "wide"}
    seen.clock.advance(0.2 * DAY)
    assert names(seen.driver) == {"session"}


def test_cookies_of_the_server_end_when_their_time_has_passed(
    serve: Callable[..., Any], visit: Callable[..., Any]
) -> None:
    end = formatdate(time.time() + 10 * DAY, usegmt=True)
    cookies = [("Set-Cookie", "age=1; Max-Age=864000; Path=/"), ("Set-Cookie", f"date=1; Path=/; Expires={end}")]
    seen = visit(serve({"/": ASKING, "/news": ASKING}, {"/": cookies}))
    seen.clock.advance(100 * DAY)
    for page in ("/", "/news", "/news"):
        seen.driver.visit(page)
    seen.clock.advance(9 * DAY)
    stored = [(o.operation.value, o.name) for o in seen.recorder.observations]
    assert stored == [("store", "age"), ("store", "date")]
    assert [o.lifetime.seconds for o in seen.recorder.observations] == [pytest.approx(10 * DAY, abs=5)] * 2
    assert names(seen.driver) == {"age", "date"}
    seen.clock.advance(1.1 * DAY)
    assert names(seen.driver) == set()
    assert {o.operation.value for o in seen.recorder.observations[2:]} <= {"delete"}


def test_timers_run_when_they_are_due(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    seen = visit(serve(TIMES))
    seen.driver.visit("/")
    seen.clock.advance(4 * DAY)
    assert ("store", "localStorage", "later") not in seen.seen()
    seen.clock.advance(1.01 * DAY)
    assert ("store", "localStorage", "later") in seen.seen()


@pytest.mark.parametrize("days", [20, 30, 45, 180, 366])
def test_pages_that_are_loaded_later_have_timers_too(
    serve: Callable[..., Any], visit: Callable[..., Any], days: int
) -> None:
    late = "<script>requestAnimationFrame(() => setTimeout(() => document.body.append(banner), 20))</script>"
    page = f"<template>{ASKING}</template>{late.replace('banner', 'document.querySelector(`template`).content')}"
    seen = visit(serve(page))
    seen.clock.advance(days * DAY)
    seen.driver.visit("/")
    assert seen.driver.page.evaluate("Date.now()") / 1000 == pytest.approx(seen.clock.now(), abs=1)


@pytest.mark.parametrize("jumped", [0, 1000, 2**31, 2**32 - 5, 2**32, 3 * 2**32 + 2**31 + 7])
@pytest.mark.parametrize("wanted", [0, 1000, 2**31 - 1, 2**31, 2**32, 366 * 86_400_000])
def test_a_jump_ends_where_documents_have_timers(jumped: int, wanted: int) -> None:
    jump = reach(jumped, wanted)
    assert 0 <= jump <= wanted
    assert jump == 0 or (jumped + jump) % 2**32 < 2**31
    assert wanted - jump <= 2**31 + 3_600_001


def test_another_device_begins_at_the_time_of_the_journey(
    serve: Callable[..., Any], visit: Callable[..., Any], chromium: Any
) -> None:
    site = serve(TIMES)
    seen = visit(site)
    seen.driver.visit("/")
    seen.clock.advance(50 * DAY)
    other = Banner(chromium, site.url)
    other.start(Recorder(now=seen.clock.now), seen.clock)
    try:
        other.visit("/")
        assert other.page.evaluate("Date.now()") / 1000 == pytest.approx(seen.clock.now(), abs=1)
        assert names(other) == {"age", "date", "session", "wide"}
    finally:
        other.close()


def test_gpc_is_sent_and_said(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    site = serve(
        {
            "/": f"{ASKING}<script>document.title = navigator.globalPrivacyControl</script>",
            "/worker.js": "setTimeout(() => postMessage(navigator.globalPrivacyControl), 300)",
        }
    )
    driver = visit(site).driver
    titles = []
    for on in (None, True, False):
        if on is not None:
            driver.gpc(on)
        driver.visit("/")
        titles.append(driver.page.title())
    assert [headers.get("sec-gpc") for path, headers in site.asked if path == "/"] == [None, "1", None]
    assert titles == ["undefined", "true", "false"]
    driver.gpc(True)
    driver.visit("/")
    said = driver.ask("() => new Promise((done) => { new Worker('/worker.js').onmessage = (e) => done(e.data) })")
    assert said is True


def test_another_tab_shares_the_device(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    class OneAnswer(Banner):
        boxes = {}  # noqa: RUF012

    driver = visit(serve(GOING), OneAnswer).driver
    driver.visit("/")
    driver.open_tab()
    assert driver.asked() is None
    driver.choose(frozenset())
    assert driver.asked() is False
    assert len(driver.page.context.pages) == 2


FORM = f"""{ASKING}<button id="settings" onclick="sheet.hidden = false">Settings</button>
<div id="sheet" hidden><input type="checkbox" id="analytics"><input type="checkbox" id="marketing">
<button id="save">Save</button></div><p id="hidden" hidden></p>
<script>
  const say = (text) => {{ localStorage.setItem(text, text); banner.remove(); }};
  accept.onclick = () => say("all"); refuse.onclick = () => say("none");
  save.onclick = () => say(`${{analytics.checked}} ${{marketing.checked}}`);
</script>"""


@pytest.mark.parametrize(
    ("granted", "stored", "clicks"),
    [
        ({"analytics", "marketing"}, "all", 1),
        (set(), "none", 1),
        ({"marketing"}, "false true", 3),
    ],
)
def test_a_choice_is_made_by_as_few_clicks_as_it_takes(
    serve: Callable[..., Any], visit: Callable[..., Any], granted: set[str], stored: str, clicks: int
) -> None:
    seen = visit(serve(FORM))
    seen.driver.choose(frozenset(granted))
    assert seen.driver.page.evaluate("Object.keys(localStorage)") == [stored]
    assert seen.driver.interactions == clicks


def test_once_the_banner_is_gone_the_settings_serve_for_everything(
    serve: Callable[..., Any], visit: Callable[..., Any]
) -> None:
    driver = visit(serve(FORM)).driver
    driver.grant_all()
    driver.refuse_all()
    driver.grant_all()
    assert driver.page.evaluate("Object.keys(localStorage).sort()") == ["all", "false false", "true true"]
    assert driver.interactions == 1 + 2 + 4


def test_the_consent_before_holds_until_the_click(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    seen = visit(serve(FORM))
    driver, recorder = seen.driver, seen.recorder
    driver.visit("/")
    told: list[int] = []
    driver.page.evaluate("localStorage.before = 1")
    driver.deciding(lambda: told.append(len(recorder.observations)))
    driver.choose(frozenset({"marketing"}))
    (at,) = told
    assert ("store", "localStorage", "before") in seen.seen()[:at]
    assert ("store", "localStorage", "false true") in seen.seen()[at:]


def test_a_page_that_loads_itself_anew_is_waited_for(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    page = f"""{ASKING}<script>
      if (localStorage.said) {{ banner.remove(); sessionStorage.again = 1; }}
      accept.onclick = () => {{ localStorage.said = 1; location.reload(); }};
    </script>"""
    seen = visit(serve(page))
    seen.driver.grant_all()
    assert seen.driver.asked() is False
    assert ("store", "sessionStorage", "again") in seen.seen()


def test_scripts_that_a_choice_loads_are_waited_for(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    page = f"""{ASKING}<script>accept.onclick = () => {{
      banner.remove();
      const script = document.createElement("script"); script.src = "/t.js"; document.head.append(script);
    }}</script>"""
    track = "indexedDB.open('events').onupgradeneeded = (e) => e.target.result.createObjectStore('seen')"
    seen = visit(serve({"/": page, "/t.js": track}))
    seen.driver.grant_all()
    assert ("store", "indexedDB", "events") in seen.seen()


def test_a_banner_in_a_frame(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    class Framed(Banner):
        frame = "#cmp"
        settings = ()
        boxes = {}  # noqa: RUF012

    site = serve({"/": '<iframe id="cmp" src="/cmp"></iframe>', "/cmp": FORM})
    driver = visit(site, Framed).driver
    driver.visit("/")
    assert driver.asked() is True
    driver.choose(frozenset({"analytics"}))
    assert driver.asked() is False


def test_what_is_not_to_be_seen_is_not_pressed(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    driver = visit(serve(FORM), timeout=1).driver
    driver.visit("/")
    with pytest.raises(DriverError, match="nothing that '#hidden' finds is to be seen on /"):
        driver.press("#hidden")
    with pytest.raises(DriverError, match="'#nothing' finds no box on /"):
        driver.tick("#nothing", True)


def test_a_click_that_was_lost_is_no_choice(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    driver = visit(serve(ASKING), timeout=0.5).driver
    with pytest.raises(DriverError, match="still asks on / after the choice, so it was not taken"):
        driver.grant_all()

    class Staying(Banner):
        banner_goes = False

    visit(serve(ASKING), Staying).driver.grant_all()


def test_a_banner_that_fades_is_waited_for(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    page = f"""{ASKING}<script>accept.onclick = () => requestAnimationFrame(
      () => banner.animate([{{opacity: 1}}, {{opacity: 0}}], 300).onfinish = () => banner.remove())</script>"""
    driver = visit(serve(page)).driver
    driver.grant_all()
    assert driver.asked() is False


def test_boxes_that_decide_at_once(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    class AtOnce(Banner):
        save = ""
        settings = ()

    page = f"""{ASKING}<input type="checkbox" id="analytics" onchange="said(this)">
    <input type="checkbox" id="marketing" checked onchange="said(this)">
    <script>const said = (box) => {{ localStorage.setItem(box.id, box.checked); banner.remove() }}</script>"""
    seen = visit(serve(page), AtOnce)
    told: list[int] = []
    seen.driver.visit("/")
    seen.driver.deciding(lambda: told.append(len(seen.recorder.observations)))
    seen.driver.choose(frozenset({"analytics"}))
    assert seen.driver.page.evaluate("({...localStorage})") == {"analytics": "true", "marketing": "false"}
    assert told == [1]
    assert seen.driver.interactions == 2


def test_a_button_beside_the_boxes_saves_clicks(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    class Shortcut(Banner):
        refuse_there = "#none"

    page = FORM.replace("</div><p", '<button id="none" onclick="localStorage.none = 1">None</button></div><p')
    driver = visit(serve(page), Shortcut).driver
    driver.grant_all()
    driver.refuse_all()
    assert driver.page.evaluate("Object.keys(localStorage).sort()") == ["all", "none"]
    assert driver.interactions == 1 + 2


def test_without_a_way_back_the_driver_says_so(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    class OneAnswer(Banner):
        boxes = {}  # noqa: RUF012
        settings = ()

    driver = visit(serve(FORM), OneAnswer).driver
    driver.grant_all()
    with pytest.raises(DriverError, match="nothing on / can be pressed to refuse everything"):
        driver.refuse_all()


def test_pages_that_are_not_there(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    seen = visit(serve(ASKING))
    with pytest.raises(DriverError, match="GET /none answered 404"):
        seen.driver.visit("/none")
    with pytest.raises(DriverError, match=r"GET /: the browser cannot load it: net::ERR_[A-Z_]+$"):
        visit(type("Gone", (), {"url": "http://127.0.0.1:9"})()).driver.visit("/")


def test_a_manager_that_does_not_start(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    class Late(Banner):
        ready = "window.never"

    with pytest.raises(DriverError, match=r"did not start on / within 1 seconds: window\.never"):
        visit(serve(ASKING), Late, timeout=1).driver.visit("/")


def test_the_interface_that_throws(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    driver = visit(serve(ASKING)).driver
    driver.visit("/")
    with pytest.raises(DriverError, match=r"its interface on / cannot be called: ReferenceError$"):
        driver.call("() => nothing.there()")


def test_a_driver_that_was_closed(serve: Callable[..., Any], visit: Callable[..., Any]) -> None:
    seen = visit(serve(ASKING))
    seen.driver.close()
    seen.driver.close()
    seen.clock.advance(DAY)
    with pytest.raises(DriverError, match=r"from start\(\) to close\(\) only"):
        seen.driver.visit("/")


def test_a_base_url_is_an_origin() -> None:
    with pytest.raises(UsageError, match="base_url is an origin"):
        Banner(cast("Any", None), "https://shop.localhost/path")


def test_a_function_may_give_the_browser(serve: Callable[..., Any], chromium: Any) -> None:
    driver = Banner(lambda: chromium, serve(ASKING).url, user_agent="Reader", locale="cs-CZ")
    driver.start(Recorder(), Clock())
    try:
        driver.visit("/")
        assert driver.page.evaluate("[navigator.userAgent, navigator.language]") == ["Reader", "cs-CZ"]
    finally:
        driver.close()
