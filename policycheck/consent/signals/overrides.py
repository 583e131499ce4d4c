"""What a project's settings say about signals: for which categories their keys stand, and which are not read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from policycheck.consent.signals.signal import EVERY_CATEGORY, ConsentSignal, SignalReading
from policycheck.errors import UsageError
from policycheck.model.spelling import did_you_mean

Overrides = Mapping[str, Mapping[str, tuple[str, ...]] | None]
"""By key of a signal: its own keys with the categories that they stand for, or None where it is not to be read."""


def with_overrides(signals: Iterable[ConsentSignal], overrides: Overrides) -> tuple[ConsentSignal, ...]:
    """The signals as ``overrides`` want them. Raises :class:`policycheck.errors.UsageError` for an unknown one."""
    known = {signal.key: signal for signal in signals}
    for key in overrides:
        if key not in known:
            raise UsageError(f"no signal is called {key!r}{did_you_mean(key, known)}; all: policycheck signals")
    changed: list[ConsentSignal] = []
    for key, signal in known.items():
        own = overrides.get(key, {})
        if own is not None:
            changed.append(_mapped(signal, own) if own else signal)
    return tuple(changed)


def check_categories(overrides: Overrides, categories: Iterable[str]) -> None:
    """Raise :class:`policycheck.errors.UsageError` for a category that is neither the catalogue's nor built in."""
    if not overrides:
        return
    from policycheck.catalogue.compile import BUILT_IN_CATEGORIES

    known = tuple(dict.fromkeys((*categories, *BUILT_IN_CATEGORIES)))
    for signal, keys in overrides.items():
        for key, named in (keys or {}).items():
            for category in named:
                if category not in known and category != EVERY_CATEGORY:
                    raise UsageError(
                        f"{signal}: {key}: the catalogue has no category {category!r}{did_you_mean(category, known)}; "
                        f"there are {', '.join(known)}, and {EVERY_CATEGORY!r} for all"
                    )


@dataclass(frozen=True, slots=True)
class _FillingDecoder:
    """Reads the keys that the settings name also where a record lists nothing but what was granted."""

    decode: Callable[[str], SignalReading]
    keys: tuple[str, ...]

    def __call__(self, value: str) -> SignalReading:
        reading = self.decode(value)
        if reading.others is None:
            return reading
        return replace(reading, choices={**dict.fromkeys(self.keys, reading.others), **reading.choices})


def _mapped(signal: ConsentSignal, own: Mapping[str, tuple[str, ...]]) -> ConsentSignal:
    return replace(signal, categories={**signal.categories, **own}, decode=_FillingDecoder(signal.decode, tuple(own)))
