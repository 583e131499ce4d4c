"""A file of evidence, or what is piped in: opened as often as needed, unpacked, never as a whole in memory."""

from __future__ import annotations

import gzip
import io
import shutil
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, cast

from policycheck.errors import CaptureError

if TYPE_CHECKING:
    from typing_extensions import Buffer

HEAD = 65_536
"""Bytes that are enough to tell a format by."""
_GZIP = b"\x1f\x8b\x08"
_BUFFER = 1 << 18


class EvidenceFile:
    """One FILE of the command line. ``name`` is what the user called it; ``path`` is None for standard input.

    Its content is unpacked where it begins as gzip does, whatever the name ends in; ``packed`` says so once something
    was read. What cannot be read or unpacked raises :class:`policycheck.errors.CaptureError`, also in the middle.
    """

    def __init__(self, name: str, path: Path | None = None, stream: IO[bytes] | None = None) -> None:
        """Give ``path``, or a ``stream`` that can be read once."""
        self.name = name
        self.path = path
        self.packed = False
        self._stream = stream
        self._head: bytes | None = None
        self._rest: io.BufferedIOBase | None = None

    @classmethod
    def of(cls, data: bytes, name: str) -> EvidenceFile:
        """Content that is in memory."""
        return cls(name, stream=io.BytesIO(data))

    def head(self, size: int = HEAD) -> bytes:
        """The first bytes of the content: ``size``, or :data:`HEAD` where that is less. May be asked for again."""
        if self._head is None:
            content = self._open_anew()
            self._head = content.read(HEAD)
            if self._stream is None:
                content.close()
            else:
                self._rest = content
        return self._head[:size]

    def open(self) -> io.BufferedIOBase:
        """The content from its first byte, to be closed. A stream can be opened once."""
        head = self.head()
        if self._stream is None:
            return self._open_anew()
        if self._rest is None:
            raise CaptureError(f"{self.name}: can be read once only")
        rest, self._rest = self._rest, None
        return io.BufferedReader(_Guarded(self.name, rest, start=head), _BUFFER)

    def read(self) -> bytes:
        """The whole content, for formats whose files are small."""
        with self.open() as content:
            return content.read()

    @contextmanager
    def local(self) -> Generator[Path]:
        """The content as a file on the disk, for libraries that want one: the file itself, or a copy for as long."""
        self.head()
        if self.path is not None and not self.packed:
            yield self.path
            return
        with TemporaryDirectory(prefix="policycheck-") as folder:
            copy = Path(folder, "evidence")
            with self.open() as content, copy.open("wb") as target:
                shutil.copyfileobj(content, target, _BUFFER)
            yield copy

    def _open_anew(self) -> io.BufferedIOBase:
        raw: io.BufferedIOBase = io.BufferedReader(_Guarded(self.name, self._opened()), _BUFFER)
        start = raw.read(len(_GZIP))
        whole: io.BufferedIOBase = io.BufferedReader(_Guarded(self.name, raw, start=start), _BUFFER)
        self.packed = start == _GZIP
        if not self.packed:
            return whole
        return io.BufferedReader(_Guarded(self.name, gzip.GzipFile(fileobj=whole), under=whole), _BUFFER)

    def _opened(self) -> IO[bytes]:
        if self._stream is not None:
            return self._stream
        if self.path is None:
            raise TypeError("an evidence file has a path or a stream")
        try:
            return self.path.open("rb", buffering=0)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "is no file name"
            raise CaptureError(f"{self.name}: cannot be read: {reason}") from error


_Source = IO[bytes] | io.IOBase


class _Guarded(io.RawIOBase):
    """``start`` and then ``source``, whose failures are errors of ours; closing it closes ``under``, too."""

    def __init__(self, name: str, source: _Source, *, start: bytes = b"", under: _Source | None = None) -> None:
        self._name = name
        self._source = cast("io.BufferedIOBase", source)
        self._start = memoryview(start)
        self._under = under

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Read what is there, up to the size of ``buffer``."""
        if self._start:
            target = memoryview(buffer)
            count = min(len(target), len(self._start))
            target[:count] = self._start[:count]
            self._start = self._start[count:]
            return count
        try:
            return self._source.readinto(buffer)
        except EOFError:
            reason = "the gzip file ends before its end; was it cut off?"
        except (gzip.BadGzipFile, zlib.error):
            reason = "the gzip file is damaged"
        except OSError as error:
            reason = f"cannot be read: {error.strerror}"
        raise CaptureError(f"{self._name}: {reason}") from None

    def close(self) -> None:
        """Close what lies below."""
        if not self.closed:
            self._source.close()
            if self._under is not None:
                self._under.close()
        super().close()
