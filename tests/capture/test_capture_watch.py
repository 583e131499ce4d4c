from __future__ import annotations

from typing import Any

import pytest

from policycheck.capture import Watch


class Client:
    def get(self) -> str:
        return "got"


def test_closing_restores_and_may_be_repeated(seen: Any) -> None:
    client = Client()
    watch = Watch("any", seen, client)
    states = [watch.closed]
    with watch:
        watch.patch(client, "get", lambda original: lambda: f"seen {original()}")
        watch.scope(client, "get")
        assert client.get() == "seen got"
        assert watch.subject is client
        assert watch.recorder is seen
        assert repr(watch) == "<Watch by any, open>"
        states.append(watch.closed)
    states.append(watch.closed)
    assert states == [False, False, True]
    assert repr(watch) == "<Watch by any, closed>"
    watch.close()
    assert vars(client) == {}


def test_an_error_inside_closes_too(seen: Any) -> None:
    client = Client()
    watch = Watch("any", seen, client)
    watch.scope(client, "get")
    with pytest.raises(KeyError), watch:
        raise KeyError
    assert watch.closed
    assert vars(client) == {}


def test_nested_watches_close_in_any_order(seen: Any) -> None:
    client = Client()
    first, second = Watch("first", seen), Watch("second", seen)
    for watch in (first, second):
        watch.scope(client, "get")
    first.close()
    assert client.get() == "got"
    second.close()
    assert vars(client) == {}
