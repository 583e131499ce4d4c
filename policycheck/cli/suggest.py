"""``policycheck suggest``: the draft of a catalogue of what files of evidence say was stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse

    from policycheck.cli.parser import Subparsers
    from policycheck.drafting import Inventory
    from policycheck.engine.project import Project

_PIPE = "the headers: curl -sSi URL | policycheck suggest"


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "suggest",
        help="draft a catalogue of what files of evidence say was stored",
        description="Draft a catalogue of what was stored, as files of evidence tell it: names, lifetimes and "
        "attributes as they were seen; category, provider and purpose as packs, consent managers and an Open Cookie "
        "Database know them. Each entry is a draft: it declares nothing before a person has reviewed it.",
    )
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="the evidence, of any format that check reads; - is standard input"
    )
    into = parser.add_argument(
        "--into",
        metavar="CATALOGUE",
        type=Path,
        help="add what it does not declare yet to this catalogue; nothing that a person wrote changes",
    )
    options.complete(into, options.location_completer)
    parser.add_argument(
        "-o", "--output", metavar="PATH", type=Path, help="write the draft to a new file: .yaml, .json or .toml"
    )
    parser.add_argument(
        "--open-cookie-database",
        metavar="FILE",
        type=Path,
        help="a copy of the Open Cookie Database, CSV or JSON, to take suggestions from",
    )
    options.add_input(parser)
    parser.add_argument(
        "--consent",
        metavar="CONSENT",
        help="unset, granted, refused or withdrawn, for what the evidence does not say itself "
        "(default: read from the records of consent managers in the evidence)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draft. Exit code 2 where a file could not be read to its end, 4 where nothing was stored."""
    from policycheck.cli import output
    from policycheck.cli.input import each_file
    from policycheck.drafting import Inventory, record
    from policycheck.errors import CaptureError, NothingObservedError, UsageError

    if args.into is not None and args.output is not None:
        raise UsageError("--into changes a catalogue, -o writes a new file\n  fix: give one of them")
    if args.output is not None and args.output.exists():
        raise UsageError(f"{args.output}: is there already\n  fix: --into {args.output} adds what it does not declare")
    if args.into is not None and not args.into.exists():
        raise UsageError(f"{args.into}: there is no such file\n  fix: -o {args.into} writes a new one")
    project = options.open_project(args)
    inventory = Inventory()
    broken = each_file(args.files, lambda file: _gather_file(file, args, project, inventory))
    told = "\n".join(map(str, broken))
    if not inventory:
        if broken:
            raise CaptureError(told)
        raise NothingObservedError("nothing was seen to be stored, so there is nothing to draft")
    target = args.into or args.output
    if target is None:
        output.write(_text(args, project, inventory))
    else:
        recorded = record(inventory, target, project, database=args.open_cookie_database)
        output.write_lines(recorded.lines())
    if broken:
        raise CaptureError(told)
    return ExitCode.CLEAN


def _text(args: argparse.Namespace, project: Project, inventory: Inventory) -> str:
    from datetime import UTC, datetime

    from policycheck.drafting.recorded import draft_text, site_name, suggestions_for

    suggestions = suggestions_for(project, args.open_cookie_database)
    return draft_text(inventory, suggestions, ".yaml", datetime.now(tz=UTC).date(), site_name(project))[0]


def _gather_file(file: str, args: argparse.Namespace, project: Project, inventory: Inventory) -> None:
    """Play one file back, each of its devices by itself."""
    from policycheck.capture.evidence import ReplayClock, replay
    from policycheck.capture.files import ReadOptions, read_evidence
    from policycheck.catalogue.compile import BUILT_IN_CATEGORIES
    from policycheck.cli import output
    from policycheck.cli.input import open_input
    from policycheck.consent.following import ConsentFollower
    from policycheck.consent.reading import read_consent
    from policycheck.consent.signals.index import SignalIndex
    from policycheck.drafting.inventory import Device, Inventory
    from policycheck.model.consent import UNSET
    from policycheck.recording import Recorder

    given = None if args.consent is None else read_consent(args.consent, BUILT_IN_CATEGORIES)
    chosen = tuple(key for key, fields in BUILT_IN_CATEGORIES.items() if fields["consent"] == "required")
    evidence = read_evidence(open_input(file, _PIPE), ReadOptions(args.url), args.input_format)
    try:
        for mark, records in evidence.devices():
            said = given or (mark.consent if mark is not None else None) or evidence.consent
            found = Inventory()
            clock, device = ReplayClock(), Device(found)
            follower = None if said is not None else ConsentFollower(SignalIndex(project.signals), chosen, clock)
            recorder = Recorder(now=clock, consent=said or UNSET, sink=device.see, follow=follower)
            try:
                replay(records, recorder, clock)
            finally:
                device.close()
                if follower is not None and not follower.records:
                    found.forget_consent()
                inventory.merge(found)
    finally:
        for note in evidence.notes:
            output.write_warning(note)
