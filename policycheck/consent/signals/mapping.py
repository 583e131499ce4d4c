"""From a consent manager's own keys to the categories of a catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policycheck.consent.signals.signal import ConsentSignal, SignalReading


def categories_of(signal: ConsentSignal, key: str) -> tuple[str, ...]:
    """The categories that ``key`` stands for: what the signal maps it to, else the one of the same name."""
    return signal.categories.get(key, (key,))


def reading_to_statuses(
    signal: ConsentSignal, reading: SignalReading, categories: Iterable[str]
) -> Mapping[str, bool | None]:
    """What ``reading`` says about each of ``categories`` that it speaks of: True granted, False denied, None open.

    Where several keys stand for one category, it is granted when all of them are: one denied key denies it, and one
    that is open leaves it open. Categories of which the record says nothing are not in the result. Whether anybody
    chose at all is ``reading.chosen``, and not looked at.
    """
    known = frozenset(categories)
    statuses: dict[str, bool | None] = {}
    for key, choice in reading.choices.items():
        for category in categories_of(signal, key):
            if category in known:
                statuses[category] = _both(statuses.get(category, True), choice)
    return statuses


def unmapped_keys(signal: ConsentSignal, reading: SignalReading, categories: Iterable[str]) -> tuple[str, ...]:
    """The keys of ``reading`` that stand for none of ``categories``: nothing follows from what they say."""
    known = frozenset(categories)
    return tuple(key for key in reading.choices if known.isdisjoint(categories_of(signal, key)))


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
