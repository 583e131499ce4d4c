"""The command line against a real application, by way of curl and of Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import flask
import pytest

CATALOGUE = """\
catalogue: 1
extends: ["pack:flask"]
categories:
  analytics: {title: {en: Analytics}, consent: required}
items:
  - name: _ga
    kind: cookie
    category: analytics
    retention: 13 months
    purpose: {en: Counts visitors.}
"""


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """A Flask application that tracks whoever comes by the front door."""
    app = flask.Flask("shop")
    app.secret_key = "not a secret"

    @app.get("/")
    def front() -> flask.typing.ResponseReturnValue:
        flask.session["cart"] = [1]
        response = flask.redirect("/shelf")
        response.set_cookie("_ga", "GA1.1.123", max_age=400 * 86_400)
        return response

    @app.get("/shelf")
    def shelf() -> str:
        return "HTTP/1.1 200 OK\r\nSet-Cookie: body=1\r\n\r\n"

    server: WSGIServer = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def check(folder: Path, dump: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    (folder / "catalogue.yaml").write_text(CATALOGUE)
    command = [sys.executable, "-m", "policycheck", "check", "-c", "catalogue.yaml", *arguments]
    return subprocess.run(command, input=dump, capture_output=True, cwd=folder, check=False, timeout=60)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("options", [("-i",), ("-D", "-", "-o", "/dev/null"), ("-I", "-X", "GET")])
def test_what_curl_saves_is_checked_hop_by_hop(shop: str, tmp_path: Path, options: tuple[str, ...]) -> None:
    dump = subprocess.run(["curl", "-sSL", "--noproxy", "*", *options, shop], capture_output=True, check=True).stdout

    done = check(tmp_path, dump, "--url", shop)

    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (1, b"")
    assert "CON001 stored-before-consent: cookie '_ga' (analytics) was stored before consent" in text
    assert "GET /  ->  Set-Cookie, header 1 of 2   (<stdin>:1)" in text
    assert "RET001 lifetime-exceeds-retention: cookie '_ga'" in text
    assert "body" not in text
    assert "2 observations in 2 responses" in text
    assert "INV001" not in text
