"""The commands that come in the box, registered through the same hook as a plugin's."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from policycheck.plugins.hookspecs import hookimpl

if TYPE_CHECKING:
    from policycheck.cli.parser import Subparsers

NAMES = (
    "check",
    "merge",
    "suggest",
    "scan",
    "validate",
    "explain",
    "diff",
    "format",
    "render",
    "config",
    "init",
    "rule",
    "law",
    "packs",
    "profiles",
    "signals",
    "schema",
    "plugins",
    "completion",
)


@hookimpl
def policycheck_commands(subparsers: Subparsers) -> None:
    """Add each command; its module imports what it needs when it runs."""
    for name in NAMES:
        importlib.import_module(f"policycheck.cli.{name}").add_parser(subparsers)
