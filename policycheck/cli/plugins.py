"""``policycheck plugins``: which installed distributions extend policycheck, and how."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse

    import pluggy

    from policycheck.cli.parser import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "plugins",
        help="list the plugins and the hooks that each implements",
        description="List the installed plugins: distribution, entry point, and the hooks that each implements.",
    )
    options.add_format(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the plugins. Raises PluginError for a broken one."""
    from policycheck.cli import output

    plugins = _plugins(options.open_project(args).manager)
    if args.format == "json":
        output.write(json.dumps(plugins, indent=2) + "\n")
        return ExitCode.CLEAN
    output.write_table(
        ("distribution", "version", "entry point", "hooks"),
        [
            (plugin["distribution"], plugin["version"], plugin["entryPoint"], ", ".join(plugin["hooks"]))
            for plugin in plugins
        ],
    )
    return ExitCode.CLEAN


def _plugins(manager: pluggy.PluginManager) -> list[dict[str, Any]]:
    from importlib.metadata import version

    from policycheck.plugins.manager import BUILTIN, entry_points_declared

    known = {f"{distribution}:{point.name}": (distribution, point) for distribution, point in entry_points_declared()}
    hooks: dict[str, list[str]] = {}
    for name, plugin in manager.list_name_plugin():
        if plugin is not None:
            callers = [caller.name for caller in manager.get_hookcallers(plugin) or ()]
            hooks.setdefault(name if name in known else BUILTIN, []).extend(callers)
    listed: list[dict[str, Any]] = []
    for name, callers in sorted(hooks.items(), key=lambda pair: (pair[0] != BUILTIN, pair[0])):
        distribution, point = known.get(name, ("policycheck", None))
        listed.append(
            {
                "distribution": distribution,
                "version": version(distribution),
                "entryPoint": f"{point.name} = {point.value}" if point else "(built in)",
                "hooks": sorted(set(callers)),
            }
        )
    return listed
