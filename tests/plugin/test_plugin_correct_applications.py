"""Applications that store what their catalogue says, as it says: Django's admin, Starlette, FastAPI. Not one finding."""

from __future__ import annotations

import json
from typing import Any

import pytest

CATALOGUE = """\
catalogue: 1
id: site
version: "1"
title: {{en: A site}}
extends: ["pack:{pack}"]
items: []
"""

SETTINGS = """\
[tool.policycheck]
catalogue = "catalogue.yaml"
cache = false

[tool.pytest.ini_options]
filterwarnings = ["error"]
asyncio_default_fixture_loop_scope = "function"
pythonpath = ["."]
addopts = ["-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
"""

SITE = """\
SECRET_KEY = "s" * 60
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
USE_TZ = True
STATIC_URL = "static/"
LANGUAGES = [("en", "English"), ("de", "German")]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
INSTALLED_APPS = [
    f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
"""

URLS = """\
from django.contrib import admin, messages
from django.http import HttpResponse
from django.urls import include, path

def say(request):
    messages.success(request, "hello")
    return HttpResponse("said")

async def remember(request):
    await request.session.aset("seen", True)
    return HttpResponse("remembered")

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("say/", say),
    path("remember/", remember),
]
"""

DJANGO = """\
import re
import pytest
import requests
from django.contrib.auth.models import User
from django.test import Client, TestCase

LOGIN = "/admin/login/?next=/admin/"
ENTRY = {"username": "ada", "password": "first-Secret-1"}

def form(page, **fields):
    return {"csrfmiddlewaretoken": re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page).group(1), **fields}

@pytest.fixture
def ada(db):
    return User.objects.create_superuser("ada", "ada@example.com", ENTRY["password"])

def test_a_working_day_in_the_admin(ada):
    client = Client(enforce_csrf_checks=True)
    def submit(place, **fields):
        return client.post(place, form(client.get(place).content.decode(), **fields))
    assert submit(LOGIN, **ENTRY).status_code == 302
    new = {"username": "joe", "password1": "other-Secret-2", "password2": "other-Secret-2", "usable_password": "true"}
    assert submit("/admin/auth/user/add/", **new).status_code == 302
    assert User.objects.filter(username="joe").exists()
    change = {"old_password": ENTRY["password"], "new_password1": "third-Secret-3", "new_password2": "third-Secret-3"}
    assert submit("/admin/password_change/", **change).status_code == 302
    page = client.get("/admin/").content.decode()
    assert client.post("/admin/logout/", form(page)).status_code == 200

def test_the_language(client):
    assert client.post("/i18n/setlang/", {"language": "de"}).status_code in {204, 302}

def test_a_message_is_kept_and_shown(client, db):
    client.get("/say/")
    client.get("/admin/login/")

def test_the_client_of_an_administrator(admin_client):
    assert admin_client.get("/admin/auth/user/").status_code == 200

class TestSession(TestCase):
    def test_login_and_logout(self):
        User.objects.create_superuser("eve", "eve@example.com", "first-Secret-1")
        assert self.client.login(username="eve", password="first-Secret-1")
        assert self.client.get("/admin/").status_code == 200
        self.client.logout()

    async def test_asynchronous(self):
        assert (await self.async_client.get("/remember/")).status_code == 200

@pytest.mark.django_db(transaction=True)
def test_over_the_network(live_server):
    with requests.Session() as session:
        assert session.get(live_server.url + LOGIN).status_code == 200
"""

ASGI = """\
import asyncio
import httpx
import pytest
from fastapi import BackgroundTasks, FastAPI, Request, WebSocket
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Mount, Route

async def sign_in(request):
    request.session["user"] = 1
    return RedirectResponse("/me")

async def me(request):
    return PlainTextResponse(str(request.session.get("user")))

async def sign_out(request):
    request.session.clear()
    return PlainTextResponse("bye")

async def fail(request):
    request.session["user"] = 2
    raise ValueError("the application is broken")

def middleware():
    return Middleware(SessionMiddleware, secret_key="s", https_only=True)

ROUTES = [Route("/in", sign_in), Route("/me", me), Route("/out", sign_out), Route("/fail", fail)]
starlette = Starlette(routes=[*ROUTES, Mount("/below", Starlette(routes=ROUTES))], middleware=[middleware()])
fastapi = FastAPI(middleware=[middleware()])
fastapi.mount("/below", Starlette(routes=ROUTES))

@fastapi.get("/in")
def enter(request: Request, tasks: BackgroundTasks):
    tasks.add_task(lambda: None)
    request.session["user"] = 1
    return {}

@fastapi.get("/out")
def leave(request: Request):
    request.session.clear()
    return {}

@fastapi.websocket("/talk")
async def talk(socket: WebSocket):
    await socket.accept()
    await socket.send_text(str(socket.session.get("user")))
    await socket.close()

@pytest.mark.parametrize("app", [starlette, fastapi], ids=["starlette", "fastapi"])
def test_a_visit(app):
    with TestClient(app, base_url="https://testserver") as client:
        for place in ("/in", "/below/me", "/out", "/nowhere"):
            client.get(place)

def test_an_error_page():
    TestClient(starlette, raise_server_exceptions=False).get("/fail")

def test_the_documentation_and_a_websocket():
    with TestClient(fastapi, base_url="https://testserver") as client:
        client.get("/docs")
        client.get("/in")
        with client.websocket_connect("wss://testserver/talk") as socket:
            assert socket.receive_text() == "1"

def test_asynchronous():
    async def visit():
        transport = httpx.ASGITransport(app=fastapi)
        async with httpx.AsyncClient(transport=transport, base_url="https://shop.example") as client:
            await asyncio.gather(client.get("/in"), client.get("/below/in"))
    asyncio.run(visit())
"""


def report(pytester: pytest.Pytester, pack: str, tests: str, *options: str) -> dict[str, Any]:
    (pytester.path / "catalogue.yaml").write_text(CATALOGUE.format(pack=pack))
    (pytester.path / "pyproject.toml").write_text(SETTINGS)
    (pytester.path / "test_site.py").write_text(tests)
    result = pytester.runpytest_subprocess(
        "--policycheck", "--policycheck-fail-on=note", "--policycheck-report=report.json", *options
    )
    document: dict[str, Any] = json.loads((pytester.path / "report.json").read_text())
    document["failed"] = result.parseoutcomes().get("failed", 0)
    document["passed"] = result.parseoutcomes().get("passed", 0)
    return document


@pytest.fixture
def site(pytester: pytest.Pytester) -> pytest.Pytester:
    (pytester.path / "settings.py").write_text(SITE)
    (pytester.path / "urls.py").write_text(URLS)
    return pytester


def test_the_admin_of_django(site: pytest.Pytester) -> None:
    seen = report(site, "django", DJANGO, "--ds=settings")
    assert (seen["findings"], seen["failed"], seen["passed"]) == ([], 0, 7)
    assert len(seen["coverage"]["declared"]) == len(seen["coverage"]["observed"]) == 4


def test_the_admin_of_django_without_secure_cookies_is_found(site: pytest.Pytester) -> None:
    settings = (site.path / "settings.py").read_text()
    (site.path / "settings.py").write_text(
        settings.replace("LANGUAGE_COOKIE_SECURE = True", "LANGUAGE_COOKIE_SECURE = False")
    )
    seen = report(site, "django", DJANGO, "--ds=settings")
    assert seen["failed"] == 7
    assert {(found["code"], found["subject"]) for found in seen["findings"]} == {
        ("ATT001", name) for name in ("sessionid", "csrftoken", "messages", "django_language")
    }


def test_starlette_and_fastapi(pytester: pytest.Pytester) -> None:
    seen = report(pytester, "starlette", ASGI, "-p", "no:django")
    assert (seen["findings"], seen["failed"], seen["passed"]) == ([], 0, 5)
    assert seen["summary"]["observations"] >= 6


def test_starlette_and_fastapi_with_plain_cookies_are_found(pytester: pytest.Pytester) -> None:
    seen = report(pytester, "starlette", ASGI.replace("https_only=True", "https_only=False"), "-p", "no:django")
    assert seen["failed"] == 4
    assert {(found["code"], found["subject"]) for found in seen["findings"]} == {("ATT001", "session")}
