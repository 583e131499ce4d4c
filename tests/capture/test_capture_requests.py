from __future__ import annotations

import io
from typing import Any

import pytest

from policycheck.capture import HostFilter, RecorderSlot, observe, watched_modules

requests: Any = pytest.importorskip("requests")


def test_odd_headers_are_kept_apart_and_raw(site_url: str, seen: Any, site: Any) -> None:
    with requests.Session() as session, observe(session, seen):
        session.get(site_url + "/odd")
    assert seen.lines() == site.expected("/odd")
    assert seen.exchanges[0].adapter == "requests"


def test_a_request_with_hooks_of_its_own(site_url: str, seen: Any, site: Any) -> None:
    """Session hooks would miss it."""
    with requests.Session() as session, observe(session, seen):
        session.get(site_url + "/end", hooks={"response": [lambda response, **_: None]})
        session.send(requests.Request("GET", site_url + "/plain").prepare())
    assert seen.lines() == site.expected("/end", "/plain")


def test_hops_that_the_caller_walks(site_url: str, seen: Any, site: Any) -> None:
    with requests.Session() as session, observe(session, seen):
        response = session.get(site_url + "/start", allow_redirects=False)
        session.send(response.next, allow_redirects=False)
    assert seen.lines() == site.expected("/start", "/middle")


def test_the_functions_of_the_module(site_url: str, seen: Any, site: Any) -> None:
    with observe(requests, seen):
        requests.get(site_url + "/start")
    requests.get(site_url + "/plain")
    assert seen.lines() == site.expected("/start", "/middle", "/end")


def test_a_retry_is_a_response_too(seen: Any, site: Any) -> None:
    urllib3 = pytest.importorskip("urllib3")
    answers = [("503 Later", "busy=1"), ("200 OK", "done=1"), ("200 OK", "done=1")]

    def app(environ: Any, start_response: Any) -> Any:
        status, cookie = answers.pop(0)
        start_response(status, [("Set-Cookie", cookie), ("Content-Length", "0")])
        return []

    with site.serve_wsgi(app) as url, requests.Session() as session:
        retry = urllib3.Retry(2, status_forcelist=[503], backoff_factor=0)
        session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retry))
        with watched_modules()["urllib3"](seen), watched_modules()["requests"](seen):
            session.get(url)
            session.get(url)
    assert [(e.adapter, e.status, e.set_cookie) for e in seen.exchanges] == [
        ("urllib3", 503, (b"busy=1",)),
        ("urllib3", 200, (b"done=1",)),
        ("urllib3", 200, (b"done=1",)),
    ]


class Folding(requests.adapters.BaseAdapter):  # type: ignore[misc]
    """An adapter without urllib3 below it, as for an application in this process."""

    def __init__(self, app: Any = None) -> None:
        self.app = app

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = requests.Response()
        response.status_code = 200
        response.request = request
        response.url = request.url
        response.raw = io.BytesIO()
        if not request.url.endswith("/plain"):
            response.headers["Set-Cookie"] = "a=1; Expires=Wed, 23 Nov 2033 06:00:00 GMT, b=2"
        return response

    def close(self) -> None:
        pass


def test_an_adapter_that_folds_is_taken_apart(seen: Any) -> None:
    with requests.Session() as session, observe(session, seen):
        session.mount("http://", Folding())
        session.get("http://shop.test/")
        session.get("http://shop.test/plain")
    assert [e.set_cookie for e in seen.exchanges] == [(b"a=1; Expires=Wed, 23 Nov 2033 06:00:00 GMT", b"b=2"), ()]


def test_hosts_count_unless_the_application_is_in_this_process(seen: Any) -> None:
    slot = RecorderSlot(seen, hosts=HostFilter())
    with watched_modules()["requests"](slot), requests.Session() as session:
        session.mount("http://", Folding())
        session.mount("http://www.shop.eu", Folding(app=object()))
        session.get("http://api.eu/")
        session.get("http://www.shop.eu/")
    assert [e.url for e in seen.exchanges] == ["http://www.shop.eu/"]
    assert slot.skipped == {"api.eu": 1}


def test_what_others_skip_is_counted_once(site_url: str, seen: Any) -> None:
    """requests asks urllib3, and neither response counts: one skipped, not two."""

    class Nobody(HostFilter):
        def admits(self, url: str | None) -> bool:
            return False

    slot = RecorderSlot(seen, hosts=Nobody())
    with watched_modules()["requests"](slot), watched_modules()["urllib3"](slot):
        requests.get(site_url + "/end")
    assert seen.exchanges == []
    assert slot.skipped == {"127.0.0.1": 1}


def test_the_adapter_looks_and_behaves_like_itself(site_url: str, seen: Any) -> None:
    with requests.Session() as session, observe(session, seen):
        shown = session.get_adapter(site_url)
        assert isinstance(shown, requests.adapters.HTTPAdapter)
        shown.max_retries = 7
        assert session.adapters["http://"].max_retries == 7
        assert shown.close.__self__ is session.adapters["http://"]


def test_a_password_in_the_url_is_not_kept(site_url: str, seen: Any) -> None:
    with requests.Session() as session, observe(session, seen):
        session.get(site_url.replace("://", "://user:canary-value@") + "/end?to=a@b")
    assert seen.exchanges[0].url == f"{site_url}/end?to=a@b"


def test_everything_is_put_back(seen: Any) -> None:
    before = vars(requests.Session)["get_adapter"]
    with requests.Session() as session:
        watches = [observe(session, seen), observe(requests.Session, seen)]
        assert session.get_adapter("http://x").max_retries is not None, "the wrapper shows the adapter"
        for watch in watches:
            watch.close()
        assert "get_adapter" not in vars(session)
    assert vars(requests.Session)["get_adapter"] is before
