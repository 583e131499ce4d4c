"""What packs, consent signals and an Open Cookie Database know about a name that was seen: suggestions, no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from policycheck.catalogue.entries import Catalogue, Item, Text
from policycheck.consent.signals.index import SignalIndex
from policycheck.drafting.cookiedatabase import CookieDatabase
from policycheck.model.storage import StorageKind


class Confidence(StrEnum):
    """How far a suggestion can be relied on. None of them is a review."""

    HIGH = "high"
    """A pack, made of what the vendor says or of what was observed, declares a name that hardly another has."""
    MEDIUM = "medium"
    """Several packs declare the name, or one that others may have chosen too; or the database has this very name."""
    LOW = "low"
    """The database has the beginning of the name, or a name that others may have chosen too."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is known of a name. ``remark`` says who knows it; ``record`` that the visitor's choice is kept there.

    ``provider`` is key and name. ``template`` is the item of a pack whose template stands for the name.
    """

    remark: str
    confidence: Confidence
    category: str | None = None
    purpose: Text | None = None
    provider: tuple[str, str] | None = None
    pack: str | None = None
    item: Item | None = None
    source: Catalogue | None = None
    record: bool = False

    @property
    def template(self) -> Item | None:
        """The entry of a pack that is a template, after which the name can be written."""
        if self.item is None or self.item.pattern.is_exact or self.item.pattern.is_regex or "<" not in self.item.name:
            return None
        return self.item


class Suggestions:
    """Looks names up in ``packs``, by name of pack, in ``signals``, and in a ``database`` that the user has."""

    def __init__(
        self, packs: Iterable[tuple[str, Catalogue]], signals: SignalIndex, database: CookieDatabase | None = None
    ) -> None:
        self._packs = tuple(packs)
        self._signals = signals
        self._database = database

    def of(self, kind: StorageKind, name: str) -> Suggestion | None:
        """The suggestion for a name, None where nobody knows it. Of several packs the one that is narrowest counts."""
        found = [
            (item.pattern.specificity, pack, item, catalogue)
            for pack, catalogue in self._packs
            if (item := catalogue.index[kind].lookup(name)) is not None and _telling(item)
        ]
        signal = self._signals.find(kind, name)
        if found:
            _, pack, item, catalogue = max(found, key=lambda entry: entry[0])
            others = [other for _, other, _, _ in found if other != pack]
            also = f", and so does {' and '.join(f'pack:{other}' for other in others)}" if others else ""
            spelled = "" if item.name == name else f" as {item.name}"
            sure = not others and _characteristic(name)
            provider = None if item.provider is None else (item.provider.key, item.provider.name)
            return Suggestion(
                f"pack:{pack} declares it{spelled}{also}: see whether it is that",
                Confidence.HIGH if sure else Confidence.MEDIUM,
                item.categories[0],
                item.uses[0].purpose,
                provider,
                pack,
                item,
                catalogue,
                item.remembers_choice or signal is not None,
            )
        if signal is not None:
            remark = f"a record of the visitor's choice, as {signal.title} keeps it"
            return Suggestion(remark, Confidence.HIGH, "necessary", record=True)
        return None if self._database is None else self._from_database(self._database, kind, name)

    @staticmethod
    def _from_database(database: CookieDatabase, kind: StorageKind, name: str) -> Suggestion | None:
        known = database.find(kind, name)
        if known is None:
            return None
        whose = f", of {known.provider}" if known.provider else ""
        what = "it" if known.exact else f"names that begin with {known.name}"
        sure = _characteristic(name)
        return Suggestion(
            f"the Open Cookie Database has {what}{whose}: see whether it is that",
            Confidence.MEDIUM if known.exact and sure else Confidence.LOW,
            known.category,
            {"en": known.purpose} if known.purpose else None,
            (known.provider.lower(), known.provider) if known.provider and sure else None,
        )


def _telling(item: Item) -> bool:
    """False for an item that takes nearly any name, which says nothing about this one."""
    return item.pattern.specificity[1] > 1


def _characteristic(name: str) -> bool:
    """Whether hardly anybody else would choose the name: not one bare word."""
    return not name.isalpha() or any(map(str.isupper, name[1:]))
