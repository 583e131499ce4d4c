"""The findings: by severity, then by rule, each with what helps to mend it; what was accepted comes last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from policycheck.model.finding import Finding, Location, Severity
from policycheck.model.report import Report
from policycheck.reports.html.anchors import Anchors, Placed
from policycheck.reports.html.filters import toolbar
from policycheck.reports.html.markdown import to_html
from policycheck.reports.html.markup import (
    EMPTY,
    LONGEST_NAME,
    Html,
    cut,
    facts,
    icon,
    join,
    lines,
    name,
    pill,
    place,
    plural,
    tag,
)
from policycheck.reports.places import in_repository, link_to, uri_of

OPEN_UP_TO = 12
"""With more findings than that, each is folded to its first lines."""
LIST = "findings-list"


def render_findings(report: Report, anchors: Anchors) -> Html:
    """The section, with controls where there is more than one."""
    heading = tag("h2", "Findings ", tag("span", f"{len(report.findings):,}", class_="count"))
    if not report.findings:
        empty = "Nothing breaks a rule." if report.seen else "Nothing was observed that could break a rule."
        return tag("section", heading, tag("p", empty, class_="empty"), id="findings")
    categories = {item.key: ", ".join(item.categories) for item in report.coverage.items}
    opened = len(report.findings) <= OPEN_UP_TO
    groups = [(severity.value, f"{severity.value}s".capitalize(), _of(anchors, severity)) for severity in Severity]
    groups.append(("accepted", "Accepted: these fail nothing", [at for at in anchors.placed if at.finding.accepted]))
    drawn = (
        tag(
            "section",
            tag("h3", icon(mark), f"{title} ", tag("span", f"{len(placed):,}", class_="count")),
            *_by_rule(placed, report, categories, anchors, opened=opened),
            class_=f"group {mark}",
            data_group=True,
        )
        for mark, title, placed in groups
        if placed
    )
    controls = _controls(report.findings, categories) if len(report.findings) > 1 else EMPTY
    return tag("section", heading, controls, tag("div", *drawn, id=LIST), id="findings")


def _of(anchors: Anchors, severity: Severity) -> list[Placed]:
    return [at for at in anchors.placed if at.finding.severity is severity and not at.finding.accepted]


def _controls(findings: Sequence[Finding], categories: Mapping[str, str]) -> Html:
    def counted(values: Iterable[str]) -> Counter[str]:
        return Counter(values)

    fold = join(
        tag("button", label, type="button", data_fold=way)
        for label, way in (("Open all", "open"), ("Fold all", "close"))
    )
    return toolbar(
        LIST,
        "finding",
        chips={
            "severity": ("Severity", counted(finding.severity.value for finding in findings)),
            "status": ("Status", counted(_status(finding) for finding in findings)),
            "kind": ("Storage", counted(_kind(finding) for finding in findings)),
        },
        choices={
            "code": ("Rule", counted(finding.code for finding in findings)),
            "category": ("Category", counted(_category(finding, categories) for finding in findings)),
        },
        more=fold,
    )


def _by_rule(
    placed: Sequence[Placed],
    report: Report,
    categories: Mapping[str, str],
    anchors: Anchors,
    *,
    opened: bool,
) -> Iterable[Html]:
    groups: dict[str, list[Placed]] = {}
    for at in placed:
        groups.setdefault(at.finding.code, []).append(at)
    for code, alike in groups.items():
        title = alike[0].finding.name.replace("-", " ")
        count = tag("span", f"{len(alike):,}", class_="count")
        heading = tag("h4", tag("span", cut(code), class_="code"), " ", cut(title), " ", count)
        page = next((rule.help for rule in report.rules if rule.code == code), "")
        told = tag("details", tag("summary", f"About {cut(code)}"), to_html(page, 5), class_="page") if page else EMPTY
        items = (_finding(report, at, categories, anchors, opened=opened) for at in alike)
        yield tag("div", heading, told, *items, class_="rule", data_group=True)


def _finding(report: Report, placed: Placed, categories: Mapping[str, str], anchors: Anchors, *, opened: bool) -> Html:
    finding = placed.finding
    marks = [pill(f"{finding.count:,} times")] if finding.count > 1 else []
    if finding.waiver is not None:
        marks.append(pill(f"waived until {finding.waiver.expires}", "accepted"))
    elif finding.known:
        marks.append(pill("in the baseline", "accepted"))
    summary = tag(
        "summary",
        icon(finding.severity.value),
        tag("span", f"{finding.severity.value}: ", class_="unseen"),
        tag("span", _sentence(finding), class_="what"),
        tag("span", *marks, class_="marks") if marks else EMPTY,
        place(finding.where) if finding.where else EMPTY,
    )
    return tag(
        "details",
        summary,
        facts(_rows(report, finding, placed.id, anchors)),
        class_=f"finding {finding.severity.value}",
        id=placed.id,
        open=opened,
        data_item=True,
        data_severity=finding.severity.value,
        data_status=_status(finding),
        data_kind=_kind(finding),
        data_code=finding.code,
        data_category=_category(finding, categories),
    )


def _sentence(finding: Finding) -> Html:
    message = tag("bdi", finding.message, dir="ltr")
    if finding.kind is None:
        return message
    return join((finding.kind.value, name(finding.subject), message), " ")


def _rows(report: Report, finding: Finding, anchor: str, anchors: Anchors) -> list[tuple[str, str]]:
    declared = str(finding.location) if finding.location else ""
    event = anchors.event_of(finding)
    why = f"{finding.why} " if finding.why else ""
    rows: list[tuple[str, str]] = [
        ("Name", lines(finding.subject) if len(finding.subject) > LONGEST_NAME else ""),
        ("Where", lines(finding.where) if len(finding.where) > LONGEST_NAME else ""),
        ("Test", lines(finding.test) if finding.test else ""),
        ("Source", place_of(report, finding.source)),
        ("Expected", lines(finding.expected) if finding.expected else ""),
        ("Actual", lines(finding.actual) if finding.actual else ""),
        ("Fix", tag("strong", lines(finding.fix)) if finding.fix else ""),
        ("Why", join((why and lines(why), " ", tag("code", f"policycheck rule {cut(finding.code)}")))),
        (
            "Law",
            join((f"{cut(finding.law)}: ", tag("code", f"policycheck law {cut(finding.law)}"))) if finding.law else "",
        ),
        ("Declared", place_of(report, finding.location) if declared != finding.where else ""),
        ("Journey", tag("a", "When it happened", href=f"#{event}") if event else ""),
    ]
    if finding.waiver is not None:
        waiver = finding.waiver
        at = place_of(report, waiver.location)
        rows.append(
            ("Waived", join((f"by {cut(waiver.owner)} until {waiver.expires}: ", lines(waiver.reason), " ", at)))
        )
    if finding.known:
        rows.append(("Baseline", f"since {finding.since}" if finding.since else "taken in by this run"))
    link = tag("a", finding.fingerprint, href=f"#{anchor}", class_="code", aria_label=f"Link to {finding.fingerprint}")
    return [*rows, ("Fingerprint", link)]


def place_of(report: Report, location: Location | None) -> Html:
    """A place in a file, as a link where it is known at which address the repository is shown."""
    if location is None or not location.file:
        return EMPTY
    said = tag("code", tag("bdi", cut(str(location)), dir="ltr"))
    shown = in_repository(report, location) if report.sources.startswith("https://") else None
    if shown is None or uri_of(shown.file).startswith("file:"):
        return said
    return tag("a", said, href=link_to(report, shown), rel="noreferrer")


def _status(finding: Finding) -> str:
    return "waived" if finding.waiver is not None else "in the baseline" if finding.known else "open"


def _kind(finding: Finding) -> str:
    return finding.kind.value if finding.kind else "other"


def _category(finding: Finding, categories: Mapping[str, str]) -> str:
    return categories.get(finding.entry) or ("not declared" if finding.kind else "other")


def count_line(placed: Sequence[Placed]) -> Html:
    """How many findings there are, as a link to the first."""
    return tag("a", plural(len(placed), "finding"), href=f"#{placed[0].id}") if placed else Html("none")
