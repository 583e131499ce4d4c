"""The catalogue as a table: which of its items a run observed; and how far journeys through consent came."""

from __future__ import annotations

from collections import Counter

from policycheck.consent.laws.names import LawName
from policycheck.consent.transitions import TransitionKind
from policycheck.model.consent import ConsentStatus
from policycheck.model.report import ConsentReach, DeclaredItem, Report
from policycheck.reports.html.anchors import Anchors
from policycheck.reports.html.filters import toolbar
from policycheck.reports.html.findings import count_line, place_of
from policycheck.reports.html.markup import EMPTY, Html, bar, cut, icon, name, plural, tag
from policycheck.reports.html.verdict import coverage_line

LIST = "catalogue-list"
_COLUMNS = ("Name", "Kind", "Categories", "Provider", "Retention", "Observed", "Findings")
_UNSORTED = "Retention"
"""Its words have no order that a script could tell."""


def render_catalogue(report: Report, anchors: Anchors) -> Html:
    """The section with the table of declared items; without any, nothing."""
    items = report.coverage.items
    if not items:
        return _bare(report) if report.coverage.declared else EMPTY
    observed = report.coverage.observed
    rows = [_row(item, report, anchors) for item in items]
    head = (
        tag(
            "th",
            column,
            scope="col",
            role="columnheader",
            data_sort=column != _UNSORTED,
            data_number=column == "Findings",
        )
        for column in _COLUMNS
    )
    table = tag(
        "table",
        tag("caption", f"The declared items of {report.catalogue}", class_="unseen"),
        tag("thead", tag("tr", *head, role="row"), role="rowgroup"),
        tag("tbody", *rows, id=LIST, role="rowgroup"),
        class_="items",
        role="table",
    )
    controls = toolbar(
        LIST,
        "item",
        chips={
            "observed": ("Observed", Counter("yes" if item.key in observed else "no" for item in items)),
            "kind": ("Kind", Counter(item.kind.value for item in items)),
        },
        choices={
            "category": ("Category", Counter(", ".join(item.categories) or "none" for item in items)),
            "provider": ("Provider", Counter(item.provider or "none" for item in items)),
        },
    )
    heading = tag("h2", "Catalogue ", tag("span", f"{len(items):,}", class_="count"))
    reach = coverage_line(report) if report.seen else tag("p", "No run observed any of it.", class_="quiet")
    return tag("section", heading, reach, controls if len(items) > 1 else EMPTY, table, id="catalogue")


def _bare(report: Report) -> Html:
    """The declared items where no more is known of them than their keys."""
    keys = (
        tag("li", icon("yes" if key in report.coverage.observed else "no"), name(key))
        for key in report.coverage.declared
    )
    return tag(
        "section", tag("h2", "Catalogue"), coverage_line(report), tag("ul", *keys, class_="plain"), id="catalogue"
    )


def _row(item: DeclaredItem, report: Report, anchors: Anchors) -> Html:
    observed = item.key in report.coverage.observed
    found = anchors.of_entry.get(item.key, [])
    mark = tag("span", icon("yes" if observed else "no"), "yes" if observed else "no" if report.seen else "not looked")
    said: tuple[str, ...] = (
        item.kind.value,
        cut(", ".join(item.categories)),
        tag("bdi", cut(item.provider)) if item.provider else "",
        cut(item.retention),
        mark,
        count_line(found),
    )
    place = tag("small", place_of(report, item.location), class_="quiet") if item.location else EMPTY
    cells = [
        tag("td", value or "-", role="cell", data_label=label) for label, value in zip(_COLUMNS[1:], said, strict=True)
    ]
    return tag(
        "tr",
        tag("th", name(item.name), place, scope="row", role="rowheader"),
        *cells,
        role="row",
        data_item=True,
        data_observed="yes" if observed else "no",
        data_kind=item.kind.value,
        data_category=", ".join(item.categories) or "none",
        data_provider=item.provider or "none",
        data_findings=len(found),
    )


def render_reach(report: Report) -> Html:
    """How far journeys through choices of consent came; without any, nothing."""
    if not report.consent:
        return EMPTY
    return tag("section", tag("h2", "Consent"), *(_reach(reach) for reach in report.consent), id="consent")


def _reach(reach: ConsentReach) -> Html:
    rows = (
        ("states reached", reach.states, len(ConsentStatus) ** len(reach.categories)),
        ("transitions taken", reach.transitions, len(TransitionKind) * len(ConsentStatus)),
        ("laws looked at", reach.laws, len(LawName)),
    )
    drawn = (
        tag(
            "details",
            tag("summary", bar(len(seen), whole), f" {len(seen):,} of {whole:,} {what}"),
            tag("ul", *(tag("li", name(one)) for one in sorted(seen)), class_="plain"),
            class_="reach",
        )
        for what, seen, whole in rows
    )
    came = tag("p", f"{plural(reach.journeys, 'journey')}, {plural(reach.steps, 'step')}", class_="quiet")
    title = tag("h3", "A visitor decides about ", tag("bdi", ", ".join(reach.categories)))
    return tag("div", title, came, *drawn, class_="card")
