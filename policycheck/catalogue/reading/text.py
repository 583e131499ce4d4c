"""Bytes to text: UTF-8 alone, with the place of whatever is not."""

from __future__ import annotations

import codecs
import re

from policycheck.catalogue.documents import Mark
from policycheck.catalogue.problems import CatalogueInvalid, Problem
from policycheck.catalogue.reading import MAX_BYTES
from policycheck.model.finding import Location

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_ESCAPE = "remove it, or write it as an escape in a quoted string"
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def decode(data: bytes, location: str) -> str:
    """The text of a catalogue file, without a byte order mark. Raises :class:`CatalogueInvalid`."""
    if len(data) > MAX_BYTES:
        size = f"the file has {len(data):,} bytes; {MAX_BYTES:,} are allowed"
        raise _invalid(location, Mark(0, 0), size, "split it, and name the parts in extends")
    for mark, name in _OTHER_ENCODINGS:
        if data.startswith(mark):
            raise _invalid(location, Mark(1, 1), f"the file is {name}, not UTF-8", "save it as UTF-8")
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        message = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        raise _invalid(location, mark_at(before, len(before)), message, "save the file as UTF-8") from None
    if found := _FORBIDDEN.search(text):
        code = ord(found[0])
        hint = "remove it, or save the file as UTF-8" if code == 0 else _ESCAPE
        raise _invalid(location, mark_at(text, found.start()), f"the control character U+{code:04X} stands here", hint)
    return text


def mark_at(text: str, index: int) -> Mark:
    """The line and column of one place. For many places in one text use :class:`Lines`."""
    start = text.rfind("\n", 0, index) + 1
    return Mark(text.count("\n", 0, start) + 1, index - start + 1)


class Lines:
    """Where lines begin, so that many places can be named at the cost of one pass."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] | None = None

    def mark(self, index: int) -> Mark:
        """The line and column of a place."""
        from bisect import bisect_right

        if self._starts is None:
            self._starts = [0, *(found.end() for found in re.finditer("\n", self._text))]
        line = bisect_right(self._starts, index)
        return Mark(line, index - self._starts[line - 1] + 1)


def _invalid(location: str, mark: Mark, message: str, hint: str) -> CatalogueInvalid:
    return CatalogueInvalid([Problem(Location(location, *mark), message, hint)])
