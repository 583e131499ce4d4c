"""``policycheck format``: one layout for every catalogue, so that a diff shows what changed and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from policycheck.cli.parser import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "format",
        help="lay out catalogue files: order of fields, indentation, quotes",
        description="Rewrite catalogue files in one layout. Comments, the order of entries and the meaning stay; a "
        "file whose meaning would change is refused. - reads standard input as YAML and writes to standard output.",
    )
    files = parser.add_argument(
        "files", nargs="*", metavar="FILE", help="catalogue files (default: the catalogue of the settings)"
    )
    options.complete(files, options.location_completer)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 and name the files that would change"
    )
    parser.add_argument("--diff", action="store_true", help="write nothing; print what would change")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Format each file; one that cannot be read does not hide the others."""
    from policycheck.cli import output
    from policycheck.errors import PolicycheckError

    code = ExitCode.CLEAN
    changed = 0
    files: Sequence[str] = args.files or [_own(args)]
    for file in files:
        try:
            differs = _format(file, check=args.check, diff=args.diff)
        except PolicycheckError as error:
            output.write_error(str(error))
            code = ExitCode.USAGE
            continue
        changed += differs
        if differs and args.check:
            code = max(code, ExitCode.FINDINGS)
    if "-" not in files and not args.diff:
        verb = "would change" if args.check else "changed"
        output.write(f"{changed} of {len(files)} {'file' if len(files) == 1 else 'files'} {verb}\n")
    return code


def _own(args: argparse.Namespace) -> str:
    from policycheck.errors import UsageError

    location = options.open_project(args).catalogue_location
    if location.startswith("pack:"):
        raise UsageError(f"the project's catalogue is {location}, which is no file of yours\n  fix: name a FILE")
    return location


def _format(file: str, *, check: bool, diff: bool) -> bool:
    """Format one file; whether it differs from its layout. Raises CaptureError, CatalogueError."""
    from policycheck.catalogue.formatting import format_catalogue
    from policycheck.cli import output
    from policycheck.cli.input import STDIN, read_input
    from policycheck.replacing import replace_file
    from policycheck.reports.visible import visible

    content = read_input(file, "a catalogue: policycheck format - < catalogue.yaml")
    result = format_catalogue(content, f"{STDIN}.yaml" if file == "-" else file)
    if file == "-" and not check and not diff:
        output.write(result.decode())
        return False
    if result == content:
        return False
    if diff:
        output.write(_unified(content, result, file))
    elif check:
        output.write(f"would change {visible(file)}\n")
    else:
        replace_file(Path(file), result)
        output.write(f"changed {visible(file)}\n")
    return True


def _unified(old: bytes, new: bytes, file: str) -> str:
    from difflib import unified_diff

    from policycheck.reports.visible import visible

    before, after = (content.decode("utf-8", "replace").splitlines() for content in (old, new))
    compared = unified_diff(before, after, file, f"{file} (formatted)", lineterm="")
    return "".join(f"{visible(line)}\n" for line in compared) or f"{visible(file)}: only line ends would change\n"
