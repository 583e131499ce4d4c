"""Requests and the raw headers of their answers, which come in either order: each hop once, with what the browser refused."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.network import Network
from policycheck.model.observation import THIRD_PARTY_BLOCKED
from policycheck.model.party import Party
from policycheck.recording import Recorder

PAGE = "https://shop.example/"


class Seen:
    """A network whose observations land in a recorder."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        self.network = Network(BrowserDevice(lambda: self.recorder, "a browser"))

    def sent(self, url: str, number: str = "1", *, top: bool = False, kind: str = "Script", **fields: Any) -> None:
        event = {"requestId": number, "request": {"url": url, "method": "GET"}, "type": kind, "documentURL": PAGE}
        self.network.sent(event | fields, page=PAGE, top=top)

    def answered(self, *cookies: str, number: str = "1", **fields: Any) -> None:
        headers = {"Set-Cookie": "\n".join(cookies)} if cookies else {}
        self.network.answered({"requestId": number, "statusCode": 200, "headers": headers} | fields)

    @property
    def cookies(self) -> list[tuple[str, str | None]]:
        return [(seen.name, seen.rejection.reason if seen.rejection else None) for seen in self.recorder.observations]


@pytest.fixture
def seen() -> Seen:
    return Seen()


def test_each_header_of_each_hop_in_order(seen: Seen) -> None:
    seen.sent(PAGE, top=True, kind="Document")
    seen.answered("a=1", "b=2, c=3")
    seen.sent(f"{PAGE}next", top=True, kind="Document", redirectResponse={})
    seen.answered("d=4")
    assert [
        (name, of.source.url, of.source.index, of.source.count)
        for (name, _), of in zip(seen.cookies, seen.recorder.observations, strict=True)
    ] == [
        ("a", PAGE, 1, 2),
        ("b", PAGE, 2, 2),
        ("d", f"{PAGE}next", 1, 1),
    ]
    assert seen.recorder.exchanges == 2


def test_headers_may_come_first(seen: Seen) -> None:
    seen.answered("a=1")
    seen.answered("b=1")
    assert seen.cookies == []
    seen.sent(PAGE)
    seen.sent(f"{PAGE}next")
    assert seen.cookies == [("a", None), ("b", None)]
    assert [of.source.url for of in seen.recorder.observations] == [PAGE, f"{PAGE}next"]


def test_what_comes_over_no_network_is_a_response_all_the_same(seen: Seen) -> None:
    seen.sent(PAGE, top=True, kind="Document")
    seen.network.received({"requestId": "1", "hasExtraInfo": False, "response": {"status": 200}})
    seen.sent(f"{PAGE}app.js", "2")
    seen.network.received({"requestId": "2", "hasExtraInfo": True, "response": {"status": 200}})
    assert seen.recorder.exchanges == 1
    assert len(seen.recorder.requests) == 2


@pytest.mark.parametrize(
    ("reasons", "rejection"),
    [
        (["UserPreferences"], THIRD_PARTY_BLOCKED),
        (["SameSiteLax", "ThirdPartyPhaseout"], THIRD_PARTY_BLOCKED),
        (["SecureOnly"], "secure-over-http"),
        (["SameSiteNoneInsecure"], "same-site-none-without-secure"),
        (["InvalidDomain"], "foreign-domain"),
        (["SomethingNew"], "SomethingNew"),
        (["InvalidPrefix"], None),
        ([], None),
    ],
)
def test_what_the_browser_refused_and_why(seen: Seen, reasons: list[str], rejection: str | None) -> None:
    seen.sent(PAGE)
    blocked = [{"cookieLine": "b=2", "blockedReasons": reasons}]
    seen.answered("a=1", "b=2", "b=2", blockedCookies=blocked)
    assert seen.cookies == [("a", None), ("b", rejection), ("b", None)]


def test_what_leaves_nowhere_is_no_request(seen: Seen) -> None:
    for url in ("data:image/gif;base64,R0", "blob:https://shop.example/1", "chrome-extension://x/y.js"):
        seen.sent(url)
    assert seen.recorder.requests == []


def test_a_page_load_is_its_own_page(seen: Seen) -> None:
    seen.sent("https://other.example/", top=True, kind="Document")
    seen.sent("https://stats.example/frame", "2", kind="Document")
    seen.sent("https://stats.example/collect", "3", kind="Ping")
    load, frame, beacon = seen.recorder.requests
    assert (load.navigates, load.party, load.page) == (True, Party.FIRST, "https://other.example/")
    assert (frame.navigates, frame.party, frame.resource) == (False, Party.THIRD, "iframe")
    assert (beacon.resource, beacon.host, beacon.page) == ("beacon", "stats.example", PAGE)


def test_who_asked_is_the_nearest_script_or_the_markup(seen: Seen) -> None:
    script = {
        "callFrames": [{"url": "", "lineNumber": 1}],
        "parent": {"callFrames": [{"url": f"{PAGE}app.js", "lineNumber": 6}]},
    }
    seen.sent(f"{PAGE}1", initiator={"type": "script", "stack": script})
    seen.sent(f"{PAGE}2", "2", initiator={"type": "parser", "url": PAGE, "lineNumber": 2.0})
    seen.sent(f"{PAGE}3", "3", initiator={"type": "other"})
    assert [
        (sent.initiator.url, sent.initiator.line) if sent.initiator else None for sent in seen.recorder.requests
    ] == [(f"{PAGE}app.js", 7), (PAGE, 3), None]


def test_clear_site_data_is_read(seen: Seen) -> None:
    seen.sent(PAGE)
    seen.answered("a=1; Path=/")
    seen.sent(f"{PAGE}out", "2")
    seen.network.answered({"requestId": "2", "statusCode": 200, "headers": {"clear-site-data": '"cookies"'}})
    assert [(of.name, of.operation.value) for of in seen.recorder.observations] == [("a", "store"), ("a", "delete")]


def test_requests_without_an_answer_do_not_pile_up(seen: Seen) -> None:
    for number in range(2100):
        seen.sent(PAGE, str(number))
    seen.answered("a=1", number="0")
    seen.answered("b=1", number="2099")
    assert seen.cookies == [("b", None)]
