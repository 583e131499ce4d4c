from __future__ import annotations

import asyncio
import contextvars
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.capture.hosts import HostFilter
from policycheck.capture.slot import RecorderSlot
from policycheck.capture.tap import Scope, Tap, first_text, header_values
from policycheck.model.observation import HttpExchange

URL = "http://shop.test/a"


def raw(seen: Any) -> list[tuple[bytes | str, ...]]:
    return [e.set_cookie for e in seen.exchanges]


def test_the_inner_one_tells_the_outer_one(seen: Any) -> None:
    outer, inner = Tap("outer", seen), Tap("inner", seen)
    with outer.request("GET", URL) as one:
        with inner.request("GET", "http://SHOP.test:80/a") as two:
            two.response(200, [b"a=1"])
        one.response(200, [b"a=1"])
    assert [(e.adapter, e.set_cookie) for e in seen.exchanges] == [("inner", (b"a=1",))]


def test_what_a_middleware_adds_on_the_way_out_is_not_lost(seen: Any) -> None:
    outer, inner = Tap("outer", seen), Tap("inner", seen)
    with outer.request("GET", URL) as one:
        with inner.request("GET", URL) as two:
            two.response(200, [b"a=1", b"a=1"])
        one.response(200, [b"session=1", "a=1", b"a=1", b" a=1 "])
    assert raw(seen) == [(b"a=1", b"a=1"), (b"session=1", b"a=1")]


def test_three_layers_and_a_retry(seen: Any) -> None:
    taps = [Tap(str(number), seen) for number in range(3)]
    with taps[0].request("GET", URL) as one, taps[1].request("GET", URL) as two:
        for headers in ([b"retry=1"], []):
            with taps[2].request("GET", URL) as three:
                three.response(503 if headers else 200, headers)
        two.response(200, [])
        one.response(200, [])
    assert [(e.status, e.set_cookie) for e in seen.exchanges] == [(503, (b"retry=1",)), (200, ())]


headers_of_layers = st.lists(st.lists(st.sampled_from([b"a=1", b"b=1", b"c=1"]), max_size=4), min_size=1, max_size=4)


@given(headers_of_layers)
def test_nothing_is_lost_and_nothing_counts_twice(layers: list[list[bytes]]) -> None:
    """However layers add and drop headers: each is delivered as often as the layer that saw most of it saw it."""
    delivered: Counter[bytes | str] = Counter()

    class Counting:
        def response(self, exchange: HttpExchange) -> None:
            delivered.update(exchange.set_cookie)

    recorder = Counting()

    def pass_through(depth: int) -> None:
        with Tap(str(depth), recorder).request("GET", URL) as request:
            if depth:
                pass_through(depth - 1)
            request.response(200, layers[depth])

    pass_through(len(layers) - 1)
    assert delivered == {value: max(layer.count(value) for layer in layers) for layer in layers for value in layer}


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://user:pw@shop.test/a?b=c@d#e", "http://shop.test/a?b=c@d#e"),
        ("http://a@b@shop.test", "http://shop.test"),
        ("http://shop.test/@x", "http://shop.test/@x"),
        ("http://shop.test?x=@", "http://shop.test?x=@"),
        (None, None),
    ],
)
def test_users_of_a_url_are_left_out(url: str | None, kept: str | None, seen: Any) -> None:
    with Tap("any", seen).request("GET", url) as request:
        request.response(200, [])
    assert seen.exchanges[0].url == kept


def test_another_request_inside_is_another_response(seen: Any) -> None:
    """An application that asks an API while it answers: same context, two responses."""
    tap = Tap("client", seen)
    with tap.request("GET", URL) as one:
        for method, url in (("POST", URL), ("GET", URL + "?x=1"), ("GET", "https://shop.test/a"), ("GET", None)):
            with tap.request(method, url) as two:
                two.response(200, [b"a=1"])
        one.response(200, [b"a=1"])
    assert len(seen.exchanges) == 5


def test_another_recorder_is_told_for_itself(seen: Any, site: Any) -> None:
    other = site.seen()
    with Tap("outer", seen).request("GET", URL) as one:
        with Tap("inner", other).request("GET", URL) as two:
            two.response(200, [b"a=1"])
        one.response(200, [b"a=1"])
    assert raw(seen) == raw(other) == [(b"a=1",)]


def test_a_slot_and_its_recorder_are_one_target(seen: Any) -> None:
    with Tap("outer", RecorderSlot(seen)).request("GET", URL) as one:
        with Tap("inner", seen).request("GET", URL) as two:
            two.response(200, [b"a=1"])
        one.response(200, [b"a=1"])
    assert raw(seen) == [(b"a=1",)]


@pytest.mark.parametrize("inside", [True, False], ids=["slot-inside", "slot-outside"])
def test_a_watch_of_its_own_vouches_for_a_host_that_the_slot_does_not_admit(inside: bool, seen: Any) -> None:
    slot = RecorderSlot(seen, hosts=HostFilter())
    outer, inner = (Tap("own", seen), Tap("slot", slot)) if inside else (Tap("slot", slot), Tap("own", seen))
    url = "https://shop.eu/"
    with outer.request("GET", url) as one:
        with inner.request("GET", url) as two:
            two.response(200, [b"a=1"])
        one.response(200, [b"a=1", b"b=1"] if inside else [b"a=1"])
    assert raw(seen) == ([(b"a=1",), (b"b=1",)] if inside else [(b"a=1",)])
    assert not slot.skipped


def test_two_taps_of_a_slot_skip_a_response_once_and_a_closed_watch_vouches_for_nothing(seen: Any) -> None:
    slot = RecorderSlot(seen, hosts=HostFilter())
    own = Tap("own", seen)
    own.open = False
    taps = [own, Tap("outer", slot), Tap("inner", slot)]
    url = "https://shop.eu/"
    with taps[0].request("GET", url), taps[1].request("GET", url) as outer:
        with taps[2].request("GET", url) as inner:
            inner.response(200, [b"a=1"])
        outer.response(200, [b"a=1"])
    assert not seen.exchanges
    assert slot.skipped == {"shop.eu": 1}


def test_a_failed_inner_one_leaves_the_outer_one_to_speak(seen: Any) -> None:
    with Tap("outer", seen).request("GET", URL) as one:
        with pytest.raises(OSError, match="refused"), Tap("inner", seen).request("GET", URL):
            raise OSError("refused")
        one.response(200, [b"a=1"])
    assert raw(seen) == [(b"a=1",)]


def test_a_closed_tap_is_silent_and_tells_nobody(seen: Any) -> None:
    inner = Tap("inner", seen)
    with Tap("outer", seen).request("GET", URL) as one:
        with inner.request("GET", URL) as two:
            inner.open = False
            two.response(200, [b"a=1"])
        one.response(200, [b"a=1"])
    assert [e.adapter for e in seen.exchanges] == ["outer"]


def test_text_becomes_octets_again(seen: Any) -> None:
    with Tap("any", seen).request("GET", URL) as request:
        request.response(200, [" gr\xc3\xb6\xc3\x9fe=1\t", b"\tx=1 ", "snow=\N{SNOWMAN}"], "date")
    assert raw(seen) == [("größe=1".encode(), b"x=1", "snow=\N{SNOWMAN}")]
    assert seen.exchanges[0].date == "date"


def test_concurrent_requests_do_not_mix(seen: Any) -> None:
    outer, inner = Tap("outer", seen), Tap("inner", seen)

    async def ask(number: int) -> None:
        with outer.request("GET", URL) as one:
            await asyncio.sleep(0)
            if number % 2:
                with inner.request("GET", URL) as two:
                    await asyncio.sleep(0)
                    two.response(200, [b"n=%d" % number])
            await asyncio.sleep(0)
            one.response(200, [b"n=%d" % number])

    async def main() -> None:
        await asyncio.gather(*map(ask, range(20)))

    asyncio.run(main())
    assert sorted(raw(seen)) == sorted((b"n=%d" % number,) for number in range(20))


def test_values_stay_out_of_what_is_kept(seen: Any) -> None:
    outer = Tap("outer", seen).request("GET", URL)
    with outer, Tap("inner", seen).request("GET", URL) as inner:
        inner.response(200, [b"name=canary-value"])
    kept = [getattr(outer, name, None) for name in type(outer).__slots__ if name != "outer"]
    assert "canary-value" not in repr(kept) + repr(outer) + repr(inner) + repr(seen.exchanges)


def test_scopes_belong_to_a_context(seen: Any) -> None:
    one, two = Tap("one", seen), Tap("two", seen)
    with Scope(one):
        with Scope(two):
            assert Scope.holds(one)
            assert Scope.holds(two)
        assert not Scope.holds(two)
        assert contextvars.Context().run(Scope.holds, one) is False
    assert not Scope.holds(one)


def test_headers_in_every_spelling() -> None:
    headers: list[tuple[bytes | str, bytes | str]] = [
        (b"Set-Cookie", b"a"),
        ("SET-COOKIE", "b"),
        ("date", "c"),
        (b"x", b"d"),
    ]
    assert header_values(headers, "set-cookie") == [b"a", "b"]
    assert first_text(headers, "date") == "c"
    assert first_text([(b"Date", b"\xe9")], "date") == "é"
    assert first_text(headers, "age") is None


def test_what_is_erased_counts_once_for_the_innermost_that_says_so(seen: Any) -> None:
    outer, middle, inner = Tap("outer", seen), Tap("middle", seen), Tap("inner", seen)
    with outer.request("GET", URL) as one, middle.request("GET", URL) as two:
        with inner.request("GET", URL) as three:
            three.response(200, [b"a=1"])
        two.response(200, [b"a=1"], None, [b'"cookies"'])
        one.response(200, [b"a=1", b"b=1"], None, ['"cookies"'])
    assert [(e.adapter, e.set_cookie, e.clear_site_data) for e in seen.exchanges] == [
        ("inner", (b"a=1",), ()),
        ("middle", (), ('"cookies"',)),
        ("outer", (b"b=1",), ()),
    ]
