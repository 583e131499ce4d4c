"""What a comparison of two catalogues yields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from policycheck.model.finding import Location


class ChangeKind(StrEnum):
    """What became of one declaration, in the order in which a reviewer wants to read of it."""

    WEAKENED = "weakened"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    STRENGTHENED = "strengthened"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that reads otherwise; ``old`` and ``new`` are its text for people, empty where absent.

    ``weakens``: something is allowed that was not. ``strengthens``: something is forbidden that was not. Both hold
    where each permits what the other does not, and where that cannot be told. ``reason`` says why it weakens.
    """

    field: str
    old: str
    new: str
    weakens: bool = False
    strengthens: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One declaration that differs. ``subject`` is ``cookie:_ga``, ``category:marketing``, ``consent`` and so on.

    ``old`` and ``new`` are where it stands; None where it does not. ``items`` are the entries that it touches, where it
    is not one itself. ``taken_by`` is the key of the other entry that now declares names of this one.
    """

    kind: ChangeKind
    subject: str
    fields: tuple[FieldChange, ...] = ()
    old: Location | None = None
    new: Location | None = None
    items: tuple[str, ...] = ()
    taken_by: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two catalogues: where it was read, and what it calls itself."""

    location: str
    id: str
    version: str


@dataclass(frozen=True, slots=True)
class CatalogueDiff:
    """Every difference, the weakenings first; none when both catalogues permit and say the same."""

    old: Side
    new: Side
    differences: tuple[Difference, ...]

    def of(self, kind: ChangeKind) -> tuple[Difference, ...]:
        """The differences of one kind, in order."""
        return tuple(difference for difference in self.differences if difference.kind is kind)

    @property
    def counts(self) -> Mapping[ChangeKind, int]:
        """How many differences there are of each kind."""
        return {kind: len(self.of(kind)) for kind in ChangeKind}


def kind_of(fields: Iterable[FieldChange]) -> ChangeKind:
    """What changes of ``fields`` make of a declaration: one that weakens outweighs all that strengthen."""
    found = tuple(fields)
    if any(field.weakens for field in found):
        return ChangeKind.WEAKENED
    return ChangeKind.STRENGTHENED if any(field.strengthens for field in found) else ChangeKind.CHANGED
