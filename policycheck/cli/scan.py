"""``policycheck scan``: the pages of a site in a browser, before a choice, after refusal, grant and withdrawal."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode, code_of

if TYPE_CHECKING:
    from policycheck.cli.parser import Subparsers
    from policycheck.engine.project import Project
    from policycheck.engine.session import Session
    from policycheck.scanning.plan import Plan
    from policycheck.scanning.results import Scan
    from policycheck.scanning.scanner import Scanner

_PHASES = ("before-choice", "after-refusal", "after-grant", "after-withdrawal")
_DRAFT = "catalogue.draft.yaml"


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "scan",
        help="look at a site in a browser, before and after each choice of consent",
        description="Look at a site in Chromium: before any choice, after refusal, after grant, after withdrawal. "
        "With a catalogue what is stored is judged; without one the start of a catalogue is written. Only the origin "
        "of URL, and hosts that are named, are visited.",
    )
    parser.add_argument("url", metavar="URL", help="the page to start at, such as https://shop.example/")
    parser.add_argument("--page", metavar="PATH", action="append", default=[], help="a page to visit; may be repeated")
    parser.add_argument(
        "--limit",
        metavar="N",
        type=_count,
        default=10,
        help="how many pages to visit, found ones included (default: 10)",
    )
    parser.add_argument(
        "--host",
        metavar="HOST",
        action="append",
        default=[],
        help="another host whose pages may be visited, host or host:port; may be repeated",
    )
    options.add_catalogue(parser)
    options.add_rules(parser)
    parser.add_argument(
        "--profile", metavar="NAME", help="the jurisdiction whose limits are looked at (default: the settings')"
    )
    _add_choice(parser)
    _add_output(parser)
    _add_browser(parser)
    parser.set_defaults(run=run)


def _add_choice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--phase",
        choices=_PHASES,
        action="append",
        default=[],
        help="observe this phase; may be repeated (default: all four)",
    )
    for choice, does in (
        ("accept", "accepts everything"),
        ("refuse", "refuses everything"),
        ("settings", "opens the settings, where what to press stands in them"),
        ("withdraw", "takes consent back (default: what refuses, in the settings)"),
    ):
        parser.add_argument(
            f"--{choice}",
            metavar="SELECTOR",
            action="append",
            default=[],
            help=f"what to press: it {does}; CSS, or text=...; repeated, they are pressed one after the other",
        )
    parser.add_argument(
        "--manager",
        metavar="NAME",
        help="the consent manager of the site (default: found by what it leaves in the page, else by words)",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    options.add_format(parser, reporters=True)
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the report as JSON to a file besides")
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        type=Path,
        help="write an observations file and a screenshot of each phase there, and the start of a catalogue",
    )
    parser.add_argument("--no-screenshots", action="store_true", help="write no screenshots")
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress")


def _add_browser(parser: argparse.ArgumentParser) -> None:
    for name, default, text in (
        ("timeout", 30.0, "seconds that a page may take to load"),
        ("wait", 1.0, "seconds that each page is looked at once it has loaded"),
        ("patience", 5.0, "seconds that a banner may take to show up"),
    ):
        parser.add_argument(
            f"--{name}", metavar="SECONDS", type=_seconds, default=default, help=f"{text} (default: {default:g})"
        )
    parser.add_argument("--headed", action="store_true", help="show the browser's window")
    parser.add_argument("--gpc", action="store_true", help="send Global Privacy Control with every request")
    parser.add_argument(
        "--hide-webdriver",
        action="store_true",
        help="let the browser look like a visitor's, for banners that hide from automated ones",
    )
    parser.add_argument("--browser", metavar="PROGRAM", help="the Chromium or Chrome to use (default: the machine's)")


def run(args: argparse.Namespace) -> int:
    """Scan one site. Exit code 4 when something that was asked for could not be observed, and nothing was found."""
    from policycheck.cli import output
    from policycheck.errors import NothingObservedError

    plan = _plan(args)
    project = _project(args)
    session = _session(args, project)
    scan = _scan(args, plan, project, session)
    if not scan.observed and not scan.interrupted:
        raise NothingObservedError(f"nothing could be observed: {_why_nothing(scan)}")
    code = _judged(args, project, session, scan) if session is not None else _drafted(args, project, scan)
    if scan.interrupted:
        output.write_error("interrupted: this is part of what there is")
        return ExitCode.INTERRUPTED
    if not scan.complete:
        output.write_error(f"not everything was observed, so this is no pass\n{_missing(scan)}")
        return code or ExitCode.NOTHING_OBSERVED
    return code


def _plan(args: argparse.Namespace) -> Plan:
    from policycheck.errors import UsageError
    from policycheck.scanning.managers import manager
    from policycheck.scanning.plan import Choice, Manner, Phase, Plan
    from policycheck.scanning.scope import page_url, scope_of

    scope = scope_of(args.url, tuple(args.host))
    start = page_url(args.url, "")
    pages = tuple(page_url(start, page) for page in args.page)
    for page, url in zip(args.page, pages, strict=True):
        if not scope.holds(url):
            raise UsageError(f"the page {page!r} is of another host, which was not named\n  fix: add --host HOST")
    if args.manager is not None:
        manager(args.manager)
    return Plan(
        start=start,
        scope=scope,
        pages=pages,
        limit=args.limit,
        phases=tuple(phase for phase in Phase if not args.phase or phase in args.phase),
        manner=Manner(
            {choice: tuple(getattr(args, choice)) for choice in Choice if getattr(args, choice)},
            tuple(args.settings),
            args.manager,
        ),
        timeout=args.timeout,
        wait=args.wait,
        patience=args.patience,
        out=args.out,
        screenshots=not args.no_screenshots,
        headed=args.headed,
        gpc=args.gpc,
        hide_webdriver=args.hide_webdriver,
        browser=args.browser,
    )


def _project(args: argparse.Namespace) -> Project:
    from dataclasses import replace

    from policycheck.consent.profiles.loading import load_profile

    project = options.open_project(args)
    if args.profile is None:
        return project
    return project.with_settings(replace(project.settings, profile=load_profile(args.profile, Path.cwd())))


def _session(args: argparse.Namespace, project: Project) -> Session | None:
    """What judges, None without a catalogue. What is wrong with the command line is said before a browser starts."""
    from policycheck.errors import UsageError

    if args.catalogue is None and project.settings.catalogue is None:
        if args.format != "text" or args.json is not None:
            raise UsageError(
                "a report needs a catalogue, and none is named; without one the start of a catalogue is written\n"
                "  fix: give --catalogue, or leave out --format and --json"
            )
        return None
    project.reporter(args.format)
    options.check_rules(args, project)
    options.check_some_rule_left(project)
    return project.session(project.catalogue(args.catalogue))


def _scan(args: argparse.Namespace, plan: Plan, project: Project, session: Session | None) -> Scan:
    from policycheck.api import observe
    from policycheck.cli.scanfiles import make_folder, phase_writer
    from policycheck.cli.scanprogress import ScanProgress
    from policycheck.scanning.devices import JudgedDevices, PlainDevices
    from policycheck.scanning.scanner import Scanner

    if plan.out is not None:
        make_folder(plan.out)
    devices = PlainDevices() if session is None else JudgedDevices(session)
    with ScanProgress(phase_writer(plan), quiet=args.quiet) as progress:
        scanner = Scanner(
            plan, devices, lambda context, recorder: observe(context, recorder, project=project), progress
        )
        return _run(scanner)


def _run(scanner: Scanner) -> Scan:
    """Run the scan; a second Ctrl-C leaves what there is."""
    try:
        return scanner.run()
    except KeyboardInterrupt:
        scanner.scan.interrupted = True
        return scanner.scan


def _judged(args: argparse.Namespace, project: Project, session: Session, scan: Scan) -> ExitCode:
    from policycheck.cli import output
    from policycheck.reports import text
    from policycheck.scanning.reporting import add_to, folded

    add_to(session, scan)
    report = folded(session.report())
    if args.json is not None:
        output.write_file(args.json, project.render(report, "json"))
    if project.reporters[args.format] is text.render:
        output.write_report(report)
    else:
        output.write(project.render(report, args.format))
    return code_of(report, project.settings.fail_on)


def _drafted(args: argparse.Namespace, project: Project, scan: Scan) -> ExitCode:
    from datetime import UTC, datetime

    from policycheck.cli import output
    from policycheck.drafting.recorded import suggestions_for
    from policycheck.reports.text import plural
    from policycheck.scanning.draft import inventory_of, write_draft

    draft = write_draft(scan, suggestions_for(project), datetime.now(tz=UTC).date())
    if args.out is None:
        output.write(draft)
        return ExitCode.CLEAN
    path: Path = args.out / _DRAFT
    output.write_file(path, draft)
    count = plural(len(inventory_of(scan)), "item")
    output.write(
        f"{path}: the start of a catalogue, {count}; nothing was judged\n"
        f"  next: review each entry and remove its field draft, then: policycheck validate {path}\n"
    )
    return ExitCode.CLEAN


def _why_nothing(scan: Scan) -> str:
    from policycheck.scanning.scope import shown

    for result in scan.phases:
        for url, failure in result.failures.items():
            return f"{shown(url)} {failure}"
        if result.not_observed is not None:
            return result.not_observed
    return scan.broken or "no page was looked at"


def _missing(scan: Scan) -> str:
    lines = [
        f"  {result.phase.words}: {result.not_observed}" for result in scan.phases if result.not_observed is not None
    ]
    if scan.broken is not None:
        lines.append(f"  the browser went away: {scan.broken}")
    return "\n".join(lines)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of pages, from 1 to 10000")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= 3_600:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds, from 0 to 3600")
    return seconds
