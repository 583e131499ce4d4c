"""Several documents, one catalogue: later ones win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policycheck.catalogue.documents import Merged, Piece, SourceDocument, join

SECTIONS = ("categories", "features", "providers", "placeholders", "bindings", "statements")


def merge(documents: Sequence[SourceDocument]) -> Merged:
    """Merge ``documents``, in order of precedence, the last one strongest. Malformed parts are left out."""
    sections: dict[str, dict[str, Piece]] = {name: {} for name in SECTIONS}
    items: dict[tuple[str, str, int], Piece] = {}
    for document in documents:
        for name in SECTIONS:
            section = document.data.get(name)
            if isinstance(section, Mapping):
                for key, value in section.items():
                    piece = Piece(value, document, join("", name, key))
                    sections[name][key] = _over(sections[name].get(key), piece)
        _add_items(items, document)
    return Merged(documents[-1], tuple(documents), tuple(items.values()), **sections)


def _over(old: Piece | None, new: Piece) -> Piece:
    if old is None or not isinstance(old.data, Mapping) or not isinstance(new.data, Mapping):
        return new
    kept = {name: (old.document, join(old.pointer, name)) for name in old.data if name not in new.data}
    fields = {name: old.fields.get(name, place) for name, place in kept.items()}
    return Piece({**old.data, **new.data}, new.document, new.pointer, fields)


def _add_items(items: dict[tuple[str, str, int], Piece], document: SourceDocument) -> None:
    declared = document.data.get("items")
    if not isinstance(declared, list):
        return
    seen: dict[tuple[str, str], int] = {}
    for index, data in enumerate(declared):
        kind = data.get("kind") if isinstance(data, Mapping) else None
        name = (data.get("name") or data.get("regex")) if isinstance(data, Mapping) else None
        key = (str(kind), str(name))
        seen[key] = seen.get(key, 0) + 1
        items[(*key, seen[key])] = Piece(data, document, join("", "items", index))
