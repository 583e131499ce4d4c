from __future__ import annotations

import copy
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.util import FileWrapper, setup_testing_defaults

import pytest

from policycheck.capture import ASGIMiddleware, WSGIMiddleware, observe
from policycheck.capture.wsgi import request_url


def run(app: Any, **extra: Any) -> tuple[list[bytes], list[tuple[str, Any]]]:
    """Serve one request as PEP 3333 asks a server to."""
    environ: dict[str, Any] = dict(extra)
    setup_testing_defaults(environ)
    started: list[tuple[str, Any]] = []
    parts: list[bytes] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        started.append((status, headers))
        return parts.append

    body = app(environ, start_response)
    try:
        parts += list(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    return parts, started


COOKIE = [("Set-Cookie", "a=1")]


def test_a_list_passes_as_it_is(seen: Any) -> None:
    body = [b"x"]

    def app(environ: Any, start_response: Any) -> Any:
        start_response("201 Created", COOKIE)
        return body

    environ: dict[str, Any] = {"QUERY_STRING": "q=1"}
    setup_testing_defaults(environ)
    assert WSGIMiddleware(app, seen)(environ, lambda *_: print) is body, "servers look at its length"
    assert seen.lines() == [("GET", "/", 201, (b"a=1",))]
    assert seen.exchanges[0].url == "http://127.0.0.1/?q=1"
    assert seen.exchanges[0].adapter == "wsgi"


def test_a_file_wrapper_passes_as_it_is(seen: Any, tmp_path: Any) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    environ: dict[str, Any] = {"wsgi.file_wrapper": FileWrapper}
    setup_testing_defaults(environ)

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", COOKIE)
        return FileWrapper(path.open("rb"))

    body = WSGIMiddleware(app, seen)(environ, lambda *_: print)
    assert isinstance(body, FileWrapper)
    body.close()
    assert len(seen.exchanges) == 1


def test_a_generator_starts_late(seen: Any) -> None:
    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", COOKIE)
        yield b"x"
        yield b"y"

    assert run(WSGIMiddleware(app, seen)) == ([b"x", b"y"], [("200 OK", COOKIE)])
    assert seen.lines() == [("GET", "/", 200, (b"a=1",))]


def test_a_response_that_is_taken_back(seen: Any) -> None:
    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Set-Cookie", "never=sent")])
        try:
            _ = environ["no such key"]
        except KeyError:
            start_response("500 Oh", [("Set-Cookie", "error=1")], sys.exc_info())
        yield b"sorry"

    run(WSGIMiddleware(app, seen))
    assert seen.lines() == [("GET", "/", 500, (b"error=1",))]


def test_the_write_callable(seen: Any) -> None:
    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        write = start_response("200 OK", COOKIE)
        write(b"x")
        assert len(seen.exchanges) == 1
        return iter(())

    parts, _ = run(WSGIMiddleware(app, seen))
    assert parts == [b"x"]
    assert len(seen.exchanges) == 1


def test_an_exception_before_the_response_records_nothing(seen: Any) -> None:
    def at_once(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", COOKIE)
        raise ValueError("broken")

    def late(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", COOKIE)
        yield environ["broken"]

    for app in (at_once, late):
        with pytest.raises((ValueError, KeyError), match="broken"):
            run(WSGIMiddleware(app, seen))
    assert seen.exchanges == [], "the server answers with a page of its own"


def test_an_exception_after_the_first_part_does_not_unsend(seen: Any) -> None:
    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", COOKIE)
        yield b"x"
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run(WSGIMiddleware(app, seen))
    assert len(seen.exchanges) == 1


class Body:
    """An iterable with a life of its own."""

    def __init__(self) -> None:
        self.closed = 0
        self.colour = "red"

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"x"])

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("read", [True, False])
def test_iterables_are_closed_and_look_like_themselves(read: bool, seen: Any) -> None:
    body = Body()

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", COOKIE)
        return body

    environ: dict[str, Any] = {}
    setup_testing_defaults(environ)
    wrapped: Any = WSGIMiddleware(app, seen)(environ, lambda *_: print)
    assert wrapped.colour == "red"
    if read:
        assert list(wrapped) == [b"x"]
    wrapped.close()
    assert body.closed == 1
    assert len(seen.exchanges) == 1, "a HEAD request closes without reading"


def test_an_empty_iterator(seen: Any) -> None:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("204 No Content", COOKIE)
        return iter(())

    run(WSGIMiddleware(app, seen))
    assert seen.lines() == [("GET", "/", 204, (b"a=1",))]


def test_middleware_in_middleware_counts_once_and_loses_nothing(seen: Any) -> None:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", COOKIE)
        return [b"x"]

    inner = WSGIMiddleware(app, seen)

    def sessions(environ: Any, start_response: Any) -> Iterator[bytes]:
        def add(status: str, headers: Any, exc_info: Any = None) -> Any:
            return start_response(status, [*headers, ("Set-Cookie", "session=1")])

        yield from inner(environ, add)

    run(WSGIMiddleware(sessions, seen))
    assert [e.set_cookie for e in seen.exchanges] == [(b"a=1",), (b"session=1",)]


def test_the_middleware_shows_the_application_and_hides_nothing(seen: Any, site: Any) -> None:
    class App:
        name = "shop"

        def __call__(self, environ: Any, start_response: Any) -> Any:
            return site.wsgi(environ, start_response)

    app = App()
    wrapped = WSGIMiddleware(app, seen)
    assert wrapped.name == "shop"
    assert wrapped.app is app
    assert repr(wrapped) == "<WSGIMiddleware of App>"
    with pytest.raises(AttributeError, match="size"):
        _ = wrapped.size
    with observe(app, seen) as watch:
        run(watch.subject, PATH_INFO="/start")
    assert seen.lines() == site.expected("/start")
    run(watch.subject, PATH_INFO="/start")
    assert len(seen.exchanges) == 1, "silent after the end"


def test_copies_of_the_wrappers_do_not_recurse(seen: Any, site: Any) -> None:
    """``copy`` asks an object for attributes before it has any."""
    from policycheck.capture.httpx import _RecordingTransport
    from policycheck.capture.requests import _RecordingAdapter
    from policycheck.capture.wsgi import _Body

    classes: list[Any] = [WSGIMiddleware, ASGIMiddleware, _Body, _RecordingTransport, _RecordingAdapter]
    for cls in classes:
        with pytest.raises(AttributeError):
            _ = cls.__new__(cls).anything
    assert copy.copy(WSGIMiddleware(site.wsgi, seen)).app is site.wsgi


def test_threads(seen: Any, site: Any) -> None:
    app = WSGIMiddleware(site.wsgi, seen)
    threads = [threading.Thread(target=run, args=(app,), kwargs={"PATH_INFO": "/start"}) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen.lines() == site.expected("/start") * 20


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"HTTP_HOST": "shop.test", "PATH_INFO": "/a b"}, "http://shop.test/a%20b"),
        ({"HTTP_HOST": "shop.test:8000", "SCRIPT_NAME": "/app", "PATH_INFO": "/x"}, "http://shop.test:8000/app/x"),
        ({"SERVER_NAME": "s", "SERVER_PORT": "443", "wsgi.url_scheme": "https"}, "https://s/"),
        ({"SERVER_NAME": "s", "SERVER_PORT": "80", "wsgi.url_scheme": "https"}, "https://s:80/"),
        ({"HTTP_HOST": "s", "PATH_INFO": "/gr\xc3\xbcn", "QUERY_STRING": "a=%20"}, "http://s/gr%C3%BCn?a=%20"),
        ({"HTTP_HOST": "s", "PATH_INFO": "/\N{SNOWMAN}"}, "http://s/%3F"),
        ({}, "http://localhost/"),
    ],
)
def test_request_url(environ: dict[str, str], url: str) -> None:
    assert request_url(environ) == url
