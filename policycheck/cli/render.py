"""``policycheck render``: the published overview of what the catalogue declares, written or held to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse

    from policycheck.cli.parser import Subparsers
    from policycheck.disclosure.overview import Overview

_ENDINGS = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html"}


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "render",
        help="write the cookie overview of a page from the catalogue, or check that it is current",
        description="Make the published overview of the catalogue: every entry that is switched on, by category, who "
        "is behind it, and what the catalogue states. In a page that exists it takes the place of what stands between "
        "two lines, the HTML comments policycheck:begin and policycheck:end.",
    )
    options.add_catalogue(parser)
    parser.add_argument("-o", "--output", metavar="PATH", help="write into this page (default: standard output)")
    parser.add_argument(
        "--check",
        metavar="PATH",
        nargs="+",
        help="write nothing; exit with 1 and a diff when one of these pages is not what the catalogue says",
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=("markdown", "html"),
        help="how to write it (default: as the ending of the page says, else markdown)",
    )
    parser.add_argument("--lang", metavar="TAG", default="en", help="the language, such as cs or pt-BR (default: en)")
    parser.add_argument("--page", action="store_true", help="a whole page of HTML, not a section for one")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write or compare. Raises UsageError for a page that cannot be read or has no markers."""
    from policycheck.cli import output
    from policycheck.disclosure.overview import overview
    from policycheck.errors import UsageError

    if args.check and args.output:
        raise UsageError("--check writes nothing, so it goes without --output")
    catalogue = options.open_project(args).catalogue(args.catalogue)
    found = overview(catalogue, args.lang)
    if found.words.language != args.lang.partition("-")[0].lower():
        output.write_warning(f"there are no headings in {args.lang!r}; they are in English")
    if args.check:
        differing = [path for path in args.check if not _is_current(Path(path), found, args)]
        return ExitCode.FINDINGS if differing else ExitCode.CLEAN
    if args.output:
        _write(Path(args.output), found, args)
    else:
        output.write(_new_page(found, args) if args.page else _rendered(found, args.format or "markdown"))
    return ExitCode.CLEAN


def _rendered(found: Overview, form: str) -> str:
    if form == "html":
        from policycheck.disclosure.html import to_html

        return to_html(found)
    from policycheck.disclosure.markdown import to_markdown

    return to_markdown(found)


def _new_page(found: Overview, args: argparse.Namespace) -> str:
    from policycheck.disclosure.html import to_page
    from policycheck.disclosure.page import marked
    from policycheck.errors import UsageError

    form = _form(Path(args.output), args) if args.output else args.format or "html"
    if args.page and form != "html":
        raise UsageError("--page makes a page of HTML\n  fix: leave it out, or give --format html")
    body = marked(_rendered(found, form))
    return to_page(found, body) if form == "html" else body


def _form(path: Path, args: argparse.Namespace) -> str:
    from policycheck.errors import UsageError

    form: str | None = args.format or _ENDINGS.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"{path}: the ending does not tell the format\n  fix: give --format markdown or html")
    return form


def _read(path: Path) -> str:
    from policycheck.errors import UsageError

    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "it is not UTF-8"
        raise UsageError(f"{path}: cannot be read: {reason}") from error


def _write(path: Path, found: Overview, args: argparse.Namespace) -> None:
    from policycheck.cli import output
    from policycheck.disclosure.page import with_overview
    from policycheck.replacing import replace_file
    from policycheck.reports.visible import visible

    old = _read(path) if path.exists() else None
    new = _new_page(found, args) if old is None else with_overview(old, _rendered(found, _form(path, args)), str(path))
    if new != old:
        replace_file(path, new.encode("utf-8", "backslashreplace"))
    said = "is current" if new == old else "was written" if old is None else "was updated"
    output.write(f"{visible(str(path))} {said}\n")


def _is_current(path: Path, found: Overview, args: argparse.Namespace) -> bool:
    from difflib import unified_diff

    from policycheck.cli import output
    from policycheck.disclosure.page import with_overview
    from policycheck.reports.visible import visible

    old = _read(path)
    new = with_overview(old, _rendered(found, _form(path, args)), str(path))
    if _lines(new) == _lines(old):
        output.write(f"{visible(str(path))} is current\n")
        return True
    names = f"{path}", f"{path} as the catalogue says"
    for line in unified_diff(_lines(old), _lines(new), *names, lineterm=""):
        output.write(f"{visible(line)}\n")
    output.write(
        f"{visible(str(path))} is not what the catalogue says\n  fix: policycheck render{_options(args)} -o {path}\n"
    )
    return False


def _lines(text: str) -> list[str]:
    """The lines without the spaces at their ends, which editors take away."""
    return [line.rstrip() for line in text.splitlines()]


def _options(args: argparse.Namespace) -> str:
    import shlex

    given = [("--lang", args.lang if args.lang != "en" else None), ("-c", args.catalogue), ("-f", args.format)]
    return "".join(f" {name} {shlex.quote(value)}" for name, value in given if value)
