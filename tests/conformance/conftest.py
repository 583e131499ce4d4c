"""A real Chromium and a server whose Set-Cookie headers are given octet by octet."""

from __future__ import annotations

import json
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policycheck.jar import StoredCookie

CLOCK_TOLERANCE = 60.0
"""Seconds."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--ignore-certificate-errors",
    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
]


@dataclass
class Answers:
    """What the server answers: header lines by ``host/path``, host without port."""

    set_cookie: dict[str, list[bytes]] = field(default_factory=dict)
    clear_site_data: dict[str, str] = field(default_factory=dict)
    asked_with: dict[str, str | None] = field(default_factory=dict)
    """The Cookie header of the last request by ``host/path``."""
    http_port: int = 0
    https_port: int = 0

    def url(self, scheme: str, place: str) -> str:
        host, _, path = place.partition("/")
        port = self.https_port if scheme == "https" else self.http_port
        return f"{scheme}://{host}:{port}/{path}"


class _Handler(BaseHTTPRequestHandler):
    answers: Answers
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = (self.headers["Host"] or "").rpartition(":")[0].lower()
        lines = self.answers.set_cookie.get(host + self.path, [])
        self.answers.asked_with[host + self.path] = self.headers["Cookie"]
        clearing = self.answers.clear_site_data.get(host + self.path)
        origin = self.headers["Origin"]
        allow = [f"Access-Control-Allow-Origin: {origin}".encode(), b"Access-Control-Allow-Credentials: true"]
        self.wfile.write(
            b"\r\n".join(
                [b"HTTP/1.1 200 OK", b"Content-Type: text/html", b"Content-Length: 0", b"Cache-Control: no-store"]
                + (allow if origin else [])
                + [b"Set-Cookie: " + line for line in lines]
                + ([b"Clear-Site-Data: " + clearing.encode()] if clearing else [])
                + [b"", b""]
            )
        )

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: a browser opens connections in advance and drops them."""


@pytest.fixture(scope="session")
def answers() -> Iterator[Answers]:
    """Two servers on loopback, http and https, with one table of answers."""
    trustme = pytest.importorskip("trustme")
    table = Answers()
    handler = type("Handler", (_Handler,), {"answers": table})
    plain = _Server(("127.0.0.1", 0), handler)
    secure = _Server(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("*.test", "localhost", "127.0.0.1").configure_cert(context)
    secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    table.http_port, table.https_port = plain.server_address[1], secure.server_address[1]
    threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in (plain, secure)]
    for thread in threads:
        thread.start()
    yield table
    for server, thread in zip((plain, secure), threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Chromium:
    """One page in a profile of its own, in which cookies of other sites are not blocked."""

    context: Any
    page: Any

    def visit(self, url: str) -> None:
        self.page.goto(url, wait_until="commit")

    def script(self, text: str) -> None:
        self.page.evaluate("text => { document.cookie = text }", text)

    def fetch(self, url: str) -> None:
        """Ask for ``url`` from within the page, with cookies, as a frame or an image would."""
        self.page.evaluate("url => fetch(url, {credentials: 'include'}).then(answer => answer.text())", url)

    def cookies(self) -> list[dict[str, Any]]:
        """All that the browser holds, as CDP's Storage.getCookies shows it, without what it has of its own."""
        session = self.context.new_cdp_session(self.page)
        found: list[dict[str, Any]] = session.send("Storage.getCookies")["cookies"]
        session.detach()
        plain = ("name", "value", "domain", "path", "expires", "secure", "httpOnly")
        return [
            {key: cookie[key] for key in plain}
            | {
                "sameSite": cookie.get("sameSite"),
                "partition": cookie["partitionKey"]["topLevelSite"] if "partitionKey" in cookie else None,
            }
            for cookie in found
        ]

    @staticmethod
    def as_shown(cookies: Iterable[StoredCookie]) -> list[dict[str, Any]]:
        """Our cookies in the words of :meth:`cookies`."""
        return [
            {
                "name": cookie.name,
                "value": cookie.value,
                "domain": cookie.domain if cookie.host_only else f".{cookie.domain}",
                "path": cookie.path,
                "expires": -1 if cookie.expiry_time is None else cookie.expiry_time,
                "secure": cookie.secure,
                "httpOnly": cookie.http_only,
                "sameSite": cookie.same_site,
                "partition": cookie.partition_key,
            }
            for cookie in cookies
        ]

    @staticmethod
    def same(left: Sequence[dict[str, Any]], right: Sequence[dict[str, Any]]) -> bool:
        """True when both lists hold the same cookies; times may differ by what passes between two clocks."""

        def order(cookie: dict[str, Any]) -> tuple[str, ...]:
            return tuple(str(cookie[key]) for key in ("domain", "path", "name", "partition"))

        return len(left) == len(right) and all(
            abs(a["expires"] - b["expires"]) <= CLOCK_TOLERANCE and {**a, "expires": 0} == {**b, "expires": 0}
            for a, b in zip(sorted(left, key=order), sorted(right, key=order), strict=True)
        )


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory, chromium_program: str) -> Iterator[Chromium]:
    """The machine's Chromium through Playwright; skips without Playwright."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the comparison needs Playwright")
    profile = tmp_path_factory.mktemp("profile")
    preferences = profile / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps({"profile": {"cookie_controls_mode": 0}}))
    with sync_api.sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=chromium_program,
            args=FLAGS,
            ignore_https_errors=True,
        )
        yield Chromium(context, context.pages[0])
        context.close()
