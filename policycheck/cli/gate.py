"""What a checking command does with its report: the baseline, and the files in which reports go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from policycheck.engine.project import Project
    from policycheck.engine.targets import Target
    from policycheck.model.report import Report


def add_options(parser: argparse.ArgumentParser) -> None:
    """``--output`` and ``--baseline``: what a settings file says as well."""
    parser.add_argument(
        "-o",
        "--output",
        metavar="[FORMAT=]PATH",
        action="append",
        default=[],
        help="write a report to a file besides, in FORMAT or by its ending (.txt, .json, .sarif, .xml, .html, .md); "
        "may be repeated (default: the reports of the settings)",
    )
    parser.add_argument(
        "--baseline",
        metavar="PATH",
        help="findings that the project had before, which fail nothing (default: the settings')",
    )


def add_update(parser: argparse.ArgumentParser) -> None:
    """``--baseline-update``."""
    parser.add_argument(
        "--baseline-update",
        metavar="HOW",
        nargs="?",
        const="shrink",
        choices=("shrink", "grow"),
        help="take out of the baseline what was not found again; with grow also take in what would fail "
        "(default: shrink)",
    )


def targets(args: argparse.Namespace, project: Project) -> Sequence[Target]:
    """Where reports go: what the command line says, else the settings. Raises UsageError before anything is read."""
    from policycheck.engine.targets import parse_targets
    from policycheck.errors import UsageError

    texts, folder = (args.output, Path()) if args.output else (project.settings.reports, project.settings.root)
    found = parse_targets(texts, project.reporters, folder)
    for target in found:
        if target.path.is_dir():
            raise UsageError(f"{target.path} is a folder; name a file in it")
        if not target.path.absolute().parent.is_dir():
            raise UsageError(f"{target.path}: the folder {target.path.parent} does not exist")
    return found


def deliver(args: argparse.Namespace, project: Project, report: Report, files: Sequence[Target]) -> None:
    """Print the report, write it to ``files`` besides, and change the baseline if that is asked for."""
    from policycheck.cli import output
    from policycheck.reports import text

    if project.reporters[args.format] is text.render:
        output.write_report(report)
    else:
        output.write(project.render(report, args.format))
    for target in files:
        output.write_file(target.path, project.render(report, target.format_name))
        output.write_note(f"{target.format_name} report in {target.path}")
    if project.update is not None:
        output.write_note(f"baseline {project.update_baseline(report)}")
