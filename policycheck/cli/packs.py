"""``policycheck packs``: the ready-made catalogues that are installed, or the text of one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse

    from policycheck.cli.parser import Subparsers
    from policycheck.engine.project import Project


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "packs",
        help="list the catalogues that come ready-made, or show one",
        description="List the packs: ready-made catalogues to extend, as in extends: [pack:django]. "
        "With a name, print the pack.",
    )
    pack = parser.add_argument("pack", nargs="?", metavar="NAME", help="print this pack")
    options.complete(pack, options.pack_completer)
    options.add_format(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the list or one pack. Raises UsageError for an unknown pack."""
    from policycheck.catalogue.packs import pack_names
    from policycheck.cli import output
    from policycheck.reports.text import plural

    if args.pack is not None:
        return _show(args.pack)
    project = options.open_project(args)
    packs = [_summary(project, name) for name in pack_names()]
    if args.format == "json":
        output.write(json.dumps(packs, indent=2) + "\n")
        return ExitCode.CLEAN
    output.write_table(
        ("pack", "items", "title"),
        [
            (f"pack:{pack['name']}", "-" if pack["items"] is None else plural(pack["items"], "item"), pack["title"])
            for pack in packs
        ],
    )
    return ExitCode.CLEAN


def _show(name: str) -> int:
    from policycheck.catalogue.packs import open_pack, pack_names
    from policycheck.cli import output
    from policycheck.errors import UsageError
    from policycheck.model.spelling import did_you_mean
    from policycheck.reports.visible import visible_lines

    wanted = name.removeprefix("pack:")
    content = open_pack(wanted)
    if content is None:
        raise UsageError(
            f"no pack is called {wanted!r}{did_you_mean(wanted, pack_names())}\n  all packs: policycheck packs"
        )
    output.write(visible_lines(content.decode("utf-8", "backslashreplace")))
    return ExitCode.CLEAN


def _summary(project: Project, name: str) -> dict[str, Any]:
    from policycheck.errors import PolicycheckError

    try:
        catalogue = project.catalogue(f"pack:{name}")
    except PolicycheckError as error:
        return {"name": name, "items": None, "title": f"cannot be used: {str(error).splitlines()[0]}"}
    title = catalogue.title.get("en") or next(iter(catalogue.title.values()), "")
    return {"name": name, "items": len(catalogue.items), "title": title}
