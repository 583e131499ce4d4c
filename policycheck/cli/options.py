"""Options that several commands share, and the project that they make of the settings."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policycheck.engine.project import Project
    from policycheck.engine.settings import Settings

Completer = Callable[..., Iterable[str]]


def complete(action: argparse.Action, completer: Completer) -> argparse.Action:
    """Let the shell complete the values of ``action``."""
    action.completer = completer  # type: ignore[attr-defined]
    return action


def add_catalogue(parser: argparse.ArgumentParser) -> None:
    """``--catalogue``, and what a site says about it."""
    option = parser.add_argument(
        "-c",
        "--catalogue",
        metavar="LOCATION",
        help="a file, or pack:NAME (default: the catalogue of the project's settings)",
    )
    complete(option, location_completer)
    add_site(parser)


def add_site(parser: argparse.ArgumentParser) -> None:
    """``--feature`` and ``--bind``."""
    parser.add_argument(
        "--feature",
        metavar="NAME[=on|off]",
        action="append",
        default=[],
        type=_feature,
        help="switch a feature of the catalogue on (or off); may be repeated",
    )
    parser.add_argument(
        "--bind",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=_binding,
        help="bind a placeholder of the catalogue to the site's own value; may be repeated",
    )


def add_rules(parser: argparse.ArgumentParser) -> None:
    """``--select``, ``--ignore`` and ``--fail-on``."""
    for name, text in (
        ("--select", "run these rules alone: codes, groups (CON) or names, separated by commas"),
        ("--ignore", "leave these rules out, besides those of the settings"),
    ):
        option = parser.add_argument(name, metavar="RULES", action="extend", type=_words, default=[], help=text)
        complete(option, rule_completer)
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "note"),
        help="the least severity that makes exit code 1 (default: the settings', else error)",
    )


def add_input(parser: argparse.ArgumentParser) -> None:
    """``--input-format`` and ``--url``, of commands that read files of evidence."""
    from policycheck.capture.files import AUTO, FORMATS

    parser.add_argument(
        "--input-format",
        choices=(AUTO, *(form.name for form in FORMATS)),
        default=AUTO,
        help="what each FILE is (default: told by how it begins)",
    )
    parser.add_argument("--url", help="the URL of the first request of a header dump, which does not say it")


def add_consent(parser: argparse.ArgumentParser) -> None:
    """``--consent``."""
    parser.add_argument(
        "--consent",
        metavar="CONSENT",
        help="unset, granted, refused or withdrawn; or a status by category: analytics=granted,marketing=refused; or "
        "observed, to read it from the records of consent managers in the evidence "
        "(default: that of the file, then of the settings, else unset)",
    )


def add_format(parser: argparse.ArgumentParser, *, reporters: bool = False) -> None:
    """``--format``: text or JSON, or with ``reporters`` every format that a plugin provides."""
    if reporters:
        option = parser.add_argument(
            "-f",
            "--format",
            metavar="FORMAT",
            default="text",
            help="text, json, or a format of a plugin (default: text)",
        )
        complete(option, format_completer)
    else:
        parser.add_argument(
            "-f", "--format", choices=("text", "json"), default="text", help="how to print it (default: text)"
        )


def open_project(args: argparse.Namespace) -> Project:
    """The project at the working directory, with what the command line says on top. Raises ConfigurationError."""
    from policycheck.cli import commands
    from policycheck.engine.baseline import Update
    from policycheck.engine.project import Project
    from policycheck.engine.settings import load_settings

    update: str | None = getattr(args, "baseline_update", None)
    return Project(
        with_arguments(load_settings(Path.cwd()), args),
        plugins=(commands,),
        update=None if update is None else Update(update),
    )


def check_rules(args: argparse.Namespace, project: Project) -> None:
    """Raise ConfigurationError for a selector of the command line that names no rule; the settings are not blamed."""
    from policycheck.engine.selection import check_selectors
    from policycheck.engine.settings import Settings

    check_selectors(project.rules, Settings(), [*args.select, *args.ignore])


def check_some_rule_left(project: Project) -> None:
    """Raise UsageError where no rule would look at what was stored: that must not look like a pass."""
    from policycheck.engine.acceptance import rules_that_ran
    from policycheck.engine.selection import select_rules
    from policycheck.errors import UsageError

    if not rules_that_ran(select_rules(project.rules, project.settings).rules):
        raise UsageError(
            "no rule is left that looks at what was stored, so nothing would be checked\n"
            "  fix: select others, or ignore fewer; all rules: policycheck rule"
        )


def with_arguments(settings: Settings, args: argparse.Namespace) -> Settings:
    """Lay the arguments over the settings.

    Features, bindings and the categories of consent signals speak about the project's own catalogue; they do not hold
    for another one that the command line names.
    """
    from policycheck.model.finding import Severity

    given: str | None = getattr(args, "catalogue", None)
    own = settings.catalogue is None or given is None or given == settings.catalogue
    own_catalogue = replace(
        settings,
        features={**(settings.features if own else {}), **dict(getattr(args, "feature", ()))},
        bindings={**(settings.bindings if own else {}), **dict(getattr(args, "bind", ()))},
        signals={key: keys for key, keys in settings.signals.items() if own or keys is None},
    )
    baseline: str | None = getattr(args, "baseline", None)
    if baseline:
        own_catalogue = replace(own_catalogue, baseline=Path.cwd() / baseline)
    fail_on: str | None = getattr(args, "fail_on", None)
    return own_catalogue.with_options(
        select=getattr(args, "select", ()),
        ignore=getattr(args, "ignore", ()),
        fail_on=Severity(fail_on) if fail_on else None,
    )


def rule_completer(**_: object) -> list[str]:
    """Codes and names of all rules."""
    return [word for rule in _bare_project().rules for word in (rule.code, rule.name)]


def law_completer(**_: object) -> list[str]:
    """Names of all laws of consent."""
    from policycheck.consent.laws.names import LawName

    return [law.value for law in LawName]


def pack_completer(**_: object) -> list[str]:
    """Names of all packs."""
    from policycheck.catalogue.packs import pack_names

    return list(pack_names())


def signal_completer(**_: object) -> list[str]:
    """Keys of all consent signals."""
    return [signal.key for signal in _bare_project().signals]


def location_completer(prefix: str, **_: object) -> list[str]:
    """Packs, and files that may be catalogues."""
    from argcomplete.completers import FilesCompleter

    files = FilesCompleter(("yaml", "yml", "json", "toml"))(prefix)
    return [*(f"pack:{name}" for name in pack_completer()), *files]


def format_completer(**_: object) -> list[str]:
    """Formats of all reporters."""
    return sorted(_bare_project().reporters)


def _bare_project() -> Project:
    return open_project(argparse.Namespace())


def _feature(text: str) -> tuple[str, bool]:
    name, equals, state = text.partition("=")
    if not name or (equals and state not in {"on", "off"}):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME, NAME=on or NAME=off")
    return name, state != "off"


def _binding(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals or not value:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _words(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    if not all(words):
        raise argparse.ArgumentTypeError(f"{text!r} holds an empty name")
    return words
