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
from policycheck.capture.har.members import member, text
from policycheck.errors import CaptureError

if TYPE_CHECKING:
    from pathlib import Path

    from policycheck.capture.evidencefile import EvidenceFile

ADAPTER = "playwright-trace"
LONGEST_LINE = 16 * 1024 * 1024
"""Bytes. An entry holds headers; bodies lie in members of their own."""
MOST = 1 << 30
"""Bytes of all responses, or of the events of one context, once they are unpacked."""
RATIO = 200
"""How many times as large as it was packed what holds responses may be, once it is beyond some megabytes."""
_NETWORK = ".network"
_EVENTS = ".trace"
_SNAPSHOT = b'{"type":"frame-snapshot"'
_START = 65_536
_PAGE = re.compile(rb'"pageId":"([^"\\]+)"')
_FRAME = re.compile(rb'"frameId":"([^"\\]+)"')
_ADDRESS = re.compile(rb'"frameUrl":("https?://(?:[^"\\]|\\.)*")')
_MAIN = re.compile(rb'"isMainFrame":true\}\}\s*\Z')
_NO_SNAPSHOTS = (
    "a trace without responses: it keeps them only with snapshots\n"
    "  fix: record it with context.tracing.start(snapshots=True), or with trace: 'on' in Playwright Test"
)


@dataclass
class _Count:
    lines: int = 0


class _Pages:
    """At which address the page of each reference stands: what its main frame loads is a page of its own."""

    def __init__(self) -> None:
        self.main: dict[str, str] = {}
        self.addresses: dict[str, str] = {}

    def looked(self, reference: str, frame: str, url: str) -> None:
        """Take in where a page stood when the trace first looked: it may have loaded before."""
        self.main.setdefault(reference, frame)
        self.addresses.setdefault(reference, url)

    def told(self, entry: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
        """The entry, and the address of the page that asked for it; None where that is not known."""
        reference, frame = text(entry, "pageref"), text(entry, "_frameref")
        if not reference or not frame:
            return entry, None
        if text(entry, "_resourceType") == "document":
            if self.main.setdefault(reference, frame) == frame:
                self.addresses[reference] = text(member(entry, "request"), "url")
            else:
                entry = {**entry, "_resourceType": "iframe"}
        return entry, self.addresses.get(reference)


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
        whole = sum(archive.getinfo(name).file_size for name in names)
        if whole > MOST:
            raise CaptureError(f"{file.name}: {whole} bytes of responses once they are unpacked, more than {MOST}")
        kept = _Count()
        for name in names:
            context = name.removesuffix(_NETWORK)
            device = DeviceMark(f"{file.name}: {context}") if len(names) > 1 else None
            pages = _first_pages(archive, f"{context}{_EVENTS}", file.name)
            entries = _entries(archive, name, file.name, kept, pages)
            for record in records_of(entries, notes, adapter=ADAPTER):
                yield record if device is None else replace(record, device=device)
        if not kept.lines:
            raise CaptureError(f"{file.name}: {_NO_SNAPSHOTS}")


def _numbered(name: str) -> tuple[int, str]:
    number = re.match(r"[0-9]{1,9}", name)
    return (int(number[0]) if number else -1, name)


def _entries(
    archive: zipfile.ZipFile, part: str, name: str, kept: _Count, pages: _Pages
) -> Iterator[tuple[dict[str, Any], str, str | None]]:
    """The entries of one member, each with its place and its page."""
    for number, line in _lines(archive, part, name):
        place = f"{name}: {part}, line {number}"
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
        found: object = told.get("snapshot")
        if not isinstance(found, dict):
            raise CaptureError(f"{place}: 'snapshot' must be an object")
        kept.lines += 1
        entry, page = pages.told(cast("dict[str, Any]", found))
        yield entry, place, page


def _first_pages(archive: zipfile.ZipFile, part: str, name: str) -> _Pages:
    """Where each page stood when the trace first looked."""
    pages = _Pages()
    if part not in archive.namelist():
        return pages
    for _, line in _lines(archive, part, name, whole=False):
        if not line.startswith(_SNAPSHOT) or not _MAIN.search(line):
            continue
        page, frame, address = _PAGE.search(line), _FRAME.search(line), _ADDRESS.search(line)
        if page and frame and address:
            url = str(json.loads(address[1].decode("utf-8", "replace"), strict=False))
            pages.looked(page[1].decode("utf-8", "replace"), frame[1].decode("utf-8", "replace"), url)
    return pages


def _lines(archive: zipfile.ZipFile, part: str, name: str, *, whole: bool = True) -> Iterator[tuple[int, bytes]]:
    """The lines of a member, with their numbers; of a long one, unless it is wanted whole, its start and its end."""
    place = f"{name}: {part}"
    info = archive.getinfo(part)
    if info.file_size > MOST or (whole and info.file_size > max(info.compress_size, 1 << 14) * RATIO):
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
