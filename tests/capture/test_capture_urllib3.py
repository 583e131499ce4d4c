from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from policycheck.capture import observe
from policycheck.capture.urllib3 import _absolute

urllib3: Any = pytest.importorskip("urllib3")


def test_odd_headers_are_kept_apart_and_raw(site_url: str, seen: Any, site: Any) -> None:
    with urllib3.PoolManager() as pool, observe(pool, seen):
        pool.request("GET", site_url + "/odd")
    assert seen.lines() == site.expected("/odd")
    assert seen.exchanges[0].url == site_url + "/odd"


def test_redirects_followed_by_the_pool_and_by_nobody(site_url: str, seen: Any, site: Any) -> None:
    with urllib3.PoolManager() as pool, observe(pool, seen):
        pool.request("GET", site_url + "/start", redirect=False)
        pool.request("GET", site_url + "/start", preload_content=False).drain_conn()
    assert seen.lines() == site.expected("/start", "/start", "/middle", "/end")


def test_a_reused_connection_forgets_its_last_request(site_url: str, seen: Any, site: Any) -> None:
    with urllib3.PoolManager(maxsize=1) as pool, observe(urllib3.PoolManager, seen):
        for path in ("/end", "/plain", "/end"):
            pool.request("GET", site_url + path)
    assert seen.lines() == site.expected("/end", "/plain", "/end")


def test_threads_of_one_pool(site_url: str, seen: Any, site: Any) -> None:
    with urllib3.PoolManager(maxsize=4) as pool, observe(pool, seen), urllib3.PoolManager() as other:

        def ask(client: Any) -> None:
            client.request("GET", site_url + "/start")

        threads = [threading.Thread(target=ask, args=(client,)) for client in [pool, other] * 6]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(seen.lines()) == sorted(site.expected("/start", "/middle", "/end") * 6)


def test_everything_is_put_back(seen: Any) -> None:
    from urllib3.connection import HTTPConnection

    before = {name: vars(HTTPConnection).get(name) for name in ("putrequest", "getresponse")}
    with urllib3.PoolManager() as pool:
        with observe(pool, seen):
            assert "urlopen" in vars(pool)
        assert "urlopen" not in vars(pool)
    assert {name: vars(HTTPConnection).get(name) for name in ("putrequest", "getresponse")} == before


@pytest.mark.parametrize(
    ("connection", "url", "absolute"),
    [
        ({"host": "shop.test", "port": 80, "default_port": 80}, "/a?b", "http://shop.test/a?b"),
        ({"host": "shop.test", "port": 8000, "default_port": 80}, "/", "http://shop.test:8000/"),
        ({"host": "shop.test", "port": 443, "default_port": 443}, "/", "https://shop.test/"),
        ({"host": "shop.test", "port": 80, "default_port": 443}, "/", "https://shop.test:80/"),
        ({"host": "::1", "port": 80, "default_port": 80}, "*", "http://[::1]/*"),
        ({"host": "proxy", "port": 3128, "default_port": 80}, "http://shop.test/a", "http://shop.test/a"),
        ({"host": "shop.test", "port": 80, "default_port": 80}, "/a?to=http://x", "http://shop.test/a?to=http://x"),
        (
            {"host": "proxy", "port": 3128, "default_port": 443, "_tunnel_host": "shop.test", "_tunnel_port": 443},
            "/a",
            "https://shop.test/a",
        ),
    ],
)
def test_absolute(connection: dict[str, Any], url: str, absolute: str) -> None:
    assert _absolute(SimpleNamespace(**connection), url) == absolute
