"""The parser of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, NoReturn, Protocol

from policycheck.cli.exit_codes import EXPLANATION
from policycheck.errors import UsageError
from policycheck.model.spelling import did_you_mean

_DESCRIPTION = (
    "Does your application store only what its catalogue declares, for as long as it declares, "
    "and only with the consent that it needs?"
)


class _Formatter(argparse.HelpFormatter):
    """Wraps a paragraph, and leaves a text of several lines as it is."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)


class Parser(argparse.ArgumentParser):
    """Raises UsageError instead of ending the program, so that every error leaves by one door."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with ``message`` and the usage."""
        raise UsageError(f"{message}\n{self.format_usage().rstrip()}\n  help: {self.prog} --help")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        message = f"{str(value)!r} is unknown{did_you_mean(str(value), choices)}; there are {', '.join(choices)}"
        raise argparse.ArgumentError(action, message)


class _Version(argparse.Action):
    """Prints the version; looks it up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from importlib.metadata import version

        from policycheck.cli.output import write

        write(f"policycheck {version('policycheck')}\n")
        parser.exit()


class Subparsers(Protocol):
    """Where commands are added; argparse has no public name for it."""

    @property
    def choices(self) -> Mapping[str, argparse.ArgumentParser]:
        """The parsers by name of command."""
        ...

    def add_parser(
        self,
        name: str,
        *,
        help: str | None = ...,  # noqa: A002 - argparse's own word
        description: str | None = ...,
    ) -> argparse.ArgumentParser:
        """Add a command and return its parser."""
        ...


def build_parser() -> tuple[Parser, Subparsers]:
    """The parser without commands, and where commands are added."""
    parser = Parser(
        prog="policycheck",
        description=_DESCRIPTION,
        epilog=EXPLANATION,
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=CommandParser)
    return parser, subparsers


class CommandParser(Parser):
    """The parser of one command; the exit codes stand below its help."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("epilog", EXPLANATION)
        settings.setdefault("formatter_class", _Formatter)
        super().__init__(allow_abbrev=False, **settings)


def first_word(arguments: list[str]) -> str | None:
    """The command that was asked for: the first argument that is no option."""
    return next((word for word in arguments if not word.startswith("-")), None)
