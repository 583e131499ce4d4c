"""Categories, features, providers, placeholders, terms of consent and texts, compared: what is said once for many."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from policycheck.catalogue.comparison import host_accepts
from policycheck.catalogue.diffing import fields
from policycheck.catalogue.diffing.changes import ChangeKind, Difference, FieldChange, kind_of
from policycheck.catalogue.diffing.items import permits_more
from policycheck.catalogue.entries import Catalogue, Category, Feature, Item, Provider, Text, Use
from policycheck.catalogue.names import NamePattern, parse_template
from policycheck.model.finding import Location
from policycheck.model.legal import ConsentNeed

Part = TypeVar("Part", Category, Feature, Provider)
_LABEL = re.compile(r"<([A-Za-z][A-Za-z0-9_]*)>")
_NO_CATEGORY = Category("", {}, ConsentNeed.REQUIRED)
_NO_FEATURE = Feature("", {}, enabled=True)
_NO_PROVIDER = Provider("", "")


def changed_parts(old: Catalogue, new: Catalogue) -> Iterator[Difference]:
    """The differences of everything but the entries; where one permits more or less, with the entries it touches."""
    touched = _users((*new.items, *old.items))
    for found in _parts(old, new):
        judged = any(change.weakens or change.strengthens for change in found.fields)
        yield replace(found, items=tuple(touched.get(found.subject, ()))) if judged else found


def _parts(old: Catalogue, new: Catalogue) -> Iterator[Difference]:
    def asking(one: Provider, other: Provider) -> Iterator[FieldChange]:
        yield from _provider(one, other)
        yield from _asking(one, other, old, new)

    yield from _section("category", old.categories, new.categories, _NO_CATEGORY, _category)
    yield from _section("feature", old.features, new.features, _NO_FEATURE, _feature)
    yield from _placeholders(old, new)
    yield from _section("provider", old.providers, new.providers, _NO_PROVIDER, asking)
    yield from _terms(old, new)
    yield from _texts(old, new)


def _users(items: Iterable[Item]) -> Mapping[str, Mapping[str, None]]:
    """The keys of the entries that each category, feature, provider and placeholder has."""
    users: dict[str, dict[str, None]] = {}
    for item in items:
        used = [f"category:{key}" for key in item.categories]
        used += [f"feature:{use.feature.key}" for use in item.uses if use.feature is not None]
        used += [] if item.provider is None else [f"provider:{item.provider.key}"]
        used += [] if item.pattern.is_regex else [f"placeholder:{key}" for key in _LABEL.findall(item.name)]
        for subject in used:
            users.setdefault(subject, {})[item.key] = None
    return users


def _section(
    word: str,
    old: Mapping[str, Part],
    new: Mapping[str, Part],
    empty: Part,
    compare: Callable[[Part, Part], Iterable[FieldChange]],
) -> Iterator[Difference]:
    """The differences of one section. What came or went permits nothing by itself; a built-in part did neither."""
    for key in dict.fromkeys((*new, *old)):
        before, after = old.get(key), new.get(key)
        found = tuple(compare(before or empty, after or empty))
        earlier = None if before is None else before.location
        later = None if after is None else after.location
        if before is not None and after is not None:
            if found:
                yield Difference(kind_of(found), f"{word}:{key}", found, earlier, later)
        elif earlier is not None or later is not None:
            kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
            yield Difference(kind, f"{word}:{key}", _unjudged(found), earlier, later)


def _unjudged(found: Iterable[FieldChange]) -> tuple[FieldChange, ...]:
    """The same fields, of something that is declared on one side alone."""
    return tuple(FieldChange(change.field, change.old, change.new) for change in found)


def _category(old: Category, new: Category) -> Iterator[FieldChange]:
    if old.consent is not new.consent or old is _NO_CATEGORY or new is _NO_CATEGORY:
        freed, bound = _freed(old, new), _freed(new, old)
        reason = "its entries need no consent any more" if freed else ""
        yield FieldChange("consent", _consent(old), _consent(new), freed, bound, reason)
    yield from fields.plain("exemption", old.exemption, new.exemption)
    yield from fields.plain("legalBasis", old.legal_basis, new.legal_basis)
    yield from fields.text("title", old.title, new.title)
    yield from fields.text("description", old.description, new.description)


def _freed(old: Category, new: Category) -> bool:
    return (old.consent, new.consent) == (ConsentNeed.REQUIRED, ConsentNeed.NOT_REQUIRED)


def _consent(category: Category) -> str:
    return "" if category is _NO_CATEGORY else category.consent.value


def _feature(old: Feature, new: Feature) -> Iterator[FieldChange]:
    if old.enabled is not new.enabled or old is _NO_FEATURE or new is _NO_FEATURE:
        on, off = new.enabled and not old.enabled, old.enabled and not new.enabled
        reason = "what it stores may appear" if on else ""
        yield FieldChange("default", _switch(old), _switch(new), on, off, reason)
    yield from fields.text("title", old.title, new.title)


def _switch(feature: Feature) -> str:
    return "" if feature is _NO_FEATURE else "on" if feature.enabled else "off"


def _asking(one: Provider, other: Provider, old: Catalogue, new: Catalogue) -> Iterator[FieldChange]:
    if {category.key for category in one.categories} == {category.key for category in other.categories}:
        return
    before, after = old.host_uses(one), new.host_uses(other)
    weakens, strengthens = _asked_more(before, after), _asked_more(after, before)
    reason = "its hosts may be asked for more" if weakens else ""
    yield FieldChange("categories", _keys(one), _keys(other), weakens, strengthens, reason)


def _asked_more(old: tuple[Use, ...], new: tuple[Use, ...]) -> bool:
    """Whether some request is permitted that was not. Where nothing says what hosts are asked for, none is judged."""
    return bool(old) and (not new or permits_more(old, new))


def _keys(provider: Provider) -> str:
    return ", ".join(category.key for category in provider.categories)


def _provider(old: Provider, new: Provider) -> Iterator[FieldChange]:
    for field, before, after in (
        ("name", old.name, new.name),
        ("role", old.role, new.role),
        ("idNumber", old.id_number, new.id_number),
        ("address", old.address, new.address),
        ("country", old.country, new.country),
        ("url", old.url, new.url),
        ("privacyPolicy", old.privacy_policy, new.privacy_policy),
    ):
        yield from fields.plain(field, before, after)
    if set(old.hosts) != set(new.hosts):
        wider, narrower = _more_hosts(old.hosts, new.hosts), _more_hosts(new.hosts, old.hosts)
        reason = "requests to more hosts count as declared" if wider else ""
        yield FieldChange("hosts", ", ".join(old.hosts), ", ".join(new.hosts), wider, narrower, reason)
    yield from fields.listed("personalData", old.personal_data, new.personal_data)
    yield from fields.listed("storedIn", old.stored_in, new.stored_in)
    yield from fields.forbidding("mustNotContain", old.must_not_contain, new.must_not_contain)


def _more_hosts(old: Iterable[str], new: Iterable[str]) -> bool:
    known = tuple(old)
    return not all(any(host_accepts(wide, host) for wide in known) for host in new)


def _placeholders(old: Catalogue, new: Catalogue) -> Iterator[Difference]:
    """What may stand for a placeholder of both. One that only one side has is told by the names that use it."""
    for key in new.placeholders:
        if key not in old.placeholders:
            continue
        before, after = _meaning(old, key), _meaning(new, key)
        if before == after or fields.same_language(before, after):
            continue
        judged = next(fields.names("", before, after, before.text, after.text))
        found: list[FieldChange] = []
        for field, one, other in (
            ("pattern", old.placeholders[key], new.placeholders[key]),
            ("binding", old.bindings.get(key), new.bindings.get(key)),
        ):
            if one != other:
                found.append(replace(judged, field=field, old=one or "", new=other or ""))
        places = old.placeholder_locations.get(key), new.placeholder_locations.get(key)
        yield Difference(kind_of(found), f"placeholder:{key}", tuple(found), *places)


def _meaning(catalogue: Catalogue, key: str) -> NamePattern:
    return parse_template(f"<{key}>", catalogue.placeholders, catalogue.bindings)


def _terms(old: Catalogue, new: Catalogue) -> Iterator[Difference]:
    found = (
        *fields.retention(
            "validity",
            old.consent.validity,
            new.consent.validity,
            absent=float("inf"),
            reason="a choice counts for longer before the visitor is asked anew",
        ),
        *fields.retention(
            "grace",
            old.consent.grace,
            new.consent.grace,
            absent=0.0,
            reason="things may lie on the device for longer after a withdrawal",
        ),
    )
    if found:
        yield Difference(kind_of(found), "consent", found, Location(old.location), Location(new.location))


def _texts(old: Catalogue, new: Catalogue) -> Iterator[Difference]:
    places = Location(old.location), Location(new.location)
    for key in dict.fromkeys((*new.statements, *old.statements)):
        before, after = old.statements.get(key), new.statements.get(key)
        found = tuple(fields.text("text", before or {}, after or {}))
        if before is None:
            yield Difference(ChangeKind.ADDED, f"statement:{key}", found, None, places[1])
        elif after is None:
            yield Difference(ChangeKind.REMOVED, f"statement:{key}", found, places[0], None)
        elif found:
            yield Difference(ChangeKind.CHANGED, f"statement:{key}", found, *places)
    texts: tuple[tuple[str, Text, Text], ...] = (
        ("title", old.title, new.title),
        ("description", old.description, new.description),
    )
    said = tuple(change for field, one, other in texts for change in fields.text(field, one, other))
    if said:
        yield Difference(ChangeKind.CHANGED, "catalogue", said, *places)
