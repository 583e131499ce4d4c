from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest

from policycheck.capture import ImportWatch, observe, watched_modules

pytest.importorskip("django")
pytestmark = pytest.mark.usefixtures("urls")


@pytest.fixture
def urls(django_site: None) -> Iterator[Any]:
    http = load("django.http")
    path = load("django.urls").path

    def start(request: Any) -> Any:
        response = http.HttpResponseRedirect("/middle?token=1")
        response.set_cookie("a", "1", max_age=60)
        response.set_cookie("b", "with space, comma; and ü", secure=True, samesite="None")
        return response

    def middle(request: Any) -> Any:
        response = http.HttpResponseRedirect("/end")
        response["Set-Cookie"] = "raw=1; Path=/; Partitioned"
        response.set_cookie("c", "3", expires=60, httponly=True, domain="testserver")
        return response

    def end(request: Any) -> Any:
        response = http.HttpResponse("ok")
        response.delete_cookie("a")
        response.set_cookie("empty", "")
        response["Clear-Site-Data"] = '"cookies"'
        return response

    def broken(request: Any) -> Any:
        raise ValueError("broken")

    def stream(request: Any) -> Any:
        response = http.StreamingHttpResponse(iter([b"a", b"b"]))
        response.set_cookie("stream", "1")
        return response

    async def coroutine(request: Any) -> Any:
        response = http.HttpResponse("ok")
        response.set_cookie("async", "1")
        return response

    module: Any = ModuleType("policycheck_test_urls")
    views = {"start": start, "middle": middle, "end": end, "broken": broken, "stream": stream, "async": coroutine}
    module.urlpatterns = [path(name, view) for name, view in views.items()]
    with load("django.test.utils").override_settings(
        ROOT_URLCONF=module, MIDDLEWARE=[], ALLOWED_HOSTS=["*"], DEBUG=False
    ):
        yield module


def load(module: str) -> Any:
    """A module of Django, which has no types."""
    return importlib.import_module(module)


def fetch_raw(url: str) -> list[bytes]:
    """The Set-Cookie headers as they arrive at the other end of a socket."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port)
    connection.request("GET", parts.path)
    values = connection.getresponse().headers.get_all("Set-Cookie") or []
    connection.close()
    return [value.encode("latin-1") for value in values]


def names(seen: Any) -> list[tuple[int, list[bytes]]]:
    return [(e.status, [header.partition(b"=")[0] for header in e.set_cookie]) for e in seen.exchanges]


HOPS = [(302, [b"a", b"b"]), (302, [b"raw", b"c"]), (200, [b"a", b"empty"])]


def client(**options: Any) -> Any:
    return load("django.test").Client(**options)


def async_client(**options: Any) -> Any:
    return load("django.test").AsyncClient(**options)


@pytest.mark.parametrize("subject", ["client", "class", "zero lines", "all three"])
def test_each_hop_of_the_test_client_once(subject: str, seen: Any) -> None:
    browser = client()
    watches: list[Any] = []
    if subject in ("client", "all three"):
        watches.append(observe(browser, seen))
    if subject in ("class", "all three"):
        watches.append(observe(type(browser), seen))
    if subject in ("zero lines", "all three"):
        watches.append(ImportWatch(watched_modules(), seen))
    browser.get("/start", follow=True)
    browser.get("/async")
    for watch in watches:
        watch.close()
    browser.get("/end")

    assert names(seen) == [*HOPS, (200, [b"async"])]
    assert [e.url for e in seen.exchanges] == [
        "http://testserver/start",
        "http://testserver/middle?token=1",
        "http://testserver/end",
        "http://testserver/async",
    ]
    assert [e.clear_site_data for e in seen.exchanges] == [(), (), ('"cookies"',), ()]
    assert seen.exchanges[0].adapter == "django"
    assert "get_response" not in vars(browser.handler)


@pytest.mark.parametrize("subject", ["client", "class", "zero lines", "all three"])
def test_each_hop_of_the_async_client_once(subject: str, seen: Any) -> None:
    browser = async_client()
    watches: list[Any] = []
    if subject in ("client", "all three"):
        watches.append(observe(browser, seen))
    if subject in ("class", "all three"):
        watches.append(observe(type(browser), seen))
    if subject in ("zero lines", "all three"):
        watches.append(ImportWatch(watched_modules(), seen))

    async def main() -> None:
        if load("django").VERSION >= (5, 0):
            await browser.get("/start", follow=True)
        else:  # 4.2 refuses ``follow``
            for path in ("/start", "/middle?token=1", "/end"):
                await browser.get(path)
        await asyncio.gather(*[browser.get("/async") for _ in range(5)])

    asyncio.run(main())
    for watch in watches:
        watch.close()
    asyncio.run(browser.get("/end"))

    assert names(seen) == [*HOPS, *[(200, [b"async"])] * 5]


@pytest.mark.parametrize("path", ["start", "middle", "end"])
def test_the_headers_are_those_that_djangos_server_sends(path: str, seen: Any, site: Any) -> None:
    with site.serve_wsgi(load("django.core.handlers.wsgi").WSGIHandler()) as url:
        sent = fetch_raw(f"{url}/{path}")
    with observe(client(), seen) as watch:
        watch.subject.get(f"/{path}")

    def without_dates(headers: Any) -> list[bytes]:
        return [b";".join(p for p in h.split(b";") if b"expires" not in p.lower()) for h in headers]

    assert without_dates(seen.exchanges[0].set_cookie) == without_dates(sent)
    assert len(sent) == 2


@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
@pytest.mark.parametrize("way", ["handler", "middleware"])
def test_a_handler_behind_a_real_server(kind: str, way: str, seen: Any, site: Any) -> None:
    from policycheck.capture import ASGIMiddleware, WSGIMiddleware

    handler: Any = (
        load("django.core.wsgi").get_wsgi_application()
        if kind == "wsgi"
        else load("django.core.asgi").get_asgi_application()
    )
    served = handler
    if way == "middleware":
        served = (WSGIMiddleware if kind == "wsgi" else ASGIMiddleware)(handler, seen)
    assert kind == "wsgi" or inspect.iscoroutinefunction(type(handler).__call__)
    serve = site.serve_wsgi if kind == "wsgi" else _serve_without_lifespan
    with serve(served) as url:
        if way == "handler":
            with observe(handler, seen) as watch:
                assert watch.subject is handler
                sent = [fetch_raw(f"{url}/{path}") for path in ("start", "middle", "end")]
        else:
            sent = [fetch_raw(f"{url}/{path}") for path in ("start", "middle", "end")]
        if way == "handler":
            fetch_raw(f"{url}/end")

    assert [list(e.set_cookie) for e in seen.exchanges] == sent
    assert names(seen) == HOPS
    assert seen.exchanges[0].url == f"{url}/start"


def _serve_without_lifespan(app: Any) -> Any:
    async def with_lifespan(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                await send({"type": message["type"] + ".complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        await app(scope, receive, send)

    @contextlib.contextmanager
    def serving() -> Iterator[str]:
        uvicorn: Any = importlib.import_module("uvicorn")
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(with_lifespan, log_level="critical", lifespan="on", ws="none"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()
        listener.close()

    return serving()


def test_an_exception_is_recorded_as_the_page_that_visitors_get(seen: Any) -> None:
    browser = client()
    with observe(browser, seen):
        with pytest.raises(ValueError, match="broken"):
            browser.get("/broken")
        browser.raise_request_exception = False
        assert browser.get("/broken").status_code == 500
    assert names(seen) == [(500, []), (500, [])]


def test_a_stream_and_other_methods(seen: Any) -> None:
    browser = client()
    with observe(browser, seen):
        browser.head("/end")
        browser.post("/start", follow=True)
        assert b"".join(browser.get("/stream", secure=True).streaming_content) == b"ab"
    assert (seen.exchanges[0].method, seen.exchanges[0].url) == ("HEAD", "http://testserver/end")
    assert [e.method for e in seen.exchanges][1:4] == ["POST", "GET", "GET"]
    assert seen.exchanges[-1].url == "https://testserver/stream"
    assert names(seen)[-1] == (200, [b"stream"])


def test_a_host_that_the_application_forbids(seen: Any) -> None:
    with load("django.test.utils").override_settings(ALLOWED_HOSTS=["shop.test"]), observe(client(), seen) as watch:
        watch.subject.get("/end", headers={"host": "evil.test:81"})
        watch.subject.get("/end", headers={"host": "shop.test"})
    assert [e.url for e in seen.exchanges] == ["http://evil.test:81/end", "http://shop.test/end"]


def test_another_client_and_its_subclass(seen: Any) -> None:
    base = load("django.test").Client
    mine = type("Mine", (base,), {})
    with observe(mine, seen):
        base().get("/end")
        mine().get("/start")
    assert names(seen) == HOPS[:1]


def test_another_async_client_and_its_subclass(seen: Any) -> None:
    base = load("django.test").AsyncClient
    mine = type("Mine", (base,), {})

    async def main() -> None:
        await asyncio.gather(base().get("/end"), mine().get("/start"), base().get("/async"))

    with observe(mine, seen):
        asyncio.run(main())
    assert names(seen) == HOPS[:1]


def test_everything_is_put_back(seen: Any) -> None:
    test = load("django.test.client")
    owners = (test.Client, test.AsyncClient, test.ClientHandler, test.AsyncClientHandler)
    before = [dict(vars(owner)) for owner in owners]
    watches = [
        observe(test.Client, seen),
        observe(test.AsyncClient, seen),
        watched_modules()["django.test.client"](seen),
    ]
    for watch in watches:
        watch.close()
    assert [dict(vars(owner)) for owner in owners] == before


def test_a_live_server_in_a_thread_is_recorded_once(seen: Any, site: Any) -> None:
    """In the zero-line mode the client is the witness, not the server: one response, one record."""
    requests = pytest.importorskip("requests")
    with ImportWatch(watched_modules(), seen), site.serve_wsgi(load("django.core.handlers.wsgi").WSGIHandler()) as url:
        requests.get(f"{url}/start")
    assert names(seen) == HOPS
