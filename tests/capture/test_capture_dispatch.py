from __future__ import annotations

import functools
import os
import subprocess
import sys
from typing import Any

import pytest

import policycheck.capture as capture
from policycheck.capture import ImportWatch, observe, watched_modules
from policycheck.capture.dispatch import try_observe
from policycheck.capture.subjects import attribute, is_class, is_instance, loaded_class
from policycheck.errors import CaptureError
from policycheck.recording import Recorder


def refused(subject: Any) -> str:
    assert try_observe(subject, object()) is None  # type: ignore[arg-type]
    with pytest.raises(CaptureError) as caught:
        observe(subject, object())  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize("subject", [42, None, "http://shop.test/", object(), int, lambda request: None, print, os])
def test_what_cannot_be_observed(subject: Any) -> None:
    message = refused(subject)
    assert message.startswith("cannot observe ")
    assert "\n  what can be observed:\n    - " in message
    assert "httpx" in message


def test_coroutine_functions_that_are_no_applications() -> None:
    async def view(request: Any, name: Any) -> None:
        pass

    async def one(request: Any) -> None:
        pass

    class App:
        async def __call__(self, scope: Any, receive: Any) -> None:
            pass

    for subject in (view, one, App()):
        refused(subject)


def test_names_of_what_was_given() -> None:
    assert refused(42).startswith("cannot observe an object of builtins.int: give the client itself\n")
    assert refused(int).startswith("cannot observe the class builtins.int")
    assert refused(os).startswith("cannot observe module os")


def test_a_response_is_not_a_client(site: Any) -> None:
    """Werkzeug's and WebOb's responses are WSGI applications, Starlette's are ASGI applications."""
    found = 0
    for module, name in (
        ("httpx", "Response"),
        ("requests", "Response"),
        ("flask", "Response"),
        ("webtest", "TestResponse"),
        ("django.http", "HttpResponse"),
        ("starlette.responses", "Response"),
        ("aiohttp", "ClientResponse"),
    ):
        cls = getattr(pytest.importorskip(module), name)
        message = refused(cls.__new__(cls))
        assert "did you mean the client, not the response?" in message.partition("\n")[0]
        found += 1
    assert found == 7


def test_a_message_never_shows_the_subject() -> None:
    class Client:
        def __repr__(self) -> str:
            return "canary-value"

    assert "canary-value" not in refused(Client())


@pytest.mark.parametrize("kind", ["function", "partial", "object", "method"])
def test_bare_callables(kind: str, site: Any, seen: Any) -> None:
    class App:
        def __call__(self, environ: Any, start_response: Any) -> Any:
            return site.wsgi(environ, start_response)

        def serve(self, environ: Any, start_response: Any, extra: int = 0) -> Any:
            return site.wsgi(environ, start_response)

        async def answer(self, scope: Any, receive: Any, send: Any) -> None:
            await site.asgi(scope, receive, send)

    wsgi = {
        "function": site.wsgi,
        "partial": functools.partial(App().serve, extra=1),
        "object": App(),
        "method": App().serve,
    }[kind]
    assert observe(wsgi, seen).adapter == "wsgi"
    asgi = {"function": site.asgi, "partial": functools.partial(site.asgi), "method": App().answer}.get(kind)
    if asgi is not None:
        assert observe(asgi, seen).adapter == "asgi"


WATCHED = {
    "aiohttp": "aiohttp",
    "django.test.client": "django",
    "httpx": "httpx",
    "httpx2": "httpx2",
    "requests": "requests",
    "starlette.testclient": "starlette",
    "urllib3": "urllib3",
    "webtest": "webtest",
    "werkzeug.test": "flask",
}


def test_the_watched_modules() -> None:
    assert set(watched_modules()) == set(WATCHED)


@pytest.mark.parametrize("name", WATCHED)
def test_each_watched_module_can_be_watched_and_left(name: str, seen: Any) -> None:
    module = pytest.importorskip(name)
    for watch in (watched_modules()[name](seen), observe(module, seen)):
        assert watch.adapter == WATCHED[name]
        assert not watch.closed
        watch.close()


def test_a_release_without_what_the_adapter_needs() -> None:
    class Client:
        pass

    with pytest.raises(CaptureError, match=r"has no '_transport_for_url'") as caught:
        attribute(Client(), "_transport_for_url")
    assert "\n  fix: " in str(caught.value)
    with pytest.raises(CaptureError, match=r"^os has no 'nothing': this release of os "):
        attribute(os, "nothing")
    assert attribute(os, "sep") == os.sep


@pytest.mark.parametrize(
    ("module", "owner", "name", "watched"),
    [
        ("werkzeug.test", "", "run_wsgi_app", "werkzeug.test"),
        ("django.test.client", "", "ClientHandler", "django.test.client"),
        ("starlette.testclient", "_TestClientTransport", "handle_request", "starlette.testclient"),
        ("httpx", "Client", "_transport_for_url", "httpx"),
        ("httpx2", "AsyncClient", "_transport_for_url", "httpx2"),
        ("requests", "Session", "get_adapter", "requests"),
        ("urllib3.connection", "HTTPConnection", "getresponse", "urllib3"),
        ("aiohttp", "ClientResponse", "start", "aiohttp"),
        ("webtest", "TestApp", "RequestClass", "webtest"),
    ],
)
def test_a_release_that_lacks_the_hook_is_a_problem_not_a_pass(
    module: str, owner: str, name: str, watched: str, seen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: Any = pytest.importorskip(module)
    pytest.importorskip(watched)
    holder = getattr(loaded, owner) if owner else loaded
    holders = [base for base in getattr(holder, "__mro__", [holder]) if name in vars(base)]
    for base in holders:
        monkeypatch.delattr(base, name)
    with pytest.raises(CaptureError, match=f"has no '{name}'"):
        watched_modules()[watched](seen)
    with ImportWatch({watched: watched_modules()[watched]}, seen) as watch:
        assert watch.watched == []
        (problem,) = watch.problems
    assert "is not known to policycheck" in str(problem)


def test_through_the_hook_into_the_real_recorder() -> None:
    flask: Any = pytest.importorskip("flask")
    from policycheck.engine import builtin
    from policycheck.plugins.manager import build_manager

    app = flask.Flask("shop")
    app.secret_key = "not a secret"

    def index() -> str:
        flask.session["canary"] = "canary-value"
        return "ok"

    app.add_url_rule("/", view_func=index)
    recorder = Recorder(test="tests/test_shop.py::test_landing")
    hook = build_manager(builtin, load_entry_points=False).hook
    client = app.test_client()
    with hook.policycheck_observe(subject=client, recorder=recorder) as watch:
        client.get("/?token=canary-value")
    (observation,) = recorder.observations
    assert (observation.name, observation.stored, observation.host) == ("session", True, "localhost")
    assert observation.source.describe() == "GET /  ->  Set-Cookie, header 1 of 1"
    assert observation.set_cookie is not None
    assert observation.set_cookie.http_only
    assert "canary-value" not in repr(watch) + repr(watch.tap) + observation.source.describe()
    with pytest.raises(CaptureError, match="cannot observe"):
        hook.policycheck_observe(subject=object(), recorder=recorder)
    assert set(WATCHED) <= set().union(*hook.policycheck_watched_modules())


def test_asking_what_a_subject_is_imports_nothing() -> None:
    assert loaded_class("no_such_module", "Client") is None
    assert loaded_class("os", "sep") is None
    assert not is_instance(42, "no_such_module", "Client")
    assert not is_class(42, "builtins", "int")
    assert is_class(bool, "builtins", "int")
    assert is_instance(True, "builtins", "int")


def test_observing_imports_no_framework() -> None:
    """Neither the package nor a refused subject brings in a framework that the program does not use."""
    code = """
import sys
import policycheck.capture as capture
from policycheck.errors import CaptureError
import_only = set(sys.modules)
assert "policycheck.capture.dispatch" not in import_only, "lazy"
try:
    capture.observe(object(), object())
except CaptureError:
    pass
capture.watched_modules()
heavy = "flask werkzeug django starlette httpx httpx2 requests urllib3 aiohttp webtest pydantic jsonschema yaml asyncio"
loaded = [name for name in heavy.split() if name in sys.modules]
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_package_names_what_it_offers() -> None:
    for name in capture.__all__:
        assert getattr(capture, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = capture.nothing
