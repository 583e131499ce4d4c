"""Take apart what joined several Set-Cookie headers into one text.

Set-Cookie is the field that must not be joined (RFC 9110, 5.3), and clients do it all the same: with commas (Fetch,
httpx, requests) or with line breaks (Playwright on Firefox, HAR files of Chromium).
"""

from __future__ import annotations

import re

# A comma separates two cookies when a name and an equals sign follow. The comma of a date is followed by no such thing,
# those inside JSON by a quote. Possessive, so that no text makes it look twice at a character.
_COMMA = re.compile(r",[ \t]*+(?=[^ \t\r\n=;,\"]++[ \t]*+=)")
_SPACE = " \t\r\n"
_LINE_BREAK = re.compile(r"[\r\n]+")


def split_folded(text: str) -> list[str]:
    """Return the single Set-Cookie values of ``text``, trimmed, in order; none for a text without any.

    Line breaks are decisive where there are any: who joins by them means the commas to stay. Otherwise a comma
    separates when ``name=`` follows it. That is a guess, wrong for a value such as ``a=1,b=2`` that a server sent in
    one header; so ask for it only where headers were joined, and prefer a source that keeps them apart. Never raises;
    takes time linear in the length.
    """
    text = text.strip(_SPACE)
    pieces = _LINE_BREAK.split(text) if "\n" in text or "\r" in text else _COMMA.split(text)
    return [trimmed for piece in pieces if (trimmed := piece.strip(_SPACE))]


def looks_folded(text: str) -> bool:
    """True when ``text``, which holds a comma, would be taken apart at one."""
    return _COMMA.search(text) is not None
