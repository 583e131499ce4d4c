"""``policycheck completion``: the code that teaches a shell to complete the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse

    from policycheck.cli.parser import Subparsers

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "completion",
        help="print the shell code that completes policycheck's command line",
        description="Print shell code that completes policycheck's command line, to be evaluated by the shell: "
        'eval "$(policycheck completion bash)".',
    )
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the code. Raises UsageError when argcomplete is not installed."""
    from policycheck.cli import output
    from policycheck.errors import UsageError

    try:
        from argcomplete.shell_integration import shellcode
    except ImportError as error:
        raise UsageError("completion needs the package argcomplete\n  fix: pip install 'policycheck[cli]'") from error
    output.write(shellcode(["policycheck"], shell=args.shell).strip("\n") + "\n")
    return ExitCode.CLEAN
