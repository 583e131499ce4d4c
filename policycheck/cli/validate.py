"""``policycheck validate``: what is wrong with a catalogue in itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode, code_of

if TYPE_CHECKING:
    import argparse

    from policycheck.cli.parser import Subparsers
    from policycheck.engine.project import Project
    from policycheck.errors import CatalogueError
    from policycheck.model.report import Report

VERSION = 1


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "validate",
        help="check catalogues themselves: schema, references, ambiguous names",
        description="Check catalogues themselves. A catalogue that breaks the schema ends with exit code 2 and every "
        "problem of the file; what the CAT rules find in a valid one, with 1.",
    )
    locations = parser.add_argument(
        "locations", nargs="*", metavar="LOCATION", help="files, or pack:NAME (default: the catalogue of the settings)"
    )
    options.complete(locations, options.location_completer)
    options.add_site(parser)
    options.add_rules(parser)
    options.add_format(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Validate each catalogue; a broken one does not hide the others."""
    from policycheck.cli import output
    from policycheck.errors import CatalogueError

    results: list[dict[str, Any]] = []
    code = ExitCode.CLEAN
    for location in args.locations or [None]:
        args.catalogue = location
        project = options.open_project(args)
        options.check_rules(args, project)
        try:
            report = _validate(project, location)
        except CatalogueError as error:
            code = ExitCode.USAGE
            output.write_error(str(error))
            results.append(_broken(error, location or str(project.settings.catalogue)))
            continue
        outcome = code_of(report, project.settings.fail_on)
        code = max(code, outcome)
        if args.format == "text":
            _print(report, ok=outcome is ExitCode.CLEAN)
        results.append(_result(report))
    if args.format == "json":
        output.write(json.dumps({"version": VERSION, "catalogues": results}, indent=2) + "\n")
    return code


def _validate(project: Project, location: str | None) -> Report:
    from policycheck.engine.validation import validate

    return validate(
        project.catalogue(location), project.rules, project.settings, modify_findings=project.modify_findings
    )


def _print(report: Report, *, ok: bool) -> None:
    from policycheck.cli import output
    from policycheck.reports.text import plural
    from policycheck.reports.visible import visible

    output.write_report(report)
    items = plural(len(report.coverage.declared), "item")
    output.write(f"{visible(report.catalogue)}: {items}, {'ok' if ok else 'not ok'}\n")


def _result(report: Report) -> dict[str, Any]:
    from policycheck.reports.json import to_document

    document = to_document(report)
    return {
        "catalogue": report.catalogue,
        "items": len(report.coverage.declared),
        "problems": [],
        "findings": document["findings"],
        "notEvaluated": document["notEvaluated"],
        "notes": document["notes"],
    }


def _broken(error: CatalogueError, location: str) -> dict[str, Any]:
    problems = [
        {
            "file": problem.location.file,
            "line": problem.location.line,
            "column": problem.location.column,
            "pointer": problem.location.pointer,
            "message": problem.message,
            "hint": problem.hint or None,
            "didYouMean": problem.did_you_mean,
        }
        for problem in getattr(error, "problems", ())
    ]
    unplaced = {"file": location, "line": 0, "column": 0, "pointer": "", "hint": None, "didYouMean": None}
    return {
        "catalogue": location,
        "items": None,
        "problems": problems or [{**unplaced, "message": str(error)}],
        "findings": [],
        "notEvaluated": [],
        "notes": [],
    }
