r"""Escapes and bracket classes of the RE2 syntax: ``\d``, ``\x41``, ``[a-z_]``, ``[[:alpha:]]``.

Source: https://github.com/google/re2/wiki/Syntax. ``\d``, ``\s`` and ``\w`` are ASCII there, and here.
"""

from __future__ import annotations

from policycheck.catalogue.names.chars import DIGITS, LAST, POSIX, SPACES, WORD, CharSet, Range, single
from policycheck.catalogue.names.errors import NameSyntaxError

_PERL = {"d": DIGITS, "s": SPACES, "w": WORD}
_CONTROL = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HEX = frozenset("0123456789abcdefABCDEF")
_HINTS = {
    "p": "list the letters as ranges, such as [a-zA-Z]; Unicode groups are not supported",
    "P": "list the letters as ranges, such as [a-zA-Z]; Unicode groups are not supported",
    "b": "a name is matched whole and has no word boundaries",
    "B": "a name is matched whole and has no word boundaries",
    "Q": "put a backslash before each special character instead",
    "E": "put a backslash before each special character instead",
    "A": "a regex always matches the whole name; leave it out",
    "z": "a regex always matches the whole name; leave it out",
    "Z": "a regex always matches the whole name; leave it out",
    "k": "RE2 has no backreferences",
    "C": "a name consists of characters, not of bytes; write '.'",
    "u": r"write \x{2603} for a character by its number",
    "U": r"write \x{2603} for a character by its number",
}


def read_escape(text: str, at: int, *, fold: bool) -> tuple[CharSet, int]:
    """Read the escape whose backslash stands at ``at``; give the set and the position after it.

    ``fold`` adds the other letter case.

    Raises :class:`NameSyntaxError` for an escape that RE2 does not have or that names do not need.
    """
    if at + 1 >= len(text):
        raise NameSyntaxError("the backslash at the end escapes nothing", at, r"write \\ for a backslash")
    char = text[at + 1]
    if char.lower() in _PERL:
        charset = _PERL[char.lower()]
        charset = charset.fold() if fold else charset
        return (charset if char.islower() else charset.negate()), at + 2
    if char in _CONTROL:
        return single(_CONTROL[char]), at + 2
    if char == "x":
        return _read_hex(text, at)
    if char.isascii() and not char.isalnum():
        return single(char), at + 2
    if char.isascii() and char.isdigit():
        hint = r"write \x00 for a character by its number" if char == "0" else "RE2 has no backreferences"
    else:
        hint = _HINTS.get(char, "only punctuation needs a backslash")
    raise NameSyntaxError(f"no such escape: \\{char}", at, hint)


def _read_hex(text: str, at: int) -> tuple[CharSet, int]:
    if text[at + 2 : at + 3] == "{":
        end = text.find("}", at + 3)
        digits, after = text[at + 3 : end], end + 1
        good = end != -1 and 0 < len(digits) <= 6
    else:
        digits, after = text[at + 2 : at + 4], at + 4
        good = len(digits) == 2
    if not good or not _HEX.issuperset(digits) or int(digits, 16) > LAST:
        raise NameSyntaxError(r"\x needs a character number", at, r"write two hexadecimal digits, or \x{2603}")
    return single(chr(int(digits, 16))), after


def read_class(text: str, at: int, *, fold: bool) -> tuple[CharSet, int]:
    """Read the class whose bracket opens at ``at``; ``fold`` adds the other letter case.

    Raises :class:`NameSyntaxError` where it is unclosed or holds a range that goes backwards.
    """
    position = at + 1
    inverted = text[position : position + 1] == "^"
    position += inverted
    ranges: list[Range] = []
    first = True
    while first or text[position : position + 1] != "]":
        if position >= len(text):
            raise NameSyntaxError("the '[' is never closed", at, r"add ']', or write \[ for a bracket")
        first = False
        charset, after = _read_member(text, position, fold=fold)
        if _is_range(text, position, after):
            high, end = _read_member(text, after + 1, fold=False)
            ranges.append(_range(text, position, end, charset, high))
            position = end
        else:
            ranges.extend(charset.ranges)
            position = after
    charset = CharSet.of(ranges)
    if fold:
        charset = charset.fold()
    return (charset.negate() if inverted else charset), position + 1


def _is_range(text: str, start: int, after: int) -> bool:
    """Whether the member from ``start`` to ``after`` begins a range."""
    if (text[start] == "\\" and text[start + 1].lower() in _PERL) or text.startswith("[:", start):
        return False
    return text[after : after + 1] == "-" and text[after + 1 : after + 2] not in ("", "]")


def _range(text: str, start: int, end: int, low: CharSet, high: CharSet) -> Range:
    if len(high) != 1:
        raise NameSyntaxError(f"'{text[start:end]}' is no range", start, "a range ends with one character")
    first, last = low.ranges[0][0], high.ranges[0][0]
    if first > last:
        raise NameSyntaxError(f"the range '{text[start:end]}' goes backwards", start, "write the smaller one first")
    return first, last


def _read_member(text: str, at: int, *, fold: bool) -> tuple[CharSet, int]:
    if text[at] == "\\":
        return read_escape(text, at, fold=fold)
    if text.startswith("[:", at):
        end = text.find(":]", at + 2)
        if end != -1:
            name = text[at + 2 : end]
            charset = POSIX.get(name.removeprefix("^"))
            if charset is None:
                raise NameSyntaxError(f"no such class: [:{name}:]", at, f"there are {', '.join(sorted(POSIX))}")
            return (charset.negate() if name.startswith("^") else charset), end + 2
    return single(text[at]), at + 1
