from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policycheck.model.consent import UNSET, ConsentState
from policycheck.model.lifetime import SESSION, Lifetime
from policycheck.model.observation import HttpExchange, Observation, Source
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder

NOON = 1_795_521_600.0
DATE = "Tue, 24 Nov 2026 12:00:00 GMT"
ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("POLICYCHECK_SHARED_DATA", ROOT.parent / "shared" / "data"))


def recorder(**options: Any) -> Recorder:
    return Recorder(now=lambda: NOON, **options)


def exchange(*headers: bytes | str, url: str | None = "https://shop.test/cart?token=1", **options: Any) -> HttpExchange:
    return HttpExchange("GET", url, 200, headers, **{"date": DATE, "adapter": "any", **options})


def test_one_observation_a_header_in_order() -> None:
    mine = recorder(test="tests/test_shop.py::test_cart")
    recorded = mine.response(exchange(b"a=1; Max-Age=60", b"b=2; Secure; Path=/x; Domain=shop.test"))
    assert recorded == mine.observations
    first, second = recorded
    assert (first.name, first.kind, first.operation, first.set_by) == (
        "a",
        StorageKind.COOKIE,
        Operation.STORE,
        SetBy.SERVER,
    )
    assert first.source == Source(
        "any", "GET", "https://shop.test/cart?token=1", 200, 1, 2, "tests/test_shop.py::test_cart"
    )
    assert (first.value, first.value_length, first.lifetime) == ("1", 1, Lifetime(60.0))
    assert (first.host, first.domain, first.path, first.secure_origin) == ("shop.test", "shop.test", "/", True)
    assert (second.source.index, second.path, second.lifetime) == (2, "/x", SESSION)
    assert [o.sequence for o in mine.observations] == [0, 1]
    assert first.time == NOON
    assert first.stored


@pytest.mark.parametrize("domain", ["shop.exampl@", "@", ":80", "?a", "#", "/a", "\\", "a b", "[", "shop.example:80"])
def test_a_domain_that_is_no_host_is_refused_also_where_nobody_knows_the_host(domain: str) -> None:
    (without, known) = (
        recorder().response(exchange(f"a=1; Domain={domain}", url=url))[0] for url in (None, "https://shop.example/")
    )
    assert without.rejection is not None
    assert without.rejection == known.rejection


def test_responses_without_cookies_are_counted() -> None:
    mine = recorder()
    assert mine.response(exchange()) == []
    mine.response(exchange(b"a=1"))
    assert mine.exchanges == 2
    assert len(mine.observations) == 1


def test_each_observation_carries_the_consent_in_force() -> None:
    granted = ConsentState(gpc=True)
    mine = recorder()
    mine.response(exchange(b"a=1"))
    mine.consent = granted
    mine.response(exchange(b"a=1"))
    assert [o.consent for o in mine.observations] == [UNSET, granted]
    assert mine.observations[1].consent is granted


@pytest.mark.parametrize(
    ("header", "date", "lifetime"),
    [
        (b"a=1; Expires=Tue, 24 Nov 2026 13:00:00 GMT", DATE, 3600.0),
        (b"a=1; Expires=Tue, 24 Nov 2026 13:00:00 GMT", "Tue, 24 Nov 2026 12:30:00 GMT", 1800.0),
        (b"a=1; Expires=Tue, 24 Nov 2026 13:00:00 GMT", None, 3600.0),
        (b"a=1; Expires=Tue, 24 Nov 2026 13:00:00 GMT", "yesterday", 3600.0),
        (b"a=1; Expires=Tue, 24 Nov 2026 13:00:00 GMT; Max-Age=5", DATE, 5.0),
        (b"a=1; Max-Age=63072000", DATE, 63_072_000.0),
        (b"a=1; Max-Age=-1", DATE, 0.0),
    ],
)
def test_lifetimes_count_from_the_response(header: bytes, date: str | None, lifetime: float) -> None:
    (recorded,) = recorder().response(exchange(header, date=date))
    assert recorded.lifetime == Lifetime(lifetime)


def test_an_old_recording_replays_as_it_was() -> None:
    """The cookie has long expired by the clock of whoever looks at the evidence; it was stored all the same."""
    (recorded,) = recorder().response(
        exchange(b"a=1; Expires=Sat, 02 Jan 2021 00:00:00 GMT", date="Fri, 01 Jan 2021 00:00:00 GMT")
    )
    assert recorded.operation is Operation.STORE
    assert recorded.lifetime == Lifetime(86_400.0)
    assert recorded.time == NOON


@pytest.mark.parametrize(
    "header",
    [
        b'a=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/',
        b"a=1; Expires=Tue, 24 Nov 2026 12:00:00 GMT; Max-Age=0",
        b"a=deleted; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        b"a=; Max-Age=-5",
    ],
)
def test_deleting_is_not_storing(header: bytes) -> None:
    mine = recorder()
    mine.response(exchange(b"a=1; Path=/"))
    (recorded,) = mine.response(exchange(header, url="https://shop.test/"))
    assert recorded.operation is Operation.DELETE
    assert not recorded.stored
    assert list(mine.jar) == []


def test_what_a_browser_refuses_is_not_stored() -> None:
    refused = recorder().response(
        exchange(
            b"a=1; Secure", b"b=1; Domain=other.test", b"c=1; Domain=other.test; Max-Age=0", url="http://shop.test/"
        )
    )
    assert [o.stored for o in refused] == [False, False, False]
    assert refused[0].rejection is not None
    assert refused[0].rejection.step.startswith("RFC 6265bis")
    assert refused[0].secure_origin is False
    assert [o.operation for o in refused] == [Operation.STORE, Operation.STORE, Operation.DELETE]


@pytest.mark.parametrize(
    ("url", "stored", "secure"),
    [
        ("http://testserver/login/", True, None),
        ("http://testserver:80/", True, None),
        ("http://test/", True, None),
        ("http://testserver.local/", True, None),
        ("https://testserver/", True, None),
        ("http://localhost/", True, True),
        ("http://127.0.0.1:5000/", True, True),
        ("http://shop.test/", False, False),
        ("ws://shop.test/socket", False, False),
        ("wss://shop.test/socket", True, True),
    ],
)
def test_hosts_that_test_clients_make_up_say_nothing_about_https(url: str, stored: bool, secure: bool | None) -> None:
    (recorded,) = recorder().response(exchange(b"sessionid=1; Secure; HttpOnly", url=url))
    assert recorded.stored is stored
    assert recorded.secure_origin is secure


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("http://shop.example/", None),
        ("ws://shop.example/", None),
        ("https://shop.example/", True),
        ("http://localhost/", True),
    ],
)
def test_where_no_network_lay_between_http_says_nothing_about_https(url: str, secure: bool | None) -> None:
    (recorded,) = recorder().response(replace(exchange(b"sessionid=1; Secure", url=url), in_process=True))
    assert recorded.stored
    assert recorded.secure_origin is secure
    (foreign,) = recorder().response(replace(exchange(b"a=1; Domain=shop.eu", url=url), in_process=True))
    assert foreign.stored is url.startswith("http://localhost")


@pytest.mark.parametrize("url", ["http://testserver/a/b", "http://localhost/a/b", "http://localhost:5000/a/b"])
def test_hosts_that_test_clients_make_up_take_a_domain_at_its_word(url: str) -> None:
    mine = recorder()
    named, suffix, nonsense, plain = mine.response(
        exchange(
            b"a=1; Domain=.shop.eu; Secure", b"b=1; Domain=co.uk; Secure", b"c=1; Domain=a b; Secure", b"d=1", url=url
        )
    )
    assert (named.stored, named.domain, named.path) == (True, "shop.eu", "/a")
    assert not suffix.stored
    assert not nonsense.stored
    assert (plain.stored, plain.host) == (True, mine.observations[0].host)
    (gone,) = mine.response(exchange(b"a=; Domain=shop.eu; Max-Age=0", url=url))
    assert (gone.stored, gone.operation) == (False, Operation.DELETE)
    assert [cookie.name for cookie in mine.jar] == ["d"]


@pytest.mark.parametrize("url", [None, "", "/relative", "file:///page", "http://", "not a url"])
def test_evidence_without_a_usable_url(url: str | None) -> None:
    mine = recorder()
    kept, taken_at_its_word = mine.response(exchange(b"a=1; Secure", b"b=1; Domain=.shop.test", url=url))
    assert kept.stored
    assert (kept.host, kept.secure_origin) == (None, None)
    assert taken_at_its_word.stored
    assert taken_at_its_word.domain == "shop.test"


def test_the_page_decides_about_a_third_party() -> None:
    lax, none = recorder().response(
        exchange(
            b"a=1", b"b=1; SameSite=None; Secure", url="https://cdn.other.test/", top_level_site="https://shop.test"
        )
    )
    assert (lax.stored, none.stored) == (False, True)


def test_octets_that_are_no_text() -> None:
    (recorded,) = recorder().response(exchange(b"caf\xe9=\xff\x00"))
    assert recorded.name == "caf\xe9"
    assert not recorded.stored


def test_other_storage_is_stamped() -> None:
    mine = recorder(test="t")
    mine.response(exchange(b"a=1"))
    written = mine.write(Observation(StorageKind.LOCAL_STORAGE, "k", source=Source("file")))
    own = mine.write(Observation(StorageKind.LOCAL_STORAGE, "k", source=Source("file", test="other")))
    assert (written.sequence, written.source.test, own.source.test) == (1, "t", "other")
    assert mine.observations[1:] == [written, own]


def test_the_sink_gets_each_observation_in_order() -> None:
    seen: list[Observation] = []
    mine = recorder(sink=seen.append)
    mine.response(exchange(b"a=1", b"b=1"))
    mine.write(Observation(StorageKind.LOCAL_STORAGE, "k"))
    assert seen == mine.observations


def test_a_failing_sink_leaves_the_recorder_usable() -> None:
    def refuse(observation: Observation) -> None:
        raise KeyError(observation.name)

    mine = recorder(sink=refuse)
    with pytest.raises(KeyError):
        mine.response(exchange(b"a=1", date="Fri, 01 Jan 2021 00:00:00 GMT"))
    mine._sink = None
    (recorded,) = mine.response(exchange(b"a=1; Expires=Tue, 24 Nov 2026 13:00:00 GMT", date=None))
    assert recorded.lifetime == Lifetime(3600.0)


def test_many_threads() -> None:
    mine = recorder()
    headers = [b"n%d=1" % number for number in range(5)]

    def record() -> None:
        for _ in range(20):
            mine.response(exchange(*headers))

    threads = [threading.Thread(target=record) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mine.exchanges == 160
    assert [o.sequence for o in mine.observations] == list(range(800))
    assert [o.name for o in mine.observations[:10]] == [f"n{number}" for number in range(5)] * 2


def test_no_value_shows() -> None:
    mine = recorder()
    mine.response(exchange(b"a=canary-value; Path=/", "b=canary-value"))
    assert "canary-value" not in repr(mine) + repr(mine.observations) + repr(mine.jar) + repr(list(mine.jar))
    assert mine.observations[0].value == "canary-value"


@pytest.mark.skipif(not (DATA / "framework_set_cookie.json").exists(), reason="the shared data is not there")
def test_what_frameworks_really_send() -> None:
    captures = json.loads((DATA / "framework_set_cookie.json").read_text())["captures"]
    operations: dict[str, list[tuple[str, Operation, bool]]] = {}
    for capture in captures:
        mine = recorder()
        mine.response(exchange(*capture["set_cookie"], url="http://testserver/"))
        operations[capture["case"]] = [(o.name, o.operation, o.rejection is None) for o in mine.observations]
    store, delete = Operation.STORE, Operation.DELETE
    assert operations["POST login"] == [("csrftoken", store, True), ("sessionid", store, True)]
    assert operations["POST logout"] == [("messages", delete, True), ("sessionid", delete, True)]
    assert operations["GET /del"] == [("pref", delete, True), ("session", delete, True)]
    assert operations["GET /odd"] == [("q", store, True)], "Max-Age wins over an Expires of 1970"
    assert len(operations) == len(captures)
