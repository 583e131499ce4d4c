from __future__ import annotations

import asyncio
from typing import Any

import pytest

from policycheck.capture import observe

aiohttp: Any = pytest.importorskip("aiohttp")


async def cookies_and_socket(request: Any) -> Any:
    from aiohttp import web

    if request.path == "/ws":
        socket = web.WebSocketResponse()
        socket.headers["Set-Cookie"] = "ws=1"
        await socket.prepare(request)
        await socket.close()
        return socket
    response = web.Response(text="ok", status=int(request.query.get("status", 200)))
    response.headers.add("Set-Cookie", "a=1")
    response.headers.add("Set-Cookie", "b=2")
    return response


def application() -> Any:
    from aiohttp import web

    app = web.Application()
    app.router.add_get("/{path:.*}", cookies_and_socket)
    return app


def test_odd_headers_are_kept_apart_and_raw(site_url: str, seen: Any, site: Any) -> None:
    async def main() -> None:
        async with aiohttp.ClientSession() as session:
            with observe(session, seen):
                async with session.get(site_url + "/odd"):
                    pass

    asyncio.run(main())
    assert seen.lines() == site.expected("/odd")
    assert seen.exchanges[0].adapter == "aiohttp"


def test_a_status_that_raises_is_seen(site_url: str, seen: Any, site: Any) -> None:
    """A TraceConfig is not told of it."""

    async def main() -> None:
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            with observe(session, seen), pytest.raises(aiohttp.ClientResponseError):
                await session.get(site_url + "/fail")

    asyncio.run(main())
    assert seen.lines() == site.expected("/fail")


def test_its_own_test_client_and_server_with_a_websocket(seen: Any) -> None:
    from aiohttp.test_utils import TestClient, TestServer

    async def main() -> None:
        async with TestClient(TestServer(application())) as client, TestClient(TestServer(application())) as other:
            with observe(client, seen):
                await client.get("/")
                await other.get("/")
                async with client.ws_connect("/ws"):
                    pass

    asyncio.run(main())
    assert seen.lines() == [("GET", "/", 200, (b"a=1", b"b=2")), ("GET", "/ws", 101, (b"ws=1",))]


def test_concurrent_requests_of_two_sessions(site_url: str, seen: Any, site: Any) -> None:
    async def main() -> None:
        async with aiohttp.ClientSession() as session, aiohttp.ClientSession() as other:
            with observe(session, seen):
                asked = [s.get(site_url + "/start") for s in [session, other] * 5]
                for response in await asyncio.gather(*asked):
                    response.release()

    asyncio.run(main())
    assert sorted(seen.lines()) == sorted(site.expected("/start", "/middle", "/end") * 5)


def test_everything_is_put_back(seen: Any) -> None:
    before = vars(aiohttp.ClientResponse)["start"]
    with observe(aiohttp.ClientSession, seen), observe(aiohttp, seen):
        assert vars(aiohttp.ClientResponse)["start"] is not before
    assert vars(aiohttp.ClientResponse)["start"] is before
