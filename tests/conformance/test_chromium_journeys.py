"""Several responses, scripts and other sites' pages: our jar goes through the same as Chromium. One difference, in order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from policycheck.jar import CookieJar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policycheck.jar import StoredCookie

pytestmark = pytest.mark.browser

Step = tuple[str, str, str, list[str]]
JOURNEYS: dict[str, list[Step]] = json.loads((Path(__file__).parent / "chromium_journeys.json").read_text())
"""Steps of (how, scheme, place, headers): a page's headers, a script in that page, or a fetch from within it."""


class Server(Protocol):
    set_cookie: dict[str, list[bytes]]
    asked_with: dict[str, str | None]

    def url(self, scheme: str, place: str) -> str: ...


class Browser(Protocol):
    context: Any

    def visit(self, url: str) -> None: ...
    def script(self, text: str) -> None: ...
    def fetch(self, url: str) -> None: ...
    def cookies(self) -> list[dict[str, Any]]: ...
    def as_shown(self, cookies: Iterable[StoredCookie]) -> list[dict[str, Any]]: ...
    def same(self, left: Sequence[dict[str, Any]], right: Sequence[dict[str, Any]]) -> bool: ...


def run(journey: list[Step], chromium: Browser, answers: Server) -> CookieJar:
    """Go through the journey in the browser, and tell our jar the same."""
    jar, url = CookieJar(), ""
    top_level = ""
    for how, scheme, place, headers in journey:
        if how == "script":
            for header in headers:
                chromium.script(header)
            jar.receive(url, headers, from_script=True)
            continue
        answers.set_cookie[place] = [header.encode("latin-1") for header in headers]
        address = answers.url(scheme, place)
        if how == "page":
            chromium.visit(address)
            url = top_level = address
        else:
            chromium.fetch(address)
        jar.receive(address, headers, top_level_site=top_level)
    return jar


@pytest.mark.parametrize("name", JOURNEYS)
def test_journey(name: str, chromium: Browser, answers: Server) -> None:
    chromium.context.clear_cookies()
    jar = run(JOURNEYS[name], chromium, answers)
    found = chromium.cookies()
    assert chromium.same(found, chromium.as_shown(jar)), (found, list(jar))
    for how, scheme, place, _ in JOURNEYS[name]:
        if how != "script":
            answers.set_cookie.clear()
            chromium.visit(answers.url(scheme, place))
            sent = jar.cookie_header(answers.url(scheme, place))
            assert sorted((answers.asked_with[place] or "").split("; ")) == sorted((sent or "").split("; "))


def test_what_goes_to_another_sites_page(chromium: Browser, answers: Server) -> None:
    chromium.context.clear_cookies()
    jar = CookieJar()
    kinds = [
        "a=1",
        "b=1; SameSite=Lax",
        "c=1; SameSite=Strict",
        "d=1; SameSite=None; Secure",
        "e=1; Secure; Partitioned",
    ]
    answers.set_cookie["e1.test/d/p"] = [kind.encode() for kind in kinds]
    own, other = answers.url("https", "e1.test/d/p"), answers.url("https", "e2.test/")
    chromium.visit(own)
    jar.receive(own, kinds)
    answers.set_cookie.clear()
    chromium.visit(other)
    chromium.fetch(own)
    assert answers.asked_with["e1.test/d/p"] == jar.cookie_header(own, top_level_site=other) == "d=1"
    chromium.visit(own)
    assert answers.asked_with["e1.test/d/p"] == jar.cookie_header(own) == "a=1; b=1; c=1; d=1; e=1"


def test_the_order_of_sending(chromium: Browser, answers: Server) -> None:
    chromium.context.clear_cookies()
    jar = CookieJar()
    headers = ["z=1; Path=/", "y=1; Path=/d/e", "x=1", "w=1; Path=/d", "v=1; Path=/d/e/", "nameless; Path=/"]
    headers += ["u=1; Domain=e3.test; Path=/", "z=1; Path=/; HttpOnly", "y=; Path=/d/e; Max-Age=0", "y=3; Path=/d/e"]
    answers.set_cookie["w.e3.test/d/p"] = [header.encode() for header in headers]
    first, second = answers.url("https", "w.e3.test/d/p"), answers.url("https", "w.e3.test/d/e/f")
    chromium.visit(first)
    jar.receive(first, headers)
    chromium.visit(second)
    sent = jar.cookie_header(second)
    assert answers.asked_with["w.e3.test/d/e/f"] == sent == "v=1; y=3; x=1; w=1; z=1; nameless; u=1"


def test_a_new_value_moves_a_cookie_back_in_chromium(chromium: Browser, answers: Server) -> None:
    """The RFC keeps the time of creation when a cookie is replaced (5.7 step 23), Chromium when its value stays."""
    chromium.context.clear_cookies()
    jar = CookieJar()
    headers = ["a=1", "b=1", "a=2"]
    answers.set_cookie["e4.test/"] = [header.encode() for header in headers]
    address = answers.url("https", "e4.test/")
    chromium.visit(address)
    jar.receive(address, headers)
    chromium.visit(address)
    assert answers.asked_with["e4.test/"] == "b=1; a=2"
    assert jar.cookie_header(address) == "a=2; b=1"


@pytest.mark.parametrize(
    ("count", "theirs_kept", "ours_kept"),
    [(180, range(180), range(180)), (181, range(31, 181), range(1, 181))],
)
def test_eviction(
    count: int, theirs_kept: Sequence[int], ours_kept: Sequence[int], chromium: Browser, answers: Server
) -> None:
    """Both keep 180 of one site, hosts taken together; beyond, Chromium goes down to 150 and we let the excess go."""
    chromium.context.clear_cookies()
    jar = CookieJar()
    for host, start in (("e.d1.test/", 0), ("f.d1.test/", 100)):
        headers = [f"c{number}=1" for number in range(start, 100 if start == 0 else count)]
        answers.set_cookie[host] = [header.encode() for header in headers]
        chromium.visit(answers.url("https", host))
        jar.receive(f"https://{host}", headers)
    assert {cookie["name"] for cookie in chromium.cookies()} == {f"c{number}" for number in theirs_kept}
    assert {cookie.name for cookie in jar} == {f"c{number}" for number in ours_kept}
