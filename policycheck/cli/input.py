"""What a command is given to read: a file, or what is piped into it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policycheck.capture.evidencefile import EvidenceFile
    from policycheck.errors import CaptureError

STDIN = "<stdin>"


def each_file(named: Sequence[str], take: Callable[[str], None]) -> list[CaptureError]:
    """Have ``take`` read each file, standard input where none is named; returns what kept it from reaching an end.

    Raises UsageError where standard input is named twice.
    """
    from policycheck.errors import CaptureError, UsageError

    files = named or ["-"]
    if files.count("-") > 1:
        raise UsageError("standard input can be read once; name the other FILEs")
    broken: list[CaptureError] = []
    for file in files:
        try:
            take(file)
        except CaptureError as error:
            broken.append(error)
    return broken


def open_input(file: str, pipe: str) -> EvidenceFile:
    """``file``, to be read piece by piece; ``-`` is standard input. ``pipe`` shows how to pipe into the command.

    Raises UsageError where nothing is piped; what is returned raises CaptureError where it cannot be read.
    """
    from policycheck.capture.evidencefile import EvidenceFile
    from policycheck.errors import UsageError

    if file != "-":
        return EvidenceFile(file, Path(file))
    if sys.stdin is None:
        raise UsageError("standard input is closed; name a FILE")
    if sys.stdin.isatty():
        raise UsageError(f"standard input is a terminal; name a FILE, or pipe {pipe}")
    return EvidenceFile(STDIN, stream=sys.stdin.buffer)


def read_input(file: str, pipe: str) -> bytes:
    """The content of ``file``, as :func:`open_input` opens it."""
    return open_input(file, pipe).read()


def input_name(file: str) -> str:
    """How messages name ``file``."""
    return STDIN if file == "-" else file
