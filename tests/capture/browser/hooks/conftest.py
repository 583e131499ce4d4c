"""A Chromium with pages that are watched by hooks alone, or by nothing, on one site of loopback."""

from __future__ import annotations

import http.server
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from policycheck.capture.browser.hooks import HookRecord, Lost, hook_script, read_records

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
BINDING = "_binding"
SECRET = "a secret that no page knows"
HERE = Path(__file__).parent
T = TypeVar("T")
_TYPES = {"js": "text/javascript", "mjs": "text/javascript", "html": "text/html", "txt": "text/plain"}


class Site:
    """Serves ``files`` by path; every other path is an empty page."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        files = self.files

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                body = files.get(path, b"<!doctype html><title>empty</title><body></body>")
                self.send_response(200)
                self.send_header("Content-Type", _TYPES[path.rpartition(".")[2] if path in files else "html"])
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.send_header("Last-Modified", "Tue, 24 Nov 2026 06:00:00 GMT")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
                """Keep quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Watched:
    """One page in a profile of its own. ``told`` is all that came out of the hooks, in order."""

    def __init__(self, bench: Bench, context: Any, page: Any, session: Any) -> None:
        self._bench = bench
        self._context = context
        self._page = page
        self._session = session
        self.told: list[HookRecord | Lost] = []
        self.messages: list[str] = []
        self.errors: list[str] = []

    @property
    def records(self) -> list[HookRecord]:
        assert not [lost for lost in self.told if isinstance(lost, Lost)]
        return [record for record in self.told if isinstance(record, HookRecord)]

    def goto(self, url: str) -> None:
        self._bench.do(lambda: self._page.goto(url))
        self.barrier()

    def run(self, script: str) -> Any:
        """What a function gives, called in the page as if by DevTools, and awaited."""
        answer = self._send(
            "Runtime.evaluate", expression=f"({script})()", awaitPromise=True, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def barrier(self) -> None:
        """Wait for what the page has told so far: messages of one session keep their order."""
        self._send("Runtime.evaluate", expression="0")

    def close(self) -> None:
        self._bench.do(self._context.close)

    def _send(self, method: str, **params: Any) -> Any:
        return self._bench.do(lambda: self._session.send(method, params))


class Bench:
    """A browser that lives in a thread of its own, so that no other test's Playwright is in its way."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._open: list[Watched] = []
        self.do(self._start)

    def do(self, act: Callable[[], T]) -> T:
        return self._thread.submit(act).result()

    def _start(self) -> None:
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

    def page(self, path: str = "/", *, hooked: bool = True, reads: bool = False, binding: bool = True) -> Watched:
        watched = self.do(lambda: self._page(hooked, reads, binding))
        self._open.append(watched)
        watched.goto(self.site.url + path)
        return watched

    def _page(self, hooked: bool, reads: bool, binding: bool) -> Watched:
        context = self._browser.new_context()
        page = context.new_page()
        session = context.new_cdp_session(page)
        watched = Watched(self, context, page, session)

        def called(event: Any) -> None:
            watched.messages.append(event["payload"])
            watched.told.extend(read_records(event["payload"]))

        session.on("Runtime.bindingCalled", called)
        page.on("pageerror", lambda error: watched.errors.append(str(error)))
        session.send("Runtime.enable")
        session.send("Page.enable")
        if hooked:
            if binding:
                session.send("Runtime.addBinding", {"name": BINDING})
            source = hook_script(BINDING if binding else None, SECRET, reads)
            session.send("Page.addScriptToEvaluateOnNewDocument", {"source": source})
        return watched

    def close_pages(self) -> None:
        while self._open:
            self._open.pop().close()

    def close(self) -> None:
        self.do(self._browser.close)
        self.do(self._playwright.stop)
        self._thread.shutdown()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="module")
def _bench(site: Site) -> Iterator[Bench]:
    pytest.importorskip("playwright.sync_api", reason="hooks are tested through Playwright")
    if not Path(CHROMIUM).exists():
        pytest.skip("hooks are tested in Chromium: apt-get install chromium")
    bench = Bench(site)
    yield bench
    bench.close()


@pytest.fixture
def bench(_bench: Bench) -> Iterator[Bench]:
    """A browser, whose pages are closed after the test."""
    _bench.site.files.clear()
    yield _bench
    _bench.close_pages()


@pytest.fixture
def drain() -> str:
    """A function in the page that gives the records which have no other way out."""
    return f"() => Function.prototype.toString.call({json.dumps(SECRET)})"


@pytest.fixture(scope="session")
def shown() -> Callable[[HookRecord], list[str | None]]:
    """A record as calls.json writes it down, without empty ends."""

    def row(record: HookRecord) -> list[str | None]:
        cells = [record.kind.value, record.op, record.text or record.name, record.via, record.store, record.error]
        while cells[-1] is None:
            cells.pop()
        return cells

    return row
