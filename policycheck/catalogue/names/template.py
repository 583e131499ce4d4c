r"""Names as templates: literal text, ``<PLACEHOLDER>``, ``*``, and a backslash before a character that means itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policycheck.catalogue.names import regex
from policycheck.catalogue.names.captures import Part
from policycheck.catalogue.names.errors import NameSyntaxError
from policycheck.catalogue.names.pattern import NamePattern
from policycheck.catalogue.names.syntax import EMPTY, Text, concat, gap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policycheck.catalogue.names.syntax import Node

_SPECIAL = re.compile(r"[<*\\]")
_STAR = Part(gap(0))
_SOME = gap(1)


def parse_template(
    text: str, placeholders: Mapping[str, str | None] | None = None, bindings: Mapping[str, str] | None = None
) -> NamePattern:
    r"""Read a template.

    ``placeholders`` gives each placeholder's regex, or None for one or more of any character; ``bindings`` gives a
    placeholder one value, which makes it literal. ``*`` is any run of characters, also none. A placeholder that is
    used twice need not stand for the same text both times.

    Raises :class:`NameSyntaxError` with the position of what is wrong: an empty name, an unclosed ``<``, an unknown
    placeholder, a backslash at the end or before a letter or a digit, a placeholder's regex that cannot be read, a
    binding that its regex does not allow.
    """
    if not text:
        raise NameSyntaxError("the name is empty", 0, "write the name, or '*' for any name")
    if _SPECIAL.search(text) is None:
        return NamePattern(text, text)
    parts = _read(text, placeholders or {}, bindings or {})
    literal = None if parts[-1:] == [_STAR] else _literal([part.node for part in parts])
    if literal is not None:
        return NamePattern(text, literal)
    return NamePattern(text, None, tuple(parts))


def parse_regex(text: str) -> NamePattern:
    """Read a regex in RE2 syntax. It matches whole names only, so ``^`` and ``$`` at its ends change nothing.

    Raises :class:`NameSyntaxError` for what RE2 does not have, for what names do not need, and for one that is too
    large.
    """
    node = regex.parse(text)
    literal = _literal([node])
    if literal is not None:
        return NamePattern(text, literal, is_regex=True)
    return NamePattern(text, None, (Part(node),), is_regex=True)


def escape_template(name: str) -> str:
    """Write the template that matches exactly this name, which must not be empty."""
    return _SPECIAL.sub(r"\\\g<0>", name)


def _literal(nodes: list[Node]) -> str | None:
    whole = concat(nodes)
    if isinstance(whole, Text):
        return whole.text
    return "" if whole == EMPTY else None


def _read(text: str, placeholders: Mapping[str, str | None], bindings: Mapping[str, str]) -> list[Part]:
    parts: list[Part] = []
    literal: list[str] = []
    at = 0

    def flush() -> None:
        if joined := "".join(literal):
            parts.append(Part(Text(joined)))
        literal.clear()

    while found := _SPECIAL.search(text, at):
        start = found.start()
        literal.append(text[at:start])
        if text[start] == "\\":
            literal.append(_escaped(text, start))
            at = start + 2
            continue
        if text[start] == "*":
            flush()
            parts.append(_STAR)
            at = start + 1
            continue
        end = text.find(">", start)
        if end == -1:
            raise NameSyntaxError("the '<' is never closed", start, r"add '>', or write \< for the character")
        part = _placeholder(text[start + 1 : end], start, placeholders, bindings)
        if isinstance(part, str):
            literal.append(part)
        else:
            flush()
            parts.append(part)
        at = end + 1
    literal.append(text[at:])
    flush()
    return parts


def _escaped(text: str, at: int) -> str:
    char = text[at + 1 : at + 2]
    if not char:
        raise NameSyntaxError("the backslash at the end escapes nothing", at, r"write \\ for a backslash")
    if char.isascii() and char.isalnum():
        hint = r"write \\ for a backslash; what stands for a class of characters belongs into a placeholder's pattern"
        raise NameSyntaxError(f"'\\{char}' means nothing in a name", at, hint)
    return char


def _placeholder(
    label: str, at: int, placeholders: Mapping[str, str | None], bindings: Mapping[str, str]
) -> Part | str:
    """Read one placeholder: a part, or its bound text."""
    if label not in placeholders and label not in bindings:
        raise NameSyntaxError(f"no such placeholder: <{label}>", at, _suggest(label, placeholders))
    part = Part(_pattern(label, at, placeholders.get(label)), label)
    if label not in bindings:
        return part
    bound = bindings[label]
    if not NamePattern(label, None, (part,)).matches(bound):
        hint = "give it a value that its pattern matches"
        raise NameSyntaxError(f"<{label}> is bound to a value that its pattern does not allow", at, hint)
    return bound


def _pattern(label: str, at: int, pattern: str | None) -> Node:
    if pattern is None:
        return _SOME
    try:
        return regex.parse(pattern)
    except NameSyntaxError as error:
        message = f"the pattern of <{label}> cannot be read: {error.message} (at its character {error.position + 1})"
        raise NameSyntaxError(message, at, error.hint) from error


def _suggest(label: str, placeholders: Mapping[str, str | None]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(label, placeholders, n=1)
    if close:
        return f"did you mean <{close[0]}>?"
    return r"declare it under 'placeholders', or write \< for the character"
