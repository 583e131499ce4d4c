"""A name taken apart: words, what stands between them, and what no person would have chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

_WHOLE = re.compile(
    r"(?P<uuid>(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z]))"
    r"|(?P<email>[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
    r"|(?P<date>(?<![0-9])[12][0-9]{3}-[01][0-9]-[0-3][0-9](?![0-9A-Za-z]))"
    r"|(?P<address>(?<![0-9.])(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}(?![0-9.]))"
    r"|(?P<word>[A-Za-z0-9]+)"
)
_WORD_AND_NUMBER = re.compile(r"([A-Za-z]{2,}?)([0-9]+)")
_WORD_AND_HEX = re.compile(r"([A-Za-z]{3,}?)((?=[0-9a-f]*[0-9])[0-9a-f]{16,}|(?=[0-9A-F]*[0-9])[0-9A-F]{16,})")
_PLAIN_WORD_AND_NUMBER = re.compile(r"[a-z]{3,}[0-9]+|[A-Z][a-z]{2,}[0-9]+|(?=[A-Z]+?[AEIOU])[A-Z]{4,}[0-9]+")
_YEAR = re.compile(r"[A-Za-z]+(19|20)[0-9]{2}")
_LOWER_HEX, _UPPER_HEX = re.compile(r"[0-9a-f]+"), re.compile(r"[0-9A-F]+")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}", re.IGNORECASE)
_VERSIONS = frozenset({"v", "ver", "version", "rev", "utf", "md", "sha", "iso", "mp", "es", "ab", "gtm", "ipv", "web"})


class Kind(StrEnum):
    """What a piece of a name is."""

    UUID = "uuid"
    EMAIL = "email"
    DATE = "date"
    ADDRESS = "address"
    WORD = "word"
    BETWEEN = "between"


PERSONAL = frozenset({Kind.EMAIL, Kind.ADDRESS})
"""What tells who somebody is: it never stands in a draft as it is."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a name. Only words may vary without being recognisable by themselves."""

    kind: Kind
    text: str

    @property
    def recognised(self) -> bool:
        """True for what is an identifier, a date or an address by its form alone."""
        return self.kind not in {Kind.WORD, Kind.BETWEEN}

    @property
    def may_vary(self) -> bool:
        """True for what may be another text each time: it was recognised, or is no word that a person would choose."""
        return self.recognised or (self.kind is Kind.WORD and _may_vary(self.text))


def tokens(name: str, *, glued: bool = False) -> tuple[Token, ...]:
    """Take ``name`` apart; with ``glued`` also words from a number or from hexadecimal digits that follow at once."""
    found: list[Token] = []
    at = 0
    for piece in _WHOLE.finditer(name):
        if piece.start() > at:
            found.append(Token(Kind.BETWEEN, name[at : piece.start()]))
        kind = Kind(str(piece.lastgroup))
        split = _unglued(piece[0]) if glued and kind is Kind.WORD else None
        found += [Token(Kind.WORD, part) for part in split] if split else [Token(kind, piece[0])]
        at = piece.end()
    return (*found, Token(Kind.BETWEEN, name[at:])) if at < len(name) else tuple(found)


def _unglued(word: str) -> tuple[str, str] | None:
    found = _WORD_AND_HEX.fullmatch(word) or _WORD_AND_NUMBER.fullmatch(word)
    if found is None or found[1].lower() in _VERSIONS:
        return None
    return found[1], found[2]


def _may_vary(word: str) -> bool:
    if word.isdigit():
        return True
    if word.isalpha():
        return random_letters(word)
    if len(word) < 4 or _YEAR.fullmatch(word) or (not is_hex(word) and _WORD_AND_HEX.fullmatch(word)):
        return False
    if _PLAIN_WORD_AND_NUMBER.fullmatch(word):
        return len(word) >= 6 and is_hex(word) and sum(map(str.isdigit, word)) >= 2
    return True


def is_hex(word: str) -> bool:
    """True for hexadecimal digits of one case."""
    return bool(_LOWER_HEX.fullmatch(word) or _UPPER_HEX.fullmatch(word))


def random_letters(word: str) -> bool:
    """True for letters that make no word: hexadecimal ones, or so many consonants in a row as no language has."""
    if len(word) >= 8 and is_hex(word):
        return True
    return len(word) >= 12 and _CONSONANTS.search(word) is not None


def changes(word: str) -> float:
    """How often the class of character changes from one to the next, in parts of how often it could."""
    classes = ["A" if char.isupper() else "a" if char.islower() else "0" if char.isdigit() else "-" for char in word]
    pairs = list(pairwise(classes))
    return sum(one != other for one, other in pairs) / len(pairs) if pairs else 0.0
