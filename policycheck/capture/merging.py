"""Observations files of shards and workers joined into one, in an order that is the same whoever ran what, and when."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast

from policycheck.capture.evidence import DeviceMark, Record
from policycheck.capture.jsonrecords import read_records
from policycheck.capture.members import Members
from policycheck.capture.observations import read_head, read_record
from policycheck.capture.writing import head_line
from policycheck.errors import CaptureError, UsageError
from policycheck.replacing import replacing

if TYPE_CHECKING:
    from typing import Self

    from policycheck.capture.evidencefile import EvidenceFile

_CONSENT = ("consent", "gpc", "choices")
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Merged:
    """What was joined. ``repeated`` counts what stood in several files record for record, and is there once."""

    files: int
    devices: int
    records: int
    repeated: int


@dataclass(slots=True)
class _Device:
    """One device of one file: where its lines lie in the spool."""

    name: str
    file: int
    start: int
    length: int = 0
    records: int = 0
    began: float | None = None
    digest: Any = field(default_factory=hashlib.sha256)

    @property
    def identity(self) -> tuple[str, float, bytes]:
        return self.name, self.began or 0.0, cast("bytes", self.digest.digest())


class Merger:
    """Takes in files one after the other, and writes what they tell as one. Of a device it keeps its place alone.

    A context manager: what was taken in lies in a temporary file meanwhile.
    """

    def __init__(self, notes: Iterable[str] = ()) -> None:
        """``notes`` join those of the files."""
        self._spool: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._devices: list[_Device] = []
        self._names: list[str] = []
        self._titles: set[str | None] = set()
        self._notes = set(notes)
        self._catalogue: tuple[str, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def add(self, file: EvidenceFile) -> None:
        """Take in one file. Raises CaptureError, with the place, for what is broken, or cannot be joined."""
        start = file.head(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
        if start[:1] not in {b"{", b"["}:
            what = "is no observations file" if start else "is empty; one of a run that saw nothing has its first line"
            raise CaptureError(
                f"{file.name}: {what}\n  fix: merge what pytest --policycheck-observations=PATH has written"
            )
        head, records = read_records(file.open(), file.name)
        fields = read_head(head, file.name)
        self._join_head(fields, file.name)
        fields.consent()
        said = {key: head[key] for key in _CONSENT if key in head}
        device: _Device | None = None
        for line, value in records:
            told = read_record(value, f"{file.name}:{line}")
            if isinstance(told, DeviceMark):
                device = self._begin(value, said)
                continue
            if device is None:
                device = self._begin({"device": head.get("title") or Path(file.name).name}, said)
            self._keep(device, value, told)
        self._names.append(file.name)

    def _join_head(self, head: Members, name: str) -> None:
        catalogue = head.members.get("catalogue")
        if catalogue is not None:
            known, named_by = self._catalogue or (catalogue, name)
            if known != catalogue:
                raise CaptureError(
                    f"{name}: was observed for the catalogue {catalogue!r}, and {named_by} for {known!r}\n"
                    "  fix: merge the files of one catalogue, and check each catalogue's apart"
                )
            self._catalogue = known, named_by
        self._titles.add(head.members.get("title"))
        self._notes |= set(head.members.get("notes") or ())

    def _begin(self, mark: dict[str, Any], said: dict[str, Any]) -> _Device:
        device = _Device(mark["device"], len(self._names), self._spool.tell())
        self._devices.append(device)
        self._write(device, mark if any(key in mark for key in _CONSENT) else {**mark, **said})
        return device

    def _keep(self, device: _Device, value: dict[str, Any], told: Record) -> None:
        device.records += 1
        if device.began is None:
            device.began = told.time
        self._write(device, value)

    def _write(self, device: _Device, value: dict[str, Any]) -> None:
        line = json.dumps(value).encode() + b"\n"
        device.digest.update(line)
        device.length += self._spool.write(line)

    def write(self, out: IO[bytes]) -> Merged:
        """Write all devices, by name and by the time at which they began, and say how many there are."""
        kept, repeated = self._chosen()
        title = self._titles.pop() if len(self._titles) == 1 else None
        catalogue = None if self._catalogue is None else self._catalogue[0]
        out.write(head_line(title=title, catalogue=catalogue, notes=sorted(self._notes)).encode())
        for device in kept:
            self._spool.seek(device.start)
            left = device.length
            while left:
                chunk = self._spool.read(min(left, _CHUNK))
                left -= len(chunk)
                out.write(chunk)
        return Merged(len(self._names), len(kept), sum(device.records for device in kept), repeated)

    def _chosen(self) -> tuple[list[_Device], int]:
        """Every device once, in order. What stands twice in one file is two devices."""
        alike: dict[tuple[str, float, bytes], dict[int, list[_Device]]] = {}
        for device in self._devices:
            if device.records:
                alike.setdefault(device.identity, {}).setdefault(device.file, []).append(device)
        kept = [device for _, files in sorted(alike.items()) for device in max(files.values(), key=len)]
        return kept, sum(1 for device in self._devices if device.records) - len(kept)


def merge_to(path: Path, files: Iterable[EvidenceFile], notes: Iterable[str] = ()) -> Merged:
    """Join ``files`` into the file ``path``, packed by gzip where it ends in ``.gz``: whole or not at all.

    ``path`` may be one of ``files``. Raises CaptureError for what cannot be joined, UsageError where ``path`` cannot be
    written.
    """
    with Merger(notes) as merger:
        for file in files:
            merger.add(file)
        with _written_to(path) as out:
            return merger.write(out)


@contextmanager
def _written_to(path: Path) -> Generator[IO[bytes]]:
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a file in it")
    try:
        with replacing(path) as raw:
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed, io.BufferedWriter(packed) as out:
                    yield cast("IO[bytes]", out)
            else:
                yield raw
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
