"""The files of a scan: one of observations for each phase, which ``check`` reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from policycheck.errors import UsageError
from policycheck.scanning.plan import Plan
from policycheck.scanning.results import PhaseResult


def make_folder(folder: Path) -> None:
    """Make the folder, with those above it. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made a folder: {error.strerror}") from error


def phase_writer(plan: Plan) -> Callable[[PhaseResult], None]:
    """What writes the file of a phase once it is over; nothing without a folder."""

    def write(result: PhaseResult) -> None:
        if plan.out is None or result.not_observed is not None:
            return
        result.file = plan.out / f"{result.phase.stem}.json"

    return write
