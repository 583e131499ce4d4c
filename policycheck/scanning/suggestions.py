"""What packs and consent signals know about a name that was seen: suggestions for a draft, no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policycheck.catalogue.entries import Catalogue, Item, Text
from policycheck.consent.signals.index import SignalIndex
from policycheck.model.storage import StorageKind


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is known of a name. ``remark`` says who knows it; ``record`` that the visitor's choice is kept there."""

    remark: str
    category: str | None = None
    purpose: Text | None = None
    pack: str | None = None
    item: Item | None = None
    record: bool = False


class Suggestions:
    """Looks names up in ``packs``, by name of pack, and in ``signals``."""

    def __init__(self, packs: Iterable[tuple[str, Catalogue]], signals: SignalIndex) -> None:
        self._packs = tuple(packs)
        self._signals = signals

    def of(self, kind: StorageKind, name: str) -> Suggestion | None:
        """The suggestion for a name, None where nobody knows it. Of several packs the one that is narrowest counts."""
        found = [
            (item.pattern.specificity, pack, item)
            for pack, catalogue in self._packs
            if (item := catalogue.index[kind].lookup(name)) is not None and _telling(item)
        ]
        signal = self._signals.find(kind, name)
        if found:
            _, pack, item = max(found, key=lambda entry: entry[0])
            others = [other for _, other, _ in found if other != pack]
            also = f", and so does {' and '.join(f'pack:{other}' for other in others)}" if others else ""
            spelled = "" if item.name == name else f" as {item.name}"
            return Suggestion(
                f"pack:{pack} declares it{spelled}{also}: see whether it is that",
                item.categories[0],
                item.uses[0].purpose,
                pack,
                item,
                item.remembers_choice or signal is not None,
            )
        if signal is not None:
            return Suggestion(f"a record of the visitor's choice, as {signal.title} keeps it", "necessary", record=True)
        return None


def _telling(item: Item) -> bool:
    """False for an item that takes nearly any name, which says nothing about this one."""
    return item.pattern.specificity[1] > 1
