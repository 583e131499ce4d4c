"""Two catalogues in, their differences out."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.diffing.changes import CatalogueDiff, ChangeKind, Difference, FieldChange, Side, kind_of
from policycheck.catalogue.diffing.items import changed_fields, changed_terms
from policycheck.catalogue.diffing.pairing import handovers, pair
from policycheck.catalogue.diffing.parts import changed_parts
from policycheck.catalogue.entries import Catalogue, Item, Text


def diff_catalogues(old: Catalogue, new: Catalogue) -> CatalogueDiff:
    """Compare what ``old`` and ``new`` mean, site's settings included.

    A difference is weakened when something is permitted that was not. Read the other way round, added is removed, what
    weakens strengthens, and what does both does both.
    """
    order = list(ChangeKind)
    found = sorted((*changed_parts(old, new), *_items(old, new)), key=lambda found: order.index(found.kind))
    return CatalogueDiff(_side(old), _side(new), tuple(found))


def _side(catalogue: Catalogue) -> Side:
    return Side(catalogue.location, catalogue.id, catalogue.version)


def _items(old: Catalogue, new: Catalogue) -> Iterator[Difference]:
    pairing = pair(old.items, new.items)
    for one, other in pairing.pairs:
        fields = tuple(changed_fields(one, other))
        if fields:
            yield Difference(kind_of(fields), other.key, fields, one.location, other.location)
    for item in pairing.added:
        yield Difference(ChangeKind.ADDED, item.key, _told(item, new=True), None, item.location)
    for item in pairing.removed:
        yield Difference(ChangeKind.REMOVED, item.key, _told(item, new=False), item.location, None)
    for one, other in handovers(pairing):
        fields = tuple(changed_terms(one, other))
        if kind_of(fields) is not ChangeKind.CHANGED:
            yield Difference(kind_of(fields), one.key, fields, one.location, other.location, taken_by=other.key)


def _told(item: Item, *, new: bool) -> tuple[FieldChange, ...]:
    """What a reviewer wants to know of an entry that came or went."""
    told = (
        ("category", ", ".join(item.categories)),
        ("provider", item.provider.key if item.provider is not None else ""),
        ("retention", item.retention.text),
        ("feature", ", ".join(dict.fromkeys(use.feature.key for use in item.uses if use.feature is not None))),
        ("purpose", "; ".join(filter(None, (_in_words(use.purpose) for use in item.uses)))),
    )
    return tuple(FieldChange(name, *(("", text) if new else (text, ""))) for name, text in told if text)


def _in_words(text: Text) -> str:
    return text.get("en") or next(iter(text.values()), "")
