"""One small site, served by every framework, and a driver of each that visits it."""

from __future__ import annotations

import importlib
import json
import threading
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import pytest

from policycheck.recording import Recorder
from policycheck.testing.clock import Clock
from policycheck.testing.drivers import (
    AsgiDriver,
    DjangoDriver,
    FlaskDriver,
    HttpDriver,
    LiveDriver,
    StarletteDriver,
    WsgiDriver,
)

Answered: TypeAlias = tuple[int, list[tuple[str, str]], str]
IN_PROCESS = ("wsgi", "asgi", "flask", "django", "django-asgi", "starlette")
KINDS = (*IN_PROCESS, "live")
SECRET = "s3cr3t-value"


def site(method: str, path: str, query: str, headers: dict[str, str], body: str) -> Answered:
    """Status, headers and body of the answer; header names of the request are in lower case."""
    if path.endswith("/echo"):
        heard = {
            "method": method,
            "path": path,
            "query": query,
            "headers": headers,
            "form": parse_qsl(body),
            "body": body,
        }
        return 200, [("Content-Type", "application/json")], json.dumps(heard)
    if path.startswith("/redirect/"):
        return int(path.rpartition("/")[2]), [("Location", "/echo")], ""
    if path == "/boom":
        raise ZeroDivisionError
    return ANSWERS.get(path, (404, [], SECRET))


FORM = """<!doctype html><form action="/echo" method="post"><input type=hidden name=token value="t&amp;1">
<input type=checkbox name=ads><input name=note value="é"><button name=go value=yes>Go</button></form>"""
ANSWERS: dict[str, Answered] = {
    "/": (200, [], "home"),
    "/search": (200, [("Content-Type", "text/html")], "<form action='/echo?old=1'><input name=q></form>"),
    "/dialog": (200, [("Content-Type", "text/html")], "<form method=dialog><button name=ok></button></form>"),
    "/form": (200, [("Content-Type", "text/html; charset=utf-8")], FORM),
    "/teapot": (418, [("Set-Cookie", "pot=1; Path=/")], SECRET),
    "/hops": (
        302,
        [
            ("Location", "/hops/again"),
            ("Set-Cookie", f"first={SECRET}; Path=/"),
            ("Set-Cookie", "second=2; Max-Age=60; Path=/"),
        ],
        "",
    ),
    "/hops/again": (303, [("Location", "echo?landed=1#there"), ("Set-Cookie", "third=3; Path=/; HttpOnly")], ""),
    "/scopes": (
        200,
        [
            ("Set-Cookie", "wide=1; Path=/"),
            ("Set-Cookie", "deep=1; Path=/deep"),
            ("Set-Cookie", "safe=1; Path=/; Secure"),
            ("Set-Cookie", "gone=1; Path=/; Max-Age=0"),
        ],
        "set",
    ),
    "/domain": (200, [("Set-Cookie", "everywhere=1; Domain=shop.example; Path=/")], "set"),
    "/forget": (200, [("Clear-Site-Data", '"cookies", "storage"'), ("Set-Cookie", "late=1; Path=/")], "gone"),
    "/loop": (302, [("Location", "/loop")], ""),
    "/away": (302, [("Location", f"https://other.example/?token={SECRET}")], ""),
    "/sub": (302, [("Location", "https://www.shop.example/echo")], ""),
    "/mail": (302, [("Location", "mailto:you@shop.example")], ""),
}


def wsgi_site(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
    headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
    headers |= {"content-type": environ.get("CONTENT_TYPE", "")}
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
    path = environ["PATH_INFO"].encode("latin-1").decode()
    status, answered, text = site(environ["REQUEST_METHOD"], path, environ["QUERY_STRING"], headers, body)
    start_response(f"{status} Whatever", answered)
    yield text.encode()


async def asgi_site(scope: Any, receive: Any, send: Any) -> None:
    assert scope["type"] == "http", scope["type"]
    body = (await receive())["body"].decode()
    headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
    status, answered, text = site(scope["method"], scope["path"], scope["query_string"].decode(), headers, body)
    raw = [(name.encode(), value.encode()) for name, value in answered]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    half = len(text) // 2
    await send({"type": "http.response.body", "body": text[:half].encode(), "more_body": True})
    await send({"type": "http.response.body", "body": text[half:].encode()})


def flask_site() -> Any:
    import flask

    app = flask.Flask("site")

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST", "PUT", "HEAD"])
    @app.route("/<path:path>", methods=["GET", "POST", "PUT", "HEAD"])
    def everything(path: str) -> Any:
        request = flask.request
        headers = {name.lower(): value for name, value in request.headers}
        body = request.get_data().decode()
        status, answered, text = site(request.method, request.path, request.query_string.decode(), headers, body)
        return flask.Response(text, status, answered)

    return app


def starlette_site() -> Any:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def everything(request: Request) -> Response:
        body = (await request.body()).decode()
        query = str(request.url.query)
        status, answered, text = site(request.method, request.url.path, query, dict(request.headers), body)
        response = Response(text, status)
        for name, value in answered:
            response.headers.append(name, value)
        return response

    return Starlette(routes=[Route("/{path:path}", everything, methods=["GET", "POST", "PUT", "HEAD"])])


def django_view(request: Any) -> Any:
    http: Any = importlib.import_module("django.http")
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = request.META.get("QUERY_STRING", "")
    status, answered, text = site(request.method, request.path, query, headers, request.body.decode())
    response = http.HttpResponse(text, status=status)
    for name, value in answered:
        if name == "Set-Cookie":
            response.cookies.update(SimpleCookie(value))
        else:
            response[name] = value
    return response


def django_form(request: Any) -> Any:
    """A page of Django's own, with the token against forged posts that its middleware asks for."""
    http: Any = importlib.import_module("django.http")
    token = importlib.import_module("django.middleware.csrf").get_token(request)
    if request.method == "POST":
        return http.HttpResponse(f"took {request.POST['note']}")
    hidden = f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
    return http.HttpResponse(f"<form method=post>{hidden}<textarea name=note></textarea></form>")


class Urls:
    """Stands for a module of URLs."""

    def __init__(self) -> None:
        urls: Any = importlib.import_module("django.urls")
        exempt: Any = importlib.import_module("django.views.decorators.csrf").csrf_exempt
        self.urlpatterns = [urls.path("note", django_form), urls.re_path("", exempt(django_view))]


@pytest.fixture
def django_settings() -> Iterator[None]:
    """The settings of a project with the middleware against forged posts."""
    settings = importlib.import_module("django.conf").settings
    if not settings.configured:
        settings.configure(SECRET_KEY="not a secret", ALLOWED_HOSTS=["*"], USE_TZ=True, DATABASES={}, MIDDLEWARE=[])
    importlib.import_module("django").setup()
    override: Any = importlib.import_module("django.test.utils").override_settings
    with override(
        ROOT_URLCONF=Urls(),
        ALLOWED_HOSTS=["testserver", ".shop.example"],
        MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
        CSRF_COOKIE_SECURE=True,
        DEBUG=False,
    ):
        yield


@pytest.fixture(scope="session")
def live_url() -> Iterator[str]:
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, flask_site(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class _Chooses:
    def choose(self, granted: frozenset[str]) -> None:
        raise NotImplementedError


class Wsgi(_Chooses, WsgiDriver):
    pass


class Asgi(_Chooses, AsgiDriver):
    pass


class Flask(_Chooses, FlaskDriver):
    pass


class Starlette(_Chooses, StarletteDriver):
    pass


class Django(_Chooses, DjangoDriver):
    pass


class Live(_Chooses, LiveDriver):
    pass


Start: TypeAlias = Callable[..., HttpDriver]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a driver with attributes of a subclass, and close it after the test."""
    started: list[HttpDriver] = []

    def begin(driver: HttpDriver, **attributes: Any) -> HttpDriver:
        for name, value in attributes.items():
            setattr(driver, name, value)
        driver.start(Recorder(), Clock())
        started.append(driver)
        return driver

    yield begin
    for driver in started:
        driver.close()


def build(kind: str, request: pytest.FixtureRequest) -> HttpDriver:
    """A driver of this kind that visits the site."""
    if kind.startswith("django"):
        request.getfixturevalue("django_settings")
        return Django(asgi=kind == "django-asgi")
    makers: dict[str, Callable[[], HttpDriver]] = {
        "wsgi": lambda: Wsgi(wsgi_site),
        "asgi": lambda: Asgi(asgi_site),
        "flask": lambda: Flask(flask_site()),
        "starlette": lambda: Starlette(starlette_site()),
        "live": lambda: Live(request.getfixturevalue("live_url")),
    }
    return makers[kind]()


@pytest.fixture(params=KINDS)
def driver(request: pytest.FixtureRequest, start: Start) -> HttpDriver:
    """The driver of each framework, started, at the small site."""
    return start(build(request.param, request))


@pytest.fixture(params=IN_PROCESS)
def at_shop(request: pytest.FixtureRequest, start: Start) -> HttpDriver:
    """The same for applications in this process, at https://shop.example."""
    return start(build(request.param, request), base_url="https://shop.example")
