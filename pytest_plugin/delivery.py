"""What is written when the run is over: reports, observations, a draft of the catalogue, the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.errors import PolicycheckError

from .device import failure
from .observing import spelled
from .options import readable_location

if TYPE_CHECKING:
    from policycheck.engine.targets import Target
    from policycheck.model.report import Report

    from .parts import Part
    from .runtime import Runtime


class Delivery:
    """Writes what was asked for, and tells what came of it: ``lines`` to print; ``problems``, which fail the run."""

    def __init__(self, runtime: Runtime, report: Report) -> None:
        self.lines: list[str] = []
        self.problems: list[str] = []
        self._runtime = runtime
        self._report = report

    def reports(self) -> None:
        """Write each report."""
        try:
            targets = self._runtime.targets
        except PolicycheckError as error:
            self.problems.append(str(error))
            return
        for target in targets:
            problem = self._write(target)
            if problem:
                self.problems.append(f"the report was not written to {readable_location(str(target.path))}: {problem}")

    def _write(self, target: Target) -> str | None:
        try:
            text = self._runtime.project.render(self._report, target.format_name)
            target.path.write_text(text, "utf-8", errors="backslashreplace")
        except (OSError, PolicycheckError) as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - a reporter's; the run has more to say
            return f"the reporter failed with {failure(error)}"
        return None

    def observations(self, parts: Iterable[Part], notes: Iterable[str]) -> None:
        """Write the observations of all processes into one file, with ``notes`` on what is missing."""
        runtime = self._runtime
        if runtime.observing is None or runtime.outputs.observations is None:
            return
        try:
            catalogue = spelled(runtime.sessions.default().catalogue) if runtime.settings.catalogue else None
            ran = sum(part.ran for part in parts)
            self.lines += runtime.observing.join(runtime.outputs.observations, catalogue, notes, ran)
        except (OSError, PolicycheckError) as error:
            self.problems.append(f"the observations were not written: {error}")

    def draft(self, parts: Sequence[Part]) -> None:
        """Write what ``parts`` saw into the catalogue, as drafts."""
        runtime = self._runtime
        if runtime.inventory is None or runtime.outputs.record is None:
            return
        from policycheck.drafting import Inventory, record
        from policycheck.reports.text import plural

        target = Path(readable_location(str(runtime.outputs.record)))
        inventory = Inventory()
        for part in parts:
            inventory.merge(Inventory.from_plain(part.inventory or {"sightings": []}))
        watched = plural(sum(part.ran for part in parts), "test")
        if not inventory:
            self.lines.append(f"{target}: not written, since {watched} stored nothing")
            return
        self.lines.append(f"recorded from {watched}:")
        try:
            self.lines += record(inventory, target, runtime.project).lines()
        except PolicycheckError as error:
            self.problems.append(f"nothing was recorded: {error}")

    def baseline(self, partial: str) -> None:
        """Change the baseline, if that was asked for, unless the run is ``partial`` for a reason."""
        runtime = self._runtime
        if runtime.outputs.update is None:
            return
        if partial:
            self.problems.append(f"the baseline stays as it is, since the run did not show everything: {partial}")
            return
        try:
            self.lines.append(f"baseline {runtime.project.update_baseline(self._report)}")
        except PolicycheckError as error:
            self.problems.append(f"the baseline stays as it is: {error}")
