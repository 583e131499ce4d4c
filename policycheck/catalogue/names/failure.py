"""Why a name does not match a pattern, in words, for near misses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policycheck.catalogue.names.automaton import Automaton
from policycheck.catalogue.names.shape import gap_of, run_of
from policycheck.catalogue.names.syntax import Node, Text, concat, lengths

if TYPE_CHECKING:
    from policycheck.catalogue.names.chars import CharSet
    from policycheck.catalogue.names.pattern import NamePattern

_SHOWN: Final = 40


def compare_failure(pattern: NamePattern, name: str) -> str:
    """Say why ``name`` does not match, the first reason from the left; "it matches" where it does.

    Names are shortened to 40 characters and written so that no control character reaches a terminal.
    """
    if pattern.matches(name):
        return "it matches"
    if pattern.exact is not None:
        return _case(pattern.exact, name) or _compare_texts(pattern.exact, name)
    shape = pattern.shape
    start, end = len(shape.prefix), len(name) - len(shape.suffix)
    if not name.startswith(shape.prefix):
        return _case(shape.prefix, name[:start]) or f"needs {quote(shape.prefix)} at the start"
    if not name.endswith(shape.suffix):
        return _case(shape.suffix, name[max(end, 0) :]) or f"needs {quote(shape.suffix)} at the end"
    if end < start:
        return f"is too short: needs {shape.shortest} characters, has {len(name)}"
    return _compare_middle(pattern, name, start, end)


def quote(text: str) -> str:
    """Write a name for a message."""
    half = _SHOWN // 2
    return repr(text if len(text) <= _SHOWN else f"{text[: half - 1]}...{text[2 - half :]}")


def _case(wanted: str, got: str) -> str:
    return f"{quote(got)} differs in letter case" if wanted != got and wanted.lower() == got.lower() else ""


def _after(text: str) -> str:
    return f"after {quote(text)} " if text else ""


def _compare_texts(wanted: str, got: str) -> str:
    if wanted.startswith(got):
        return f"needs {quote(wanted[len(got) :])} at the end"
    if wanted.endswith(got):
        return f"needs {quote(wanted[: -len(got)])} at the start"
    if got.startswith(wanted):
        return f"has {quote(got[len(wanted) :])} too much at the end"
    if wanted and got.endswith(wanted):
        return f"has {quote(got[: -len(wanted)])} too much at the start"
    same = next(at for at, (left, right) in enumerate(zip(wanted, got, strict=False)) if left != right)
    return f"{_after(wanted[:same])}expected {quote(wanted[same:])}, got {quote(got[same:])}"


def _compare_middle(pattern: NamePattern, name: str, start: int, end: int) -> str:
    """Explain the part between the literal ends, which are right."""
    middle = pattern.shape.middle
    if len(middle) == 1 and (charset := run_of(middle[0])) is not None:
        expected = f"{_amount(middle[0])} of {charset.describe()}"
        return f"{_after(name[:start])}expected {expected}, {_found(charset, name, start, end)}"
    if all(isinstance(item, Text) or gap_of(item) is not None for item in middle):
        return _compare_steps(middle, name, start, end)
    reached = start + Automaton(concat(middle)).longest_start(name[start:end])
    if reached == end:
        return f"ends too early for {quote(pattern.text)}"
    return f"{_after(name[:reached])}{quote(name[reached:end])} does not fit {quote(pattern.text)}"


def _amount(node: Node) -> str:
    low, high = lengths(node)
    if high is None:
        return f"{low} or more"
    return str(low) if low == high else f"{low} to {high}"


def _found(charset: CharSet, name: str, start: int, end: int) -> str:
    for at in range(start, end):
        if name[at] not in charset:
            return f"got {quote(name[at])} at character {at + 1}"
    return f"got {end - start}"


def _compare_steps(middle: tuple[Node, ...], name: str, start: int, end: int) -> str:
    """Find the first literal that is missing, or the run that is too short."""
    needed = 0
    for item in middle:
        if isinstance(item, Text):
            found = name.find(item.text, start + needed, end)
            if found < 0:
                return f"{_after(name[:start])}needs {quote(item.text)}" + (
                    f" {needed} or more characters later" if needed else ""
                )
            start, needed = found + len(item.text), 0
        else:
            needed = gap_of(item) or 0
    return f"{_after(name[:start])}needs {needed} or more characters, got {end - start}"
