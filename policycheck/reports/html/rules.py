"""What was not evaluated, notes on the run, and the rules that ran, each with its page."""

from __future__ import annotations

from collections import Counter

from policycheck.model.report import NotEvaluated, Report, RuleInfo
from policycheck.reports.html.markdown import to_html
from policycheck.reports.html.markup import EMPTY, Html, cut, icon, join, lines, name, pill, place, plural, tag

_SHOWN = 5


def render_remarks(report: Report) -> Html:
    """What could not be evaluated, and notes: shown, since silence would read as a pass. Without any, nothing."""
    parts: list[Html] = []
    if report.not_evaluated:
        groups: dict[tuple[str, str], list[NotEvaluated]] = {}
        for entry in report.not_evaluated:
            groups.setdefault((entry.code, entry.reason), []).append(entry)
        rows = (_unevaluated(code, reason, alike) for (code, reason), alike in groups.items())
        said = tag("p", "Nobody could tell, so this is no pass.", class_="quiet")
        parts += [tag("h3", icon("unevaluated"), "Not evaluated "), said, tag("ul", *rows, class_="remarks")]
    if report.notes:
        notes = (tag("li", lines(note)) for note in report.notes)
        parts += [tag("h3", icon("note"), "Notes"), tag("ul", *notes, class_="remarks")]
    if not parts:
        return EMPTY
    title = "Not evaluated, and notes" if report.not_evaluated and report.notes else "Remarks"
    return tag("section", tag("h2", title), *parts, id="remarks")


def _unevaluated(code: str, reason: str, alike: list[NotEvaluated]) -> Html:
    subjects = [tag("li", name(entry.subject), " ", place(entry.where) if entry.where else EMPTY) for entry in alike]
    listed = tag("ul", *subjects, class_="plain")
    if len(alike) > _SHOWN:
        listed = tag("details", tag("summary", plural(len(alike), "subject")), listed)
    return tag("li", tag("span", cut(code), class_="code"), " ", lines(reason), listed)


def render_rules(report: Report) -> Html:
    """The section with the rules that ran; without any, nothing."""
    if not report.rules:
        return EMPTY
    counts = Counter(finding.code for finding in report.findings)
    heading = tag("h2", "Rules that ran ", tag("span", f"{len(report.rules):,}", class_="count"))
    rows = (_rule(rule, counts[rule.code]) for rule in sorted(report.rules, key=lambda rule: rule.code))
    return tag("section", heading, tag("div", *rows, class_="rules"), id="rules")


def _rule(rule: RuleInfo, count: int) -> Html:
    found = pill(plural(count, "finding"), rule.severity.value) if count else EMPTY
    level = tag("span", rule.severity.value, class_="quiet level")
    said = join((tag("span", cut(rule.code), class_="code"), cut(rule.title), level, found), " ")
    why = tag("p", rule.why, class_="quiet") if rule.why else EMPTY
    page = to_html(rule.help, 3) if rule.help else EMPTY
    return tag("details", tag("summary", said), why, page, class_="page")
