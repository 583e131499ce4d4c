"""Cookies that scripts write, what a browser itself refused, and where both come from."""

from __future__ import annotations

import pytest

from policycheck import HttpExchange, Recorder
from policycheck.errors import UsageError
from policycheck.model.observation import THIRD_PARTY_BLOCKED, Initiator, Rejection, Source
from policycheck.model.party import Party
from policycheck.model.storage import Operation, SetBy

PAGE = "https://shop.example/tea?token=secret"
TAG = Initiator("https://stats.example/tag.js?key=secret", 12, Party.THIRD)
SOURCE = Source("browser", page=PAGE, frame=PAGE, initiator=TAG)
BLOCKED = Rejection(THIRD_PARTY_BLOCKED, "the browser", "third-party cookies are blocked")


def test_a_script_stores_and_deletes() -> None:
    recorder = Recorder(now=lambda: 1000.0, test="a test")
    stored = recorder.script_cookie("_ga=1; Max-Age=60; Path=/", PAGE, SOURCE)
    assert (stored.operation, stored.set_by, stored.party, stored.host) == (
        Operation.STORE,
        SetBy.SCRIPT,
        Party.FIRST,
        "shop.example",
    )
    assert stored.lifetime is not None
    assert stored.lifetime.seconds == 60
    assert stored.source.test == "a test"
    assert [cookie.name for cookie in recorder.jar] == ["_ga"]
    gone = recorder.script_cookie("_ga=; Max-Age=0; Path=/", PAGE, SOURCE, time=1001.0)
    assert (gone.operation, gone.time) == (Operation.DELETE, 1001.0)
    assert not list(recorder.jar)


def test_what_a_script_may_not_do_is_refused() -> None:
    recorder = Recorder()
    assert recorder.script_cookie("a=1; HttpOnly", PAGE, SOURCE).rejection is not None
    refused = recorder.script_cookie("b=1", PAGE, SOURCE, refused=BLOCKED)
    assert refused.rejection is BLOCKED
    assert not list(recorder.jar)


def test_a_document_without_cookies_cannot_set_one() -> None:
    with pytest.raises(UsageError):
        Recorder().script_cookie("a=1", "data:text/html,x", SOURCE)


def test_of_one_response_the_browser_takes_some() -> None:
    recorder = Recorder()
    exchange = HttpExchange(
        "GET", PAGE, 200, ("a=1", "b=2"), refused=((0, BLOCKED),), page=PAGE, frame=PAGE, initiator=TAG
    )
    first, second = recorder.response(exchange)
    assert first.rejection is BLOCKED
    assert second.stored
    assert second.source.initiator is TAG
    assert [cookie.name for cookie in recorder.jar] == ["b"]


def test_the_place_names_page_and_script_without_their_tokens() -> None:
    assert SOURCE.describe() == "/tea  ->  stats.example/tag.js, line 12 (third party)"
    assert "secret" not in repr(SOURCE)
    assert Initiator().describe() == "a script"
    header = Source("browser", "GET", "https://shop.example/x?y=1", 200, 1, 2, page=PAGE, initiator=TAG)
    assert header.describe() == "GET /x  ->  Set-Cookie, header 1 of 2"
