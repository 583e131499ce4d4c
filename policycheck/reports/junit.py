"""The report as JUnit XML, for Jenkins, GitLab and the actions of GitHub that read test results.

A test case is one rule on one entry: it fails where a finding fails the run, it is skipped where the findings are
accepted or nobody could look, and it passes with what is milder as its output. A rule that ran and found nothing is a
case that passes, so that a trend can be seen. The shape is that of Jenkins (junit-10.xsd), which knows neither ``file``
nor ``line``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from policycheck.model.finding import Finding
from policycheck.model.report import NotEvaluated, Report
from policycheck.reports import text
from policycheck.reports.visible import visible_lines

PACKAGE = "policycheck"
"""What Jenkins calls a package: the part of a class name before its last dot."""
_LONGEST_NAME = 200
_OF_THE_CATALOGUE = "CAT"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, section 2.2."""


@dataclass
class _Case:
    """One test case: ``failed``, ``skipped`` and ``broken`` are messages, None where it is not so."""

    rule: str
    name: str
    failed: str | None = None
    skipped: str | None = None
    broken: str | None = None
    detail: str = ""
    output: str = ""


def render(report: Report) -> str:
    """Render the report as one suite, whose counts are those of its cases."""
    cases = [*_evidence(report), *_found(report), *_looked(report)]
    counts = {
        "tests": len(cases),
        "failures": sum(1 for case in cases if case.failed is not None),
        "errors": sum(1 for case in cases if case.broken is not None),
    }
    totals = {name: str(count) for name, count in counts.items()}
    suites = ET.Element("testsuites", {"name": PACKAGE, **totals})
    skipped = str(sum(1 for case in cases if case.skipped is not None))
    name = _line(f"{PACKAGE}: {report.catalogue}" if report.catalogue else PACKAGE)
    suite = ET.SubElement(suites, "testsuite", {"name": name, **totals, "skipped": skipped, "time": "0"})
    for case in cases:
        _write(suite, case)
    ET.SubElement(suite, "system-out").text = _shown("\n".join([*text.closing(report), text.summary(report)]))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _evidence(report: Report) -> list[_Case]:
    if not report.partial:
        return []
    return [_Case("evidence", "read to its end", broken="the evidence was not read to its end", detail=report.partial)]


def _found(report: Report) -> list[_Case]:
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault((f"{finding.code} {finding.name}", _subject(finding)), []).append(finding)
    unevaluated = _not_evaluated(report)
    return [
        *(_case(report, rule, name, found) for (rule, name), found in groups.items()),
        *(
            _Case(rule, name, skipped=f"not evaluated: {entries[0].reason}", detail=_reasons(entries))
            for (rule, name), entries in unevaluated.items()
            if (rule, name) not in groups
        ),
    ]


def _case(report: Report, rule: str, name: str, found: Sequence[Finding]) -> _Case:
    failing = [finding for finding in found if report.fails(finding)]
    accepted = [finding for finding in found if finding.accepted]
    milder = [finding for finding in found if finding not in failing and finding not in accepted]
    if failing:
        also = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        output = _texts([*milder, *accepted])
        return _Case(rule, name, failed=failing[0].sentence + also, detail=_texts(failing), output=output)
    if accepted and not milder:
        return _Case(rule, name, skipped=f"accepted: {_accepted(accepted[0])}", detail=_texts(accepted))
    return _Case(rule, name, output=_texts([*milder, *accepted]))


def _looked(report: Report) -> list[_Case]:
    """A case for each rule that ran and has none yet. Where nothing was observed, only the catalogue can be well."""
    told = {finding.code for finding in report.findings} | {entry.code for entry in report.not_evaluated}
    return [
        _Case(
            f"{rule.code} {rule.name}",
            "nothing found",
            skipped=None if report.seen or rule.code.startswith(_OF_THE_CATALOGUE) else "nothing was observed",
        )
        for rule in report.rules
        if rule.code not in told
    ]


def _not_evaluated(report: Report) -> dict[tuple[str, str], list[NotEvaluated]]:
    names = {rule.code: f"{rule.code} {rule.name}" for rule in report.rules}
    groups: dict[tuple[str, str], list[NotEvaluated]] = {}
    for entry in report.not_evaluated:
        groups.setdefault((names.get(entry.code, entry.code), entry.subject), []).append(entry)
    return groups


def _accepted(finding: Finding) -> str:
    rows = dict(text.finding_rows(finding))
    return rows.get("waived") or rows.get("known", "")


def _subject(finding: Finding) -> str:
    return f"{finding.kind.value} {finding.subject}" if finding.kind else finding.subject


def _texts(findings: Iterable[Finding]) -> str:
    return "\n\n".join("\n".join(text.finding_lines(finding)) for finding in findings)


def _reasons(entries: Iterable[NotEvaluated]) -> str:
    return "\n".join(f"{entry.reason}   ({entry.where})" if entry.where else entry.reason for entry in entries)


def _write(suite: ET.Element, case: _Case) -> None:
    name = _line(case.name)
    name = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."
    # A dot in the code would make Jenkins cut there.
    classname = f"{PACKAGE}.{case.rule.replace('.', '_')}"
    element = ET.SubElement(suite, "testcase", {"classname": _line(classname), "name": name or "run", "time": "0"})
    for tag, message in (("skipped", case.skipped), ("error", case.broken), ("failure", case.failed)):
        if message is not None:
            outcome = ET.SubElement(element, tag, {"type": _line(case.rule)})
            outcome.set("message", _line(message))
            outcome.text = _shown(case.detail)
    if case.output:
        ET.SubElement(element, "system-out").text = _shown(case.output)


def _line(content: str) -> str:
    """``content`` on one line, as an attribute holds it."""
    return _shown(content.replace("\n", "\\n"))


def _shown(content: str) -> str:
    """``content`` as XML can hold it, without what a screen obeys; line feeds stay."""
    content = visible_lines(content)
    return _ILLEGAL.sub(lambda found: ascii(found.group())[1:-1], content)
