"""``policycheck merge``: the observations of shards and workers, joined into one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from policycheck.cli.parser import Subparsers

_PIPE = "an observations file: gunzip -c shard.jsonl.gz | policycheck merge -"


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "merge",
        help="join observations files",
        description="Join observations files (pytest --policycheck-observations=PATH) of shards into one, which "
        "policycheck check judges as one run. Each test stays a device of its own. A device that stands in several "
        "files record for record is there once; a test that ran in two shards stays twice. Files that are gzip are "
        "unpacked.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="an observations file; - is standard input")
    parser.add_argument(
        "-o", "--output", metavar="PATH", type=Path, required=True, help="the file to write; gzip where it ends in .gz"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Join the files."""
    from policycheck.capture.merging import merge_to
    from policycheck.cli import output
    from policycheck.cli.input import open_input
    from policycheck.errors import UsageError

    if args.files.count("-") > 1:
        raise UsageError("standard input can be read once; name the other FILEs")
    merged = merge_to(args.output, [open_input(file, _PIPE) for file in args.files])
    words = [_count(merged.files, "file"), _count(merged.devices, "device"), _count(merged.records, "record")]
    repeated = f"; {_count(merged.repeated, 'device')} told more than once" if merged.repeated else ""
    output.write_lines([f"{args.output}: {', '.join(words)}{repeated}"])
    return 0


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
