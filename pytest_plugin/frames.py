"""Keeping policycheck out of the tracebacks of other people's failures.

A watched client calls through our adapters, so their frames stand in the traceback of whatever the application raises.
They help nobody, and ``--showlocals`` would print what goes through them: requests and responses with their cookies.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from _pytest._code.code import ExceptionChainRepr, ReprEntry, ReprExceptionInfo, ReprTraceback

import policycheck

_OURS = (Path(policycheck.__file__).resolve().parent, Path(__file__).resolve().parent)


def hide_our_frames(longrepr: object, *, full_trace: bool) -> None:
    """Take our frames out of what pytest prints; with ``--full-trace`` only their locals and arguments.

    The last frame stays in any case, since that is where an error comes from.
    """
    for traceback in _tracebacks(longrepr):
        entries = traceback.reprentries
        for entry in entries:
            if _is_ours(entry):
                entry.reprlocals = entry.reprfuncargs = None
        if not full_trace:
            traceback.reprentries = [
                entry for number, entry in enumerate(entries, 1) if number == len(entries) or not _is_ours(entry)
            ]


def _tracebacks(longrepr: object) -> Iterator[ReprTraceback]:
    if isinstance(longrepr, ExceptionChainRepr):
        yield from (traceback for traceback, _, _ in longrepr.chain)
    elif isinstance(longrepr, ReprExceptionInfo):
        yield longrepr.reprtraceback


def _is_ours(entry: object) -> TypeGuard[ReprEntry]:
    if not isinstance(entry, ReprEntry) or entry.reprfileloc is None:
        return False
    path = Path(entry.reprfileloc.path).resolve()
    return any(path.is_relative_to(folder) for folder in _OURS)
