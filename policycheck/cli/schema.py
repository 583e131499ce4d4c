"""``policycheck schema``: the JSON Schema of a format, for editors and validators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse

    from policycheck.cli.parser import Subparsers

NAMES = ("catalogue", "consent-times", "diff", "observations", "profile", "report", "settings")


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "schema",
        help="print the JSON Schema of a format: catalogues, observations files, profiles, reports, settings, ...",
        description="Print the JSON Schema (2020-12) of a format, for editors and validators.",
    )
    parser.add_argument("schema", nargs="?", choices=NAMES, default="catalogue", help="which one (default: catalogue)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the schema as it is."""
    from policycheck.catalogue.schema import schema_text
    from policycheck.cli import output

    output.write(schema_text(f"{args.schema}.schema.json"))
    return ExitCode.CLEAN
