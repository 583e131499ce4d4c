"""Where commands write: plain text into a pipe, colours and tables where a person reads and rich is installed."""

from __future__ import annotations

import io
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.errors import UsageError
from policycheck.model.finding import Severity
from policycheck.model.report import Report
from policycheck.reports import text
from policycheck.reports.visible import visible, visible_lines

if TYPE_CHECKING:
    from rich.console import Console

_WHOLE = frozenset({"code", "items", "severity", "law", "rules", "signal"})
"""Columns of words that a reader copies into a command: never broken."""
_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}


def prepare_streams() -> None:
    """Write UTF-8 whatever the locale, and what UTF-8 cannot say as an escape: no name may stop the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def write(content: str) -> None:
    """Write to standard output as it is. A reader that went away is no error; a full disk is: UsageError."""
    if sys.stdout is None:  # closed by the shell
        return
    try:
        sys.stdout.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
    except OSError as error:
        _silence_stdout()
        raise UsageError(f"cannot write to standard output: {error.strerror}") from error


def write_file(path: Path, content: str) -> None:
    """Write a report to a file, as UTF-8. Raises UsageError with the path."""
    try:
        path.write_text(content, "utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def write_error(message: str) -> None:
    """``policycheck: error: ...`` on standard error."""
    _say(f"policycheck: error: {visible_lines(message)}\n")


def write_note(message: str) -> None:
    """``policycheck: ...`` on standard error: what was done besides the report."""
    _say(f"policycheck: {visible_lines(message)}\n")


def write_warning(message: str) -> None:
    """``policycheck: warning: ...`` on standard error."""
    _say(f"policycheck: warning: {visible_lines(message)}\n")


def console() -> Console | None:
    """A rich console when standard output is a terminal and rich is there, else None. NO_COLOR leaves the layout."""
    if not _is_terminal():
        return None
    try:
        from rich.console import Console
    except ImportError:
        return None
    return Console(
        highlight=False, emoji=False, markup=False, color_system=None if os.environ.get("NO_COLOR") else "auto"
    )


def write_lines(lines: Sequence[str]) -> None:
    """Lines of plain text, each made visible; a terminal gets them broken between words."""
    write("".join(f"{_broken(visible(line))}\n" for line in lines))


def write_rows(rows: Sequence[tuple[str, str]]) -> None:
    """Pairs of label and text, indented; a terminal gets long texts broken between words, below their beginning."""
    width = max((len(label) for label, _ in rows), default=0) + 1
    lines: list[str] = []
    for label, content in rows:
        line = f"  {visible(label) + ':':<{width}} {visible(content)}"
        lines.append(_broken(line, hanging=width + 3) if " " in content else line)
    write("".join(f"{line}\n" for line in lines))


def write_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table for a terminal; columns apart by two spaces or more, without headers, for a pipe."""
    cells = [[visible(cell) for cell in row] for row in rows]
    screen = console()
    if screen is None:
        write(_columns(cells))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold", no_wrap=header in _WHOLE)
    for row in cells:
        table.add_row(*map(Text, row))
    with screen.capture() as captured:
        screen.print(table)
    write(captured.get())


def write_markdown(source: str) -> None:
    """Markdown: laid out for a terminal with colours, as it is for any other reader."""
    screen = console()
    if screen is None or screen.no_color:
        write(visible_lines(source.strip("\n")) + "\n")
        return
    from rich.markdown import Markdown

    with screen.capture() as captured:
        screen.print(Markdown(visible_lines(source)))
    write(captured.get())


def write_report(report: Report) -> None:
    """The report as text, with colours where a person reads."""
    screen = console()
    if screen is None:
        write(text.render(report))
        return
    from rich.text import Text

    styles = {text.headline(found): "dim" if found.accepted else _COLOURS[found.severity] for found in report.findings}
    with screen.capture() as captured:
        for title, rows in text.blocks(report):
            _print_block(screen, title, rows, styles.get(title, _COLOURS[Severity.NOTE]))
        for line in text.partial_lines(report):
            screen.print(Text(line, style=_COLOURS[Severity.ERROR]))
        for line in text.closing(report):
            screen.print(Text(line))
        worst = next((severity for severity in Severity if _counts(report, severity)), None)
        worst = Severity.ERROR if report.partial else worst
        screen.print(Text(text.summary(report), style=_COLOURS[worst] if worst else "bold green"))
    write(captured.get())


def _print_block(screen: Console, title: str, rows: Sequence[tuple[str, str]], style: str) -> None:
    from rich.table import Table
    from rich.text import Text

    line = Text(title)
    line.stylize(style, 0, title.find(":") + 1)
    screen.print(line)
    grid = Table.grid(padding=0)
    grid.add_column(width=text.LABEL_WIDTH + 2, no_wrap=True)
    grid.add_column(overflow="fold")
    for label, content in rows:
        grid.add_row(Text(f"  {label}:", style="dim"), Text(visible_lines(content)))
    screen.print(grid)
    screen.print()


def _counts(report: Report, severity: Severity) -> bool:
    return any(finding.severity is severity for finding in report.open)


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _broken(line: str, hanging: int | None = None) -> str:
    """``line`` in the width of the terminal. An address is never broken: it is there to be copied."""
    if not _is_terminal():
        return line
    if hanging is None:
        bare = line.lstrip()
        hanging = len(line) - len(bare) + (2 if bare.startswith("- ") else 0)
    return textwrap.fill(
        line,
        max(shutil.get_terminal_size().columns, hanging + 20),
        subsequent_indent=" " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _silence_stdout() -> None:
    """Send what is still buffered nowhere, so that the interpreter does not complain about it at its end."""
    try:
        target = os.open(os.devnull, os.O_WRONLY)
        os.dup2(target, sys.stdout.fileno())
        os.close(target)
    except (OSError, ValueError):
        return


def _say(message: str) -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(message)
        sys.stderr.flush()
    except OSError:
        return
