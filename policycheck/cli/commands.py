"""The commands that come in the box, registered through the same hook as a plugin's."""

from __future__ import annotations

import argparse
import importlib
from typing import TYPE_CHECKING, Any

from policycheck.plugins.hookspecs import hookimpl

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]  # noqa: SLF001 - argparse gives it no other name

NAMES = ("check", "validate", "explain", "rule", "packs", "schema", "plugins", "completion")


@hookimpl
def policycheck_commands(subparsers: Subparsers) -> None:
    """Add each command; its module imports what it needs when it runs."""
    for name in NAMES:
        importlib.import_module(f"policycheck.cli.{name}").add_parser(subparsers)
