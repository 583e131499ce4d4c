from __future__ import annotations

from typing import Any

import pytest

from policycheck.capture import observe

webtest: Any = pytest.importorskip("webtest")


def test_a_status_that_raises_is_seen(seen: Any, site: Any) -> None:
    client = webtest.TestApp(site.wsgi)
    with observe(client, seen), pytest.raises(webtest.AppError):
        client.get("/fail")
    assert seen.lines() == site.expected("/fail")
    assert seen.exchanges[0].url == "http://localhost:80/fail"
    assert seen.exchanges[0].adapter == "webtest"


def test_odd_headers_are_raw(seen: Any, site: Any) -> None:
    client = webtest.TestApp(site.wsgi, lint=False)
    with observe(client, seen):
        client.get("/odd", expect_errors=True)
    assert seen.lines() == site.expected("/odd")


def test_the_application_stays_what_the_tests_know(seen: Any, site: Any) -> None:
    client, other = webtest.TestApp(site.wsgi), webtest.TestApp(site.wsgi)
    with observe(client, seen):
        assert client.app is site.wsgi
        other.get("/end")
    assert seen.exchanges == []
    assert "do_request" not in vars(client)
    assert "call_application" not in vars(webtest.TestRequest)


def test_a_derived_client(seen: Any, site: Any) -> None:
    class Mine(webtest.TestApp):  # type: ignore[misc]
        def do_request(self, *args: Any, **kwargs: Any) -> Any:
            return super().do_request(*args, **kwargs)

    with observe(Mine, seen):
        Mine(site.wsgi).get("/start").follow()
        webtest.TestApp(site.wsgi).get("/end")
    assert seen.lines() == site.expected("/start", "/middle")
