"""The top of the page: what it comes to, in one look."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from policycheck.model.finding import Severity
from policycheck.model.report import Report
from policycheck.reports.html.markup import EMPTY, Html, bar, icon, join, lines, plural, tag


class Verdict(NamedTuple):
    """``kind`` is ``fail``, ``warn``, ``pass`` or ``none``, which says the colour and the drawing."""

    kind: str
    title: str
    said: str


def verdict_of(report: Report) -> Verdict:
    """What a report comes to: a run that was not whole, or that saw nothing, is no pass."""
    failing = Counter(finding.severity for finding in report.findings if report.fails(finding))
    if failing:
        said = ", ".join(plural(failing[severity], severity.value) for severity in Severity if failing[severity])
        return Verdict("fail", "Failed", f"{said} that nobody has accepted.")
    if report.partial:
        return Verdict("warn", "Incomplete", "Nothing fails in what could be read, which is not all of it.")
    if not report.seen:
        return Verdict("none", "Nothing observed", "Only the catalogue was looked at: no application, and no device.")
    left = Counter(finding.severity for finding in report.open)
    counts = ", ".join(plural(left[severity], severity.value) for severity in Severity if left[severity])
    said = f"With {counts} to look at." if counts else "What was observed keeps to the catalogue."
    if report.not_evaluated:
        said += f" Of {plural(len(report.not_evaluated), 'question')} nobody could tell the answer."
    return Verdict("warn" if left[Severity.WARNING] else "pass", "Passed", said)


def render_verdict(report: Report) -> Html:
    """The verdict with its counts, and what was looked at."""
    kind, title, said = verdict_of(report)
    title_line = tag("h1", icon(kind), title, class_="verdict")
    catalogue = tag("p", "Catalogue ", tag("code", tag("bdi", report.catalogue), class_="name"), class_="quiet")
    partial = (
        tag("div", tag("strong", "Not read to its end: "), lines(report.partial), class_="alert", role="note")
        if report.partial
        else EMPTY
    )
    left = Counter(finding.severity for finding in report.open)
    tiles = [(severity.value, left[severity], severity.value + "s" * (left[severity] != 1)) for severity in Severity]
    tiles += [
        ("accepted", len(report.waived), "waived"),
        ("accepted", len(report.known), "in the baseline"),
        ("unevaluated", len(report.not_evaluated), "not evaluated"),
    ]
    theme = tag("button", "Theme: system", type="button", id="theme", class_="scripted")
    drawn = (
        tag("li", tag("strong", f"{count:,}"), " ", tag("span", label), class_=f"tile {mark}{'' if count else ' zero'}")
        for mark, count, label in tiles
    )
    return tag(
        "header",
        tag("div", tag("p", "policycheck", class_="brand"), theme, class_="top"),
        title_line,
        tag("p", said, class_="said"),
        catalogue,
        partial,
        tag("ul", *drawn, class_="tiles"),
        _looked_at(report),
        class_=f"hero {kind}",
    )


def _looked_at(report: Report) -> Html:
    """Counts of what was observed, and how much of the catalogue that was."""
    seen = [plural(report.observations, "observation"), plural(report.exchanges, "response")]
    seen += [plural(report.requests, "request")] if report.requests else []
    seen += [plural(len(report.journeys), "journey")] if report.journeys else []
    looked = tag("p", tag("strong", "Observed: "), ", ".join(seen) if report.seen else "nothing")
    return tag("div", looked, coverage_line(report) if report.seen else EMPTY, class_="looked")


def coverage_line(report: Report) -> Html:
    """How much of the catalogue was observed, as a bar and in words."""
    whole = len(report.coverage.declared)
    if not whole:
        return EMPTY
    part = whole - len(report.coverage.unobserved)
    said = f" {part:,} of {plural(whole, 'declared item')} observed ({100 * part / whole:.0f} %)"
    return tag("p", join((bar(part, whole), said)), class_="coverage")
