"""Capture adapters, one a file: they see responses and write them to a recorder; they never judge.

:func:`observe` finds the adapter for a client, a class of clients, an application or a module. :func:`watched_modules`
names what the zero-line mode watches during a whole session, with a :class:`RecorderSlot` as the recorder of the
moment.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policycheck.capture.asgi import ASGIMiddleware
    from policycheck.capture.dispatch import observe, watched_modules
    from policycheck.capture.hosts import HostFilter
    from policycheck.capture.imports import ImportWatch
    from policycheck.capture.slot import RecorderSlot
    from policycheck.capture.watch import Watch
    from policycheck.capture.wsgi import WSGIMiddleware

_HOMES = {
    "ASGIMiddleware": "policycheck.capture.asgi",
    "HostFilter": "policycheck.capture.hosts",
    "ImportWatch": "policycheck.capture.imports",
    "RecorderSlot": "policycheck.capture.slot",
    "WSGIMiddleware": "policycheck.capture.wsgi",
    "Watch": "policycheck.capture.watch",
    "observe": "policycheck.capture.dispatch",
    "watched_modules": "policycheck.capture.dispatch",
}

__all__ = [
    "ASGIMiddleware",
    "HostFilter",
    "ImportWatch",
    "RecorderSlot",
    "WSGIMiddleware",
    "Watch",
    "observe",
    "watched_modules",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
