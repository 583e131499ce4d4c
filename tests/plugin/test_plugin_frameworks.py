"""The frameworks and plugins that people's suites use: Django, FastAPI, httpx, requests, asyncio, anyio."""

from __future__ import annotations

from typing import Any

import pytest

HEADLINE = "INV001 undeclared-item: cookie 'tracker' *"

LIVE = """
import threading
import pytest
from werkzeug.serving import make_server
from app import app

@pytest.fixture(scope="session")
def live():
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
"""

ASGI = """
async def app(scope, receive, send):
    name = {"/leak": b"tracker", "/": b"sid"}[scope["path"]]
    headers = [(b"set-cookie", name + b"=canary5ecret0value; HttpOnly; SameSite=Lax")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})
"""


@pytest.fixture
def live(suite: Any) -> Any:
    suite.write("conftest.py", (suite.path / "conftest.py").read_text() + LIVE)
    return suite


@pytest.mark.parametrize(
    "lines",
    [
        ("import requests", "def get(url): requests.get(url)"),
        ("import requests", "def get(url):", "    with requests.Session() as session: session.get(url)"),
        ("import httpx", "def get(url): httpx.get(url)"),
        ("import urllib3", "def get(url):", "    with urllib3.PoolManager() as pool: pool.request('GET', url)"),
        (
            "import asyncio, httpx",
            "async def fetch(url):",
            "    async with httpx.AsyncClient() as client: await client.get(url)",
            "def get(url): asyncio.run(fetch(url))",
        ),
    ],
    ids=["requests", "session", "httpx", "urllib3", "async-httpx"],
)
def test_a_live_server_is_seen_by_the_client_that_asks_it(live: Any, lines: tuple[str, ...]) -> None:
    live.test(*lines, "def test_leak(live): get(f'{live}/leak')", "def test_landing(live): get(f'{live}/')")
    result = live.run("--policycheck")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([HEADLINE, "*; 2 observations in 2 responses"])


def test_a_client_that_the_fixture_observes_against_a_live_server(live: Any) -> None:
    live.test(
        "import requests",
        "def test_leak(live, policycheck):",
        "    with requests.Session() as session:",
        "        policycheck.observe(session)",
        "        session.get(f'{live}/leak')",
        "        assert len(policycheck.observations) == 1",
    )
    live.run().assert_outcomes(failed=1)


@pytest.mark.parametrize("plugin", ["asyncio", "anyio"])
@pytest.mark.parametrize("options", [(), ("--policycheck",)], ids=["fixture", "zero-line"])
def test_asynchronous_tests(suite: Any, plugin: str, options: tuple[str, ...]) -> None:
    suite.write("service.py", ASGI)
    suite.test(
        "import httpx",
        "from service import app",
        f"pytestmark = pytest.mark.{plugin}",
        "@pytest.fixture",
        "def anyio_backend(): return 'asyncio'",
        "async def visit(policycheck, path):",
        "    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://shop.test') as client:",
        "        policycheck and policycheck.observe(client)",
        "        await client.get(path)",
        *(
            ("async def test_landing(): await visit(None, '/')", "async def test_leak(): await visit(None, '/leak')")
            if options
            else (
                "async def test_landing(policycheck): await visit(policycheck, '/')",
                "async def test_leak(policycheck): await visit(policycheck, '/leak')",
            )
        ),
    )
    result = suite.run(*options)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*_ test_leak _*", HEADLINE, "*; 2 observations in 2 responses"])


def test_an_asynchronous_unittest_case(suite: Any) -> None:
    suite.write("service.py", ASGI)
    suite.test(
        "import unittest, httpx",
        "from service import app",
        "class ShopTest(unittest.IsolatedAsyncioTestCase):",
        "    async def test_leak(self):",
        "        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://shop.test') as client:",
        "            await client.get('/leak')",
    )
    result = suite.run("--policycheck")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([HEADLINE])


@pytest.mark.parametrize("options", [(), ("--policycheck",)], ids=["fixture", "zero-line"])
def test_fastapi(suite: Any, options: tuple[str, ...]) -> None:
    suite.write(
        "service.py",
        "from fastapi import FastAPI, Response\n"
        "app = FastAPI()\n"
        "@app.get('/leak')\n"
        "def leak(response: Response):\n"
        "    response.set_cookie('tracker', 'x', samesite='lax')\n"
        "    return {}\n",
    )
    suite.test(
        "from fastapi.testclient import TestClient",
        "from service import app",
        "def test_leak(policycheck):",
        "    client = TestClient(app)",
        *([] if options else ["    policycheck.observe(client)"]),
        "    client.get('/leak')",
        "    assert len(policycheck.observations) == 1",
    )
    result = suite.run(*options)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([HEADLINE])


def test_an_application_that_is_observed_as_a_whole(suite: Any) -> None:
    suite.test(
        "from app import app",
        "def test_leak(policycheck):",
        "    with policycheck.observe(app):",
        "        app.test_client().get('/leak')",
        "    app.test_client().get('/count')",
        "    assert [seen.name for seen in policycheck.observations] == ['tracker']",
    )
    suite.run().assert_outcomes(failed=1)


DJANGO = {
    "site_settings.py": """
SECRET_KEY = "not-secret-in-a-test-of-tests"
ROOT_URLCONF = "urls"
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
STATIC_URL = "/static/"
USE_TZ = True
""",
    "urls.py": """
from django.http import HttpResponse
from django.urls import path

def leak(request):
    answer = HttpResponse("hello")
    answer.set_cookie("tracker", "canary5ecret0value", samesite="Lax")
    return answer

def landing(request):
    answer = HttpResponse("hello")
    answer.set_cookie("sid", "canary5ecret0value", httponly=True, samesite="Lax")
    return answer

urlpatterns = [path("", landing), path("leak", leak)]
""",
    "test_site.py": """
import urllib.request
import pytest
import requests
from django.test import AsyncClient, Client, SimpleTestCase, TestCase

def test_landing(client): client.get("/")
def test_leak(client): client.get("/leak")

class SiteTest(TestCase):
    def test_case_landing(self): self.client.get("/")
    def test_case_leak(self): self.client.get("/leak")

class AsyncSiteTest(SimpleTestCase):
    async def test_async_leak(self): await self.async_client.get("/leak")

@pytest.mark.asyncio
async def test_asyncio_leak(async_client): await async_client.get("/leak")

@pytest.mark.django_db(transaction=True)
def test_live_leak(live_server): requests.get(f"{live_server.url}/leak")
""",
}


def test_django_and_pytest_django(suite: Any) -> None:
    pytest.importorskip("pytest_django")
    for name, text in DJANGO.items():
        suite.write(name, text)
    suite.write("conftest.py", "")
    text = (suite.path / "pyproject.toml").read_text().replace(', "-p", "no:django"', "")
    suite.write(
        "pyproject.toml",
        text.replace('pythonpath = ["."]', 'pythonpath = ["."]\nDJANGO_SETTINGS_MODULE = "site_settings"'),
    )
    result = suite.run_apart("--policycheck", "-rA", "-vv")
    result.assert_outcomes(passed=2, failed=5)
    result.stdout.fnmatch_lines_random(
        [
            "PASSED test_site.py::test_landing",
            "PASSED test_site.py::SiteTest::test_case_landing",
            *(
                f"FAILED test_site.py::{name} - {HEADLINE}"
                for name in (
                    "test_leak",
                    "SiteTest::test_case_leak",
                    "AsyncSiteTest::test_async_leak",
                    "test_asyncio_leak",
                    "test_live_leak",
                )
            ),
            "*; 7 observations in 7 responses",
        ]
    )


def test_the_fixture_observes_the_client_of_pytest_django(suite: Any) -> None:
    pytest.importorskip("pytest_django")
    for name, text in DJANGO.items():
        suite.write(name, text)
    suite.write(
        "conftest.py",
        "import pytest\n@pytest.fixture\ndef client(client, policycheck):\n    policycheck.observe(client)\n    return client\n",
    )
    suite.write(
        "test_site.py", "def test_landing(client): client.get('/')\ndef test_leak(client): client.get('/leak')\n"
    )
    text = (suite.path / "pyproject.toml").read_text().replace(', "-p", "no:django"', "")
    suite.write(
        "pyproject.toml",
        text.replace('pythonpath = ["."]', 'pythonpath = ["."]\nDJANGO_SETTINGS_MODULE = "site_settings"'),
    )
    result = suite.run_apart()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([HEADLINE])


def test_a_secure_cookie_under_the_name_of_the_site_is_not_refused_for_the_http_of_a_test_client(suite: Any) -> None:
    suite.test(
        "from flask import Flask",
        "named = Flask('named')",
        "named.config.update(SERVER_NAME='shop.example.com')",
        "@named.get('/')",
        "def landing():",
        "    answer = named.make_response('hello')",
        "    answer.set_cookie('sid', '1', secure=True, httponly=True, samesite='Lax')",
        "    return answer",
        "def test_landing():",
        "    client = named.test_client()",
        "    assert client.get('/').request.url == 'http://shop.example.com/'",
    )
    result = suite.run("--policycheck", "--policycheck-ignore=INV004", "--policycheck-fail-on=note")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["0 errors, 0 warnings, 0 notes; 1 observation in 1 response"])
