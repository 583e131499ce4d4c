# PYTHON_ARGCOMPLETE_OK
"""The program ``policycheck``: parses the command line, runs one command, turns every error into an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from policycheck.cli import commands
from policycheck.cli.exit_codes import ExitCode
from policycheck.cli.output import prepare_streams, write_error, write_warning
from policycheck.cli.parser import Parser, Subparsers, build_parser, first_word
from policycheck.errors import PluginError, PolicycheckError

_DEBUG = "POLICYCHECK_DEBUG"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: the program's) and return the exit code. Never raises."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    prepare_streams()
    try:
        return int(_run(arguments))
    except PolicycheckError as error:
        write_error(str(error))
        if os.environ.get(_DEBUG):
            write_error(_frames(error))
        return error.exit_code
    except SystemExit as leaving:  # argparse, after --help and --version
        return leaving.code if isinstance(leaving.code, int) else int(ExitCode.CLEAN)
    except KeyboardInterrupt:
        write_error("interrupted")
        return int(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last door: no traceback for a user
        write_error(_internal(error))
        return int(ExitCode.INTERNAL)


def _run(arguments: list[str]) -> int:
    parser = _parser(arguments)
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)
    args = parser.parse_args(arguments)
    if args.command is None:
        parser.error("a command is missing")
    return int(args.run(args))


def _parser(arguments: list[str]) -> Parser:
    """A parser with the commands of the box; with those of plugins too when the command line may mean one."""
    parser, subparsers = build_parser()
    word = first_word(arguments)
    asks_for_help = word is None and not {"-h", "--help"}.isdisjoint(arguments)
    commands.policycheck_commands(subparsers)
    if "_ARGCOMPLETE" in os.environ or asks_for_help or (word is not None and word not in commands.NAMES):
        _add_installed(subparsers, strict=word is not None)
    return parser


def _add_installed(subparsers: Subparsers, *, strict: bool) -> None:
    from policycheck.plugins.manager import blaming, entry_points_declared

    if not entry_points_declared():
        return
    try:
        from policycheck.engine.project import Project
        from policycheck.engine.settings import Settings

        manager = Project(Settings()).manager
    except PluginError as error:
        if strict:
            raise
        write_warning(str(error))
        return
    with blaming(manager.hook.policycheck_commands):
        manager.hook.policycheck_commands(subparsers=subparsers)


def _internal(error: BaseException) -> str:
    """What to say about a bug. The message of the exception is left out: it may hold the value of a cookie."""
    if os.environ.get(_DEBUG):
        return _frames(error)
    module = f" ({error.name})" if isinstance(error, ImportError) else ""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"internal error: {type(error).__name__}{module} at {Path(place.filename).name}:{place.lineno}\n"
        "  this is a fault of policycheck or of a plugin, not of your application\n"
        f"  report: run it again with {_DEBUG}=1 and send the traceback, which shows no values, "
        "to the maintainers"
    )


def _frames(error: BaseException | None) -> str:
    """A traceback of places alone, causes first: neither messages nor local variables, which may hold values."""
    parts: list[str] = []
    while error is not None:
        frames = "".join(
            f"\n  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        )
        parts.insert(0, f"traceback of {type(error).__name__} (its message is left out){frames}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
