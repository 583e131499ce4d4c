from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from policycheck.capture import HostFilter, RecorderSlot, observe, watched_modules

PACKAGES = ["httpx", "httpx2"]


@pytest.fixture(params=PACKAGES)
def httpx(request: pytest.FixtureRequest) -> Any:
    return pytest.importorskip(request.param)


def test_odd_headers_are_kept_apart_and_raw(httpx: Any, site_url: str, seen: Any, site: Any) -> None:
    with httpx.Client(base_url=site_url) as client, observe(client, seen):
        response = client.get("/odd")
    assert ", " in response.headers["set-cookie"], "this is what folds"
    assert seen.lines() == site.expected("/odd")
    assert seen.exchanges[0].adapter == httpx.__name__


def test_hooks_of_the_application_do_not_get_in_the_way(httpx: Any, site_url: str, seen: Any) -> None:
    def refuse(response: Any) -> None:
        response.raise_for_status()

    with httpx.Client(base_url=site_url) as client, observe(client, seen):
        client.event_hooks = {"response": [refuse]}
        with pytest.raises(httpx.HTTPStatusError):
            client.get("/fail")
    assert [e.status for e in seen.exchanges] == [500]


def test_mounts_and_a_transport_of_the_applications_own(httpx: Any, seen: Any) -> None:
    class Own(httpx.BaseTransport):  # type: ignore[misc]
        def handle_request(self, request: Any) -> Any:
            return httpx.Response(200, headers=[("Set-Cookie", "own=1"), ("Set-Cookie", "two=2")])

    with httpx.Client(mounts={"https://": Own()}) as client, observe(client, seen):
        client.get("https://api.eu/x")
    assert seen.lines() == [("GET", "/x", 200, (b"own=1", b"two=2"))]


def test_a_mock_counts_by_its_host(httpx: Any, seen: Any) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, headers={"Set-Cookie": "mock=1"}))
    slot = RecorderSlot(seen, hosts=HostFilter())
    with watched_modules()[httpx.__name__](slot), httpx.Client(transport=transport) as client:
        client.get("https://api.eu/")
        client.get("http://shop.test/")
    assert [e.url for e in seen.exchanges] == ["http://shop.test/"]
    assert slot.skipped == {"api.eu": 1}


def test_an_application_in_this_process_counts_whatever_its_host(httpx: Any, seen: Any, site: Any) -> None:
    slot = RecorderSlot(seen, hosts=HostFilter())
    transport = httpx.WSGITransport(app=site.wsgi)
    with watched_modules()[httpx.__name__](slot), httpx.Client(transport=transport) as client:
        client.get("https://www.shop.eu/end")
    assert [e.url for e in seen.exchanges] == ["https://www.shop.eu/end"]
    assert not slot.skipped


def test_concurrent_requests(httpx: Any, site_url: str, seen: Any, site: Any) -> None:
    async def main() -> None:
        async with httpx.AsyncClient(base_url=site_url, follow_redirects=True) as client:
            with observe(client, seen), observe(type(client), seen):
                await asyncio.gather(*[client.get("/start") for _ in range(10)])

    asyncio.run(main())
    assert sorted(seen.lines()) == sorted(site.expected("/start", "/middle", "/end") * 10)


def test_threads(httpx: Any, site_url: str, seen: Any, site: Any) -> None:
    def ask() -> None:
        with httpx.Client(base_url=site_url, follow_redirects=True) as client:
            client.get("/start")

    with observe(httpx.Client, seen):
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(seen.lines()) == sorted(site.expected("/start", "/middle", "/end") * 8)


def test_the_functions_of_the_module(httpx: Any, site_url: str, seen: Any, site: Any) -> None:
    with observe(httpx, seen):
        httpx.get(site_url + "/start", follow_redirects=True)
    httpx.get(site_url + "/plain")
    assert seen.lines() == site.expected("/start", "/middle", "/end")


def test_a_response_that_never_came(httpx: Any, seen: Any) -> None:
    with httpx.Client() as client, observe(client, seen), pytest.raises(httpx.ConnectError):
        client.get("http://127.0.0.1:9/")
    assert seen.exchanges == []


def test_everything_is_put_back(httpx: Any, seen: Any) -> None:
    before = vars(httpx.Client)["_transport_for_url"]
    with httpx.Client() as client:
        first, second = observe(client, seen), observe(httpx.Client, seen)
        first.close()
        second.close()
        assert "_transport_for_url" not in vars(client)
    assert vars(httpx.Client)["_transport_for_url"] is before


def test_the_wrapped_transport_shows_the_transport(httpx: Any, seen: Any) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200))
    with httpx.Client(transport=transport) as client, observe(client, seen):
        assert client._transport_for_url(httpx.URL("http://shop.test/")).handler is transport.handler
