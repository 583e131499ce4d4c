"""What a command is given to read: a file, or what is piped into it."""

from __future__ import annotations

import sys
from pathlib import Path

STDIN = "<stdin>"


def read_input(file: str, pipe: str) -> bytes:
    """The content of ``file``; ``-`` is standard input. ``pipe`` shows how to pipe into the command, for messages.

    Raises CaptureError for a file that cannot be read, UsageError where nothing is piped.
    """
    from policycheck.errors import CaptureError, UsageError

    if file == "-":
        if sys.stdin is None:
            raise UsageError("standard input is closed; name a FILE")
        if sys.stdin.isatty():
            raise UsageError(f"standard input is a terminal; name a FILE, or pipe {pipe}")
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no file name"
        raise CaptureError(f"{file}: cannot be read: {reason}") from error


def input_name(file: str) -> str:
    """How messages name ``file``."""
    return STDIN if file == "-" else file
