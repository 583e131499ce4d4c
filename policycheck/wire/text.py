"""Small questions about header text that more than one module asks."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def octets(text: str) -> int:
    """Length in octets as UTF-8, which is what the limits of RFC 6265bis count; lone surrogates count three."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def ascii_lower(text: str) -> str:
    """Lower-case the letters A to Z alone, so that no other letter folds into a keyword."""
    return text.lower() if text.isascii() else "".join(c.lower() if c.isascii() else c for c in text)


def first_control(text: str) -> int | None:
    """Index of the first control character other than a tab (RFC 6265bis, 5.6 step 1), or None."""
    found = _CONTROL.search(text)
    return None if found is None else found.start()
