"""The hooks round the whole run: prepare, watch, and at the end report."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from policycheck.errors import PluginError, PolicycheckError
from policycheck.model.report import Report

from .delivery import Delivery
from .device import failing
from .distributed import OUTPUT_KEY
from .parts import Part, whole_report
from .stopping import stop
from .summary import Outcome, tests_by_headline, write_summary
from .watching import SessionWatch

if TYPE_CHECKING:
    from .runtime import Runtime

_BROKEN_OFF = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR)


class WholeRun:
    """Hooks of pytest for the start and the end of a run."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._outcome: Outcome | None = None
        self._problem: str | None = None

    def pytest_sessionstart(self) -> None:
        """Watch, where this process runs tests; where workers do, find out early what is wrong with the settings."""
        runtime = self._runtime
        try:
            if runtime.distributing:
                runtime.prepare()
                if runtime.config.option.policycheck:
                    SessionWatch(runtime.project).close()  # as the workers will, who could not say what is wrong
            elif runtime.config.option.policycheck:
                runtime.conftests.join(runtime.project.manager)
                runtime.watch = SessionWatch(runtime.project)
        except PolicycheckError as error:
            stop(runtime.config, error, testing=False)

    def pytest_collection_finish(self) -> None:
        """Find out what is wrong with plugins and catalogue before any test runs, now that each conftest is loaded."""
        try:
            if not self._runtime.distributing:
                self._runtime.prepare()
        except PolicycheckError as error:
            if not hasattr(self._runtime.config, "workerinput"):
                stop(self._runtime.config, error, testing=False)
            self._runtime.mistake = error

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send what a worker observed to the controller; there, or in a run without workers, report."""
        runtime = self._runtime
        if runtime.watch is not None:
            runtime.watch.close()
            self._judge_outside(runtime.watch)
            runtime.notes += runtime.watch.problems
        output: dict[str, object] | None = getattr(runtime.config, "workeroutput", None)
        if runtime.observing is not None:
            runtime.observing.close()
        try:
            if output is not None:
                output[OUTPUT_KEY] = self._own_part().dumps()
            elif not session.config.option.collectonly and session.exitstatus not in _BROKEN_OFF:
                self._finish(session)
        finally:
            if runtime.observing is not None:
                runtime.observing.clean()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the section."""
        if self._outcome is not None:
            write_summary(terminalreporter, self._outcome)

    def _judge_outside(self, watch: SessionWatch) -> None:
        """What came between tests has no test to fail; it fails the run."""
        if not watch.outside.waiting:
            return
        if self._runtime.settings.catalogue is None and self._runtime.inventory is None:
            self._runtime.notes.append("what was stored between tests was not judged: the settings name no catalogue")
            return
        try:
            watch.outside.judge_with(self._runtime.sessions.default())
            watch.outside.settle()
            self._runtime.keep(watch.outside)
        except PolicycheckError as error:
            self._problem = f"what was stored between tests was not judged: {error}"

    def _own_part(self) -> Part:
        runtime = self._runtime
        return Part(
            [(runtime.sessions.location(session), session.part()) for session in runtime.sessions],
            runtime.ran,
            Counter(runtime.watch.skipped if runtime.watch else ()),
            runtime.notes,
            runtime.wholeness.deselected,
            None if runtime.inventory is None else runtime.inventory.plain(),
        )

    def _finish(self, session: pytest.Session) -> None:
        runtime = self._runtime
        parts = [self._own_part(), *runtime.others]
        told = [*(note for part in parts for note in part.notes), *_skipped_note(parts)]
        ran = any(part.ran for part in parts)
        partial = runtime.wholeness.why_not(session, parts)
        try:
            report = whole_report(runtime.sessions, runtime.others, whole=not partial)
        except PluginError as error:
            report, self._problem = Report("", ()), f"there is no report: {error}"
        report = replace(
            report, notes=tuple(dict.fromkeys([*report.notes, *told, *(_recording_note(runtime) if ran else ())]))
        )
        delivery = Delivery(runtime, report)
        delivery.reports()
        if ran:
            delivery.observations(parts, told)
            delivery.draft(parts)
            delivery.baseline(partial)
        outcome = Outcome(
            report=report,
            tests=tests_by_headline(found for part in parts for _, own in part.reports for found in own.findings),
            fail_on=runtime.settings.fail_on,
            unobserved=ran and not report.seen,
            problems=(*delivery.problems, *([self._problem] if self._problem else [])),
            delivered=tuple(delivery.lines),
            judged=runtime.inventory is None,
        )
        if not ran and not outcome.told:
            return  # --fixtures, --setup-plan, a selection of no test: the whole catalogue is unobserved, and no wonder
        self._outcome = outcome
        if session.exitstatus != pytest.ExitCode.OK:
            return
        if outcome.unobserved or outcome.problems:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        elif any(finding.test is None for finding in failing(report.findings, runtime.settings.fail_on)):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _recording_note(runtime: Runtime) -> list[str]:
    return [] if runtime.inventory is None else ["this run drafted the catalogue, and judged nothing"]


def _skipped_note(parts: list[Part]) -> list[str]:
    skipped: Counter[str] = Counter()
    for part in parts:
        skipped.update(part.skipped)
    if not skipped:
        return []
    hosts = ", ".join(f"{host} ({count})" for host, count in sorted(skipped.items()))
    return [f"responses of other hosts were not judged: {hosts}; to judge them, add the host to the setting hosts"]
