"""Text that a terminal shows and does not obey: names of cookies come from a network, and reach people's screens."""

from __future__ import annotations

import re

_OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """``text`` on one line: controls, line breaks, marks of direction, what is invisible and surrogates as escapes."""
    return _OBEYED.sub(_escaped, text)


def visible_lines(text: str) -> str:
    """As :func:`visible`, but line feeds break lines. Only for text whose line feeds are the program's own."""
    return "\n".join(map(visible, text.split("\n")))


def _escaped(found: re.Match[str]) -> str:
    return ascii(found.group())[1:-1]
