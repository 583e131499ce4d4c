"""The report as Markdown, for the summary of a job and for a comment on a pull request.

Names come from a network: what is not plain prose stands in code, in which GitHub and GitLab see neither tags, nor
links, nor people. The text fits a comment of GitHub; what has no room is counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from policycheck.model.finding import Finding, Severity
from policycheck.model.report import NotEvaluated, Report
from policycheck.reports import text
from policycheck.reports.places import link_to, relative_places
from policycheck.reports.visible import visible

_T = TypeVar("_T")
LIMIT = 65_000
"""Characters of the whole; GitHub takes 65,536 in a comment, and 1 MiB in the summary of a step."""
_CLOSING = 1_000
"""Characters that are kept free for what stands last."""
_LONGEST = 300
"""Characters of one text: a name may have thousands."""
_GROUP = 50
"""Findings of a group whose files are looked at."""
_LINKS = 3
"""Links of a row."""
_SHORT = 60
"""Characters of a name in the table."""
_SIGNS = {Severity.ERROR: "\U0001f534", Severity.WARNING: "\U0001f7e1", Severity.NOTE: "\U0001f535"}
_PROSE = re.compile(r"(?!.*(?:://|www\.|:\w|\bGH-\d))[\w ,.;:'\"()!?/%+=-]*", re.IGNORECASE)
"""What no renderer takes for anything but words; no underscore, which is taken out below."""


def render(report: Report) -> str:
    """Render the report: counts, a table of what is open, details folded, then what was accepted, and coverage."""
    page = _Page(LIMIT - _CLOSING)
    page.add(f"## policycheck: {_headline(report)}\n\n")
    if report.partial:
        page.add(f"> **Partial:** the evidence was not read to its end: {told(report.partial)}\n\n")
    groups = text.summed(report.open)
    page.table(groups, lambda group: _row(report, group))
    page.folded("Details", groups, lambda group: _details(report, group))
    accepted = [[finding] for finding in report.findings if finding.accepted]
    page.folded("Accepted", accepted, lambda group: _details(report, group))
    page.folded("Not evaluated", report.not_evaluated, _unevaluated)
    page.folded("Notes", report.notes, lambda note: f"- {told(note)}\n")
    page.folded("Coverage", list(_coverage(report)), lambda line: line)
    return page.text + f"\n{told(text.summary(report))}\n"


def code(content: str, longest: int = _LONGEST) -> str:
    """``content`` as code that nothing in it ends: no tag, link, mention or cell of a table. Long texts are cut."""
    content = visible(content)
    content = content if len(content) <= longest else f"{content[:longest]}..."
    return "&#124;".join(_span(part) if part else "" for part in content.split("|")) or "(empty)"


def told(content: str) -> str:
    """``content`` as it is where it is plain prose, else as code."""
    content = " ".join(content.split("\n"))
    return content if "_" not in content and len(content) <= _LONGEST and _PROSE.fullmatch(content) else code(content)


class _Page:
    """Text up to a number of characters. What has no room is counted where it would stand."""

    def __init__(self, room: int) -> None:
        self.text = ""
        self._room = room

    def add(self, part: str) -> None:
        self.text += part

    def table(self, parts: Sequence[_T], row: Callable[[_T], str]) -> None:
        # A part of the room, so that details and what was accepted show as well.
        self._list(parts, row, "| | rule | what | where | fix |\n|---|---|---|---|---|\n", "\n", self._room // 2)

    def folded(self, title: str, parts: Sequence[_T], told_as: Callable[[_T], str]) -> None:
        head = f"<details><summary>{title} ({len(parts)})</summary>\n\n"
        self._list(parts, told_as, head, "\n</details>\n\n", self._room)

    def _list(self, parts: Sequence[_T], told_as: Callable[[_T], str], head: str, end: str, room: int) -> None:
        if not parts:
            return
        self.text += head
        for number, part in enumerate(parts):
            line = told_as(part)
            if len(self.text) + len(line) > room:
                self.text += f"\n{len(parts) - number} of {len(parts)} are left out: there is no room for more.\n"
                break
            self.text += line
        self.text += end


def _headline(report: Report) -> str:
    counts = {severity: sum(1 for found in report.open if found.severity is severity) for severity in Severity}
    parts = [f"{_SIGNS[level]} {text.plural(count, level.value)}" for level, count in counts.items() if count]
    if not parts:
        parts = ["nothing found" if report.partial or report.not_evaluated else "\u2705 nothing found"]
    if not report.seen and any(not rule.code.startswith("CAT") for rule in report.rules):
        parts.append("nothing was observed")
    accepted = text.accepted_count(report)
    return ", ".join([*parts, *([f"accepted: {accepted}"] if accepted else [])])


def _row(report: Report, group: Sequence[Finding]) -> str:
    finding = group[0]
    cells = [
        f"{_SIGNS[finding.severity]} {finding.severity.value}",
        told(f"{finding.code} {finding.name}"),
        _sentence(group),
        _place(report, group),
        told(finding.fix),
    ]
    return f"| {' | '.join(cells)} |\n"


def _sentence(group: Sequence[Finding]) -> str:
    finding = group[0]
    if not text.of_one(group):
        return told(text.times(group))
    message = told(finding.message) + text.in_places(group)
    return f"{finding.kind.value} {code(finding.subject, _SHORT)} {message}" if finding.kind else message


def _place(report: Report, group: Sequence[Finding]) -> str:
    """Links to the files; in the details the place in the evidence is told as well."""
    places = [place for finding in group[:_GROUP] for place in relative_places(report, finding)]
    links = list(dict.fromkeys(f"[{code(str(place))}]({link_to(report, place)})" for place in places))
    more = ", ..." if len(links) > _LINKS or (links and len(group) > _GROUP) else ""
    return ", ".join(links[:_LINKS]) + more or (code(group[0].where) if group[0].where else "")


def _details(report: Report, group: Sequence[Finding]) -> str:
    finding = group[0]
    rows = [f"- **{label}:** {told(content)}\n" for label, content in text.block(group)[1]]
    files = f"- **files:** {_place(report, group)}\n" if any(relative_places(report, one) for one in group) else ""
    return f"**{told(f'{finding.code} {finding.name}')}:** {_sentence(group)}\n\n{files}{''.join(rows)}\n"


def _unevaluated(entry: NotEvaluated) -> str:
    where = f" ({told(entry.where)})" if entry.where else ""
    return f"- {told(entry.code)} on {code(entry.subject)}: {told(entry.reason)}{where}\n"


def _coverage(report: Report) -> Iterator[str]:
    coverage = report.coverage
    if coverage.declared and report.seen:
        seen = len(coverage.declared) - len(coverage.unobserved)
        yield f"- {code(report.catalogue)}: {seen} of {text.plural(len(coverage.declared), 'declared item')} observed\n"
        yield from (f"- not observed: {code(key)}\n" for key in coverage.unobserved)
    yield from (f"- {told(line)}\n" for line in text.consent_lines(report))


def _span(content: str) -> str:
    fence = "`" * (max((len(run) for run in re.findall("`+", content)), default=0) + 1)
    pad = " " if content[0] in "` " or content[-1] in "` " else ""
    return f"{fence}{pad}{content}{pad}{fence}"
