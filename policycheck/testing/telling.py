"""Telling a broken law: the findings, the sequence as code, and what was stored after each step. No values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from policycheck.consent.steps import Place, Step
from policycheck.model.consent import ConsentState, ConsentStatus
from policycheck.model.finding import Finding
from policycheck.model.storage import Operation, StorageKind
from policycheck.reports.text import finding_lines, group_findings
from policycheck.rules.wording import printable
from policycheck.testing.making import driver_name
from policycheck.testing.violation import ConsentViolation, violation_of

if TYPE_CHECKING:
    from policycheck.testing.visitor import Visitor

_MARKS = {Operation.STORE: "+", Operation.DELETE: "-", Operation.ACCESS: "read"}


def violation(visitor: Visitor, failing: Sequence[Finding]) -> ConsentViolation:
    """The exception for what fails after the last step of ``visitor``; its class is that of the first law broken."""
    text = violation_text(failing, visitor.steps, driver_name(visitor.setup.driver_factory))
    return violation_of(failing[0].law or failing[0].code)(text, failing, visitor.steps, visitor.told)


def violation_text(failing: Sequence[Finding], steps: Sequence[Step], driver: str) -> str:
    """The whole text: a headline, the findings, the sequence, the trace, and a test to paste."""
    lines: list[str] = []
    for group in group_findings(failing):
        finding = group[0]
        law = f"{finding.law}: " if finding.law else ""
        head, *rest = finding_lines(finding, [each.where for each in group])
        lines += [law + head, *rest, ""]
    lines += ["sequence:", f"  {'; '.join(step.text for step in steps)}", ""]
    lines += ["what was stored:", *(f"  {line}" for line in trace(steps)), ""]
    lines += ["as a regression test:", *(f"  {line}" for line in regression_test(failing[0], steps, driver))]
    return "\n".join(lines)


def regression_test(finding: Finding, steps: Sequence[Step], driver: str) -> Iterator[str]:
    """A test that goes the same way, to be pasted."""
    name = (finding.law or finding.name).replace("-", "_")
    yield f"def test_{name}(policycheck_consent):"
    yield f"    visitor = policycheck_consent.visitor({driver})"
    for step in steps:
        yield f"    visitor.{step.text}"


def trace(steps: Sequence[Step]) -> Iterator[str]:
    """Each step with what it stored (+) and deleted (-), and after it the consent and what lies on the device."""
    width = max((len(step.text) for step in steps), default=0)
    for number, step in enumerate(steps, 1):
        yield f"{number:2}  {step.text:{width}}  {_consent(step.after)}".rstrip()
        for match in step.matches:
            observation = match.observation
            refused = "  (a browser refuses it)" if observation.rejection else ""
            mark = _MARKS[observation.operation]
            where = "" if observation.path in (None, "/") else f"  Path={printable(str(observation.path))}"
            yield f"      {mark} {observation.kind.value} '{printable(observation.name)}'{where}{refused}"
        if step.comparison is not None and step.comparison.differences:
            yield f"      compared with  {step.comparison.second}"
    if steps:
        names = ", ".join(_held(place) for place in steps[-1].held)
        yield f"    on the device: {names or 'nothing'}"


def _consent(state: ConsentState) -> str:
    said = [f"{name} {status.value}" for name, status in state.statuses.items() if status is not ConsentStatus.UNSET]
    lapsed = [f"{name} {choice.lapsed.value}" for name, choice in state.choices.items() if choice.lapsed]
    return ", ".join([*said, *lapsed, *(["Sec-GPC: 1"] if state.gpc else [])])


def _held(place: Place) -> str:
    kind, name, where, path, _ = place
    shown = printable(name)
    if kind is not StorageKind.COOKIE:
        return f"{kind.value} '{shown}'"
    wide = f" Domain={where[1:]}" if where is not None and where.startswith(".") else ""
    deep = f" Path={printable(path)}" if path not in (None, "/") else ""
    return f"cookie '{shown}'{wide}{deep}"
