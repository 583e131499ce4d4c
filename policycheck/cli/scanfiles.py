"""The files of a scan: one of observations for each phase, which ``check`` reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.errors import UsageError

if TYPE_CHECKING:
    from policycheck.scanning.plan import Plan
    from policycheck.scanning.results import PhaseResult


def make_folder(folder: Path) -> None:
    """Make the folder, with those above it. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made a folder: {error.strerror}") from error


def phase_writer(plan: Plan) -> Callable[[PhaseResult], None]:
    """What writes the file of a phase once it is over; nothing without a folder.

    A file tells its device from the start, so that it can be judged alone: that of a withdrawal the grant before it.
    """
    from policycheck.capture.writing import observations_file
    from policycheck.cli import output
    from policycheck.rules.value.detection import detected_kinds
    from policycheck.scanning.scope import shown

    def write(result: PhaseResult) -> None:
        if plan.out is None or result.not_observed is not None:
            return
        path = plan.out / f"{result.phase.stem}.json"
        title = f"{shown(plan.start)}, {result.phase.words}"
        output.write_file(
            path,
            observations_file(
                result.so_far, result.sent_so_far, detect=detected_kinds, loads=result.loads, title=title
            ),
        )
        result.file = path

    return write
