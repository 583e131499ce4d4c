"""One scenario, every client: the same responses, raw, each hop once, in order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from policycheck.capture import HostFilter, ImportWatch, RecorderSlot, observe, watched_modules

Observing = Callable[[Any], contextlib.AbstractContextManager[Any]]
Drive = Callable[[Observing, Any, str], None]


def flask_app(site: Any) -> Any:
    flask = pytest.importorskip("flask")
    app = flask.Flask("site")

    def view(path: str) -> Any:
        status, location, cookies = site.paths["/" + path]
        response = flask.Response("ok", status)
        if location:
            response.headers["Location"] = location
        for cookie in cookies:
            response.headers.add("Set-Cookie", cookie.decode("latin-1"))
        if "/" + path in site.clears:
            response.headers["Clear-Site-Data"] = site.clearing[0]
        return response

    app.add_url_rule("/<path>", view_func=view)
    return app


def starlette_app(site: Any) -> Any:
    pytest.importorskip("starlette")
    from starlette.applications import Starlette
    from starlette.routing import Mount

    return Starlette(routes=[Mount("/", app=site.asgi)])


def drive_flask(observing: Observing, site: Any, url: str) -> None:
    client = flask_app(site).test_client()
    with observing(client):
        client.get("/start", follow_redirects=True)
        client.get("/plain")


def drive_werkzeug(observing: Observing, site: Any, url: str) -> None:
    werkzeug = pytest.importorskip("werkzeug.test")
    client = werkzeug.Client(site.wsgi)
    with observing(client):
        client.get("/start", follow_redirects=True)
        client.get("/plain")


def drive_webtest(observing: Observing, site: Any, url: str) -> None:
    webtest = pytest.importorskip("webtest")
    client = webtest.TestApp(site.wsgi)
    with observing(client):
        client.get("/start").follow().follow()
        client.get("/plain")


def drive_starlette(observing: Observing, site: Any, url: str) -> None:
    pytest.importorskip("starlette")
    from starlette.testclient import TestClient

    client = TestClient(starlette_app(site))
    with observing(client):
        client.get("/start", follow_redirects=True)
        client.get("/plain")


def _sync_httpx(package: str) -> Drive:
    def drive(observing: Observing, site: Any, url: str) -> None:
        httpx = pytest.importorskip(package)
        with httpx.Client(base_url=url, follow_redirects=True) as client, observing(client):
            client.get("/start")
            client.get("/plain")

    return drive


def _async_httpx(package: str) -> Drive:
    def drive(observing: Observing, site: Any, url: str) -> None:
        httpx = pytest.importorskip(package)

        async def main() -> None:
            async with httpx.AsyncClient(base_url=url, follow_redirects=True) as client:
                with observing(client):
                    await client.get("/start")
                    await client.get("/plain")

        asyncio.run(main())

    return drive


def drive_httpx_wsgi(observing: Observing, site: Any, url: str) -> None:
    httpx = pytest.importorskip("httpx")
    transport = httpx.WSGITransport(app=site.wsgi)
    client = httpx.Client(transport=transport, base_url="http://shop.eu", follow_redirects=True)
    with client, observing(client):
        client.get("/start")
        client.get("/plain")


def drive_httpx_asgi(observing: Observing, site: Any, url: str) -> None:
    httpx = pytest.importorskip("httpx")

    async def main() -> None:
        transport = httpx.ASGITransport(app=site.asgi)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.eu", follow_redirects=True) as client:
            with observing(client):
                await client.get("/start")
                await client.get("/plain")

    asyncio.run(main())


def drive_requests(observing: Observing, site: Any, url: str) -> None:
    requests = pytest.importorskip("requests")
    with requests.Session() as client, observing(client):
        client.get(url + "/start")
        client.get(url + "/plain")


def drive_urllib3(observing: Observing, site: Any, url: str) -> None:
    urllib3 = pytest.importorskip("urllib3")
    with urllib3.PoolManager() as client, observing(client):
        client.request("GET", url + "/start")
        client.request("GET", url + "/plain")


def drive_urllib3_pool(observing: Observing, site: Any, url: str) -> None:
    urllib3 = pytest.importorskip("urllib3")
    with urllib3.HTTPConnectionPool("127.0.0.1", urlsplit(url).port) as client, observing(client):
        client.request("GET", "/start")
        client.request("GET", "/plain")


def drive_aiohttp(observing: Observing, site: Any, url: str) -> None:
    aiohttp = pytest.importorskip("aiohttp")

    async def main() -> None:
        async with aiohttp.ClientSession(url) as client:
            with observing(client):
                async with client.get("/start"):
                    pass
                async with client.get("/plain"):
                    pass

    asyncio.run(main())


DRIVES: dict[str, Drive] = {
    "flask": drive_flask,
    "werkzeug": drive_werkzeug,
    "webtest": drive_webtest,
    "starlette": drive_starlette,
    "httpx": _sync_httpx("httpx"),
    "httpx-async": _async_httpx("httpx"),
    "httpx2": _sync_httpx("httpx2"),
    "httpx2-async": _async_httpx("httpx2"),
    "httpx-wsgi": drive_httpx_wsgi,
    "httpx-asgi": drive_httpx_asgi,
    "requests": drive_requests,
    "urllib3": drive_urllib3,
    "urllib3-pool": drive_urllib3_pool,
    "aiohttp": drive_aiohttp,
}
each_client = pytest.mark.parametrize("drive", DRIVES.values(), ids=DRIVES.keys())


@contextlib.contextmanager
def nothing(_: Any) -> Iterator[None]:
    yield


@each_client
def test_an_observed_client(drive: Drive, site: Any, site_url: str, seen: Any) -> None:
    drive(lambda client: observe(client, seen), site, site_url)

    assert seen.lines() == site.redirected
    for exchange in seen.exchanges:
        assert exchange.url.startswith("http://"), "a hop has an absolute URL of its own"
        assert exchange.date is not None or drive is drive_flask
    assert seen.exchanges[1].url.endswith("/middle?token=1")
    assert seen.clearing() == [(), site.clearing, (), site.clearing]


@each_client
def test_an_observed_class(drive: Drive, site: Any, site_url: str, seen: Any) -> None:
    classes: list[type] = []

    @contextlib.contextmanager
    def remember(client: Any) -> Iterator[None]:
        classes.append(type(client))
        yield

    drive(remember, site, site_url)

    with observe(classes[0], seen):
        drive(nothing, site, site_url)
    assert seen.lines() == site.redirected

    drive(nothing, site, site_url)
    assert len(seen.lines()) == len(site.redirected), "nothing is recorded after the end"


@each_client
def test_zero_lines(drive: Drive, site: Any, site_url: str, seen: Any) -> None:
    slot = RecorderSlot(seen, hosts=HostFilter())
    with ImportWatch(watched_modules(), slot) as watch:
        drive(nothing, site, site_url)

    assert watch.problems == []
    assert seen.lines() == site.redirected
    assert not slot.skipped


@each_client
def test_client_class_and_session_together_record_once(drive: Drive, site: Any, site_url: str, seen: Any) -> None:
    slot = RecorderSlot(seen, hosts=HostFilter())
    with ImportWatch(watched_modules(), slot):
        drive(lambda client: _three(client, seen), site, site_url)

    assert seen.lines() == site.redirected
    assert seen.clearing() == [(), site.clearing, (), site.clearing]


@contextlib.contextmanager
def _three(client: Any, seen: Any) -> Iterator[None]:
    with observe(type(client), seen), observe(client, seen), observe(client, seen):
        yield


@each_client
def test_two_recorders_both_see_all(drive: Drive, site: Any, site_url: str, seen: Any) -> None:
    other = site.seen()

    @contextlib.contextmanager
    def both(client: Any) -> Iterator[None]:
        first = observe(client, seen)
        with observe(client, other):
            yield
        first.close()

    drive(both, site, site_url)

    assert seen.lines() == other.lines() == site.redirected


@each_client
def test_only_the_observed_client_counts(drive: Drive, site: Any, site_url: str, seen: Any) -> None:
    watches: list[Any] = []

    @contextlib.contextmanager
    def for_good(client: Any) -> Iterator[None]:
        watches.append(observe(client, seen))
        yield

    drive(for_good, site, site_url)
    drive(nothing, site, site_url)

    assert seen.lines() == site.redirected
    for watch in watches:
        watch.close()


@pytest.mark.parametrize("served", ["wsgiref", "uvicorn"])
@pytest.mark.parametrize("name", ["httpx", "httpx2-async", "requests", "urllib3", "aiohttp"])
def test_an_application_behind_a_real_server(name: str, served: str, site: Any, seen: Any) -> None:
    """The middleware sees what the clients see, from a thread of the server."""
    outside = site.seen()
    wsgi = served == "wsgiref"
    serve = site.serve_wsgi if wsgi else site.serve_asgi
    with observe(site.wsgi if wsgi else site.asgi, seen) as watch, serve(watch.subject) as url:
        DRIVES[name](lambda client: observe(client, outside), site, url)

    assert seen.lines() == outside.lines() == site.redirected
    assert seen.clearing() == outside.clearing() == [(), site.clearing, (), site.clearing]
    assert [e.url for e in seen.exchanges] == [e.url for e in outside.exchanges]
    assert {e.adapter for e in seen.exchanges} == {"wsgi" if wsgi else "asgi"}
