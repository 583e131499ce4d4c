"""Writes docs/reference/cli.md from the parser: ``python docs/build/cli_reference.py``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from policycheck.cli import commands
from policycheck.cli.parser import build_parser

PAGE = Path(__file__).parent.parent / "reference" / "cli.md"
_CODES = """\
## Exit codes

| code | means |
|---|---|
| 0 | clean: no finding at least as severe as `--fail-on` |
| 1 | findings; of `explain`: nothing matches |
| 2 | usage or configuration error: the command line, the settings, the catalogue, the evidence, a plugin |
| 3 | internal error: a fault of policycheck |
| 4 | nothing could be observed: no response, no entry of storage. Never a pass |
| 130 | interrupted |

Errors go to standard error and start with `policycheck: error:`; the first line stands alone. With
`POLICYCHECK_DEBUG=1` a traceback follows, of places alone: it shows neither values nor messages.
Reports go to standard output: with colours and tables where it is a terminal, `NO_COLOR` is unset and rich is
installed (`pip install 'policycheck[cli]'`), plain otherwise. Output is UTF-8 on every locale; control characters in
names are shown as escapes.
"""


def render() -> str:
    """The page."""
    parser, subparsers = build_parser()
    commands.policycheck_commands(subparsers)
    described = {choice.dest: choice.help for choice in vars(subparsers)["_choices_actions"]}
    parts = ["# The command line\n\n<!-- Written by docs/build/cli_reference.py; edit the parser instead. -->\n"]
    parts.append(f"{parser.description}\n\n`policycheck --version` prints the version.\n")
    for name, command in subparsers.choices.items():
        parts.append(f"## policycheck {name}\n")
        parts.append(f"{command.description}\n" if command.description else f"{described[name]}\n")
        parts.append("\n".join(_rows(command)) + "\n")
    return "\n".join([*parts, _CODES])


def _rows(command: argparse.ArgumentParser) -> Iterator[str]:
    actions = [action for action in command._actions if not isinstance(action, argparse._HelpAction)]  # noqa: SLF001
    if actions:
        yield "| argument | means |\n|---|---|"
    for action in actions:
        yield f"| {_cell(_spelled(action))} | {_cell((action.help or '').replace('%%', '%'))} |"


def _spelled(action: argparse.Action) -> str:
    names = ", ".join(f"`{name}`" for name in action.option_strings)
    if action.nargs == 0:
        return names
    value = action.metavar if isinstance(action.metavar, str) else None
    if action.choices is not None and value is None:
        value = "|".join(map(str, action.choices))
    value = value or action.dest.upper()
    if not action.option_strings:
        return f"`{value}`" + (" (optional)" if action.nargs == "?" else "") + (" ..." if action.nargs == "*" else "")
    return f"{names} `{value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
    sys.stdout.write(f"{PAGE}\n")
