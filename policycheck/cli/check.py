"""``policycheck check``: what files of evidence say was stored, against the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policycheck.capture.files import FORMATS
from policycheck.cli import gate, options
from policycheck.cli.exit_codes import code_of

if TYPE_CHECKING:
    import argparse

    from policycheck.cli.parser import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "check",
        help="check files of evidence against a catalogue",
        description="Check what was stored, as files of evidence tell it, against a catalogue. Each FILE is a device "
        f"of its own: {'; '.join(form.title for form in FORMATS)}. Files that are gzip are unpacked.",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="the evidence; - is standard input (default)")
    options.add_catalogue(parser)
    options.add_rules(parser)
    options.add_format(parser, reporters=True)
    options.add_input(parser)
    parser.add_argument(
        "--method", default="GET", help="the method of the first request of a header dump (default: GET)"
    )
    options.add_consent(parser)
    parser.add_argument(
        "--consent-times",
        metavar="FILE",
        help="a file that says from which time on which consent held (policycheck schema consent-times); each record "
        "is judged under that of its time",
    )
    parser.add_argument(
        "--consent-at",
        metavar="TIME=CONSENT",
        action="append",
        default=[],
        help="the same on the command line, once or more often: 2026-05-01T12:00:00Z=analytics=granted",
    )
    gate.add_options(parser)
    gate.add_update(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check the files. Exit code 2 where one could not be read to its end, 4 where they hold nothing at all."""
    from policycheck.cli.evidence import judge_files
    from policycheck.errors import CaptureError

    project = options.open_project(args)
    project.reporter(args.format)
    options.check_rules(args, project)
    options.check_some_rule_left(project)
    project.check_update()
    targets = gate.targets(args, project)
    report = judge_files(args, project, project.catalogue(args.catalogue), targets)
    gate.deliver(args, project, report, targets)
    if report.partial:
        raise CaptureError(report.partial)
    return code_of(report, project.settings.fail_on)
