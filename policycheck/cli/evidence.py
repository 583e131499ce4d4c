"""What ``check`` reads: each FILE is a device of its own, played back to where it can be read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from policycheck.capture.consent_times import ConsentTimes
    from policycheck.capture.evidence import DeviceMark, Record
    from policycheck.capture.files import ReadOptions
    from policycheck.catalogue.entries import Catalogue
    from policycheck.engine.project import Project
    from policycheck.engine.session import Session
    from policycheck.engine.targets import Target
    from policycheck.model.consent import ConsentState
    from policycheck.model.finding import Location
    from policycheck.model.report import Report

_PLACE = re.compile(r"(.+?):([0-9]+)(?::([0-9]+))?")
_PIPE = "the headers: curl -sSi URL | policycheck check"


def judge_files(
    args: argparse.Namespace, project: Project, catalogue: Catalogue, targets: Iterable[Target] = ()
) -> Report:
    """Judge what ``args.files`` hold, for a report to ``targets``. One of what could be read says why it is partial.

    Raises CaptureError where nothing could be read, NothingObservedError where nothing was told.
    """
    from policycheck.capture.consent_times import read_consent_times
    from policycheck.capture.files import ReadOptions
    from policycheck.cli.input import each_file, input_name
    from policycheck.consent.reading import read_consent
    from policycheck.errors import CaptureError, NothingObservedError

    given = None if args.consent is None else read_consent(args.consent, catalogue.categories)
    times = read_consent_times(args.consent_times, args.consent_at, catalogue.categories)
    options = ReadOptions(args.url, args.method, tuple(catalogue.categories))
    session = project.session(catalogue)
    session.locate = _location
    session.keeps_journeys = project.wants_journeys([args.format, *(target.format_name for target in targets)])

    def take(file: str) -> None:
        if not _replay_file(file, args.input_format, options, session, given, times) and len(args.files) > 1:
            session.note(f"{input_name(file)} holds no response, no request and no entry of storage")

    broken = each_file(args.files, take)
    session.whole = not broken
    report = replace(session.report(), partial="\n".join(map(str, broken)))
    if report.seen:
        return report
    if broken:
        raise CaptureError(report.partial) from broken[0]
    names = [input_name(file) for file in args.files or ["-"]]
    raise NothingObservedError(
        f"nothing could be observed: {', '.join(names)} "
        f"{'holds' if len(names) == 1 else 'hold'} no response and no entry of storage\n"
        "  this is no pass; headers of an application come from: curl -sS -D headers.txt -o /dev/null URL"
    )


def _location(place: str) -> Location | None:
    """The place of a record, ``file:line`` or ``file:line:column``; None for what a test is called."""
    from policycheck.model.finding import Location

    found = _PLACE.fullmatch(place)
    return None if found is None else Location(found[1], int(found[2]), int(found[3] or 0))


def _replay_file(
    file: str,
    format_name: str,
    options: ReadOptions,
    session: Session,
    consent: ConsentState | None,
    times: ConsentTimes,
) -> bool:
    """Play one file back, as far as it can be read; true where it told anything. Each of its devices is a journey."""
    from policycheck.capture.evidence import DeviceMark
    from policycheck.capture.files import read_evidence
    from policycheck.cli.input import input_name, open_input

    evidence = read_evidence(open_input(file, _PIPE), options, format_name)
    told = False
    try:
        for device, records in evidence.devices():
            mark = device or DeviceMark(input_name(file))
            said = (consent, mark.consent, evidence.consent)
            state = next((one for one in said if one is not None), None)
            told = _replay_device(records, mark, session, state, times) or told
    finally:
        for note in evidence.notes:
            session.note(note)
    return told


def _replay_device(
    records: Iterable[Record], mark: DeviceMark, session: Session, consent: ConsentState | None, times: ConsentTimes
) -> bool:
    from policycheck.capture.evidence import ReplayClock, replay
    from policycheck.errors import UsageError

    clock = ReplayClock()
    journey = session.journey(test=mark.name, consent=consent, ignore=mark.ignore, now=clock)
    if times and journey.follower is not None:
        raise UsageError("consent is to be observed, and told by time\n  fix: leave one of them out")
    try:
        replay(times.stamped(records) if times else records, journey.recorder, clock)
    finally:
        journey.finish()
    recorder = journey.recorder
    return bool(recorder.exchanges or recorder.observations or recorder.requests)
