"""Placeholders of a draft: those that the catalogue has already, and those that it needs besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Labels:
    """Gives a label for each pattern. One pattern, one label; a label that is used otherwise gets a number.

    ``known`` are the placeholders that are there, ``taken`` those that the site has bound to a value of its own.
    """

    def __init__(self, known: Mapping[str, str | None] | None = None, taken: Iterable[str] = ()) -> None:
        self._known = dict(known or {})
        self._taken = frozenset(taken)
        self._used: set[str] = set()
        self._own = frozenset(self._known)

    def label(self, preferred: str, pattern: str | None) -> str:
        """The label of ``pattern`` (None: any characters), which is called ``preferred`` where that is free."""
        number, label = 1, preferred
        while label in self._taken or (label in self._known and self._known[label] != pattern):
            number += 1
            label = f"{preferred}_{number}"
        self._known[label] = pattern
        self._used.add(label)
        return label

    @property
    def new(self) -> dict[str, dict[str, str] | None]:
        """The section ``placeholders`` of what was added, as a catalogue writes it."""
        added = {label: self._known[label] for label in sorted(self._used - self._own)}
        return {label: None if pattern is None else {"pattern": pattern} for label, pattern in added.items()}
