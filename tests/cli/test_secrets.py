"""No value of a cookie or of storage leaves the program, whatever the command and however it ends."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Cli = Callable[..., Any]

CANARY = "canary.value@secrets.example"
FORMS = (
    CANARY,
    CANARY.replace("@", "%40"),
    base64.b64encode(CANARY.encode()).decode(),
    json.dumps({"mail": CANARY}).replace('"', "%22").replace(" ", ""),
)
HEADERS = (
    "session={0}; Path=/; Secure",
    "_ga={0}; Max-Age=99999999; Domain=other.example",
    "undeclared={0}; Path=/; Unknown={0}",
    "__Host-a={0}; Domain=shop.example",
    "={0}",
    "{0}",
    "a={0}, b={0}; Path=/",
    "a={0}; Max-Age={0}; SameSite={0}",
    "a={0}; Secure={0}; HttpOnly={0}; Partitioned={0}",
    "a={0}; Path=/, b={0}; Path=/",
    "a={0}\x01; Path=/",
    "a={0}" + "x" * 5_000,
    'a="{0}"; {0}; {0}={0}',
)
REPORTS = (
    *("-o", "report.sarif", "-o", "report.html", "-o", "report.xml", "-o", "report.md", "-o", "report.json"),
    *("-o", "gitlab=report.gl", "-o", "github=report.gh", "--baseline", "report.baseline", "--baseline-update=grow"),
)
URL = "https://shop.example/cart?token=" + CANARY + "#" + CANARY


def headers() -> list[str]:
    return [header.format(form) for header in HEADERS for form in FORMS]


def evidence() -> dict[str, bytes]:
    dump = "HTTP/1.1 200 OK\r\n" + "".join(f"Set-Cookie: {header}\r\n" for header in headers()) + f"\r\n{CANARY}"
    records: list[dict[str, Any]] = [{"url": URL, "setCookie": headers()}]
    records += [
        {"kind": kind, "name": "undeclared", "value": form, "url": URL}
        for kind in ("cookie", "localStorage", "sessionStorage", "indexedDB", "caches", "fileSystem")
        for form in FORMS
    ]
    return {
        "dump.txt": dump.encode(),
        "redirect.txt": f"HTTP/1.1 302 Found\r\nLocation: {URL}\r\nSet-Cookie: a={CANARY}\r\n\r\n{dump}".encode(),
        "folded.txt": f"HTTP/1.1 200 OK\r\nSet-Cookie: a={CANARY};\r\n {CANARY}\r\n{CANARY}\r\n\r\n".encode(),
        "run.json": json.dumps(records).encode(),
        "run.jsonl": "\n".join(map(json.dumps, records)).encode(),
        "cut.json": json.dumps(records).encode()[:-20],
        "wrong.json": json.dumps([{"setCookie": {"a": CANARY}}]).encode(),
        "wrong2.json": json.dumps([{"kind": "cookie", "name": "a", "value": [CANARY]}]).encode(),
        "wrong3.json": json.dumps([{"url": CANARY, "setCookie": CANARY}]).encode(),
        "wrong4.json": b'[{"setCookie": ["a=' + CANARY.encode() + b'\\q"]}]',
        "twice.json": f'[{{"setCookie": "{CANARY}", "setCookie": "{CANARY}"}}]'.encode(),
        "status.txt": f"HTTP/1.1 {CANARY}\r\nSet-Cookie: a={CANARY}\r\n\r\n".encode(),
        "bare.txt": f"Set-Cookie: a={CANARY}\r\n".encode(),
        "latin.json": b'[{"setCookie": "' + CANARY.encode() + b'\xff"}]',
        "run.har": json.dumps(har()).encode(),
        "cut.har": json.dumps(har()).encode()[:-40],
        "state.json": json.dumps(state()).encode(),
        "cookies.txt": "".join(
            f"# Netscape HTTP Cookie File\n.shop.example\tTRUE\t/\tTRUE\t{expires}\t{name}\t{CANARY}\n"
            for name, expires in (("_ga", 4102444800), ("undeclared", 0), ("broken", CANARY))
        ).encode(),
        "curl.log": (
            f"> GET /cart?token={CANARY} HTTP/1.1\n> Host: shop.example\n> Authorization: Bearer {CANARY}\n"
            f"> Cookie: _ga={CANARY}\n>\n< HTTP/1.1 200 OK\n"
            + "".join(f"< Set-Cookie: {header}\n" for header in headers() if "\x01" not in header)
            + "<\n"
        ).encode(),
    }


def har() -> dict[str, Any]:
    """A HAR file with values wherever one may stand."""
    sent = [{"name": "Cookie", "value": f"script={CANARY}; _ga={CANARY}"}, {"name": f"X-{CANARY}", "value": CANARY}]
    request = {
        "method": "POST",
        "url": URL.replace("https://", f"https://ann:{CANARY.partition('@')[0]}@"),
        "headers": sent,
        "cookies": [{"name": "script", "value": CANARY}],
        "queryString": [{"name": "token", "value": CANARY}],
        "postData": {"mimeType": "text/plain", "text": CANARY},
    }
    response = {
        "status": 200,
        "headers": [{"name": "Set-Cookie", "value": header} for header in headers()],
        "cookies": [{"name": "_ga", "value": CANARY}],
        "content": {"text": CANARY},
        "redirectURL": URL,
    }
    entries = [{"startedDateTime": "2026-05-01T12:00:00Z", "time": 1, "request": request, "response": response}]
    return {"log": {"version": "1.2", "creator": {"name": CANARY, "version": CANARY}, "entries": entries}}


def state() -> dict[str, Any]:
    """A storage state of Playwright."""
    cookie = {
        "domain": "shop.example",
        "path": "/",
        "expires": -1,
        "httpOnly": False,
        "secure": True,
        "sameSite": "Lax",
    }
    storage = [{"name": "undeclared", "value": form} for form in FORMS]
    return {
        "cookies": [{"name": name, "value": CANARY, **cookie} for name in ("_ga", "undeclared")],
        "origins": [{"origin": "https://shop.example", "localStorage": storage}],
    }


@pytest.mark.parametrize("debug", [False, True], ids=["plain", "debug"])
@pytest.mark.parametrize("name", evidence())
def test_no_value_is_shown(shop: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, debug: bool) -> None:
    (tmp_path / name).write_bytes(evidence()[name])
    if debug:
        monkeypatch.setenv("POLICYCHECK_DEBUG", "1")
    codes = set()
    for arguments in (
        ("-f", "text"),
        ("-f", "json"),
        ("-f", "json", "-o", "report.json"),
        ("--url", URL),
        ("--url", CANARY),
        ("--input-format", "dump"),
        ("--input-format", "observations"),
        ("--consent", "granted", "--fail-on", "note"),
        REPORTS,
    ):
        result = shop("check", name, *arguments)
        codes.add(result.code)
        for form in FORMS:
            assert form not in result.out, arguments
            assert form not in result.err, arguments
    for written in tmp_path.glob("report.*"):
        assert not [form for form in FORMS if form in written.read_text("utf-8")], written.name
    if name in {"run.har", "state.json", "curl.log", "run.json"}:
        assert {path.suffix for path in tmp_path.glob("report.*")} >= {".sarif", ".html", ".xml", ".md", ".gl", ".gh"}
    assert codes <= {0, 1, 2, 4}
    assert codes >= {2}


def test_a_bug_in_a_rule_shows_no_value(shop: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*arguments: object) -> object:
        raise ValueError(f"{CANARY} {arguments!r}")

    monkeypatch.setattr("policycheck.engine.journey.match", explode)
    for debug in ("", "1"):
        monkeypatch.setenv("POLICYCHECK_DEBUG", debug)
        result = shop("check", stdin=f"HTTP/2 200\nset-cookie: a={CANARY}\n\n".encode())
        assert result.code == 3
        assert CANARY not in result.out + result.err


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=200).map(lambda tail: b"HTTP/1.1 200 OK\r\nSet-Cookie: " + tail),
        st.lists(st.binary(max_size=30), max_size=6).map(
            lambda lines: b"HTTP/2 200\n" + b"".join(b"set-cookie: " + line + b"\n" for line in lines)
        ),
        st.text(max_size=80).map(lambda text: json.dumps([{"url": "https://a.example/", "setCookie": text}]).encode()),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "url",
                            "setCookie",
                            "kind",
                            "name",
                            "value",
                            "records",
                            "observations",
                            "time",
                            "consent",
                            "lifetime",
                            "status",
                            "date",
                            "detected",
                            "domain",
                            "x-y",
                        ]
                    ),
                    inner | st.sampled_from(["cookie", "localStorage", "https://a.example/", "granted", "1 day"]),
                    max_size=6,
                )
            ),
            max_leaves=20,
        ).map(lambda value: json.dumps(value).encode()),
    ),
    url=st.sampled_from([None, "https://shop.example/"]),
)
def test_random_bytes_end_in_a_code_of_ours(shop: Cli, content: bytes, url: str | None) -> None:
    result = shop("check", "-", *(("--url", url) if url else ()), stdin=content)

    assert result.code in {0, 1, 2, 4}, result.err
    assert "Traceback" not in result.err
    assert "internal error" not in result.err
    if result.code in {2, 4}:
        assert result.err.startswith("policycheck: error: ")
    control = {char for char in result.out + result.err if ord(char) < 32 or 127 <= ord(char) < 160}
    assert control <= {"\n"}
