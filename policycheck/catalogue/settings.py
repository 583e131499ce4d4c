"""What a site's settings say about a catalogue: which features are on, what the placeholders stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from policycheck.catalogue.entries import Catalogue, Draft, Feature, Item
from policycheck.catalogue.names import NameSyntaxError, parse_template
from policycheck.catalogue.problems import nearest
from policycheck.errors import CatalogueError

Entry = TypeVar("Entry", Item, Draft)


def apply_settings(catalogue: Catalogue, *, features: Mapping[str, bool], bindings: Mapping[str, str]) -> Catalogue:
    """``catalogue`` with ``features`` switched and ``bindings`` laid over its own.

    Raises :class:`policycheck.errors.CatalogueError` for a feature or a placeholder that it does not have, and for a
    binding that the placeholder's pattern does not allow; all of them in one message.
    """
    wrong = [
        *_unknown("feature", features, catalogue.features, catalogue.location),
        *_unknown("placeholder", bindings, catalogue.placeholders, catalogue.location),
        *(
            f"the binding of {key} is not a text that its pattern {catalogue.placeholders[key]!r} allows"
            for key, value in bindings.items()
            if key in catalogue.placeholders and not _allows(key, catalogue.placeholders[key], value)
        ),
    ]
    if wrong:
        raise CatalogueError("\n".join(wrong))
    switched = {
        key: replace(feature, enabled=features[key]) if key in features else feature
        for key, feature in catalogue.features.items()
    }
    bound = {**catalogue.bindings, **bindings}
    changed_keys = {key for key, value in bindings.items() if catalogue.bindings.get(key) != value}
    changed = {key: value for key, value in switched.items() if value != catalogue.features[key]}
    if not changed and not changed_keys:
        return catalogue
    items = tuple(_item(item, catalogue, changed, changed_keys, bound) for item in catalogue.items)
    drafts = tuple(_rebound(draft, catalogue, changed_keys, bound) for draft in catalogue.drafts)
    return replace(catalogue, items=items, drafts=drafts, features=switched, bindings=bound)


def _unknown(what: str, given: Iterable[str], known: Iterable[str], location: str) -> list[str]:
    lines: list[str] = []
    for key in given:
        if key not in known:
            guess = nearest(key, known)
            names = ", ".join(sorted(known))
            question = f"; did you mean {guess!r}?" if guess else ""
            fix = f"name one that it has: {names}" if names else f"leave it out; the catalogue has no {what}s at all"
            lines.append(f"the catalogue {location} has no {what} called {key!r}{question}\n  fix: {fix}")
    return lines


def _allows(key: str, pattern: str | None, value: object) -> bool:
    if not isinstance(value, str) or not value:
        return False
    return parse_template(f"<{key}>", {key: pattern}, {}).matches(value)


def _item(
    item: Item, catalogue: Catalogue, features: Mapping[str, Feature], keys: set[str], bound: Mapping[str, str]
) -> Item:
    if any(use.feature is not None and use.feature.key in features for use in item.uses):
        uses = tuple(
            replace(use, feature=features.get(use.feature.key, use.feature)) if use.feature is not None else use
            for use in item.uses
        )
        item = replace(item, uses=uses)
    return _rebound(item, catalogue, keys, bound)


def _rebound(entry: Entry, catalogue: Catalogue, keys: set[str], bound: Mapping[str, str]) -> Entry:
    if entry.pattern.is_regex or not any(f"<{key}>" in entry.name for key in keys):
        return entry
    try:
        pattern = parse_template(entry.name, catalogue.placeholders, bound)
    except NameSyntaxError as error:
        raise CatalogueError(f"{entry.location}: {error}") from error
    return replace(entry, pattern=pattern)
