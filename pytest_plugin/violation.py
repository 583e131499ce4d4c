"""What a test fails with, and how pytest shows it: the findings, without a traceback of ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from _pytest._code.code import ReprExceptionInfo, ReprFileLocation, ReprTracebackNative

from policycheck.reports.text import finding_lines, group_findings

if TYPE_CHECKING:
    import pytest

    from policycheck.model.finding import Finding


class PolicyViolation(AssertionError):  # noqa: N818 - a test fails with it as with any assertion
    """The application stored what its catalogue does not allow. ``findings`` says what; the text holds no values.

    ``sudden`` is True when ``verify()`` raised it in the body of a test, where the line of the test is worth showing.
    """

    __module__ = "pytest_policycheck"  # where it is imported from, and how tracebacks name it

    def __init__(self, findings: Sequence[Finding], *, sudden: bool = False) -> None:
        super().__init__(findings_text(findings))
        self.findings = tuple(findings)
        self.sudden = sudden


def findings_text(findings: Iterable[Finding]) -> str:
    """All findings in full, an empty line between two; what was found at several places once, with the places."""
    return "\n\n".join(
        "\n".join(finding_lines(group[0], [finding.where for finding in group])) for group in group_findings(findings)
    )


_ENDED = "policycheck_ended"


def ended_by_findings(report: pytest.TestReport) -> bool:
    """True for a test that came to its end, and failed for its findings alone."""
    return getattr(report, _ENDED, False)


def show_violation(
    item: pytest.Item, report: pytest.TestReport, violation: AssertionError, findings: Sequence[Finding]
) -> None:
    """Have ``report`` print the text alone, or the line of the test that asked; the short summary has a headline."""
    more = len(group_findings(findings)) - 1
    headline = finding_lines(findings[0])[0] + (f" (and {more} more)" if more else "")
    crash = getattr(report.longrepr, "reprcrash", None)
    if isinstance(violation, PolicyViolation) and violation.sudden:
        if crash is not None:
            crash.message = headline
        return
    if isinstance(violation, PolicyViolation):
        setattr(report, _ENDED, True)  # an attribute, which a worker sends along
    path, line, _ = item.location
    report.longrepr = ReprExceptionInfo(
        reprtraceback=ReprTracebackNative([f"{violation}\n"]),
        reprcrash=ReprFileLocation(path, (line or 0) + 1, headline),
    )
