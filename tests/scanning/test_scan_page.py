"""The page about scans is followed to the letter, with the tea shop in the place of the reader's site."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
PAGE = (Path(__file__).parents[2] / "docs/how-to/scan-a-site.md").read_text("utf-8")
URL = "http://shop.localhost:8000"
CONSOLE = re.findall(r"^```console\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def follow(console: str, folder: Path, port: int) -> list[int]:
    """Run what stands after each ``$``; the other lines must be in its output, in this order. Returns the exit codes."""
    output, seen, codes = "", 0, []
    for line in console.splitlines():
        if line.startswith("$ "):
            arguments = line.removeprefix("$ policycheck ").replace(URL, f"http://shop.localhost:{port}").split()
            command = [
                sys.executable,
                "-m",
                "policycheck",
                *arguments,
                *(["--wait", "0.2"] if arguments[0] == "scan" else []),
            ]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
            output, seen = (done.stdout + done.stderr).replace(f":{port}", ":8000"), 0
            codes.append(done.returncode)
        elif line != "...":
            found = output.find(line, seen)
            assert found >= 0, f"{line!r} is not in the output, or not here:\n{output}"
            seen = found + len(line)
    return codes


def test_the_page_is_followed(serve: Any, make_shop: Any, tmp_path: Path) -> None:
    catalogue = re.search(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert catalogue
    assert len(CONSOLE) == 4
    (tmp_path / "catalogue.yaml").write_text(catalogue[1], "utf-8")
    with serve(**make_shop(early=True), plain=lambda cookie: "<!doctype html><p>hello") as site:
        codes = [follow(console, tmp_path, site.port) for console in CONSOLE]
    assert codes == [[0], [1], [4, 0], [1]]
    excerpt = re.search(r"^```\n(  - name: choice.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert excerpt
    draft = (tmp_path / "seen/catalogue.draft.yaml").read_text("utf-8")
    varies = re.compile(r"date: \S+|recorded-\w+")
    assert varies.sub("", excerpt[1]) in varies.sub("", draft)
