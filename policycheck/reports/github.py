"""The report as annotations of GitHub Actions: workflow commands, which the runner reads off standard output.

GitHub shows ten of each level for a step; so the worst come first, and a last notice counts those that are left out.
What was accepted is not annotated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policycheck.model.finding import Finding, Location, Severity
from policycheck.model.report import Report
from policycheck.reports import text
from policycheck.reports.places import all_places
from policycheck.reports.visible import visible, visible_lines

SHOWN = 10
"""How many annotations of a level GitHub shows for one step."""
LONGEST = 4_000
"""Characters of a message, which a reader sees beside a line of code."""
COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report) -> str:
    """Render workflow commands, one a line, and the summary as a line of plain text."""
    return "".join(f"{line}\n" for line in (*_commands(report), text.summary(report)))


def command(name: str, message: str, properties: Mapping[str, str | int]) -> str:
    """One workflow command, with the escapes that the runner undoes; properties that are empty or 0 are left out."""
    pairs = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value)
    return f"::{name} {pairs}::{_data(message)}" if pairs else f"::{name}::{_data(message)}"


def _commands(report: Report) -> Iterator[str]:
    left: dict[Severity, int] = {}
    room = {Severity.ERROR: SHOWN - bool(report.partial), Severity.WARNING: SHOWN, Severity.NOTE: SHOWN - 1}
    if report.partial:
        yield command(
            "error", visible(f"the evidence was not read to its end: {report.partial}"), {"title": "policycheck"}
        )
    for severity, command_name in COMMANDS.items():
        groups = text.summed(finding for finding in report.open if finding.severity is severity)
        for group in groups[: room[severity]]:
            yield _annotation(report, group, command_name)
        left[severity] = sum(map(len, groups[room[severity] :]))
    unsaid = [text.plural(count, severity.value) for severity, count in left.items() if count > 0]
    more = [f"and {', '.join(unsaid)} more, for which GitHub has no room here"] if unsaid else []
    more += [f"accepted: {text.accepted_count(report)}"] if text.accepted_count(report) else []
    more += [f"{len(report.not_evaluated)} not evaluated: nobody could look"] if report.not_evaluated else []
    if more:
        yield command("notice", "\n".join(more), {"title": "policycheck"})


def _annotation(report: Report, group: Sequence[Finding], name: str) -> str:
    finding = group[0]
    place = next(iter(all_places(report, finding)), Location(""))
    rows = [f"{label}: {content}" for label, content in text.block(group)[1]]
    sentence = finding.sentence + text.in_places(group) if text.of_one(group) else text.times(group)
    message = visible_lines("\n".join([sentence, *rows]))
    if len(message) > LONGEST:
        message = message[: LONGEST - 3] + "..."
    return command(
        name,
        message,
        {
            "file": visible(place.file),
            "line": place.line,
            "col": place.column if place.line else 0,
            "title": visible(f"{finding.code} {finding.name}"),
        },
    )


def _data(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
