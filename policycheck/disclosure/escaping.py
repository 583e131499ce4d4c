"""Text that comes from elsewhere, written so that Markdown and HTML show it and do not obey it.

What no reader sees, and what turns the direction of text, is shown as an escape, as on a terminal.
"""

from __future__ import annotations

import html
import re

from policycheck.reports.visible import visible

_SPECIAL = re.compile(r"([\\`*_\[\]|~$#])")
_STARTS = re.compile(r"^(\s*\d*)([-+=.)])(?=[\s-]|$)")
_LINKED = re.compile(r"(?i)(?<![a-z0-9])(https?|ftp|mailto|xmpp|www)([:.])|@")
_PAIR = re.compile(r"`+")


def markdown_text(text: str) -> str:
    """``text`` on one line as plain text of Markdown (CommonMark with the tables of GitHub)."""
    shown = html.escape(visible(_flat(text)).strip(), quote=False)
    shown = _SPECIAL.sub(r"\\\1", shown)
    shown = _STARTS.sub(r"\1\\\2", shown)
    return _LINKED.sub(lambda found: f"{found[1]}<span></span>{found[2]}" if found[1] else "&#64;<span></span>", shown)


def markdown_code(text: str) -> str:
    """``text`` on one line as code, also inside a table: there a bar ends the cell, even in code."""
    shown = visible(_flat(text))
    if "|" in shown or not shown.strip():
        return f"<code>{markdown_text(shown)}</code>" if shown else ""
    fence = "`" * (max((len(run) for run in _PAIR.findall(shown)), default=0) + 1)
    space = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return f"{fence}{space}{shown}{space}{fence}"


def html_text(text: str) -> str:
    """``text`` as text or as a quoted attribute of HTML."""
    return html.escape(visible(_flat(text)))


def _flat(text: str) -> str:
    return " ".join(text.split("\n"))
