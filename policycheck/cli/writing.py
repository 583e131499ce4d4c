"""Files of the user's that a command rewrites: whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``, in one step for whoever reads it; a link is followed, and the mode stays.

    Raises UsageError with the path.
    """
    from policycheck.errors import UsageError

    target = Path(os.path.realpath(path))
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as written:
            written.write(content)
        try:
            if target.exists():
                shutil.copymode(target, written.name)
            else:
                Path(written.name).chmod(0o666 & ~_umask())
            Path(written.name).replace(target)
        except OSError:
            Path(written.name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
