"""The journeys: what was stored, read, deleted and refused, in order, in segments of one state of consent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from math import isfinite

from policycheck.model.finding import Severity
from policycheck.model.report import Event, JourneyLog, Report
from policycheck.model.storage import Operation
from policycheck.reports.html.anchors import Anchors, Placed
from policycheck.reports.html.filters import toolbar
from policycheck.reports.html.markup import EMPTY, Html, cut, icon, join, name, pill, place, plural, safe, tag

_Segment = tuple[str, Sequence[tuple[int, Event]]]
"""A state of consent, and the numbered events under it."""
_CROWDED = 60
"""With more events than that, the marks of a line are small."""
OPEN_UP_TO = 8
"""So many journeys with findings are open at first."""
LIST = "journeys-list"
_DONE = {Operation.STORE: "stored", Operation.ACCESS: "read", Operation.DELETE: "deleted"}
_STATUS = re.compile(r"(?P<category>.+)=(?P<status>unset|granted|refused|withdrawn)")
_WORST = ("withdrawn", "refused", "granted")
_MARKS = (*(severity.value for severity in Severity), "accepted")
"""The worst first."""


def render_journeys(report: Report, anchors: Anchors) -> Html:
    """The section: journeys with findings first and open; without any, nothing."""
    if not report.journeys:
        return EMPTY
    logs = sorted(report.journeys, key=lambda log: not any(event.codes for event in log.events))
    heading = tag("h2", "Journeys ", tag("span", f"{len(logs):,}", class_="count"))
    said = (
        "What each device saw, in order. A band at the side says which consent held; times count from the first line."
    )
    found = {"with findings": 0, "without": 0}
    drawn: list[Html] = []
    for number, log in enumerate(logs):
        value = "with findings" if any(event.codes for event in log.events) else "without"
        found[value] += 1
        opened = value == "with findings" and number < OPEN_UP_TO
        drawn.append(_journey(log, anchors, value, opened=opened or len(logs) == 1))
    counts = {value: count for value, count in found.items() if count}
    controls = toolbar(LIST, "journey", chips={"found": ("Findings", counts)}) if len(logs) > 1 else EMPTY
    return tag("section", heading, tag("p", said, class_="quiet"), controls, tag("div", *drawn, id=LIST), id="journeys")


def _journey(log: JourneyLog, anchors: Anchors, found: str, *, opened: bool) -> Html:
    identifier = anchors.journey(log)
    segments = [(text, list(events)) for text, events in groupby(enumerate(log.events, 1), lambda at: at[1].consent)]
    marks = [mark for event in log.events if (mark := _worst(event, log, anchors))]
    marked = sum(1 for event in log.events if event.codes)
    told = [plural(len(log.events), "event"), plural(len(segments), "state") + " of consent"]
    told += [f"{marked:,} with findings"] if marked else []
    summary = tag(
        "summary",
        tag("h3", tag("bdi", cut(log.test) or "(no name)", dir="ltr")),
        tag(
            "span",
            icon(min(marks, key=_MARKS.index)) if marks else EMPTY,
            ", ".join(told),
            _began(log.events),
            class_="quiet",
        ),
        _strip(segments, log, anchors) if log.events else EMPTY,
    )
    start = log.events[0].time if log.events else 0.0
    bands = (_segment(text, events, start, log, anchors) for text, events in segments)
    left = (
        tag("p", f"{plural(log.left_out, 'more event')} left out of this report.", class_="empty")
        if log.left_out
        else EMPTY
    )
    nothing = EMPTY if log.events else tag("p", "Nothing was stored, read or deleted.", class_="empty")
    return tag(
        "details",
        summary,
        tag("ol", *bands, class_="segments") if log.events else nothing,
        left,
        class_="journey",
        id=identifier,
        open=opened,
        data_item=True,
        data_found=found,
    )


def _segment(text: str, events: Sequence[tuple[int, Event]], start: float, log: JourneyLog, anchors: Anchors) -> Html:
    band = tag("p", tag("span", "Consent "), _consent(text), class_="consent")
    drawn = (_event(number, event, start, log, anchors) for number, event in events)
    return tag("li", band, tag("ol", *drawn, class_="events"), class_=f"segment {_colour(text)}")


def _event(number: int, event: Event, start: float, log: JourneyLog, anchors: Anchors) -> Html:
    done = "refused" if event.refused else _DONE[event.operation]
    cells = [
        tag("span", relative(event.time - start), class_="time"),
        tag("span", icon(done), done, class_=f"done {done}"),
        tag("span", event.kind.value, " ", name(event.name), class_="entry"),
    ]
    if event.codes:
        links = sorted(_found(event, log, anchors), key=lambda at: (_rank(at[1]), at[0]))
        cells.append(tag("span", *(_link(code, placed) for code, placed in links), class_="codes"))
    cells.append(tag("span", join(_more(event), ", "), class_="more"))
    identifier = f"{anchors.journey(log)}-{number}" if event.codes else None
    return tag("li", join(cells, " "), class_=_worst(event, log, anchors), id=identifier)


def _found(event: Event, log: JourneyLog, anchors: Anchors) -> Iterator[tuple[str, Placed | None]]:
    return ((code, anchors.finding_of(log, code, event)) for code in event.codes)


def _rank(placed: Placed | None) -> int:
    return len(_MARKS) if placed is None else _MARKS.index(_mark(placed))


def _mark(placed: Placed) -> str:
    return "accepted" if placed.finding.accepted else placed.finding.severity.value


def _worst(event: Event, log: JourneyLog, anchors: Anchors) -> str | None:
    """The mark of the worst finding about an event."""
    marks = [_mark(placed) for _, placed in _found(event, log, anchors) if placed is not None]
    return min(marks, key=_MARKS.index, default=None)


def _more(event: Event) -> Iterator[Html]:
    if event.declared is None:
        yield tag("span", "not declared", class_="missing")
    else:
        yield safe(cut(", ".join(event.categories)) or "declared")
        if event.declared != event.name:
            yield join(("declared as ", name(event.declared)))
    if event.refused:
        yield safe(f"not kept by the browser: {cut(event.refused)}")
    elif event.lifetime:
        lifetime = cut(event.lifetime)
        yield safe(f"lives {lifetime}" if lifetime[0].isdigit() else lifetime)
    if event.where:
        yield place(event.where)


def _link(code: str, placed: Placed | None) -> Html:
    if placed is None:
        return pill(code)
    mark = _mark(placed)
    return tag("a", icon(mark), cut(code), href=f"#{placed.id}", class_=f"pill {mark}")


def _consent(text: str) -> Html:
    """``analytics=granted, else unset`` as marks; what is not spelled so is shown as it is."""
    marks: list[Html] = []
    for part in text.split(", ") if text else ["not told"]:
        if told := _STATUS.fullmatch(part):
            marks.append(pill(f"{told['category']} {told['status']}", told["status"]))
        elif part.startswith("else "):
            marks.append(pill(f"everything else {part.removeprefix('else ')}", part.removeprefix("else ")))
        else:
            marks.append(pill(part if part != "unset" else "unset: no choice was made", part.partition(" ")[0]))
    return join(marks, " ")


def _colour(text: str) -> str:
    return next((status for status in _WORST if status in text), "unset")


def _strip(segments: Iterable[_Segment], log: JourneyLog, anchors: Anchors) -> Html:
    """The journey as one line, by the order of its events: the states of consent, and a mark at each finding."""
    whole = len(log.events)
    radius = 4 if whole <= _CROWDED else 2
    bands: list[Html] = []
    marks: list[Html] = []
    for text, events in segments:
        start, width = _share(events[0][0] - 1, whole), _share(len(events), whole)
        bands.append(tag("rect", x=start, width=width, height="100%", class_=f"band {_colour(text)}"))
        for number, event in events:
            if worst := _worst(event, log, anchors):
                marks.append(tag("circle", cx=_share(number - 0.5, whole), cy="50%", r=radius, class_=f"at {worst}"))
    return tag("svg", *bands, *marks, class_="strip", aria_hidden="true")


def _share(part: float, whole: int) -> str:
    return f"{100 * part / whole:.2f}%"


def _began(events: Sequence[Event]) -> str:
    try:
        return f", from {datetime.fromtimestamp(events[0].time, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (IndexError, ValueError, OverflowError, OSError):
        return ""


def relative(seconds: float) -> str:
    """Seconds since the start as a reader takes them in: ``+0.12 s``, ``+3 min 20 s``, ``+184 days 2 h``."""
    if not isfinite(seconds) or abs(seconds) > 1e11:
        return "at no known time"
    sign, seconds = ("\N{MINUS SIGN}" if seconds < 0 else "+"), abs(seconds)
    if seconds < 60:
        return f"{sign}{seconds:.3f}".rstrip("0").rstrip(".") + " s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{sign}{plural(days, 'day')}" + (f" {hours} h" if hours else "")
    return f"{sign}{hours} h {minutes} min" if hours else f"{sign}{minutes} min {rest} s"
