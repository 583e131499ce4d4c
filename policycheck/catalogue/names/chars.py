"""Sets of characters: sorted, disjoint, inclusive ranges of code points, lone surrogates included."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Range = tuple[int, int]
LAST = 0x10FFFF
_READABLE = "abcdefghijklmnopqrstuvwxyz0123456789"
_ORDINARY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-."
_LETTERS_END = 0x1E944
_NO_SIMPLE_FOLD = "\u0130\u0131"


@dataclass(frozen=True, slots=True)
class CharSet:
    """An immutable set of characters. Build it with :meth:`of`, which sorts and joins the ranges."""

    ranges: tuple[Range, ...]

    @classmethod
    def of(cls, ranges: Iterable[Range]) -> CharSet:
        """Take inclusive ranges in any order, overlapping or not."""
        joined: list[Range] = []
        for low, high in sorted(ranges):
            if joined and low <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], high))
            else:
                joined.append((low, high))
        return cls(tuple(joined))

    def __contains__(self, char: str) -> bool:
        code = ord(char)
        at = bisect_right(self.ranges, (code, LAST + 1)) - 1
        return at >= 0 and code <= self.ranges[at][1]

    def union(self, other: CharSet) -> CharSet:
        """All characters of either."""
        return CharSet.of(self.ranges + other.ranges)

    def negate(self) -> CharSet:
        """All characters that are not in this set."""
        gaps: list[Range] = []
        start = 0
        for low, high in self.ranges:
            if start < low:
                gaps.append((start, low - 1))
            start = high + 1
        if start <= LAST:
            gaps.append((start, LAST))
        return CharSet(tuple(gaps))

    def intersect(self, other: CharSet) -> CharSet:
        """All characters of both."""
        both: list[Range] = []
        i = j = 0
        while i < len(self.ranges) and j < len(other.ranges):
            low = max(self.ranges[i][0], other.ranges[j][0])
            high = min(self.ranges[i][1], other.ranges[j][1])
            if low <= high:
                both.append((low, high))
            if self.ranges[i][1] < other.ranges[j][1]:
                i += 1
            else:
                j += 1
        return CharSet(tuple(both))

    def __len__(self) -> int:
        return sum(high - low + 1 for low, high in self.ranges)

    def __iter__(self) -> Iterator[str]:
        for low, high in self.ranges:
            yield from map(chr, range(low, high + 1))

    def pick(self) -> tuple[int, str]:
        """One character that reads well, and how badly it reads: 0 for a-z and 0-9, 1 other ASCII text, 3 the rest.

        Raises ``ValueError`` for the empty set.
        """
        for penalty, wanted in enumerate((_READABLE, _ORDINARY)):
            for char in wanted:
                if char in self:
                    return penalty, char
        for low, high in self.ranges:
            for code in range(low, min(high, low + 256) + 1):
                if chr(code).isprintable():
                    return (1 if " " < chr(code) < "\x7f" else 3), chr(code)
        if not self.ranges:
            raise ValueError("the empty set has no character")
        return 3, chr(self.ranges[0][0])

    def fold(self) -> CharSet:
        """Add the other letter cases of every letter, by the simple case folding of Unicode."""
        table = _ascii_orbits() if all(high < 0x80 for _, high in self.ranges) else _orbits()
        extra: list[Range] = []
        for code, others in table.items():
            if chr(code) in self:
                extra.extend((other, other) for other in others)
        return CharSet.of((*self.ranges, *extra))

    def describe(self) -> str:
        """Write the set as a character class, for a message."""
        if self == ANY:
            return "any character"
        inverted = bool(self.ranges) and self.ranges[-1][1] == LAST
        ranges = self.negate().ranges if inverted else self.ranges
        shown = "".join(_show(low, high) for low, high in ranges[:12])
        return f"[{'^' if inverted else ''}{shown}{'...' if len(ranges) > 12 else ''}]"


def _show(low: int, high: int) -> str:
    def one(code: int) -> str:
        char = chr(code)
        if char in "\\]^-":
            return "\\" + char
        return char if char.isprintable() and char.isascii() else f"\\x{{{code:X}}}"

    if low == high:
        return one(low)
    return one(low) + ("" if high == low + 1 else "-") + one(high)


@cache
def single(char: str) -> CharSet:
    """Hold one character."""
    return CharSet(((ord(char), ord(char)),))


def of_text(chars: str) -> CharSet:
    """Hold the characters of a text."""
    return CharSet.of((ord(char), ord(char)) for char in chars)


@cache
def _ascii_orbits() -> dict[int, tuple[int, ...]]:
    orbits: dict[int, tuple[int, ...]] = {
        ord(c): (ord(c.swapcase()),) for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    }
    for letters, other in (("kK", 0x212A), ("sS", 0x17F)):
        for letter in letters:
            orbits[ord(letter)] += (other,)
    return orbits


@cache
def _orbits() -> dict[int, tuple[int, ...]]:
    groups: dict[str, set[str]] = {}
    for code in range(_LETTERS_END):
        char = chr(code)
        if char in _NO_SIMPLE_FOLD:
            continue
        related = {form for form in (char.lower(), char.upper()) if len(form) == 1} | {char}
        if len(related) > 1:
            merged: set[str] = set(related)
            for form in related:
                merged |= groups.get(form, set())
            for form in merged:
                groups[form] = merged
    return {ord(char): tuple(ord(o) for o in sorted(group - {char})) for char, group in groups.items()}


ANY = CharSet(((0, LAST),))
DIGITS = of_text("0123456789")
SPACES = of_text("\t\n\f\r ")
WORD = CharSet.of([(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)])
NOT_NEWLINE = of_text("\n").negate()
POSIX = {
    "alnum": CharSet.of([(0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)]),
    "alpha": CharSet.of([(0x41, 0x5A), (0x61, 0x7A)]),
    "ascii": CharSet.of([(0, 0x7F)]),
    "blank": of_text("\t "),
    "cntrl": CharSet.of([(0, 0x1F), (0x7F, 0x7F)]),
    "digit": DIGITS,
    "graph": CharSet.of([(0x21, 0x7E)]),
    "lower": CharSet.of([(0x61, 0x7A)]),
    "print": CharSet.of([(0x20, 0x7E)]),
    "punct": CharSet.of([(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)]),
    "space": of_text("\t\n\v\f\r "),
    "upper": CharSet.of([(0x41, 0x5A)]),
    "word": WORD,
    "xdigit": CharSet.of([(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)]),
}
