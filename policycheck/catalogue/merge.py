"""Several documents, one catalogue: later ones win, and what they redefine is kept on record.

Categories, features, providers, placeholders, bindings and statements are merged key by key and field by field, so that
a site's file may change one field of what a pack says. Items are replaced as a whole, by kind, name and narrowing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from policycheck.catalogue.documents import Merged, Piece, SourceDocument, join
from policycheck.catalogue.entries import Override
from policycheck.catalogue.plain import as_list, as_object, is_object
from policycheck.catalogue.weakening import (
    CategoryConsent,
    Change,
    changed_asking,
    changed_fields,
    changed_item,
    changed_terms,
    uses_category,
)

SECTIONS = {
    "categories": "category",
    "features": "feature",
    "providers": "provider",
    "placeholders": "placeholder",
    "bindings": "binding",
    "statements": "statement",
}
"""The sections that are merged key by key, each with the word for one of its entries."""


def merge(documents: Sequence[SourceDocument]) -> Merged:
    """Merge ``documents``, in order of precedence, the last one strongest; one that is named again counts once.

    Malformed parts are kept where they are harmless and left out where they are not: validation reports them.
    """
    merging = _Merging()
    for document in dict.fromkeys(documents):
        merging.add(document)
        if document is not documents[-1] and not document.data.get("extends"):
            merging.hold_to_built_in(document)
    sections = {name: merging.sections[name] for name in SECTIONS}
    items = tuple(merging.items.values())
    overrides = tuple(merging.overrides)
    return Merged(documents[-1], tuple(documents), items, consent=merging.consent, overrides=overrides, **sections)


class _Merging:
    def __init__(self) -> None:
        self.sections: dict[str, dict[str, Piece]] = {name: {} for name in SECTIONS}
        self.items: dict[Hashable, Piece] = {}
        self.consent: Piece | None = None
        self.overrides: list[Override] = []

    def add(self, document: SourceDocument) -> None:
        before = self._category_consent()
        for name, word in SECTIONS.items():
            for key, value in as_object(document.data.get(name)).items():
                self._declare(name, f"{word}:{key}", key, Piece(value, document, join("", name, key)), before)
        if "consent" in document.data:
            self._terms(Piece(document.data["consent"], document, join("", "consent")))
        after = self._category_consent()
        for identity, piece in _identified(document):
            old = self.items.get(identity)
            if old is not None:
                self._record(_subject(piece), changed_item(old.data, piece.data, before, after), old, piece)
            self.items[identity] = piece

    def _declare(self, section: str, subject: str, key: str, piece: Piece, before: CategoryConsent) -> None:
        known = self.sections[section]
        old = known.get(key)
        if old is not None:
            self._record(subject, changed_fields(section, old.data, piece.data), old, piece)
            if section == "providers":
                self._record(subject, self._changed_asking(key, old.data, piece.data, before), old, piece)
        elif section == "categories" and (users := self._users_of(key)):
            self._record(subject, before.loosened(key, piece.data), users, piece)
        known[key] = piece if old is None else _over(old, piece)

    def _changed_asking(self, key: str, old: object, new: object, before: CategoryConsent) -> Iterator[Change]:
        own = (item.data for item in self.items.values() if as_object(item.data).get("provider") == key)
        return changed_asking(old, new, own, before, self._category_consent())

    def _category_consent(self) -> CategoryConsent:
        return CategoryConsent({key: piece.data for key, piece in self.sections["categories"].items()})

    def _terms(self, piece: Piece) -> None:
        old = self.consent
        if old is not None:
            self._record("consent", changed_terms(old.data, piece.data), old, piece)
        self.consent = piece if old is None else _over(old, piece)

    def hold_to_built_in(self, document: SourceDocument) -> None:
        """Record built-in categories that ``document``, knowing no other file, counts on and an earlier one freed."""
        declared = as_object(document.data.get("categories"))
        for key, piece in self.sections["categories"].items():
            users = (user for user in self._askers() if user.document is document)
            user = next((user for user in users if uses_category(user.data, key)), None)
            if key not in declared and user is not None:
                self._record(f"category:{key}", CategoryConsent({}).loosened(key, piece.data), user, piece)

    def _users_of(self, category: str) -> Piece | None:
        """An item or a provider of an earlier document that counts on what the built-in ``category`` says."""
        return next((piece for piece in self._askers() if uses_category(piece.data, category)), None)

    def _askers(self) -> Iterator[Piece]:
        yield from self.items.values()
        yield from self.sections["providers"].values()

    def _record(self, subject: str, changes: Iterable[Change], old: Piece, new: Piece) -> None:
        reason = _reason(new.data)
        for change in changes:
            self.overrides.append(
                Override(
                    subject=subject,
                    what=".".join(change.path) or "value",
                    old=change.old,
                    new=change.new,
                    old_location=old.locate(*change.path),
                    new_location=new.locate(*change.path),
                    weakens=change.weakens,
                    reason=reason,
                )
            )


def _over(old: Piece, new: Piece) -> Piece:
    """Lay the fields of ``new`` over those of ``old``; each field keeps the place it comes from."""
    if not is_object(old.data) or not is_object(new.data):
        return new
    kept = {name: (old.document, join(old.pointer, name)) for name in old.data if name not in new.data}
    fields = {name: old.fields.get(name, place) for name, place in kept.items()}
    return Piece({**old.data, **new.data}, new.document, new.pointer, fields)


def _identified(document: SourceDocument) -> Iterator[tuple[Hashable, Piece]]:
    """The items of a document, each with what an item of another document must share to take its place."""
    seen: dict[Hashable, int] = {}
    for index, data in enumerate(as_list(document.data.get("items"))):
        piece = Piece(data, document, join("", "items", index))
        key = _identity(data)
        if key is None:
            yield (document.location, index), piece
            continue
        seen[key] = seen.get(key, 0) + 1
        yield (key, seen[key]), piece


def _identity(data: object) -> Hashable | None:
    fields = as_object(data)
    narrowing = tuple(sorted(map(str, as_list(fields.get("hosts")))))
    parts = tuple(fields.get(name) for name in ("kind", "name", "regex", "setBy", "partition"))
    if not isinstance(parts[0], str) or not any(isinstance(name, str) for name in parts[1:3]):
        return None
    return (*map(repr, parts), narrowing)


def _subject(piece: Piece) -> str:
    fields = as_object(piece.data)
    return f"{fields.get('kind')}:{fields.get('name') or fields.get('regex')}"


def _reason(data: object) -> str | None:
    """Why the author changed it, where the item says that it was on purpose."""
    fields = as_object(data)
    if fields.get("override") is not True:
        return None
    reason = fields.get("reason")
    return reason if isinstance(reason, str) and reason.strip() else None
