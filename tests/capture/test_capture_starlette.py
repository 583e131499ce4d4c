from __future__ import annotations

from typing import Any

import pytest

from policycheck.capture import ImportWatch, observe, watched_modules

pytest.importorskip("starlette")
pytest.importorskip("starlette.testclient")


@pytest.fixture
def make(site: Any) -> Any:
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Mount, Route, WebSocketRoute
    from starlette.websockets import WebSocket

    class Sessions:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def add(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message["headers"].append((b"set-cookie", b"session=1"))
                await send(message)

            await self.app(scope, receive, add)

    async def home(request: Request) -> Response:
        response = PlainTextResponse("ok")
        response.set_cookie("seen", "1", max_age=60)
        return response

    async def broken(request: Request) -> Response:
        raise ValueError("broken")

    async def on_error(request: Request, error: Exception) -> Response:
        response = PlainTextResponse("sorry", 500)
        response.set_cookie("error", "1")
        return response

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept(headers=[(b"set-cookie", b"ws=1")])
        await websocket.send_text("hello")
        await websocket.close()

    def build(kind: str = "starlette") -> Any:
        routes = [
            Route("/", home),
            Route("/broken", broken),
            WebSocketRoute("/ws", socket),
            Mount("/sub", app=site.asgi),
        ]
        if kind == "fastapi":
            fastapi = pytest.importorskip("fastapi")
            return fastapi.FastAPI(
                routes=routes, middleware=[Middleware(Sessions)], exception_handlers={Exception: on_error}
            )
        return Starlette(routes=routes, middleware=[Middleware(Sessions)], exception_handlers={Exception: on_error})

    return build


def client_of(app: Any, **options: Any) -> Any:
    from starlette.testclient import TestClient

    return TestClient(app, **options)


def names(seen: Any) -> list[tuple[int, list[bytes]]]:
    return [(e.status, [header.partition(b"=")[0] for header in e.set_cookie]) for e in seen.exchanges]


SUBJECTS = ["client", "class TestClient", "application", "class of application", "zero lines"]


@pytest.mark.parametrize("kind", ["starlette", "fastapi"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_sees_pages_error_pages_and_handshakes(kind: str, subject: str, make: Any, seen: Any) -> None:
    app = make(kind)
    client = client_of(app)
    subjects = {
        "client": client,
        "class TestClient": type(client),
        "application": app,
        "class of application": type(app),
    }
    watch: Any = ImportWatch(watched_modules(), seen) if subject == "zero lines" else observe(subjects[subject], seen)
    with watch, client:
        client.get("/")
        with pytest.raises(ValueError, match="broken"):
            client.get("/broken")
        with client.websocket_connect("/ws") as socket:
            assert socket.receive_text() == "hello"

    assert names(seen) == [(200, [b"seen", b"session"]), (500, [b"error"]), (101, [b"ws"])]
    assert [e.url for e in seen.exchanges] == [
        "http://testserver/",
        "http://testserver/broken",
        "ws://testserver/ws",
    ]
    client.get("/")
    assert len(seen.exchanges) == 3, "silent after the end"


def test_another_application_and_another_client_do_not_count(make: Any, seen: Any) -> None:
    app, other = make(), make()
    client = client_of(app)
    with observe(app, seen):
        client_of(other).get("/")
    with observe(client, seen):
        client_of(app).get("/")
    assert seen.exchanges == []


def test_a_derived_client_and_its_websockets(make: Any, seen: Any) -> None:
    base: Any = type(client_of(make()))
    mine = type("Mine", (base,), {})
    with observe(mine, seen):
        for cls in (base, mine):
            client = cls(make())
            client.get("/")
            with client.websocket_connect("/ws"):
                pass
    assert names(seen) == [(200, [b"seen", b"session"]), (101, [b"ws"])]


def test_a_mounted_application_is_not_counted_again(make: Any, seen: Any) -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    inner = make()
    outer = Starlette(routes=[Mount("/in", app=inner)])
    with observe(outer, seen), observe(inner, seen), observe(Starlette, seen):
        client_of(outer).get("/in/")
    assert names(seen) == [(200, [b"seen", b"session"])]
    assert seen.exchanges[0].url == "http://testserver/in/"


def test_a_header_that_makes_the_client_raise_is_recorded_first(make: Any, seen: Any, site: Any) -> None:
    async def latin(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"caf\xe9=1")]})
        await send({"type": "http.response.body", "body": b""})

    client = client_of(latin)
    with observe(client, seen), pytest.raises(UnicodeDecodeError):
        client.get("/")
    assert seen.exchanges[0].set_cookie == (b"caf\xe9=1",)


def test_without_raising_the_client_sees_the_error_page(make: Any, seen: Any) -> None:
    with observe(client_of(make(), raise_server_exceptions=False), seen) as watch:
        assert watch.subject.get("/broken").status_code == 500
    assert names(seen) == [(500, [b"error"])]


def test_everything_is_put_back(make: Any, seen: Any) -> None:
    from starlette import testclient
    from starlette.applications import Starlette

    app = make()
    client = client_of(app)
    transport = client._transport
    before = (
        dict(vars(transport)),
        vars(Starlette)["__call__"],
        vars(testclient._TestClientTransport)["handle_request"],
    )
    watches = [observe(subject, seen) for subject in (client, app, Starlette, type(client), client)]
    for watch in watches:
        watch.close()
    after = (
        dict(vars(transport)),
        vars(Starlette)["__call__"],
        vars(testclient._TestClientTransport)["handle_request"],
    )
    assert before == after
    assert "send" not in vars(client)
