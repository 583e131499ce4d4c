"""The parser of regexes: the RE2 syntax, as far as names need it, into the tree of :mod:`.syntax`.

There is nothing in it that a finite automaton cannot do, so every regex that is accepted matches in linear time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from policycheck.catalogue.names.chars import ANY, NOT_NEWLINE, CharSet, single
from policycheck.catalogue.names.classes import read_class, read_escape
from policycheck.catalogue.names.errors import NameSyntaxError
from policycheck.catalogue.names.syntax import Node, alternate, chars, concat, repeat, size

MAX_COUNT = 1000
"""The highest repetition count, as in RE2."""
MAX_STATES = 3000
"""How many states the automaton of one regex may have, repetitions written out."""
_MAX_DEPTH = 100
_NO_LOOK = "RE2 has no lookaround"
_NO_ATOMIC = "RE2 has no possessive repeats and no atomic groups, and needs none: it never backtracks"
_GROUPS = (
    ("(?<=", _NO_LOOK),
    ("(?<!", _NO_LOOK),
    ("(?=", _NO_LOOK),
    ("(?!", _NO_LOOK),
    ("(?>", _NO_ATOMIC),
    ("(?P=", "RE2 has no backreferences"),
    ("(?P>", "RE2 has no recursion"),
    ("(?(", "RE2 has no conditions"),
    ("(?#", "RE2 has no comments"),
    ("(?|", "RE2 has no branch reset"),
    ("(?R", "RE2 has no recursion"),
)


@lru_cache(maxsize=256)
def parse(text: str) -> Node:
    """Read a whole regex. Raises :class:`NameSyntaxError`."""
    parser = _Parser(text)
    node = parser.read_all()
    states = size(node)
    if states > MAX_STATES:
        hint = "use smaller repetition counts"
        raise NameSyntaxError(f"the regex needs {states} states, the limit is {MAX_STATES}", 0, hint)
    return node


@dataclass(slots=True)
class _Flags:
    fold: bool = False
    dot_all: bool = False


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def fail(self, message: str, hint: str, at: int | None = None) -> NameSyntaxError:
        return NameSyntaxError(message, self.at if at is None else at, hint)

    def read_all(self) -> Node:
        flags = _Flags()
        while self.text.startswith("(?", self.at):
            end = self.text.find(")", self.at)
            body = self.text[self.at + 2 : end]
            if end == -1 or not body or not body.replace("-", "").isalpha() or body.startswith(("R", "P")):
                break
            self.set_flags(flags, self.at + 2, end)
            self.at = end + 1
        node = self.read_choice(flags, top=True)
        if self.peek():
            raise self.fail("the ')' closes nothing", r"write \) for a parenthesis")
        return node

    def set_flags(self, flags: _Flags, start: int, end: int) -> None:
        value = True
        for at in range(start, end):
            letter = self.text[at]
            if letter == "-" and value and at + 1 < end:
                value = False
            elif letter == "i":
                flags.fold = value
            elif letter == "s":
                flags.dot_all = value
            else:
                raise self.fail(
                    f"no such flag: {letter}", "there are i (any letter case) and s (. matches newlines)", at
                )

    def read_choice(self, flags: _Flags, *, top: bool) -> Node:
        options = [self.read_sequence(flags, top=top)]
        while self.peek() == "|":
            self.at += 1
            options.append(self.read_sequence(flags, top=top))
        return alternate(options)

    def read_sequence(self, flags: _Flags, *, top: bool) -> Node:
        if top and self.peek() == "^":
            self.at += 1
        items: list[Node] = []
        while (char := self.peek()) and char not in "|)":
            if char == "$" and top and self.text[self.at + 1 : self.at + 2] in ("", "|"):
                self.at += 1
                break
            if char in "^$":
                hint = f"they may stand only at the ends of the whole; write \\{char} for the character"
                raise self.fail(f"'{char}' inside a regex matches nothing", hint)
            items.append(self.read_repeat(self.read_atom(flags)))
        return concat(items)

    def read_repeat(self, node: Node) -> Node:
        start = self.at
        counts = self.read_count()
        if counts is None:
            return node
        if self.peek() == "?":
            self.at += 1
        again = self.peek()
        if again and (again in "*+?" or (again == "{" and self.count_end() != -1)):
            written = self.text[start : self.at + 1]
            hint = _NO_ATOMIC if again == "+" else "put the inner repeat into a group"
            raise self.fail(f"'{written}' repeats a repeat", hint, start)
        return repeat(node, *counts)

    def count_end(self) -> int:
        """Find the '}' of a count that opens here, or -1 where the brace is plain text."""
        end = self.text.find("}", self.at)
        body = self.text[self.at + 1 : end]
        good = end != -1 and "," in body + "," and bool(body) and not body.strip("0123456789,") and body != ","
        return end if good else -1

    def read_count(self) -> tuple[int, int | None] | None:
        char = self.peek()
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if char in simple:
            self.at += 1
            return simple[char]
        end = self.count_end() if char == "{" else -1
        if end == -1:
            return None
        body = self.text[self.at + 1 : end]
        low_text, comma, high_text = body.partition(",")
        if (
            not low_text
            or "," in high_text
            or any(part != "0" and part.startswith("0") for part in (low_text, high_text))
        ):
            raise self.fail(f"'{{{body}}}' is no repetition count", r"write {2}, {2,} or {2,5}, or \{ for a brace")
        if max(len(low_text), len(high_text)) > 4:
            raise self.fail(f"a repetition count over {MAX_COUNT}", f"RE2 allows {MAX_COUNT} at most")
        low = int(low_text)
        high = low if not comma else int(high_text) if high_text else None
        if max(low, high or 0) > MAX_COUNT:
            raise self.fail(f"a repetition count over {MAX_COUNT}", f"RE2 allows {MAX_COUNT} at most")
        if high is not None and high < low:
            raise self.fail(f"'{{{body}}}' goes backwards", "write the smaller count first")
        self.at = end + 1
        return low, high

    def read_atom(self, flags: _Flags) -> Node:
        char = self.peek()
        if char == "(":
            return self.read_group(flags)
        if char == "[":
            charset, self.at = read_class(self.text, self.at, fold=flags.fold)
            return chars(charset)
        if char == ".":
            self.at += 1
            return chars(ANY if flags.dot_all else NOT_NEWLINE)
        if char == "\\":
            charset, self.at = read_escape(self.text, self.at, fold=flags.fold)
            return self.one(charset, flags)
        if char in "*+?":
            raise self.fail(
                f"there is nothing for '{char}' to repeat", f"write \\{char} for the character, or .* for any run"
            )
        if char == "{" and self.count_end() != -1:
            raise self.fail("there is nothing for the count to repeat", r"write \{ for a brace")
        self.at += 1
        return self.one(single(char), flags)

    def one(self, charset: CharSet, flags: _Flags) -> Node:
        return chars(charset.fold() if flags.fold and len(charset) == 1 else charset)

    def read_group(self, flags: _Flags) -> Node:
        start = self.at
        inner = self.open_group(flags)
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.fail(f"groups are nested deeper than {_MAX_DEPTH}", "write it flatter", start)
        node = self.read_choice(inner, top=False)
        if self.peek() != ")":
            raise self.fail("the '(' is never closed", r"add ')', or write \( for a parenthesis", start)
        self.at += 1
        self.depth -= 1
        return node

    def open_group(self, flags: _Flags) -> _Flags:
        text, start = self.text, self.at
        if not text.startswith("(?", start):
            self.at += 1
            return flags
        for opening, hint in _GROUPS:
            if text.startswith(opening, start):
                raise self.fail(f"'{opening}' is not in the RE2 syntax", hint)
        if text.startswith(("(?P<", "(?<"), start):
            name_at = text.index("<", start) + 1
            end = text.find(">", name_at)
            name = text[name_at:end]
            if end == -1 or not name.isascii() or not name.replace("_", "a").isalnum():
                raise self.fail("a group's name needs letters, digits and '_'", "write (?P<name>...)")
            self.at = end + 1
            return flags
        colon, close = text.find(":", start), text.find(")", start)
        if colon == -1 or -1 < close < colon:
            raise self.fail(
                "flags stand at the start of the regex or before a colon", "write (?i:...) for a part of it"
            )
        inner = _Flags(flags.fold, flags.dot_all)
        self.set_flags(inner, start + 2, colon)
        self.at = colon + 1
        return inner
