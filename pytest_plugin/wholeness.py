"""Whether a run shows what is *not* found: only one of all tests, in which none broke off, does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .violation import ended_by_findings

if TYPE_CHECKING:
    from .parts import Part

_SELECTING = {
    "keyword": "-k",
    "markexpr": "-m",
    "lf": "--lf",
    "deselect": "--deselect",
    "stepwise": "--stepwise",
    "ignore": "--ignore",
    "ignore_glob": "--ignore-glob",
}


class Wholeness:
    """Notices tests that are left out, and tests that break off before everything of theirs was seen."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.deselected = False
        self._broken: str | None = None

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Some tests do not run, whoever chose so."""
        self.deselected = self.deselected or bool(items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that failed for another reason than its findings has not come to its end."""
        if report.failed and not ended_by_findings(report):
            self._broken = self._broken or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be collected hides its tests."""
        if report.failed:
            self._broken = self._broken or report.nodeid

    def worker_ended_early(self, worker: str) -> None:
        """What a process saw that crashed is lost."""
        self._broken = self._broken or f"worker {worker}"

    def why_not(self, session: pytest.Session, parts: Iterable[Part]) -> str:
        """Why the run, of which all processes sent ``parts``, is not whole: empty where it is."""
        option = self._config.option
        for name, spelt in _SELECTING.items():
            if getattr(option, name, None):
                return f"tests were chosen by {spelt}"
        if any(part.deselected for part in parts):
            return "tests were left out"
        if not self._names_everything():
            return "tests were named"
        if session.shouldstop or session.shouldfail:
            return "the run was stopped early"
        if self._broken is not None:
            return f"{self._broken} broke off"
        return ""

    def _names_everything(self) -> bool:
        """True for a run of every folder of tests: those of the setting testpaths, or one at the top."""
        config = self._config
        if config.args_source is not pytest.Config.ArgsSource.ARGS:
            return True
        named = [Path(config.invocation_params.dir, argument).resolve() for argument in config.args]
        root = config.rootpath.resolve()
        paths = [(root / path).resolve() for path in config.getini("testpaths")]
        if paths:
            return all(any(path.is_relative_to(folder) for folder in named) for path in paths)
        return any(folder.is_dir() and (root.is_relative_to(folder) or folder.parent == root) for folder in named)
