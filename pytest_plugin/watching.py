"""The zero-line mode: every known client is watched during the whole run, for the test of the moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policycheck.capture.hosts import HostFilter
from policycheck.capture.imports import ImportWatch
from policycheck.capture.slot import RecorderSlot
from policycheck.engine.project import Project
from policycheck.plugins.manager import blaming

from .device import Device


class SessionWatch:
    """Watches from its creation until ``close``. Between tests ``outside`` gets the responses.

    Raises PolicycheckError for a host in the settings that is none, and for a broken plugin.
    """

    def __init__(self, project: Project) -> None:
        self.outside = Device(None)
        self._slot = RecorderSlot(self.outside, hosts=HostFilter(project.settings.hosts))
        watchers: dict[str, Any] = {}
        with blaming(project.manager.hook.policycheck_watched_modules):
            for group in reversed(project.manager.hook.policycheck_watched_modules()):
                watchers.update(group)
        self._imports = ImportWatch(watchers, self._slot)

    def hand_to(self, device: Device | None) -> None:
        """From now on ``device`` gets the responses; None: no test runs."""
        self._slot.current = self.outside if device is None else device

    @property
    def skipped(self) -> Mapping[str, int]:
        """Responses that were not judged, by host: the host is not the application's."""
        return dict(self._slot.skipped)

    @property
    def problems(self) -> list[str]:
        """What could not be watched, and why."""
        return [str(problem) for problem in self._imports.problems]

    def close(self) -> None:
        """Put back everything that was changed."""
        self._imports.close()
