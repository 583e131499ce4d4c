"""The hooks round each test: the device is there from its set-up on, and judged when its body is over."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any

import pytest

from policycheck.errors import PolicycheckError

from .check import Check
from .consent import consent_check_of, is_consent_violation
from .device import Device, failing
from .frames import hide_our_frames
from .stopping import fail
from .violation import PolicyViolation, findings_text, show_violation

if TYPE_CHECKING:
    from policycheck.model.finding import Finding

    from .runtime import Runtime

_CHECK = pytest.StashKey[Check]()
_DEVICE = pytest.StashKey[Device]()
_APART = pytest.StashKey[list["Finding"]]()


def check_of(item: pytest.Item) -> Check | None:
    """The check of ``item`` in this run of it."""
    return item.stash.get(_CHECK, None)


def keep_check(item: pytest.Item, check: Check) -> None:
    """Keep the check of ``item`` until it runs again."""
    item.stash[_CHECK] = check


def device_of(item: pytest.Item) -> Device | None:
    """The device of ``item`` in this run of it."""
    return item.stash.get(_DEVICE, None)


def keep_device(item: pytest.Item, device: Device) -> None:
    """Keep the device of ``item`` until it runs again."""
    item.stash[_DEVICE] = device


class Phases:
    """Hooks of pytest for set-up, call, teardown and report of a test."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """Give the test an empty device; when everything is watched, let it see what fixtures do."""
        __tracebackhide__ = True
        for key in (_CHECK, _DEVICE, _APART):
            _forget(item, key)
        watch = self._runtime.watch
        if watch is None or item.config.getoption("setupplan", False):  # a plan runs no fixture, those of ours neither
            return (yield)
        keep_device(item, self._runtime.device(item.nodeid))
        watch.hand_to(device_of(item))
        result = yield
        self._runtime.open(item, getattr(item, "_request", None))
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Judge when the body is over. A body that failed stays the failure; a skip hides no finding."""
        __tracebackhide__ = True
        self._runtime.ran += 1
        if check_of(item) is None:
            return (yield)
        try:
            result = yield
        except (KeyboardInterrupt, pytest.exit.Exception):
            raise
        except pytest.skip.Exception:
            self._fail(item)
            raise
        except BaseException as error:
            shown = error.findings if isinstance(error, PolicyViolation) else ()
            self._set_apart(item, shown)
            raise
        # unittest's failures are no exceptions here; pytest puts them in the place of whatever is raised.
        collected: list[Any] = getattr(item, "_excinfo", None) or []
        if all(isinstance(excinfo.value, pytest.skip.Exception) for excinfo in collected):
            self._fail(item, collected)
        else:
            self._set_apart(item)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """Judge what teardown did, and what a set-up that failed had done: an error at teardown."""
        __tracebackhide__ = True
        device = device_of(item)
        if device is None:
            return (yield)
        try:
            if device.waiting:
                self._runtime.open(item, None)
            result = yield
        except BaseException:
            self._set_apart(item)
            self._runtime.keep(device)
            raise
        finally:
            if self._runtime.watch is not None:
                self._runtime.watch.hand_to(None)
        try:
            self._fail(item)
        finally:
            self._runtime.keep(device)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show a violation as its text alone, and findings beside another failure in a section of their own."""
        report = yield
        hide_our_frames(report.longrepr, full_trace=bool(item.config.getoption("fulltrace", False)))
        error = call.excinfo.value if call.excinfo is not None else None
        if isinstance(error, PolicyViolation) or is_consent_violation(error):
            show_violation(item, report, error, error.findings)
            consent = consent_check_of(item)
            if consent is not None and not isinstance(error, PolicyViolation):
                consent.broken(error)
        apart = item.stash.get(_APART, None)
        if apart:
            report.sections.append(("policycheck", findings_text(apart)))
            _forget(item, _APART)
        return report

    def _fail(self, item: pytest.Item, in_favour_of: list[Any] | None = None) -> None:
        __tracebackhide__ = True
        found = self._settle(item)
        if found:
            if in_favour_of is not None:
                in_favour_of.clear()
            raise PolicyViolation(found) from None

    def _set_apart(self, item: pytest.Item, shown: Iterable[Finding] = ()) -> None:
        already = list(shown)
        item.stash[_APART] = [finding for finding in self._settle(item) if finding not in already]

    def _settle(self, item: pytest.Item) -> list[Finding]:
        __tracebackhide__ = True
        device, check = device_of(item), check_of(item)
        try:
            if check is not None:
                check.settle()
            if device is None or not device.busy:
                return []
            found = device.settle()
        except PolicycheckError as error:  # a hook of the project, say, that is broken
            fail(error)
        for finding in found:
            if not finding.accepted:
                subject = f"{finding.kind.value} {finding.subject!r}" if finding.kind else finding.subject
                item.user_properties.append(("policycheck.code", finding.code))
                item.user_properties.append(("policycheck.subject", subject))
        return failing(found, self._runtime.settings.fail_on)


def _forget(item: pytest.Item, key: pytest.StashKey[Any]) -> None:
    if key in item.stash:
        del item.stash[key]
