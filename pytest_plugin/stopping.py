"""Ending a run or a test for a mistake in settings, catalogue or plugins: one message, no traceback."""

from __future__ import annotations

from typing import NoReturn

import pytest

from policycheck.errors import PolicycheckError


def stop(config: pytest.Config, error: PolicycheckError, *, testing: bool) -> NoReturn:
    """End the run with pytest's exit code for a usage error, and with the message alone.

    While tests run, pytest would take a UsageError for the failure of one test; and a worker of pytest-xdist cannot end
    the run, so there the test fails.
    """
    __tracebackhide__ = True
    message = f"policycheck: {error}"
    if not testing:
        raise pytest.UsageError(message) from None
    if hasattr(config, "workerinput"):
        fail(error)
    pytest.exit(message, returncode=pytest.ExitCode.USAGE_ERROR)


def fail(error: PolicycheckError) -> NoReturn:
    """Fail the phase of a test that runs now, with the message alone.

    This frame is the one that pytest does not show; if it were hidden, pytest would say that all of them are.
    """
    raise pytest.fail.Exception(f"policycheck: {error}", pytrace=False) from None
