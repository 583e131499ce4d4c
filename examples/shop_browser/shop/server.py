"""The shop and the chat on one port of loopback, told apart by the host: browsers take *.localhost to 127.0.0.1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from shop import create_app
from shop.chat import HOST, SMART_HOST, create_widget

SHOP_HOST = "shop.localhost"


@dataclass(frozen=True)
class Running:
    """A shop that answers at ``url``."""

    app: Flask
    url: str


class Quiet(WSGIRequestHandler):
    """Logs no requests."""

    def log_request(self, *ignored: Any) -> None:
        pass


@contextmanager
def serve(port: int = 0) -> Iterator[Running]:
    """Serve both until the block is left, at any free port."""
    shop, widget = create_app(), create_widget()

    def by_host(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        host = environ.get("HTTP_HOST", "").partition(":")[0]
        return (widget if host in {HOST, SMART_HOST} else shop)(environ, start_response)

    server = make_server("127.0.0.1", port, by_host, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Running(shop, f"http://{SHOP_HOST}:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
