"""A page that looks for hooks finds what it finds without them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
PAGE = b"<!doctype html><title>a page</title><body><script src=look.js></script></body>"


def differences(left: Any, right: Any, path: str = "") -> list[str]:
    """Where two JSON values differ: path, left, right."""
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        return [line for key in left for line in differences(left[key], right[key], f"{path}/{key}")]
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return [
            line for i, pair in enumerate(zip(left, right, strict=True)) for line in differences(*pair, f"{path}/{i}")
        ]
    return [] if left == right else [f"{path}: {left!r} != {right!r}"]


@pytest.mark.parametrize("reads", [False, True], ids=["writes", "reads"])
def test_page_sees_the_same_functions_errors_and_globals(bench: Any, reads: bool) -> None:
    bench.site.files["/look.js"] = (HERE / "look.js").read_bytes()
    bench.site.files["/look.html"] = PAGE
    plain = bench.page("/look.html", hooked=False)
    hooked = bench.page("/look.html", reads=reads)
    without, watched = (json.loads(page.run("() => look()")) for page in (plain, hooked))
    assert not (found := differences(without, watched)), "\n".join(found)
    assert hooked.errors == plain.errors == []
    hooked.barrier()
    assert len(hooked.records) > 10
    assert len(without["Storage"]) > 5
