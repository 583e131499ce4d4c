"""A shop on loopback, one for each consent manager: two pages, the manager's files, and the trackers."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from consent_managers.packages import WEB

HOST = "www.shop.localhost"
"""A name that browsers resolve to loopback, and below which a cookie can have a Domain."""
PAGES = ("/", "/news")
_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json"}
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Tea</title><link rel="icon" href="data:,"></head>
<body>
<h1>Tea</h1>
<p><a href="/">Shop</a> <a href="/news">News</a></p>
{manager}</body>
</html>
"""


class Shop:
    """Serves the pages with the consent manager ``page`` from an ephemeral port. A context manager.

    ``revision`` is the version of what the visitor consents to, for managers that ask anew when it changes.
    """

    def __init__(self, page: str, packages: Path) -> None:
        self.revision = 0
        self._page = (WEB / "pages" / f"{page}.html").read_text("utf-8")
        self._folders = {
            "vendor": packages / "node_modules",
            "bundles": packages / "bundles",
            "scripts": WEB / "scripts",
            "tcf": WEB,
        }
        shop = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, kind, body = shop.answer(urlsplit(self.path).path)
                self.send_response(status)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{HOST}:{self._server.server_port}"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body of what lies at ``path``."""
        if path in PAGES:
            page = _PAGE.format(manager=self._page.replace("{{revision}}", str(self.revision)))
            return 200, "text/html", page.encode()
        folder, _, name = path.removeprefix("/").partition("/")
        file = self._folders.get(folder, Path()) / name
        if folder not in self._folders or ".." in name.split("/") or not file.is_file():
            return 404, "text/plain", b"not here"
        return 200, _TYPES.get(file.suffix, "application/octet-stream"), file.read_bytes()

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
