"""What a journey saw, as a report tells it: without values, and not more than a reader can take in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from policycheck.matching.match import Match
from policycheck.model.consent import ConsentState
from policycheck.model.finding import Finding
from policycheck.model.observation import Observation
from policycheck.model.report import Event, JourneyLog

LONGEST = 500
"""How many events of one journey are kept."""
MOST = 10_000
"""How many events of a whole run are kept."""


def journey_log(test: str, matches: Sequence[Match], findings: Iterable[Finding]) -> JourneyLog:
    """The log of one device, with the codes of what was found of each observation. Waived findings count, too."""
    codes: dict[tuple[object, ...], dict[str, None]] = defaultdict(dict)
    for finding in findings:
        where = finding.where.partition(", seen after ")[0]
        codes[finding.kind, finding.subject, where][finding.code] = None
    events = tuple(_event(matched, codes) for matched in matches[:LONGEST])
    return JourneyLog(test, events, max(0, len(matches) - LONGEST))


def join_logs(logs: Iterable[JourneyLog]) -> tuple[JourneyLog, ...]:
    """One for each test, those in which something was found first, cut where the run saw more than :data:`MOST`."""
    by_test: dict[str, JourneyLog] = {}
    for log in logs:
        known = by_test.get(log.test)
        if known is not None:
            log = JourneyLog(log.test, (*known.events, *log.events), known.left_out + log.left_out)  # noqa: PLW2901
        by_test[log.test] = log
    left = MOST
    kept: list[JourneyLog] = []
    for log in sorted(by_test.values(), key=_order):
        events = log.events[: min(left, LONGEST)]
        left -= len(events)
        kept.append(JourneyLog(log.test, events, log.left_out + len(log.events) - len(events)))
    return tuple(kept)


def describe_consent(state: ConsentState) -> str:
    """``analytics=granted, else unset``; with ``gpc`` where the browser signals an objection."""
    told = [f"{category}={status.value}" for category, status in sorted(state.statuses.items())]
    text = f"{', '.join(told)}, else {state.default.value}" if told else state.default.value
    return f"{text}, gpc" if state.gpc else text


def _event(matched: Match, codes: dict[tuple[object, ...], dict[str, None]]) -> Event:
    seen: Observation = matched.observation
    item = matched.item
    where = seen.source.describe()
    return Event(
        time=seen.time,
        operation=seen.operation,
        kind=seen.kind,
        name=seen.name,
        declared=item.name if item else None,
        categories=item.categories if item else (),
        consent=describe_consent(seen.consent),
        where=where,
        lifetime=seen.lifetime.describe() if seen.lifetime else "",
        refused=seen.rejection.reason if seen.rejection else "",
        codes=tuple(codes.get((seen.kind, seen.name, where), ())),
    )


def _order(log: JourneyLog) -> tuple[bool, str]:
    return not any(event.codes for event in log.events), log.test
