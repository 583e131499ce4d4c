from __future__ import annotations

import asyncio
from typing import Any

import pytest

from policycheck.capture import ASGIMiddleware, observe
from policycheck.capture.asgi import request_url


def http(path: str = "/", **extra: Any) -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": path, "headers": [(b"host", b"shop.test")], **extra}


def run(app: Any, scope: dict[str, Any]) -> list[Any]:
    sent: list[Any] = []
    received = iter(
        [{"type": f"{scope['type']}.startup"}, {"type": f"{scope['type']}.shutdown"}]
        if scope["type"] == "lifespan"
        else [{"type": f"{scope['type']}.request"}] * 9
    )

    async def receive() -> Any:
        return next(received)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def test_messages_pass_unchanged(seen: Any, site: Any) -> None:
    plain = run(site.asgi, http("/start"))
    assert run(ASGIMiddleware(site.asgi, seen), http("/start")) == plain
    assert seen.lines() == site.expected("/start")
    assert seen.exchanges[0].date == site.date
    assert seen.exchanges[0].url == "http://shop.test/start"


def test_values_stay_octets(seen: Any, site: Any) -> None:
    run(ASGIMiddleware(site.asgi, seen), http("/odd"))
    assert seen.exchanges[0].set_cookie == tuple(site.paths["/odd"][2])


def test_lifespan_is_no_response(seen: Any, site: Any) -> None:
    sent = run(ASGIMiddleware(site.asgi, seen), {"type": "lifespan"})
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert seen.exchanges == []


def test_a_websocket_handshake(seen: Any, site: Any) -> None:
    run(ASGIMiddleware(site.asgi, seen), {"type": "websocket", "path": "/ws", "scheme": "ws", "headers": []})
    assert seen.lines() == [("GET", "/ws", 101, (b"ws=1; Path=/",))]
    assert seen.exchanges[0].url == "ws://localhost/ws"


def test_a_refused_handshake(seen: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"set-cookie", b"denied=1")]
        await send({"type": "websocket.http.response.start", "status": 403, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b""})

    run(ASGIMiddleware(app, seen), {"type": "websocket", "path": "/ws", "headers": []})
    assert seen.lines() == [("GET", "/ws", 403, (b"denied=1",))]


def test_an_accept_without_headers(seen: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept", "headers": None})

    run(ASGIMiddleware(app, seen), {"type": "websocket", "path": "/", "headers": []})
    assert seen.lines() == [("GET", "/", 101, ())]


def test_an_exception_after_the_error_page(seen: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": [(b"Set-Cookie", b"e=1")]})
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run(ASGIMiddleware(app, seen), http())
    assert seen.lines() == [("GET", "/", 500, (b"e=1",))]


def test_middleware_in_middleware_counts_once_and_loses_nothing(seen: Any, site: Any) -> None:
    inner = ASGIMiddleware(site.asgi, seen)

    async def sessions(scope: Any, receive: Any, send: Any) -> None:
        async def add(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"set-cookie", b"session=1")]}
            await send(message)

        await asyncio.create_task(inner(scope, receive, add))

    run(ASGIMiddleware(sessions, seen), http("/start"))
    assert [e.set_cookie for e in seen.exchanges] == [tuple(site.paths["/start"][2]), (b"session=1",)]


def test_an_observed_callable_is_wrapped(seen: Any, site: Any) -> None:
    class App:
        name = "shop"

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await site.asgi(scope, receive, send)

    with observe(App(), seen) as watch:
        assert watch.subject.name == "shop"
        assert repr(watch.subject) == "<ASGIMiddleware of App>"
        run(watch.subject, http("/end"))
    run(watch.subject, http("/end"))
    assert seen.lines() == site.expected("/end")
    with pytest.raises(AttributeError, match="size"):
        _ = watch.subject.size


@pytest.mark.parametrize(
    ("scope", "url"),
    [
        (http("/a b", raw_path=b"/a%20b?x", query_string=b"x=1"), "http://shop.test/a%20b?x=1"),
        (http("/a b", raw_path=None), "http://shop.test/a%20b"),
        ({"type": "http", "path": "/", "server": ("s", 8000)}, "http://s:8000/"),
        ({"type": "http", "path": "/", "server": ("s", 443), "scheme": "https"}, "https://s/"),
        ({"type": "http", "path": "", "server": ("/run/socket", None)}, "http://localhost/"),
        ({"type": "websocket", "path": "/w", "scheme": "https", "headers": [(b"Host", b"s")]}, "wss://s/w"),
    ],
)
def test_request_url(scope: dict[str, Any], url: str) -> None:
    assert request_url(scope) == url
