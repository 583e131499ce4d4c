"""``policycheck config``: which settings are in force, where each comes from, and which rules run because of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policycheck.cli import configreport, gate, options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from policycheck.cli.parser import Subparsers
    from policycheck.engine.project import Project
    from policycheck.engine.selection import Decision
    from policycheck.engine.settings import Settings
    from policycheck.engine.settings.layers import Layer
    from policycheck.engine.settings.origins import InForce, Origin
    from policycheck.rules.rule import Rule


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "config",
        help="show which settings are in force, and where each value comes from",
        description="Show which settings are in force and where each value comes from, and which rules run, how severe "
        "what they find is, and what decided that. With options of check, show what they would change.",
    )
    key = parser.add_argument(
        "key", nargs="?", metavar="KEY", help="show this setting alone; or rules, to see every rule"
    )
    options.complete(key, _keys)
    parser.add_argument("--path", metavar="PATH", help="show what holds for requests of this path: /checkout")
    parser.add_argument("--test", metavar="NODEID", help="show what holds in this test: tests/test_shop.py::test_cart")
    options.add_catalogue(parser)
    options.add_rules(parser)
    options.add_consent(parser)
    gate.add_options(parser)
    options.add_format(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the settings and the rules. Raises ConfigurationError for settings that make no sense."""
    from policycheck.cli import output
    from policycheck.engine.selection import check_selectors
    from policycheck.engine.settings.loading import read_all
    from policycheck.engine.settings.origins import in_force
    from policycheck.engine.targets import parse_targets

    _check_key(args.key)
    project = options.open_project(args)
    options.check_rules(args, project)
    check_selectors(project.rules, project.settings, [*args.select, *args.ignore])
    project = project.with_settings(_with_the_rest(project.settings, args))
    parse_targets(project.settings.reports, project.reporters, project.settings.root)
    layers = read_all(project.settings)
    found = list(in_force(project.settings, layers, _given(args)))
    if args.test is not None:
        found = [_in_test(one, project, args) for one in found]
    rules = [(rule, *_decided(project, layers, args, rule)) for rule in project.rules]
    if args.format == "json":
        output.write(
            json.dumps(configreport.document(project, layers, args, found, rules), indent=2, ensure_ascii=False) + "\n"
        )
    elif args.key is None:
        configreport.print_all(project, layers, args, found, rules)
    elif args.key == configreport.RULES:
        configreport.print_rules(rules)
    else:
        configreport.print_one(args.key, [one for one in found if one.key == args.key])
    return ExitCode.CLEAN


def _keys(**_: object) -> list[str]:
    """The settings that can be shown: what extends others is worked in."""
    from policycheck.engine.settings.setting import EXTEND, EXTEND_OF
    from policycheck.engine.settings.table import SETTINGS

    return [*(key for key in SETTINGS if key != EXTEND and key not in EXTEND_OF), configreport.RULES]


def _check_key(key: str | None) -> None:
    from policycheck.errors import UsageError
    from policycheck.model.spelling import did_you_mean

    keys = _keys()
    if key is not None and key not in keys:
        raise UsageError(f"{key!r} is not a setting{did_you_mean(key, keys)}; there are {', '.join(keys)}")


def _with_the_rest(settings: Settings, args: argparse.Namespace) -> Settings:
    """The settings with those options that check reads by itself."""
    from dataclasses import replace

    from policycheck.consent.reading import read_consent

    if args.catalogue is not None:
        settings = replace(settings, catalogue=args.catalogue)
    if args.output:
        settings = replace(settings, reports=tuple(args.output))
    return settings if args.consent is None else settings.with_options(consent=read_consent(args.consent))


def _given(args: argparse.Namespace) -> Mapping[str, tuple[str, Sequence[str]]]:
    """What the command line has said: setting to its option, and the entries or words that it gave."""
    said: dict[str, tuple[str, Sequence[str]]] = {}
    for key, words in (("features", dict(args.feature)), ("bindings", dict(args.bind)), ("ignore", args.ignore)):
        if words:
            option = {"features": "--feature", "bindings": "--bind"}.get(key, f"--{key}")
            said[key] = (option, list(words))
    if args.catalogue:
        # What the settings say about their own catalogue does not hold for another.
        said = {"features": ("--catalogue", ()), "bindings": ("--catalogue", ()), **said}
    for key in ("catalogue", "select", "fail-on", "consent", "baseline"):
        if getattr(args, key.replace("-", "_")):
            said[key] = (f"--{key}", ())
    if args.output:
        said["reports"] = ("--output", ())
    return said


def _in_test(one: InForce, project: Project, args: argparse.Namespace) -> InForce:
    """The consent that the visitor of the test starts with, in the place of the project's."""
    from dataclasses import replace

    from policycheck.engine.settings.origins import FILE, Origin, plain

    if one.key != "consent":
        return one
    table = project.settings.table_of_consent(args.test)
    if table is None:
        return one
    return replace(one, value=plain(table.consent), origins=(Origin(FILE, table.location),))


def _decided(
    project: Project, layers: Sequence[Layer], args: argparse.Namespace, rule: Rule
) -> tuple[Decision, Origin]:
    """What is decided about a rule, and where the word that decided it stands."""
    from policycheck.engine.selection import Selection
    from policycheck.engine.settings.origins import FILE, OPTION, Origin, place_of_word
    from policycheck.rules.rule import Scope

    # What is found of a catalogue or of a whole run is found at no path and in no test.
    local = rule.scope not in {Scope.CATALOGUE, Scope.RUN, Scope.ACCEPTANCE}
    here = (args.path, args.test) if local else ()
    decision = Selection(project.rules, project.settings).decide(rule, *here)
    if decision.table is not None:
        return decision, Origin(FILE, decision.table.location)
    given: Sequence[str] = getattr(args, decision.key, ()) if decision.key in {"select", "ignore"} else ()
    for word in decision.words:
        if word in given:
            return decision, Origin(OPTION, option=f"--{decision.key}")
        if (place := place_of_word(layers, decision.key, word)) is not None:
            return decision, Origin(FILE, place)
    return decision, Origin()
