"""A compiled catalogue as JSON-like data and back.

Names and retentions are kept as text and read again, since that is cheap and their compiled forms may change. What many
entries share (files, attributes, sources, rules for values) is written once and referred to by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from policycheck.catalogue.entries import (
    Attributes,
    Catalogue,
    Category,
    Feature,
    Item,
    Override,
    Provider,
    Source,
    Use,
    ValueRule,
)
from policycheck.catalogue.names import parse_regex, parse_template
from policycheck.model.finding import Location
from policycheck.model.legal import ConsentNeed, Exemption, LegalBasis
from policycheck.model.lifetime import Retention, parse_retention
from policycheck.model.party import Party
from policycheck.model.storage import SetBy, StorageKind

Row = list[Any]

_EXEMPTIONS: Mapping[str | None, Exemption | None] = {None: None, **{member.value: member for member in Exemption}}
_BASES: Mapping[str | None, LegalBasis | None] = {None: None, **{member.value: member for member in LegalBasis}}
_KINDS = {member.value: member for member in StorageKind}
_PARTIES: Mapping[str | None, Party | None] = {None: None, **{member.value: member for member in Party}}
_WRITERS: Mapping[str | None, SetBy | None] = {None: None, **{member.value: member for member in SetBy}}


class _Table:
    """Equal rows get one number."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, row: Any) -> int:
        key = repr(row)
        if key not in self._numbers:
            self._numbers[key] = len(self.rows)
            self.rows.append(row)
        return self._numbers[key]


def encode(catalogue: Catalogue) -> dict[str, Any]:
    """The catalogue as JSON-like data."""
    tables = {name: _Table() for name in ("files", "attributes", "values", "sources", "texts", "hosts")}

    def place(location: Location | None) -> Row | None:
        if location is None:
            return None
        return [tables["files"].number(location.file), location.line, location.column, location.pointer]

    def value(rule: ValueRule | None) -> int | None:
        if rule is None:
            return None
        pattern = rule.pattern.text if rule.pattern else None
        return tables["values"].number([rule.json, pattern, rule.may_contain, rule.must_not_contain])

    def use(one: Use) -> Row:
        feature = one.feature.key if one.feature else None
        purpose = tables["texts"].number(dict(one.purpose))
        return [one.category.key, purpose, feature, one.exemption, one.legal_basis, value(one.value)]

    def item(one: Item) -> Row:
        return [
            one.name,
            one.pattern.is_regex,
            one.kind,
            [use(each) for each in one.uses],
            one.retention.text,
            one.refresh,
            one.provider.key if one.provider else None,
            one.party,
            one.hosts,
            one.partition,
            one.set_by,
            tables["attributes"].number(_values_of(one.attributes)),
            value(one.value),
            one.transient,
            one.sensitive,
            one.examples,
            one.counter_examples,
            tables["sources"].number(_values_of(one.source)) if one.source else None,
            place(one.location),
            tables["files"].number(one.origin),
        ]

    data: dict[str, Any] = {
        "head": [catalogue.id, catalogue.version, catalogue.location, catalogue.digest],
        "title": dict(catalogue.title),
        "description": dict(catalogue.description),
        "statements": {key: dict(text) for key, text in catalogue.statements.items()},
        "placeholders": dict(catalogue.placeholders),
        "bindings": dict(catalogue.bindings),
        "placeholderLocations": {key: place(where) for key, where in catalogue.placeholder_locations.items()},
        "categories": [
            [
                one.key,
                dict(one.title),
                one.consent,
                one.exemption,
                one.legal_basis,
                dict(one.description),
                place(one.location),
            ]
            for one in catalogue.categories.values()
        ],
        "features": [
            [one.key, dict(one.title), one.enabled, place(one.location)] for one in catalogue.features.values()
        ],
        "providers": [[*_values_of(one)[:-1], place(one.location)] for one in catalogue.providers.values()],
        "overrides": [
            [
                one.subject,
                one.what,
                one.old,
                one.new,
                place(one.old_location),
                place(one.new_location),
                one.weakens,
                one.reason,
            ]
            for one in catalogue.overrides
        ],
        "items": [item(one) for one in catalogue.items],
    }
    return {**data, **{name: table.rows for name, table in tables.items()}}


def _values_of(value: Attributes | Source | Provider) -> Row:
    return [getattr(value, name) for name in value.__dataclass_fields__]


def decode(data: Mapping[str, Any]) -> Catalogue:
    """What :func:`encode` made ``data`` of. Raises LookupError, TypeError or ValueError for data of another shape."""
    names = data["files"]

    def place(row: Row) -> Location:
        return Location(names[row[0]], row[1], row[2], row[3])

    def maybe_place(row: Row | None) -> Location | None:
        return None if row is None else place(row)

    categories = {
        row[0]: Category(
            row[0], row[1], ConsentNeed(row[2]), _EXEMPTIONS[row[3]], _BASES[row[4]], row[5], maybe_place(row[6])
        )
        for row in data["categories"]
    }
    features = {row[0]: Feature(row[0], row[1], row[2], maybe_place(row[3])) for row in data["features"]}
    providers = {row[0]: _provider(row, maybe_place(row[-1])) for row in data["providers"]}
    items = _items(data, categories, features, providers, place)
    return Catalogue(
        id=data["head"][0],
        version=data["head"][1],
        items=tuple(items),
        categories=categories,
        features=features,
        providers=providers,
        placeholders=data["placeholders"],
        bindings=data["bindings"],
        title=data["title"],
        description=data["description"],
        statements=data["statements"],
        location=data["head"][2],
        digest=data["head"][3],
        overrides=tuple(
            Override(row[0], row[1], row[2], row[3], place(row[4]), place(row[5]), row[6], row[7])
            for row in data["overrides"]
        ),
        placeholder_locations={key: place(row) for key, row in data["placeholderLocations"].items()},
    )


def _strings(value: list[str]) -> tuple[str, ...]:
    return tuple(value) if value else ()


def _provider(row: Any, location: Location | None) -> Provider:
    key, name, role, number, address, country, url, policy, hosts, data, stored_in, must_not, _ = row
    lists = (_strings(hosts), _strings(data), _strings(stored_in), _strings(must_not))
    return Provider(key, name, role, number, address, country, url, policy, *lists, location)


def _value_rules(rows: list[Row]) -> dict[int, ValueRule]:
    return {
        number: ValueRule(schema, None if pattern is None else parse_regex(pattern), _strings(may), _strings(must_not))
        for number, (schema, pattern, may, must_not) in enumerate(rows)
    }


def _items(
    data: Mapping[str, Any],
    categories: Mapping[str, Category],
    features: Mapping[str, Feature],
    providers: Mapping[str, Provider],
    place: Callable[[Row], Location],
) -> Iterable[Item]:
    placeholders, bindings, names, texts = data["placeholders"], data["bindings"], data["files"], data["texts"]
    attributes = {number: Attributes(*row) for number, row in enumerate(data["attributes"])}
    sources = {number: Source(*row) for number, row in enumerate(data["sources"])}
    values = _value_rules(data["values"])
    retentions: dict[str, Retention] = {}

    def use(row: Any) -> Use:
        category, purpose, feature, exemption, basis, value = row
        return Use(
            categories[category],
            texts[purpose],
            None if feature is None else features[feature],
            _EXEMPTIONS[exemption],
            _BASES[basis],
            None if value is None else values[value],
        )

    rows: list[Row] = data["items"]
    for row in rows:
        (name, is_regex, kind, used, retention, refresh, provider, party, hosts, partition, writer, asked, value,
         transient, sensitive, examples, counter_examples, source, location, origin) = row  # fmt: skip
        if retention not in retentions:
            retentions[retention] = parse_retention(retention)
        yield Item(
            name,
            _KINDS[kind],
            parse_regex(name) if is_regex else parse_template(name, placeholders, bindings),
            (use(used[0]),) if len(used) == 1 else tuple(map(use, used)),
            retentions[retention],
            refresh,
            None if provider is None else providers[provider],
            _PARTIES[party],
            _strings(hosts),
            partition,
            _WRITERS[writer],
            attributes[asked],
            values[value],
            transient,
            sensitive,
            _strings(examples),
            _strings(counter_examples),
            None if source is None else sources[source],
            place(location),
            names[origin],
        )
