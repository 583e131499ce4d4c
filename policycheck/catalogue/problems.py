"""What is wrong with a catalogue: every problem with its place, and the error that carries them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from policycheck.errors import CatalogueError
from policycheck.model.finding import Location

MAX_PROBLEMS = 1_000
"""How many problems the schema may find in one file before the rest is not looked for."""
MAX_GUESSES = 100
"""After how many problems nobody looks for what was meant: that takes time, and nobody reads so far."""
_LONGEST_WORD = 64
_MOST_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place. ``hint`` says how to put it right, ``did_you_mean`` the nearest spelling."""

    location: Location
    message: str
    hint: str = ""
    did_you_mean: str | None = None

    def __str__(self) -> str:
        place = self.location.file
        if self.location.line:
            place += f":{self.location.line}"
            if self.location.column:
                place += f":{self.location.column}"
        pointer = f" {self.location.pointer}:" if self.location.pointer else ""
        question = f"; did you mean {self.did_you_mean!r}?" if self.did_you_mean is not None else ""
        hint = f"\n  fix: {self.hint}" if self.hint else ""
        return f"{place}:{pointer} {self.message}{question}{hint}"


class CatalogueInvalid(CatalogueError):  # noqa: N818 - the word callers know it by
    """A catalogue that cannot be used. ``problems`` holds all of them, by file, line and column."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        unique = dict.fromkeys(problems)
        self.problems: tuple[Problem, ...] = tuple(sorted(unique, key=_place))
        lines = [str(problem) for problem in self.problems]
        if len(self.problems) > 1:
            files = len({problem.location.file for problem in self.problems})
            where = f" in {files} files" if files > 1 else ""
            lines.append(f"{len(self.problems)} problems{where}; nothing was checked")
        super().__init__("\n".join(lines))


def _place(problem: Problem) -> tuple[str, int, int, str]:
    location = problem.location
    return (location.file, location.line, location.column, location.pointer)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that differs least from ``word``, if by no more than a third of its letters; else None.

    Of very many known words only the first thousand are looked at.
    """
    best: str | None = None
    best_distance = max(1, len(word) // 3) + 1
    folded = word.casefold()[:_LONGEST_WORD]
    for candidate in islice(known, _MOST_WORDS):
        if best_distance <= 1:
            break
        other = candidate.casefold()[:_LONGEST_WORD]
        if abs(len(other) - len(folded)) >= best_distance:
            continue
        distance = edit_distance(folded, other, best_distance)
        if distance < best_distance:
            best, best_distance = candidate, distance
    return best


def edit_distance(first: str, second: str, enough: int) -> int:
    """How many letters to insert, delete, replace or swap with their neighbour, to make one word of the other.

    Stops with ``enough`` as soon as it cannot be less.
    """
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        row, before, last = [i], row, before
        for j, other in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) >= enough and (not before or min(before) >= enough):
            return enough
    return row[-1]


def shown(value: object) -> str:
    """A value of a document in a message: its first 60 characters, and only the kind of what holds other values."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def plural(words: Iterable[str]) -> str:
    """``a, b or c``."""
    *head, last = words
    return f"{', '.join(head)} or {last}" if head else last


def without_echoes(problems: Iterable[Problem]) -> list[Problem]:
    """Leave out that a field is missing where a misspelt one was found: one slip, one problem."""
    found = list(problems)
    meant: dict[tuple[str, str], list[str]] = {}
    for problem in found:
        if problem.did_you_mean:
            holder = problem.location.pointer.rpartition("/")[0]
            meant.setdefault((problem.location.file, holder), []).append(f" has no {problem.did_you_mean}")
    return [
        problem
        for problem in found
        if not problem.message.endswith(tuple(meant.get((problem.location.file, problem.location.pointer), ())))
    ]
