"""Files that are written whole or not at all: whoever reads one sees what was there before, or what is there now."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from policycheck.errors import UsageError


@contextmanager
def replacing(path: Path) -> Generator[IO[bytes]]:
    """A file to write bytes into, which takes the place of ``path`` when the block ends, and is gone if it breaks off.

    A link is followed, and the mode of the file stays. Raises OSError; then the old file is as it was.
    """
    import tempfile

    target = Path(os.path.realpath(path))
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as written:
            yield written
        with suppress(OSError):
            Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def replace_file(path: Path, content: bytes | str) -> None:
    """Write ``content`` to ``path``, a text as UTF-8. Raises UsageError with the path."""
    try:
        with replacing(path) as written:
            written.write(content.encode("utf-8") if isinstance(content, str) else content)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
