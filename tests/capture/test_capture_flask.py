from __future__ import annotations

from typing import Any

import pytest

from policycheck.capture import observe, watched_modules

flask: Any = pytest.importorskip("flask")
testing: Any = pytest.importorskip("werkzeug.test")


@pytest.fixture
def app() -> Any:
    app = flask.Flask("shop")
    app.secret_key = "not a secret"

    def login() -> Any:
        flask.session["user"] = 1
        return flask.redirect("/")

    def index() -> Any:
        response = flask.make_response("ok")
        response.set_cookie("seen", "1", max_age=60)
        response.delete_cookie("old")
        return response

    def odd() -> Any:
        response = flask.Response("ok")
        for value in ("nameless", "d=x, e=y", "gr\xc3\xb6\xc3\x9fe=1", "m=1; Max-Age=soon"):
            response.headers.add("Set-Cookie", value)
        return response

    def broken() -> Any:
        raise ValueError("broken")

    def stream() -> Any:
        response = flask.Response(iter(["a", "b"]))
        response.set_cookie("stream", "1")
        return response

    app.add_url_rule("/", view_func=index)
    for view in (login, odd, broken, stream):
        app.add_url_rule(f"/{view.__name__}", view_func=view)
    return app


def names(seen: Any) -> list[list[bytes]]:
    return [[header.partition(b"=")[0] for header in exchange.set_cookie] for exchange in seen.exchanges]


def test_the_session_cookie_and_each_hop_once(app: Any, seen: Any) -> None:
    client = app.test_client()
    with observe(client, seen):
        assert client.get("/login", follow_redirects=True).status_code == 200
    assert names(seen) == [[b"session"], [b"seen", b"old"]]
    assert [e.url for e in seen.exchanges] == ["http://localhost/login", "http://localhost/"]
    assert seen.exchanges[0].adapter == "flask"


@pytest.mark.parametrize("subject", ["application", "class Flask", "client"])
def test_every_subject(subject: str, app: Any, seen: Any) -> None:
    client = app.test_client()
    with observe({"application": app, "class Flask": flask.Flask, "client": client}[subject], seen):
        client.get("/login")
        app.test_client().get("/", base_url="https://shop.test:8443/")
    expected = [[b"session"]] if subject == "client" else [[b"session"], [b"seen", b"old"]]
    assert names(seen) == expected
    client.get("/login")
    assert names(seen) == expected
    assert "wsgi_app" not in vars(app)
    assert "run_wsgi_app" not in vars(client)


def test_application_and_clients_together_record_once(app: Any, seen: Any) -> None:
    with watched_modules()["werkzeug.test"](seen), observe(app, seen), observe(flask.Flask, seen):
        app.test_client().get("/login", follow_redirects=True)
    assert names(seen) == [[b"session"], [b"seen", b"old"]]


def test_a_middleware_round_the_observed_application(app: Any, seen: Any) -> None:
    inner = app.wsgi_app

    def analytics(environ: Any, start_response: Any) -> Any:
        def add(status: str, headers: Any, *rest: Any) -> Any:
            return start_response(status, [*headers, ("Set-Cookie", "_ga=1")], *rest)

        return inner(environ, add)

    app.wsgi_app = analytics
    with observe(app, seen):
        app.test_client().get("/login")
    assert names(seen) == [[b"session", b"_ga"]]
    assert app.wsgi_app is analytics


def test_headers_that_the_client_cannot_read_are_recorded_before_it_raises(app: Any, seen: Any) -> None:
    client = app.test_client()
    with observe(client, seen), pytest.raises((StopIteration, ValueError)):
        client.get("/odd")
    assert seen.exchanges[0].set_cookie == (b"nameless", b"d=x, e=y", "größe=1".encode(), b"m=1; Max-Age=soon")


def test_an_exception_answers_with_the_error_page_or_not_at_all(app: Any, seen: Any) -> None:
    client = app.test_client()
    with observe(client, seen):
        assert client.get("/broken").status_code == 500
        app.testing = True
        with pytest.raises(ValueError, match="broken"):
            client.get("/broken")
    assert [e.status for e in seen.exchanges] == [500]


def test_a_stream_that_nobody_reads(app: Any, seen: Any) -> None:
    client = app.test_client()
    with observe(client, seen):
        response = client.get("/stream")
        assert names(seen) == [[b"stream"]]
        assert response.data == b"ab"
    assert len(seen.exchanges) == 1


def test_clients_keep_their_ways(app: Any, seen: Any) -> None:
    with observe(app.test_client(), seen) as watch, watch.subject as client:
        client.get("/login")
        assert flask.session["user"] == 1, "the context is preserved inside the with block"
        with client.session_transaction() as session:
            session["user"] = 2
        assert client.application is app


def test_a_derived_client(app: Any, seen: Any) -> None:
    class Mine(flask.testing.FlaskClient):  # type: ignore[misc]
        pass

    app.test_client_class = Mine
    with observe(Mine, seen):
        app.test_client().get("/login")
        testing.Client(app).get("/login")
    assert names(seen) == [[b"session"]]
    assert "run_wsgi_app" not in vars(Mine)
