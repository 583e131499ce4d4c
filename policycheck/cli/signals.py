"""``policycheck signals``: the records of consent managers that can be read, or what one of them says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse

    from policycheck.cli.parser import Subparsers
    from policycheck.consent.signals import ConsentSignal, SignalReading
    from policycheck.engine.project import Project

_WORDS = {True: "granted", False: "denied", None: "open"}


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "signals",
        help="list the records of consent managers that can be read, or read one",
        description="List the records of a choice that can be read, as consent managers store them. With a KEY, read "
        "the value of one from a file or from standard input, and say what it grants and denies. The value itself is "
        "never shown, and never taken from the command line, where others could see it. With -f json, the list names "
        "the source of each format.",
    )
    signal = parser.add_argument("key", nargs="?", metavar="KEY", help="read a record of this signal")
    options.complete(signal, options.signal_completer)
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="the value; - is standard input (default)")
    options.add_catalogue(parser)
    options.add_format(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the list or one reading. Raises UsageError for an unknown signal, SignalError for a broken record."""
    project = options.open_project(args)
    if args.key is None:
        return _list(args, project)
    return _read(args, project)


def _list(args: argparse.Namespace, project: Project) -> int:
    from policycheck.cli import output

    if args.format == "json":
        output.write(json.dumps([_row(signal) for signal in project.signals], indent=2) + "\n")
    else:
        output.write_table(
            ("signal", "title", "stored as"),
            [(signal.key, signal.title, _names(signal)) for signal in project.signals],
        )
    return ExitCode.CLEAN


def _read(args: argparse.Namespace, project: Project) -> int:
    from policycheck.catalogue.compile import BUILT_IN_CATEGORIES
    from policycheck.cli import output
    from policycheck.cli.input import input_name, read_input
    from policycheck.consent.signals import SignalError
    from policycheck.errors import UsageError
    from policycheck.model.spelling import did_you_mean

    signals = {signal.key: signal for signal in project.signals}
    if args.key not in signals:
        raise UsageError(
            f"no signal is called {args.key!r}{did_you_mean(args.key, signals)}\n  all signals: policycheck signals"
        )
    named = args.catalogue is not None or project.settings.catalogue is not None
    categories = tuple(project.catalogue(args.catalogue).categories if named else BUILT_IN_CATEGORIES)
    signal = signals[args.key]
    content = read_input(args.file, f"the value: policycheck signals {signal.key} < value.txt")
    try:
        reading = signal.decode(content.decode("utf-8").strip("\r\n"))
    except UnicodeDecodeError:
        raise SignalError(f"{input_name(args.file)}: is not UTF-8") from None
    except SignalError as error:
        raise SignalError(f"{input_name(args.file)}: {error}") from error
    document = _document(signal, reading, categories)
    if args.format == "json":
        output.write(json.dumps(document, indent=2) + "\n")
    else:
        _print(document)
    return ExitCode.CLEAN


def _row(signal: ConsentSignal) -> dict[str, Any]:
    return {
        "key": signal.key,
        "title": signal.title,
        "names": [{"kind": kind.value, "name": name} for kind, name in signal.names],
        "categories": {key: list(named) for key, named in signal.categories.items()},
        "source": signal.source,
    }


def _names(signal: ConsentSignal) -> str:
    return ", ".join(f"{kind.value} {name}" for kind, name in signal.names) or "no entry"


def _document(signal: ConsentSignal, reading: SignalReading, categories: tuple[str, ...]) -> dict[str, Any]:
    from policycheck.consent.signals.mapping import categories_of, reading_to_statuses

    statuses = reading_to_statuses(signal, reading, categories)
    return {
        "signal": signal.key,
        "chosen": reading.chosen,
        "time": _moment(reading.time),
        "version": reading.version,
        "expires": _moment(reading.expires),
        "choices": [
            {"key": key, "choice": _WORDS[choice], "categories": list(categories_of(signal, key, categories))}
            for key, choice in reading.choices.items()
        ],
        "categories": {category: _WORDS[choice] for category, choice in statuses.items()},
    }


def _moment(time: float | None) -> str | None:
    from datetime import UTC, datetime

    return None if time is None else datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds")


def _print(document: dict[str, Any]) -> None:
    from policycheck.cli import output
    from policycheck.reports.visible import visible

    facts = [("signal", document["signal"]), ("chosen", "yes" if document["chosen"] else "no, nobody chose yet")]
    facts += [(name, document[name]) for name in ("time", "version", "expires") if document[name] is not None]
    output.write_rows(facts)
    if document["choices"]:
        output.write_lines([""])
        output.write_table(
            ("key", "choice", "stands for"),
            [
                (visible(row["key"]), row["choice"], ", ".join(row["categories"]) or "no category")
                for row in document["choices"]
            ],
        )
    if document["categories"]:
        output.write_lines([""])
        output.write_table(("category", "choice"), list(document["categories"].items()))
