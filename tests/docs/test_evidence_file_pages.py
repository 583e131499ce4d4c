"""The pages about files of evidence are followed to the letter: their examples are written down, and checked."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from policycheck.catalogue.schema import validator
from policycheck.cli.main import main

HOW_TO = Path(__file__).parents[2] / "docs/how-to"
PAGES = [
    "check-a-storage-state.md",
    "check-a-cookies-txt.md",
    "check-a-playwright-trace.md",
    "check-an-openwpm-crawl.md",
    "say-consent-by-time.md",
]
NOON = 1_777_636_800
SHOP = "https://shop.example/"
GA = "_ga=GA1.1.123; Max-Age=34164000; Secure"


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def prepare(text: str, folder: Path) -> None:
    """Write the files that the page shows, and those that no page can show."""
    files = {"catalogue.yaml": "yaml", "times.yaml": "yml", "cookies.txt": "text", "state.json": "json"}
    for name, kind in files.items():
        (folder / name).write_text("".join(blocks(text, kind)), "utf-8")
        os.utime(folder / name, (NOON, NOON))
    (folder / "trace.zip").write_bytes(trace())
    crawl(folder / "crawl-data.sqlite")


def trace() -> bytes:
    lines = [
        entry(SHOP, "session=3f1c; Secure; HttpOnly", 0),
        entry(f"{SHOP}cart", GA, 30),
        entry(f"{SHOP}pay", GA, 90),
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("trace.network", "\n".join(map(json.dumps, lines)))
    return packed.getvalue()


def entry(url: str, cookie: str, second: int) -> dict[str, Any]:
    snapshot = {
        "pageref": "page@1",
        "_frameref": "frame@1",
        "startedDateTime": f"2026-05-01T12:0{second // 60}:{second % 60:02}.000Z",
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {"status": 200, "headers": [{"name": "Set-Cookie", "value": cookie}]},
        "_resourceType": "document",
    }
    return {"type": "resource-snapshot", "snapshot": snapshot}


def crawl(path: Path) -> None:
    script = ("https://stats.example/tag.js", "12", SHOP, SHOP, "window.document.cookie", "set", GA)
    headers = json.dumps([["Set-Cookie", "session=3f1c; Secure; HttpOnly"]])
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE http_responses (id, visit_id, url, method, response_status, headers, time_stamp)"
        )
        database.execute(
            "CREATE TABLE javascript (id, visit_id, script_url, script_line, document_url, top_level_url, symbol, "
            "operation, value, time_stamp)"
        )
        for visit in (1, 2):
            response = (visit, visit, SHOP, "GET", 200, headers, "2026-05-01T12:00:00.000Z")
            database.execute("INSERT INTO http_responses VALUES (?, ?, ?, ?, ?, ?, ?)", response)
        written = (1, 1, *script, "2026-05-01T12:00:01.000Z")
        database.execute("INSERT INTO javascript VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", written)


@pytest.mark.parametrize("page", PAGES)
def test_each_command_prints_what_the_page_shows(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (HOW_TO / page).read_text("utf-8")
    prepare(text, tmp_path)
    sessions = re.findall(r"```console\n\$ policycheck ([^\n]*)\n(.*?)```", text, re.DOTALL)

    assert sessions
    for command, shown in sessions:
        code = main(shlex.split(command))
        captured = capsys.readouterr()
        assert captured.out + captured.err == shown
        assert code == bool(re.search(r"^[1-9]\d* errors?,", shown, re.MULTILINE))


def test_the_examples_of_times_are_what_the_schema_allows() -> None:
    (example,) = blocks((HOW_TO / "say-consent-by-time.md").read_text("utf-8"), "json")

    assert list(validator("consent-times.schema.json").iter_errors(json.loads(example))) == []
