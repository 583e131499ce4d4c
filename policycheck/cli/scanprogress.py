"""Telling how a scan gets on, on standard error: a line that moves on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from policycheck.reports.visible import visible
from policycheck.scanning.plan import Phase
from policycheck.scanning.reporting import told
from policycheck.scanning.results import PhaseResult
from policycheck.scanning.scope import shown

if TYPE_CHECKING:
    from collections.abc import Callable

STOPPING = b"policycheck: stopping; what was seen is kept (Ctrl-C again stops at once)\n"


class ScanProgress:
    """What a scan tells; a context manager. ``ended`` gets each phase once it is over. ``quiet`` shows nothing."""

    def __init__(self, ended: Callable[[PhaseResult], None], *, quiet: bool = False) -> None:
        self._ended = ended
        self._quiet = quiet
        self._status: Any = None if quiet else _status()

    def __enter__(self) -> Self:
        if self._status is not None:
            self._status.start()
        self._show("starting the browser")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._status is not None:
            self._status.stop()

    def begins(self, phase: Phase) -> None:
        """Name the phase."""
        self._show(f"{phase.number} of {len(Phase)}, {phase.words}")

    def opens(self, phase: Phase, url: str, number: int, known: int) -> None:
        """Name the page; the one on which a choice is made is number 0."""
        what = f"page {number} of {known}" if number else "looking for the banner"
        self._show(f"{phase.words}: {what}: {shown(url)}")

    def ends(self, result: PhaseResult) -> None:
        """Say what the phase came to."""
        self._ended(result)
        self._keep(f"{result.phase.words}: {told(result)}")

    def stopping(self) -> None:
        """Answer to Ctrl-C. Called from a signal handler, so that it goes past every buffer."""
        try:
            os.write(2, (b"\n" if self._status is not None else b"") + STOPPING)
        except OSError:
            return

    def _show(self, text: str) -> None:
        if self._status is not None:
            self._status.update(visible(text))
        elif not self._quiet:
            _say(text)

    def _keep(self, text: str) -> None:
        if self._status is not None:
            self._status.console.print(visible(text))
        elif not self._quiet:
            _say(text)


def _status() -> Any:
    """Rich's status line where a person reads and rich is installed, else None."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None
    try:
        from rich.console import Console
    except ImportError:
        return None
    return Console(
        stderr=True, highlight=False, markup=False, color_system=None if os.environ.get("NO_COLOR") else "auto"
    ).status("")


def _say(text: str) -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"scan: {visible(text)}\n")
        sys.stderr.flush()
    except OSError:
        return
