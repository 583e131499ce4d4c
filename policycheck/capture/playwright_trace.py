"""Playwright's traces: the responses that a trace.zip keeps, as they came, for each browser context of the test.

A trace that keeps snapshots has a member ``trace.network`` (``0-trace.network``, ``1-trace.network`` in those of
Playwright Test, one for each context): one JSON object a line, of which ``resource-snapshot`` is an entry as in HAR.
``trace.trace`` beside it tells at which page a context stood when the trace began.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any, NoReturn, cast

from policycheck.capture.evidence import DeviceMark, Evidence, Record
from policycheck.capture.har import records_of
from policycheck.errors import CaptureError

if TYPE_CHECKING:
    from pathlib import Path

    from policycheck.capture.evidencefile import EvidenceFile

ADAPTER = "playwright-trace"
LONGEST_LINE = 16 * 1024 * 1024
"""Bytes. An entry holds headers; bodies lie in members of their own."""
MOST = 1 << 30
"""Bytes of one member once it is unpacked, and how often it may be as large as it was packed, beyond a megabyte."""
RATIO = 200
_NETWORK = ".network"
_EVENTS = ".trace"
_SNAPSHOT = b'{"type":"frame-snapshot"'
_START = 65_536
_PAGE = re.compile(rb'"pageId":"([^"\\]+)"')
_ADDRESS = re.compile(rb'"frameUrl":("https?://(?:[^"\\]|\\.)*")')
_MAIN = re.compile(rb'"isMainFrame":true\}\}\s*\Z')
_NO_SNAPSHOTS = (
    "a trace without responses: it keeps them only with snapshots\n"
    "  fix: record it with context.tracing.start(snapshots=True), or with trace: 'on' in Playwright Test"
)


@dataclass
class _Count:
    lines: int = 0


def read_playwright_trace(file: EvidenceFile) -> Evidence:
    """Read the responses of each context, a device each. What is no trace raises once the records are read.

    That is :class:`policycheck.errors.CaptureError` with the member of the archive and its line.
    """
    notes: list[str] = []
    return Evidence(_records(file, notes), notes=notes)


def _records(file: EvidenceFile, notes: list[str]) -> Iterator[Record]:
    with file.local() as path, _archive(path, file.name) as archive:
        names = sorted((name for name in archive.namelist() if name.endswith(_NETWORK)), key=_numbered)
        if not names:
            raise CaptureError(
                f"{file.name}: a zip archive that is no trace of Playwright (no member ends in {_NETWORK})"
            )
        kept = _Count()
        for name in names:
            context = name.removesuffix(_NETWORK)
            device = DeviceMark(f"{file.name}: {context}") if len(names) > 1 else None
            pages = _first_pages(archive, f"{context}{_EVENTS}", file.name)
            for record in records_of(
                _entries(archive, name, file.name, kept), notes, log={"pages": pages}, adapter=ADAPTER
            ):
                yield record if device is None else replace(record, device=device)
        if not kept.lines:
            raise CaptureError(f"{file.name}: {_NO_SNAPSHOTS}")


def _numbered(name: str) -> tuple[int, str]:
    number = re.match(r"[0-9]{1,9}", name)
    return (int(number[0]) if number else -1, name)


def _entries(
    archive: zipfile.ZipFile, member: str, name: str, kept: _Count
) -> Iterator[tuple[dict[str, Any], str, str | None]]:
    """The entries of one member, each with its place; the page is told by their references."""
    for number, line in _lines(archive, member, name):
        place = f"{name}: {member}, line {number}"
        try:
            event: object = json.JSONDecoder(strict=False).decode(line.decode("utf-8", "replace"))
        except RecursionError:
            raise CaptureError(f"{place}: nested too deeply") from None
        except json.JSONDecodeError as error:
            what = error.msg.removesuffix(" starting at").removesuffix(" at")
            raise CaptureError(f"{place}, column {error.colno}: not valid JSON: {what}") from None
        except ValueError:
            raise CaptureError(f"{place}: a number has too many digits") from None
        if not isinstance(event, dict):
            raise CaptureError(f"{place}: an event is an object")
        told = cast("dict[str, Any]", event)
        if told.get("type") != "resource-snapshot":
            continue
        entry: object = told.get("snapshot")
        if not isinstance(entry, dict):
            raise CaptureError(f"{place}: 'snapshot' must be an object")
        kept.lines += 1
        yield cast("dict[str, Any]", entry), place, None


def _first_pages(archive: zipfile.ZipFile, member: str, name: str) -> list[dict[str, str]]:
    """At which address each page stood when the trace first looked, as a HAR tells it: it may have loaded before."""
    pages: dict[str, dict[str, str]] = {}
    if member not in archive.namelist():
        return []
    for _, line in _lines(archive, member, name, whole=False):
        if line.startswith(_SNAPSHOT) and (page := _PAGE.search(line)) and (address := _ADDRESS.search(line)):
            url = json.loads(address[1].decode("utf-8", "replace"), strict=False)
            reference = page[1].decode("utf-8", "replace")
            if _MAIN.search(line):
                pages.setdefault(reference, {"id": reference, "_URL": url})
    return list(pages.values())


def _lines(archive: zipfile.ZipFile, member: str, name: str, *, whole: bool = True) -> Iterator[tuple[int, bytes]]:
    """The lines of a member, with their numbers; of a long one, unless it is wanted whole, its start and its end."""
    place = f"{name}: {member}"
    info = archive.getinfo(member)
    if info.file_size > MOST or info.file_size > max(info.compress_size, 1 << 14) * RATIO:
        raise CaptureError(f"{place}: {info.file_size} bytes out of {info.compress_size}, more than a trace comes to")
    number = 0
    with _unpacked(place), archive.open(info) as content:
        while line := content.readline(LONGEST_LINE):
            number += 1
            if not line.endswith(b"\n") and len(line) >= LONGEST_LINE:
                if whole:
                    raise CaptureError(f"{place}, line {number}: longer than {LONGEST_LINE >> 20} MiB")
                line = line[:_START] + _end_of_line(content)
            if line.strip():
                yield number, line


def _end_of_line(content: IO[bytes]) -> bytes:
    end = b""
    while piece := content.readline(LONGEST_LINE):
        end = (end + piece)[-_START:]
        if piece.endswith(b"\n"):
            break
    return end


@contextmanager
def _archive(path: Path, name: str) -> Generator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError):
        raise CaptureError(f"{name}: a damaged zip archive; was it cut off?") from None
    with archive:
        yield archive


@contextmanager
def _unpacked(place: str) -> Generator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError):
        _fail(f"{place}: the zip archive is damaged")
    except NotImplementedError:
        _fail(f"{place}: packed in a way that cannot be unpacked")
    except RuntimeError as error:
        if "password" not in str(error):
            raise
        _fail(f"{place}: the zip archive is encrypted")


def _fail(message: str) -> NoReturn:
    raise CaptureError(message) from None
