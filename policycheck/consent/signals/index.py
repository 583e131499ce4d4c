"""From the name of something that was stored to the signal that can read it."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.catalogue.names import NameIndex, NamePattern, parse_template
from policycheck.consent.signals.signal import ConsentSignal, SignalError, SignalReading
from policycheck.model.storage import StorageKind


class SignalIndex:
    """Finds signals by kind and name, as a catalogue finds its items; of several, the one that was given first.

    Raises :class:`policycheck.catalogue.names.NameSyntaxError` for a signal whose name is no template.
    """

    __slots__ = ("_kinds", "signals")

    def __init__(self, signals: Iterable[ConsentSignal]) -> None:
        self.signals = tuple(signals)
        entries: dict[StorageKind, list[tuple[NamePattern, ConsentSignal]]] = {}
        for signal in self.signals:
            for kind, name in signal.names:
                pattern = parse_template(name)
                for observed in StorageKind:
                    if kind.accepts(observed):
                        entries.setdefault(observed, []).append((pattern, signal))
        self._kinds = {kind: NameIndex(found) for kind, found in entries.items()}

    def find(self, kind: StorageKind, name: str) -> ConsentSignal | None:
        """The signal that reads what is stored under ``name``; None for a name that is no record of a choice."""
        names = self._kinds.get(kind)
        return None if names is None else names.lookup(name)

    def find_all(self, kind: StorageKind, name: str) -> list[ConsentSignal]:
        """Every signal that is stored under ``name``: two consent managers may have chosen the same one."""
        names = self._kinds.get(kind)
        return [] if names is None else names.lookup_all(name)

    def read(self, kind: StorageKind, name: str, value: str) -> tuple[ConsentSignal, SignalReading] | None:
        """What is stored under ``name`` says, and whose record it is; None for a name that is no record of a choice.

        Of several signals with this name the one that can read the value is the right one. Raises
        :class:`SignalError` when none can, with what each has to say.
        """
        found = self.find_all(kind, name) if self.find(kind, name) is not None else []
        errors: list[SignalError] = []
        for signal in found:
            try:
                return signal, signal.decode(value)
            except SignalError as error:
                errors.append(error)
        if not errors:
            return None
        raise errors[0] if len(errors) == 1 else SignalError("; ".join(map(str, errors)))
