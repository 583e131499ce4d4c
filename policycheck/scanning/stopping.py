"""Stopping a scan in time: Ctrl-C is noted, and taken in between two calls of the browser's driver.

An exception out of a signal's handler would end the driver's event loop, after which nothing could be written down.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self


class ScanStopped(Exception):  # noqa: N818 - no error: the user wants it so
    """The user wants the scan to end now."""


class Stopper:
    """A context manager that takes Ctrl-C over. The first one is noted, later ones raise KeyboardInterrupt.

    Once that has come out, further ones are ignored, so that what was seen can be written down. ``told`` is called with
    the first one, from the handler. In another thread than the main one nothing is taken over.
    """

    def __init__(self, told: Callable[[], None] = lambda: None) -> None:
        self.requested = False
        self._told = told
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._before is not None:
            insisted = kind is not None and issubclass(kind, KeyboardInterrupt)
            signal.signal(signal.SIGINT, signal.SIG_IGN if insisted else self._before)

    def check(self) -> None:
        """Raise ScanStopped once Ctrl-C was pressed."""
        if self.requested:
            raise ScanStopped

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        self._told()
