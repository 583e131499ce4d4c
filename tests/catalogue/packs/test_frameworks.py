"""The packs of frameworks against what the installed frameworks send."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import pytest

from policycheck.catalogue.entries import Item
from policycheck.catalogue.loading import load_catalogue
from policycheck.engine.session import Session
from policycheck.engine.settings import Settings
from policycheck.model.cookie import SetCookie
from policycheck.model.finding import Finding
from policycheck.model.observation import HttpExchange
from policycheck.model.storage import StorageKind
from policycheck.rules.registry import builtin_rules
from policycheck.wire import parse_set_cookie

Message = MutableMapping[str, Any]
ASGIApp = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Any]


class Observed:
    """What one framework sent, beside its pack."""

    def __init__(self, pack: str, headers: list[str]) -> None:
        self.headers = headers
        self.catalogue = load_catalogue(f"pack:{pack}")
        self.sent: dict[str, list[SetCookie]] = {}
        for header in headers:
            parsed = parse_set_cookie(header)
            if not parsed.deletes(time.time()):
                self.sent.setdefault(parsed.name, []).append(parsed)

    def item(self, name: str) -> Item:
        found = self.catalogue.index[StorageKind.COOKIE].lookup(name)
        assert found is not None, name
        return found

    def findings(self) -> list[Finding]:
        """What the rules that come in the box say of it."""
        session = Session(self.catalogue, builtin_rules(), Settings())
        journey = session.journey()
        journey.recorder.response(
            HttpExchange(method="GET", url="https://testserver/", status=200, set_cookie=tuple(self.headers))
        )
        return [finding for finding in journey.finish() if finding.severity.value == "error"]

    def attributes_hold(self, name: str) -> None:
        demands = self.item(name).attributes
        for sent in self.sent[name]:
            assert demands.http_only in {None, sent.http_only}
            assert demands.same_site in {None, sent.same_site}
            assert demands.host_only in {None, sent.host_only}


@pytest.fixture(scope="module")
def django() -> Observed:
    pytest.importorskip("django")
    program = Path(__file__).with_name("django_cookies.py")
    run = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    return Observed("django", run.stdout.splitlines())


@pytest.fixture(scope="module")
def flask() -> Observed:
    flask = pytest.importorskip("flask")
    app = flask.Flask("shop", root_path=str(Path(__file__).parent))
    app.secret_key = "throw-away"

    @app.get("/<kind>")  # type: ignore[untyped-decorator]
    def page(kind: str) -> str:
        flask.session.permanent = kind == "permanent"
        flask.session["basket"] = 1
        return "ok"

    headers: list[str] = []
    for kind in ("once", "permanent"):
        headers += app.test_client().get(f"/{kind}").headers.getlist("Set-Cookie")
    return Observed("flask", headers)


def asgi_headers(app: ASGIApp) -> list[str]:
    """The Set-Cookie headers of an ASGI application's answer to ``GET /``."""
    headers: list[str] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent = message.get("headers", ())
        headers.extend(value.decode("latin-1") for name, value in sent if name.lower() == b"set-cookie")

    scope: Message = {
        "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "headers": [],
        "scheme": "https", "server": ("testserver", 443), "client": None, "root_path": "", "http_version": "1.1",
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return headers


@pytest.fixture(scope="module")
def starlette() -> Observed:
    pytest.importorskip("starlette")
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.sessions import SessionMiddleware
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def page(request: Request) -> PlainTextResponse:
        request.session["basket"] = 1
        return PlainTextResponse("ok")

    session = Middleware(SessionMiddleware, secret_key="throw-away")
    return Observed("starlette", asgi_headers(Starlette(routes=[Route("/", page)], middleware=[session])))


class TestDjango:
    def test_the_pack_declares_what_is_sent_and_nothing_else(self, django: Observed) -> None:
        assert set(django.sent) == {item.name for item in django.catalogue.items}

    def test_lifetimes_are_exactly_those_declared(self, django: Observed) -> None:
        for name, age in {"sessionid": 1_209_600, "csrftoken": 31_449_600}.items():
            assert {sent.max_age for sent in django.sent[name]} == {age}
            assert django.item(name).retention.max_seconds == age
        for name in ("messages", "django_language"):
            assert all(sent.session for sent in django.sent[name])
            assert str(django.item(name).retention) == "session"

    @pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages", "django_language"])
    def test_attributes_are_those_declared(self, django: Observed, name: str) -> None:
        django.attributes_hold(name)

    def test_the_session_is_sensitive_and_httponly(self, django: Observed) -> None:
        item = django.item("sessionid")
        assert (item.sensitive, item.attributes.http_only, item.attributes.same_site) == (True, True, "Lax")

    def test_the_rules_have_nothing_against_it(self, django: Observed) -> None:
        assert django.findings() == []


class TestFlask:
    def test_the_pack_declares_what_is_sent(self, flask: Observed) -> None:
        assert set(flask.sent) == {"session"}
        assert {item.name for item in flask.catalogue.items} == {"session", "remember_token"}

    def test_a_permanent_session_lasts_31_days(self, flask: Observed) -> None:
        once, permanent = flask.sent["session"]
        assert once.session
        assert permanent.max_age is None
        assert permanent.expires is not None
        declared = flask.item("session").retention.max_seconds
        assert declared == 31 * 86_400
        assert declared - 60 <= permanent.expires - time.time() <= declared

    def test_attributes_are_those_declared(self, flask: Observed) -> None:
        flask.attributes_hold("session")
        assert flask.item("session").sensitive

    def test_the_rules_have_nothing_against_it(self, flask: Observed) -> None:
        assert flask.findings() == []


class TestStarlette:
    def test_the_pack_declares_what_is_sent_and_nothing_else(self, starlette: Observed) -> None:
        assert set(starlette.sent) == {"session"} == {item.name for item in starlette.catalogue.items}

    def test_the_session_lasts_14_days(self, starlette: Observed) -> None:
        (sent,) = starlette.sent["session"]
        assert sent.max_age == starlette.item("session").retention.max_seconds == 14 * 86_400

    def test_attributes_are_those_declared(self, starlette: Observed) -> None:
        starlette.attributes_hold("session")
        assert starlette.item("session").attributes.same_site == "Lax"

    def test_the_rules_have_nothing_against_it(self, starlette: Observed) -> None:
        assert starlette.findings() == []


def test_fastapi_stores_nothing_by_itself() -> None:
    fastapi = pytest.importorskip("fastapi")
    app = fastapi.FastAPI()
    app.get("/")(lambda: "ok")
    assert asgi_headers(app) == []
