"""``policycheck check``: what a file of evidence says was stored, against the catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.cli import options
from policycheck.cli.exit_codes import code_of

if TYPE_CHECKING:
    import argparse

    from policycheck.capture.evidence import Evidence
    from policycheck.catalogue.entries import Catalogue
    from policycheck.cli.parser import Subparsers
    from policycheck.engine.project import Project
    from policycheck.model.finding import Report


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "check",
        help="check header dumps or an observations file against a catalogue",
        description="Check what was stored, as curl's header dumps (-i, -D) or an observations file (JSON, JSON Lines) "
        "tell it, against a catalogue.",
    )
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="the evidence; - is standard input (default)"
    )
    options.add_catalogue(parser)
    options.add_rules(parser)
    options.add_format(parser, reporters=True)
    parser.add_argument(
        "--input-format",
        choices=("auto", "dump", "observations"),
        default="auto",
        help="what FILE is (default: told by how it begins)",
    )
    parser.add_argument("--url", help="the URL of the first request of a header dump, which does not say it")
    parser.add_argument(
        "--method", default="GET", help="the method of the first request of a header dump (default: GET)"
    )
    parser.add_argument(
        "--consent",
        metavar="CONSENT",
        help="unset, granted, refused or withdrawn; or a status by category: analytics=granted,marketing=refused; or "
        "observed, to read it from the records of consent managers in the evidence "
        "(default: that of the file, then of the settings, else unset)",
    )
    parser.add_argument("-o", "--output", metavar="PATH", type=Path, help="write the report to a file")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check one file. Exit code 4 when it holds no response, no request and no entry."""
    from policycheck.cli import output
    from policycheck.cli.input import input_name
    from policycheck.errors import NothingObservedError
    from policycheck.reports import text

    project = options.open_project(args)
    project.reporter(args.format)
    options.check_rules(args, project)
    options.check_some_rule_left(project)
    catalogue = project.catalogue(args.catalogue)
    evidence = _read(args, catalogue)
    report = _judge(args, project, catalogue, evidence)
    if not report.seen:
        raise NothingObservedError(
            f"nothing could be observed: {input_name(args.file)} holds no response and no entry of storage\n"
            "  this is no pass; headers of an application come from: curl -sS -D headers.txt -o /dev/null URL"
        )
    if args.output is not None:
        output.write_file(args.output, project.render(report, args.format))
        output.write(f"{text.summary(report)}; report in {args.output}\n")
    elif project.reporters[args.format] is text.render:
        output.write_report(report)
    else:
        output.write(project.render(report, args.format))
    return code_of(report, project.settings.fail_on)


def _read(args: argparse.Namespace, catalogue: Catalogue) -> Evidence:
    from policycheck.capture.files import read_evidence
    from policycheck.cli.input import input_name, read_input

    return read_evidence(
        read_input(args.file, "the headers: curl -sSi URL | policycheck check"),
        input_name(args.file),
        format_name=args.input_format,
        url=args.url,
        method=args.method,
        categories=catalogue.categories,
    )


def _judge(args: argparse.Namespace, project: Project, catalogue: Catalogue, evidence: Evidence) -> Report:
    from policycheck.capture.evidence import ReplayClock, replay
    from policycheck.consent.reading import read_consent

    given = None if args.consent is None else read_consent(args.consent, catalogue.categories)
    clock = ReplayClock()
    session = project.session(catalogue)
    journey = session.journey(consent=evidence.consent if given is None else given, now=clock)
    replay(evidence.records, journey.recorder, clock)
    journey.finish()
    for note in evidence.notes:
        session.note(note)
    return session.report()
