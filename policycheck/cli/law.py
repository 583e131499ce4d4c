"""``policycheck law``: the page of a law of consent, or all laws."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from policycheck.cli.parser import Subparsers
    from policycheck.consent.laws import Law, LawName


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "law",
        help="show the page of a law of consent, or list all laws",
        description="Show the page of a law of consent: what it says, why, an example, what it needs to be looked at, "
        "how to switch it off. Without LAW, list all, with the rules that report them.",
    )
    law = parser.add_argument("law", nargs="?", metavar="LAW", help="the name of a law (withdrawal-erases)")
    options.complete(law, options.law_completer)
    options.add_format(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one page or the list, with what the project has switched off. Raises UsageError for an unknown law."""
    from policycheck.cli import output
    from policycheck.consent.laws.registry import law_named, laws

    off = options.open_project(args).settings.laws
    if args.law is None:
        if args.format == "json":
            output.write(json.dumps([_document(law, off) for law in laws()], indent=2) + "\n")
        else:
            output.write_table(
                ("law", "rules", "citation"),
                [(law.name.value, ", ".join(law.codes), law.citation + _off(law, off, "  ")) for law in laws()],
            )
        return ExitCode.CLEAN
    law = law_named(args.law)
    if args.format == "json":
        output.write(json.dumps({**_document(law, off), "page": law.page}, indent=2) + "\n")
    else:
        output.write_markdown(law.page + _rules_line(law) + _off(law, off, "\n\n"))
    return ExitCode.CLEAN


def _rules_line(law: Law) -> str:
    named = " and ".join(f"{code} (`policycheck rule {code}`)" for code in law.codes)
    return f"\n\nReported by the rule{'s' * (len(law.codes) > 1)} {named}."


def _off(law: Law, reasons: Mapping[LawName, str], before: str) -> str:
    return f"{before}Switched off by this project: {reasons[law.name]}" if law.name in reasons else ""


def _document(law: Law, reasons: Mapping[LawName, str]) -> dict[str, Any]:
    return {
        "name": law.name.value,
        "rules": list(law.codes),
        "citation": law.citation,
        "needs": [need.name.lower().replace("_", "-") for need in law.needs],
        "notEvaluatedWhen": [need.value for need in law.needs],
        "switchedOff": reasons.get(law.name),
    }
