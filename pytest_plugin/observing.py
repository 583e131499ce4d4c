"""What ``--policycheck-observations`` writes: the devices of each process in files of its own, then of all in one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING

from .options import readable_location

if TYPE_CHECKING:
    import pytest

    from policycheck.catalogue.entries import Catalogue

    from .device import Device

FOLDER_KEY = "policycheck_observations"
"""Where the controller tells its workers, in ``config.workerinput``, in which folder they write."""


class Observing:
    """Writes each device down when its test is over, as text without values; a file for each catalogue.

    Raises OSError where a worker cannot reach the folder of the controller.
    """

    def __init__(self, config: pytest.Config) -> None:
        told: dict[str, object] = getattr(config, "workerinput", {})
        self._own = None if told else TemporaryDirectory(prefix="policycheck-")
        self.folder = Path(self._own.name if self._own is not None else str(told[FOLDER_KEY]))
        self._worker = str(told.get("workerid", "main"))
        self._files: dict[str, IO[str]] = {}
        self._notes: dict[str, None] = {}

    def keep(self, device: Device, catalogue: Catalogue) -> None:
        """Write down what ``device`` saw, against the catalogue that it is held against."""
        from policycheck.capture.writing import device_lines
        from policycheck.rules.value.detection import detected_kinds
        from policycheck.rules.wording import detail_of

        self._notes |= dict.fromkeys(device.limitations)
        seen = device.observations
        if not (seen or device.requests or device.loads):
            return
        out = self._file(spelled(catalogue))
        out.writelines(
            device_lines(
                device.test or "between tests",
                seen,
                device.requests,
                device.loads,
                detect=detected_kinds,
                detail=detail_of,
                ignore=device.ignore,
            )
        )
        out.flush()  # what a worker that crashes has seen is not lost

    def _file(self, catalogue: str) -> IO[str]:
        from policycheck.capture.writing import head_line

        out = self._files.get(catalogue)
        if out is None:
            path = self.folder / f"{self._worker}-{len(self._files)}.jsonl"
            out = self._files[catalogue] = path.open("w", encoding="ascii")
            out.write(head_line(catalogue=catalogue or None))
        return out

    def close(self) -> None:
        """Close the files of this process, and write down what it could not observe."""
        from policycheck.capture.writing import head_line

        if self._notes:
            Path(self.folder, f"{self._worker}-notes.jsonl").write_text(head_line(notes=sorted(self._notes)), "ascii")
        for out in self._files.values():
            out.close()

    def join(self, path: Path, catalogue: str | None, notes: Iterable[str], ran: int) -> list[str]:
        """Write the devices of all processes, which watched ``ran`` tests, to ``path``; return what to say of it.

        Of several catalogues only the devices of one are written: of ``catalogue`` where it is among them. Raises
        PolicycheckError.
        """
        from policycheck.capture.evidencefile import EvidenceFile
        from policycheck.capture.merging import merge_to
        from policycheck.reports.text import plural

        by_catalogue: dict[str, list[Path]] = {}
        for file in sorted(self.folder.glob("*.jsonl")):
            with file.open(encoding="ascii") as lines:
                head = json.loads(lines.readline())
            by_catalogue.setdefault(head.get("catalogue", ""), []).append(file)
        of_all = by_catalogue.pop("", [])
        chosen = catalogue if catalogue in by_catalogue else next(iter(sorted(by_catalogue)), None)
        others = sorted(by_catalogue.keys() - {chosen})
        left_out = [f"what was held against the catalogue {other!r} is not in {path.name}" for other in others]
        files = [*by_catalogue.get(chosen or "", ()), *of_all]
        merged = merge_to(path, [EvidenceFile(file.name, file) for file in files], [*notes, *left_out])
        told = f"observations of {plural(merged.devices, 'device')}, from {plural(ran, 'test')}"
        return [f"{told}, in {readable_location(str(path))}", *left_out]

    def clean(self) -> None:
        """Take the folder away, in the process that made it."""
        if self._own is not None:
            self._own.cleanup()


def spelled(catalogue: Catalogue) -> str:
    """How a file of observations names a catalogue."""
    return f"{catalogue.id} {catalogue.version}".strip()
