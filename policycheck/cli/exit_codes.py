"""What the command line answers to the shell."""

from __future__ import annotations

from enum import IntEnum

from policycheck.model.finding import Severity
from policycheck.model.report import Report


class ExitCode(IntEnum):
    """The same for every command."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INTERNAL = 3
    NOTHING_OBSERVED = 4
    INTERRUPTED = 130


EXPLANATION = """\
exit codes: 0 clean, 1 findings, 2 usage or configuration error,
3 internal error, 4 nothing could be observed"""


def code_of(report: Report, fail_on: Severity) -> ExitCode:
    """FINDINGS when a finding that nobody waived is at least as severe as ``fail_on``."""
    failing = any(finding.severity.rank <= fail_on.rank for finding in report.open)
    return ExitCode.FINDINGS if failing else ExitCode.CLEAN
