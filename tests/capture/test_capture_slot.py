from __future__ import annotations

from typing import Any

from policycheck.capture import HostFilter, RecorderSlot
from policycheck.model.observation import HttpExchange


def at(url: str | None) -> HttpExchange:
    return HttpExchange("GET", url, 200, ())


def test_the_recorder_of_the_moment(site: Any) -> None:
    first, second = site.seen(), site.seen()
    slot = RecorderSlot()
    slot.response(at("http://testserver/0"))
    with slot.holding(first):
        slot.response(at("http://testserver/1"))
        with slot.holding(second):
            slot.response(at("http://testserver/2"))
        slot.response(at("http://testserver/3"))
    slot.response(at("http://testserver/4"))

    assert [e.url[-1] for e in first.exchanges] == ["1", "3"]
    assert [e.url[-1] for e in second.exchanges] == ["2"]
    assert slot.unassigned == 2
    assert slot.current is None


def test_other_hosts_are_counted_not_recorded(seen: Any) -> None:
    slot = RecorderSlot(seen, hosts=HostFilter(["shop.eu"]))
    for url in ("https://shop.eu/", "https://api.eu/a", "https://api.eu/b", None):
        slot.response(at(url))
    slot.response(at("https://elsewhere.eu/"), counts=True)

    assert [e.url for e in seen.exchanges] == ["https://shop.eu/", "https://elsewhere.eu/"]
    assert slot.skipped == {"api.eu": 2, "unknown host": 1}
    assert slot.unassigned == 0


def test_without_a_filter_all_hosts_count(seen: Any) -> None:
    RecorderSlot(seen).response(at("https://api.eu/"))
    assert len(seen.exchanges) == 1
