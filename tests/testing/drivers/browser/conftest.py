"""One Chromium for all tests of this folder, and sites on loopback that are written in the test."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from policycheck.recording import Recorder
from policycheck.testing.clock import DriverClock
from policycheck.testing.drivers.browser import SelectorDriver

EXAMPLE = Path(__file__).parents[4] / "examples" / "consent_managers"


@dataclass
class Site:
    """A site on loopback: pages by path, each as HTML; what was asked for is kept with its headers."""

    pages: dict[str, str]
    headers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def serve() -> Iterator[Callable[..., Site]]:
    servers: list[ThreadingHTTPServer] = []

    def start(pages: dict[str, str] | str, headers: dict[str, list[tuple[str, str]]] | None = None) -> Site:
        site = Site(pages if isinstance(pages, dict) else {"/": pages}, headers or {})

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                page = site.pages.get(self.path)
                self.send_response(200 if page is not None else 404)
                self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html")
                for name, value in site.headers.get(self.path, []):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write((page or "not here").encode())

            def log_message(self, *arguments: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        site.url = f"http://www.shop.localhost:{server.server_port}"
        return site

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


class Banner(SelectorDriver):
    """The banner of the pages in these tests."""

    banner = "#banner"
    accept = "#accept"
    refuse = "#refuse"
    settings: Sequence[str] = ("#settings",)
    save = "#save"
    boxes = {"analytics": "#analytics", "marketing": "#marketing"}  # noqa: RUF012


@dataclass
class Visit:
    driver: SelectorDriver
    clock: DriverClock
    recorder: Recorder

    def seen(self) -> list[tuple[str, str, str]]:
        return [(o.operation.value, o.kind.value, o.name) for o in self.recorder.observations]


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Visit]]:
    """Begins a visit with a driver."""
    drivers: list[SelectorDriver] = []

    def begin(site: Site, driver: type[SelectorDriver] = Banner, **said: Any) -> Visit:
        made = driver(chromium, site.url, **{"timeout": 8, **said})
        clock = DriverClock(made.advance)
        recorder = Recorder(now=clock.now)
        drivers.append(made)
        made.start(recorder, clock)
        return Visit(made, clock, recorder)

    yield begin
    for driver in drivers:
        driver.close()


@pytest.fixture(scope="session")
def packages() -> Path:
    """The npm packages of the example, in a folder that is kept between runs."""
    sys.path.insert(0, str(EXAMPLE))
    try:
        packages: Any = importlib.import_module("consent_managers.packages")
    finally:
        sys.path.remove(str(EXAMPLE))
    try:
        installed: Path = packages.install()
    except packages.NotInstalledError as error:
        pytest.skip(str(error))
    return installed
