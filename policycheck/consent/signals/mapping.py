"""From a consent manager's own keys to the categories of a catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policycheck.consent.signals.signal import EVERY_CATEGORY, ConsentSignal, SignalReading


def categories_of(signal: ConsentSignal, key: str, known: Iterable[str]) -> tuple[str, ...]:
    """Those of the ``known`` categories that ``key`` stands for: as the signal maps it, else the one of its name."""
    named = signal.categories.get(key, (key,))
    return tuple(category for category in known if category in named or EVERY_CATEGORY in named)


def reading_to_statuses(
    signal: ConsentSignal, reading: SignalReading, categories: Iterable[str]
) -> Mapping[str, bool | None]:
    """What ``reading`` says about each of ``categories`` that it speaks of: True granted, False denied, None open.

    Where several of its keys stand for one category, it is granted when all of them are: one denied key denies it, and
    one that is open leaves it open. A record that lists only what was granted denies the other categories; of any
    other record, those of which it says nothing are not in the result. ``reading.chosen`` is not looked at: a record
    that says yes before anybody chose says yes here.
    """
    known = tuple(dict.fromkeys(categories))
    statuses: dict[str, bool | None] = {}
    for key, choice in reading.choices.items():
        for category in categories_of(signal, key, known):
            statuses[category] = _both(statuses.get(category, True), choice)
    if reading.others is None:
        return statuses
    return {category: statuses.get(category, reading.others) for category in known}


def unmapped_keys(signal: ConsentSignal, reading: SignalReading, categories: Iterable[str]) -> tuple[str, ...]:
    """The keys of ``reading`` that stand for none of ``categories``: nothing follows from what they say."""
    known = tuple(categories)
    return tuple(key for key in reading.choices if not categories_of(signal, key, known))


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
