"""What only one of the drivers has: WSGI's corners, Django's token and database, a server that is not there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from policycheck.errors import UsageError
from policycheck.recording import Recorder
from policycheck.testing import drivers
from policycheck.testing.clock import Clock
from policycheck.testing.drivers import DjangoDriver, DriverError, FlaskDriver, HttpDriver, LiveDriver, Page, WsgiDriver
from policycheck.testing.drivers.outgoing import Outgoing, location_of, origin_of, resolve

Start = Callable[..., HttpDriver]


class Wsgi(WsgiDriver):
    def choose(self, granted: frozenset[str]) -> None:
        self.get("/")


class Live(LiveDriver):
    def choose(self, granted: frozenset[str]) -> None:
        self.get("/")


class Django(DjangoDriver):
    def choose(self, granted: frozenset[str]) -> None:
        self.get("/note")
        self.submit(note=",".join(sorted(granted)))


def test_importing_the_drivers_imports_no_framework() -> None:
    code = (
        "import sys, policycheck.testing.drivers as d\n"
        "for name in d.__all__: getattr(d, name)\n"
        "loaded = {'flask', 'django', 'starlette', 'httpx', 'asgiref', 'werkzeug'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_names_of_the_drivers() -> None:
    assert drivers.WsgiDriver is WsgiDriver
    with pytest.raises(AttributeError, match="has no attribute 'BottleDriver'"):
        _ = drivers.BottleDriver


def test_wsgi_write_and_close(start: Start) -> None:
    closed: list[bool] = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            yield b"b"

        def close(self) -> None:
            closed.append(True)

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        write = start_response("200 OK", [])
        write(b"a")
        return Body()

    assert start(Wsgi(app)).get("/").text == "ab"
    assert closed == [True]


def test_wsgi_errors_of_the_application_itself(start: Start) -> None:
    def twice(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        start_response("200 OK", [])
        return []

    with pytest.raises(AssertionError, match="start_response was called twice"):
        start(Wsgi(twice)).get("/")
    with pytest.raises(DriverError, match="GET /a: the application called no start_response"):
        start(Wsgi(lambda environ, start_response: [])).get("/a")


def test_wsgi_may_replace_its_answer_by_an_error(start: Start) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Set-Cookie", "a=1")])
        try:
            environ["wsgi.none"]
        except KeyError:
            start_response("500 Oh", [("Set-Cookie", "b=1")], sys.exc_info())
        return []

    driver = start(Wsgi(app), allow_errors=True)
    assert driver.get("/").status == 500
    assert [o.name for o in driver.recorder.observations] == ["b"]


def test_a_handler_of_flask_that_makes_a_page_of_an_exception_is_no_error(start: Start) -> None:
    import flask

    app = flask.Flask("handled")
    app.register_error_handler(ZeroDivisionError, lambda error: ("sorry", 200))
    app.add_url_rule("/", view_func=lambda: str(1 // 0))

    class Mine(FlaskDriver):
        def choose(self, granted: frozenset[str]) -> None:
            self.get("/")

    assert start(Mine(app)).get("/").text == "sorry"


def test_the_form_of_django_carries_its_token(start: Start, django_settings: None) -> None:
    driver = start(Django())
    driver.choose(frozenset({"ads", "stats"}))
    assert driver.page.text == "took ads,stats"
    assert driver.interactions == 2


@pytest.mark.parametrize("asgi", [False, True])
def test_django_refuses_a_post_without_its_token(start: Start, django_settings: None, asgi: bool) -> None:
    driver = start(Django(asgi=asgi))
    with pytest.raises(DriverError, match=r"POST /note answered 403\n  fix: .* self.submit\(\)"):
        driver.post("/note", {"note": "a"})


def test_django_refuses_a_host_that_it_does_not_know(start: Start, django_settings: None) -> None:
    with pytest.raises(DriverError, match="answered 400\n  fix: set base_url"):
        start(Django(), base_url="https://tea.example").get("/")


PROJECT = {
    "project_settings": """
        SECRET_KEY = "not a secret"
        USE_TZ = True
        INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.sessions"]
        MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3", "CONN_MAX_AGE": 0}}
        ROOT_URLCONF = "project_urls"
    """,
    "project_urls": """
        from django.contrib.contenttypes.models import ContentType
        from django.db import connection
        from django.http import HttpResponse
        from django.urls import path

        def count(request):
            request.session["seen"] = request.session.get("seen", 0) + 1
            there = ContentType.objects.filter(app_label="of the test").count()
            return HttpResponse(f"{there} {request.session['seen']} {connection.in_atomic_block}")

        urlpatterns = [path("", count)]
    """,
    "test_project": """
        import asyncio
        import pytest
        from django.contrib.contenttypes.models import ContentType
        from django.core.signals import request_finished
        from django.db import close_old_connections, connection
        from policycheck.recording import Recorder
        from policycheck.testing.clock import Clock
        from policycheck.testing.drivers import DjangoDriver

        class Mine(DjangoDriver):
            def choose(self, granted): ...

        def visits(asgi):
            driver = Mine(asgi=asgi)
            driver.start(Recorder(), Clock())
            ContentType.objects.create(app_label="of the test", model="m")
            texts = [driver.visit("/").text for _ in range(2)]
            driver.close()
            assert connection.connection is not None
            assert ContentType.objects.filter(app_label="of the test").count() == 1
            return texts

        @pytest.mark.django_db
        @pytest.mark.parametrize("asgi", [False, True])
        def test_in_the_transaction_of_the_test(asgi):
            assert visits(asgi) == ["1 1 True", "1 2 True"]

        @pytest.mark.django_db(transaction=True)
        @pytest.mark.parametrize("asgi", [False, True])
        def test_without_one(asgi):
            assert visits(asgi) == ["1 1 False", "1 2 False"]
            assert request_finished.disconnect(close_old_connections)
            request_finished.connect(close_old_connections)

        @pytest.mark.django_db(transaction=True)
        def test_asgi_in_an_asynchronous_test():
            driver = Mine(asgi=True)
            driver.start(Recorder(), Clock())
            async def inside():
                return driver.visit("/").text
            assert asyncio.run(inside()) == "0 1 False"
            driver.close()
    """,
}


def test_django_in_the_database_of_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**PROJECT)
    pytester.makeini(
        "[pytest]\nDJANGO_SETTINGS_MODULE = project_settings\npythonpath = .\nasyncio_default_fixture_loop_scope = function\n"
    )
    result = pytester.runpytest_subprocess("-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-W", "error")
    result.assert_outcomes(passed=5)


def test_a_server_that_is_not_there(start: Start) -> None:
    driver = start(Live("http://127.0.0.1:9"))
    with pytest.raises(
        DriverError, match=r"GET /: no answer from http://127\.0\.0\.1:9 \(ConnectError\)\n  fix: start"
    ):
        driver.get("/?token=s3cr3t")


def test_a_live_driver_stays_at_its_origin(start: Start, live_url: str) -> None:
    driver = start(Live(live_url))
    with pytest.raises(DriverError, match=r"leads to http://127\.0\.0\.1, where this driver does not go"):
        driver.get("http://127.0.0.1:9/")
    driver.close()
    with pytest.raises(DriverError, match="from start"):
        driver.get("/")


def test_a_live_driver_needs_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(UsageError, match="fix: pip install httpx"):
        Live("http://127.0.0.1:9").start(Recorder(), Clock())


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (None, "é".encode(), "é"),
        ("text/html; charset=iso-8859-1", b"\xe9", "é"),
        ("text/html; charset=nonsense", "é".encode(), "é"),
        ("text/html", b"\xff", "\ufffd"),
    ],
)
def test_the_text_of_a_page(kind: str | None, body: bytes, text: str) -> None:
    headers = () if kind is None else (("content-TYPE", kind),)
    assert Page("https://shop.example", 200, headers, body).text == text


def outgoing(method: str, url: str, referring: str | None = None, **own: str) -> Outgoing:
    return Outgoing(method, url, own, b"a=1", "https://shop.example", referring)


@pytest.mark.parametrize(
    ("url", "referring", "referer"),
    [
        ("https://shop.example/b", "https://shop.example/a?q", "https://shop.example/a?q"),
        ("https://www.shop.example/b", "https://shop.example/a?q", "https://shop.example/"),
        ("http://shop.example/b", "https://shop.example/a", None),
        ("https://shop.example/b", None, None),
    ],
)
def test_what_a_request_says_of_where_it_comes_from(url: str, referring: str | None, referer: str | None) -> None:
    assert outgoing("GET", url, referring).headers(None, gpc=False).get("referer") == referer


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("größe?q=ß#x", "https://shop.example/a/gr%C3%B6%C3%9Fe?q=%C3%9F"),
        ("/a%20b c", "https://shop.example/a%20b%20c"),
        (" //www.shop.example ", "https://www.shop.example"),
        ("?page=2", "https://shop.example/a/b?page=2"),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_where_a_reference_leads(reference: str, url: str) -> None:
    assert resolve("https://shop.example/a/b", reference) == url


def test_a_redirect_to_a_path_that_is_not_ascii(start: Start) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/":
            start_response("302 Found", [("Location", "/größe".encode().decode("latin-1"))])
        else:
            start_response("200 OK", [])
        return [environ["PATH_INFO"].encode("latin-1")]

    page = start(Wsgi(app)).get("/")
    assert (page.url, page.text) == ("https://localhost/gr%C3%B6%C3%9Fe", "/größe")


def test_a_location_is_read_as_browsers_do() -> None:
    assert location_of("/größe".encode().decode("latin-1")) == "/größe"
    assert location_of("/gr\xf6\xdfe") == "/größe"


@pytest.mark.parametrize("url", ["https://shop.example/a", "https://SHOP.example:443", "https://user:pw@shop.example/"])
def test_what_an_origin_is(url: str) -> None:
    assert origin_of(url) == "https://shop.example"


def test_a_redirect_across_origins_forgets_who_asked() -> None:
    request = outgoing("POST", "https://shop.example/a", authorization="Bearer s3cr3t")
    assert request.headers(None, gpc=False)["origin"] == "https://shop.example"
    request.redirect(307, "https://shop.example/b")
    assert {"origin": "https://shop.example", "authorization": "Bearer s3cr3t"}.items() <= request.headers(
        None, gpc=False
    ).items()
    request.redirect(307, "https://www.shop.example/c")
    headers = request.headers(None, gpc=False)
    assert headers["origin"] == "null"
    assert "authorization" not in headers
    assert "s3cr3t" not in repr(outgoing("GET", "https://shop.example/?s3cr3t", authorization="s3cr3t"))
