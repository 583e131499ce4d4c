"""Several responses, scripts and other sites' pages: our jar goes through the same as Chromium. No difference is known."""

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
