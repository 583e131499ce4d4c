"""A server on loopback that is everything the SDKs talk to: the site with their pages, and the vendor's collector."""

from __future__ import annotations

import base64
import gzip
import json
import re
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

Say: TypeAlias = Callable[[re.Match[str], str, str], Any]
PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Bakery</title><h1>Bread</h1>'
    '<button id="buy">Buy</button><script src="/{name}.js"></script></html>'
)
UUID = "5f1c0d2e-9b8a-4c6d-9e4f-1a2b3c4d5e6f"
HOUR = 3_600_000


@dataclass
class Site:
    """What is served: the folder with the scripts of the pages."""

    built: Path


def answer(path: str, sent: str, base: str) -> tuple[str, str]:
    """What the collector says to a request: its type and its text. Most SDKs are content with an empty object."""
    for pattern, say in ANSWERS:
        if found := re.search(pattern, path):
            said = say(found, sent, base)
            return ("application/json", json.dumps(said)) if not isinstance(said, str) else ("text/javascript", said)
    return "application/json", "{}"


def _segment(found: re.Match[str], sent: str, base: str) -> Any:
    host = re.sub(r"^https?://", "", base)
    return {
        "integrations": {"Segment.io": {"apiKey": found[1], "apiHost": f"{host}/v1", "protocol": "http"}},
        "plan": {},
    }


def _rudder(found: re.Match[str], sent: str, base: str) -> Any:
    source = {"id": "17", "name": "bakery", "writeKey": "x", "enabled": True, "workspaceId": "1", "destinations": []}
    statistics = {"errors": {"enabled": False}, "metrics": {"enabled": False}}
    return {"source": {**source, "config": {"statsCollection": statistics}, "dataplanes": {}}, "updatedAt": "2026"}


def _openreplay(found: re.Match[str], sent: str, base: str) -> Any:
    return {
        "token": "t0ken", "userUUID": UUID, "projectID": "17", "sessionID": "170017", "beaconSizeLimit": 1_000_000,
        "delay": 0, "timestamp": 1_795_000_000_000, "startTimestamp": 1_795_000_000_000, "features": {},
        "conditionsEnabled": False, "assistOnly": False, "canvasEnabled": False, "compressionThreshold": 24_000,
        "userBrowser": "", "userCity": "", "userCountry": "", "userDevice": "", "userOS": "", "userState": "",
        "sampleRate": 100,
    }  # fmt: skip


def _statsig(found: re.Match[str], sent: str, base: str) -> Any:
    return {
        "feature_gates": {}, "dynamic_configs": {}, "layer_configs": {}, "has_updates": True, "hash_used": "djb2",
        "time": 1_795_000_000_000, "user": {}, "exposures": {}, "sdkParams": {}, "param_stores": {},
    }  # fmt: skip


def _new_relic(found: re.Match[str], sent: str, base: str) -> Any:
    return {"stn": 1, "err": 1, "ins": 1, "spa": 1, "sr": 1, "srs": 1, "st": 1, "sts": 1, "log": 3, "logapi": 3,
            "app": {"agents": [{"entityGuid": "MXxCUk9XU0VSfDE3"}], "nrServerTime": 1_795_000_000_000}}  # fmt: skip


def _token(claims: dict[str, object]) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "c2lnbmVk"])


def _signed_in(found: re.Match[str], sent: str, base: str) -> Any:
    """An answer of OAuth 2.0: the ID token is the code of the request, where the page made one."""
    code = re.search(r"code[\"=: ]+([\w.-]+)", sent)
    now = int(time.time())
    access = _token({"sub": "visitor-17", "exp": now + 3_600, "iat": now})
    user = {"id": UUID, "aud": "authenticated", "email": "visitor@bakery.test", "role": "authenticated"}
    return {
        "access_token": access, "id_token": code[1] if code else access, "refresh_token": "r3fresh",
        "token_type": "bearer", "expires_in": 3_600, "expires_at": now + 3_600, "user": user,
        "scope": "openid profile email offline_access",
    }  # fmt: skip


def _firebase(found: re.Match[str], sent: str, base: str) -> Any:
    now = int(time.time())
    token = _token({"sub": "visitor17", "exp": now + 3_600, "iat": now, "user_id": "visitor17"})
    users = [{"localId": "visitor17", "createdAt": "1795000000000", "lastLoginAt": "1795000000000"}]
    return {"idToken": token, "refreshToken": "r3fresh", "expiresIn": "3600", "localId": "visitor17", "users": users}


ANSWERS: tuple[tuple[str, Say], ...] = (
    (r"^/oauth/token$|^/auth/v1/token$", _signed_in),
    (r"^/identitytoolkit", _firebase),
    (r"^/api/frontend", lambda found, sent, base: {"toggles": [{"name": "dark", "enabled": True}]}),
    (r"^/api/v1/flags/", lambda found, sent, base: []),
    (r"^/api/v1/identities/", lambda found, sent, base: {"flags": [], "traits": []}),
    (r"^/v1/(identify|login|logout)$", lambda found, sent, base: {"mpid": "17001700", "is_logged_in": False}),
    (r"/v1/projects/([^/]+)/settings$", _segment),
    (r"^/sourceConfig", _rudder),
    (r"/v1/web/start$", _openreplay),
    (r"/v1/initialize$", _statsig),
    (r"^/1/[^/]+$", _new_relic),
    (r"^/array/.*\.js$", lambda found, sent, base: ""),
    (r"^/flags/", lambda found, sent, base: {"flags": {}, "featureFlags": {}, "sessionRecording": False}),
    (r"^/track/$", lambda found, sent, base: {"status": 1, "error": None}),
    (r"/2/httpapi$", lambda found, sent, base: {"code": 200, "events_ingested": 1}),
    (r"^/api/features/", lambda found, sent, base: {"status": 200, "features": {"dark": {"defaultValue": True}}}),
    (r"^/v2/track$|^/v2.1/track$", lambda found, sent, base: {"itemsReceived": 1, "itemsAccepted": 1, "errors": []}),
    (r"^/sdk/evalx/", lambda found, sent, base: {"dark": {"value": True, "version": 1, "variation": 0}}),
    (r"^/i$", lambda found, sent, base: {"result": "Success"}),
)
"""Pattern of a path, and what the SDK expects there to go on."""


class Handler(BaseHTTPRequestHandler):
    """Pages for GET of a page, the collector's answer for everything else."""

    site: Site
    protocol_version = "HTTP/1.1"

    def _reply(self) -> None:
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length).decode("latin-1") if length else query
        script = re.fullmatch(r"/([\w-]+)\.js", path)
        if page := re.fullmatch(r"/([\w-]+)\.html", path):
            kind, body = "text/html", PAGE.format(name=page[1]).encode()
        elif script and (built := self.site.built / f"{script[1]}.js").is_file():
            kind, body = "text/javascript", built.read_bytes()
        elif path == "/favicon.ico":
            kind, body = "image/x-icon", b""
        else:
            kind, text = answer(path, sent, f"http://{self.headers['Host']}")
            body = text.encode()
        self.send_response(200)
        packed = len(body) > 10_000 and "gzip" in self.headers.get("Accept-Encoding", "")
        if packed:
            body = gzip.compress(body, 1)
            self.send_header("Content-Encoding", "gzip")
        origin = self.headers.get("Origin")
        headers = {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(body)),
            "ETag": '"17"',
            "Access-Control-Allow-Origin": origin or "*",
            "Access-Control-Allow-Methods": "GET, POST, PUT, REPORT, OPTIONS",
            "Access-Control-Allow-Headers": self.headers.get("Access-Control-Request-Headers", "*"),
            "Access-Control-Allow-Private-Network": "true",
            "Access-Control-Expose-Headers": "*, Date, ETag",
            **({"Access-Control-Allow-Credentials": "true"} if origin else {}),
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_OPTIONS = do_REPORT = do_HEAD = _reply  # noqa: N815 -- the names that http.server calls

    def log_message(self, *arguments: object) -> None:
        """Nothing is printed."""


class Server(ThreadingHTTPServer):
    """One that does not speak up when a browser hangs up."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that a closed page has left."""


@contextmanager
def serve(site: Site, certificate: tuple[Path, Path] | None = None) -> Iterator[int]:
    """Serve on a free port of loopback, over TLS with a certificate; yields the port."""
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = Server(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """A certificate of our own for the site over TLS, made by openssl."""
    made, key = folder / "site.pem", folder / "site.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-days", "2"]
    subprocess.run([*command, *names, "-out", str(made), "-keyout", str(key)], check=True, capture_output=True)
    return made, key
