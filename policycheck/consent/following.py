"""The visitor's choice, read from the records that the application stores instead of being told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from policycheck.consent.signals.index import SignalIndex
from policycheck.consent.signals.mapping import reading_to_statuses, unmapped_keys
from policycheck.consent.signals.signal import ConsentSignal, SignalError, SignalReading
from policycheck.consent.transitions import TransitionKind, next_status
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus
from policycheck.model.storage import StorageKind


@dataclass(frozen=True, slots=True)
class UnreadRecord:
    """A record that could not be read, where it lies, and what is wrong with it."""

    kind: StorageKind
    name: str
    error: SignalError


class _Record(NamedTuple):
    signal: ConsentSignal
    reading: SignalReading


class _Said(NamedTuple):
    granted: bool
    time: float | None
    signal: str


class ConsentFollower:
    """Follows the records of one device: give it to :class:`policycheck.recording.Recorder` as ``follow``.

    ``categories`` are those that a visitor decides about, ``known`` are further ones that a catalogue has, ``clock``
    gives epoch seconds where a record does not say when the choice was made. Records of one signal belong together:
    one of them may say that somebody chose, another what. Where several signals speak of a category, the one that was
    written last holds.

    ``state`` is what holds now; it may be set. ``records`` counts the records that were read. ``unread`` are those that
    could not be: the state stayed as it was. ``unmapped`` are keys, by signal, that no category is known for.

    The version in a record is the consent manager's own, so that the choices of ``state`` have none.
    """

    def __init__(
        self,
        signals: SignalIndex,
        categories: Iterable[str],
        clock: Callable[[], float],
        *,
        known: Iterable[str] = (),
    ) -> None:
        self.state = UNSET
        self.records = 0
        self.unread: list[UnreadRecord] = []
        self.unmapped: dict[str, dict[str, None]] = {}
        self._signals = signals
        self._categories = tuple(categories)
        self._known = tuple(dict.fromkeys((*self._categories, *known)))
        self._clock = clock
        self._read: dict[tuple[StorageKind, str], _Record] = {}

    def __call__(self, kind: StorageKind, name: str, value: str | None) -> ConsentState | None:
        """Take in that ``value`` was stored under ``name``, or deleted (None).

        Returns the state that holds from then on, None where nothing of it is a record of a choice.
        """
        if value is None:
            if self._read.pop((kind, name), None) is None:
                return None
        else:
            try:
                found = self._signals.read(kind, name, value)
            except SignalError as error:
                self.unread.append(UnreadRecord(kind, name, error))
                return None
            if found is None:
                return None
            self._take_in((kind, name), _Record(*found))
        self.state = self._moved(self._said())
        return self.state

    @property
    def notes(self) -> list[str]:
        """What a report should say: records that could not be read, and keys from which nothing followed."""
        found = [
            f"consent is observed, but the {record.kind.value} entry {record.name!r} was passed over: {record.error}"
            for record in self.unread
        ]
        for signal, keys in self.unmapped.items():
            found.append(
                f"consent is observed, but nothing follows from {', '.join(map(repr, keys))} in a record of {signal}: "
                f"say in the settings, under signals.{signal}, for which category each of them stands"
            )
        return list(dict.fromkeys(found))

    def _take_in(self, place: tuple[StorageKind, str], record: _Record) -> None:
        self.records += 1
        self._read.pop(place, None)  # so that it stands last
        self._read[place] = record
        unknown = unmapped_keys(record.signal, record.reading, self._known)
        unsaid = [key for key in unknown if key not in record.signal.categories]
        if unsaid:
            self.unmapped.setdefault(record.signal.key, {}).update(dict.fromkeys(unsaid))

    def _said(self) -> Mapping[str, _Said]:
        """What all records together say, by category: those that say nothing of it are not there."""
        now = self._clock()
        valid = [record for record in self._read.values() if (record.reading.expires or now) >= now]
        chosen = {record.signal.key for record in valid if record.reading.chosen}
        times = {record.signal.key: record.reading.time for record in valid if record.reading.time is not None}
        said: dict[str, _Said] = {}
        for signal, reading in valid:
            if signal.key in chosen:
                time = times.get(signal.key) if reading.time is None else reading.time
                for category, granted in reading_to_statuses(signal, reading, self._categories).items():
                    said.pop(category, None)
                    if granted is not None:
                        said[category] = _Said(granted, time, signal.key)
        return said

    def _moved(self, said: Mapping[str, _Said]) -> ConsentState:
        statuses = dict(self.state.statuses)
        choices = dict(self.state.choices)
        for category in self._categories:
            before = self.state.status(category)
            answer = said.get(category)
            if answer is None:
                choices.pop(category, None)
                statuses[category] = ConsentStatus.UNSET
                if self.state.default is ConsentStatus.UNSET:
                    del statuses[category]
                continue
            after = statuses[category] = next_status(before, TransitionKind.CHANGE, denied=not answer.granted)
            made = choices.get(category)
            renewed = answer.granted and answer.time is not None and made is not None and made.time != answer.time
            if made is None or after is not before or renewed:
                time = self._clock() if answer.time is None else answer.time
                choices[category] = Choice(after, time, None, answer.signal)
        return replace(self.state, statuses=statuses, choices=choices)
