"""``policycheck rule``: the page of a rule, or all rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from policycheck.cli.parser import Subparsers
    from policycheck.rules.rule import Rule


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "rule",
        help="show the page of a rule, or list all rules",
        description="Show the page of a rule: what it checks, why, an example, how to fix it. Without RULE, list all.",
    )
    rule = parser.add_argument(
        "rule", nargs="?", metavar="RULE", help="a code (CON001) or a name (stored-before-consent)"
    )
    options.complete(rule, options.rule_completer)
    options.add_format(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one page or the list. Raises UsageError for an unknown rule."""
    from policycheck.cli import output

    rules = options.open_project(args).rules
    if args.rule is None:
        if args.format == "json":
            output.write(json.dumps([_document(rule) for rule in rules], indent=2) + "\n")
        else:
            output.write_table(
                ("code", "name", "severity", "looks at"),
                [(rule.code, rule.name, rule.severity.value, rule.scope.value) for rule in rules],
            )
        return ExitCode.CLEAN
    rule = _find(rules, args.rule)
    if args.format == "json":
        output.write(json.dumps({**_document(rule), "page": rule.page}, indent=2) + "\n")
    else:
        output.write_markdown(rule.page + _laws_line(rule))
    return ExitCode.CLEAN


def _find(rules: Sequence[Rule], wanted: str) -> Rule:
    from policycheck.errors import UsageError
    from policycheck.model.spelling import did_you_mean

    for rule in rules:
        if wanted.upper() == rule.code or wanted.lower() == rule.name:
            return rule
    words = [word for rule in rules for word in (rule.code, rule.name)]
    near = did_you_mean(wanted, words) or did_you_mean(wanted.upper(), words)
    raise UsageError(f"no rule is called {wanted!r}{near}\n  all rules: policycheck rule")


def _laws(rule: Rule) -> list[str]:
    from policycheck.consent.laws.registry import laws

    return [law.name.value for law in laws() if rule.code in law.codes]


def _laws_line(rule: Rule) -> str:
    laws = _laws(rule)
    named = " and ".join(f"{law} (`policycheck law {law}`)" for law in laws)
    return f"\n\nReports the law{'s' * (len(laws) > 1)} {named}." if laws else ""


def _document(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "scope": rule.scope.value,
        "why": rule.why,
        "laws": _laws(rule),
    }
