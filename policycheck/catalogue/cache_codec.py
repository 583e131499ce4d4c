"""A compiled catalogue as JSON-like data and back.

Names and retentions are kept as text and read again, since that is cheap and their compiled forms may change. What many
entries share (files, attributes, sources, rules for values) is written once and referred to by number. Items, their
uses and their places are written by column, since most columns say the same throughout, and then say it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat, starmap
from typing import Any

from policycheck.catalogue.entries import (
    Attributes,
    Catalogue,
    Category,
    ConsentTerms,
    Draft,
    Feature,
    Item,
    Override,
    Provider,
    Source,
    Use,
    ValueRule,
)
from policycheck.catalogue.names import NamePattern, parse_regex, parse_template
from policycheck.model.finding import Location
from policycheck.model.legal import ConsentNeed, Exemption, LegalBasis
from policycheck.model.lifetime import parse_retention
from policycheck.model.party import Party
from policycheck.model.storage import SetBy, StorageKind

Row = list[Any]
Columns = dict[str, Any]
"""How many rows there are, and columns by name; a column of one value says it for every row."""

_USE = ("category", "purpose", "feature", "exemption", "basis", "value")
_PROVIDER = (
    *("key", "name", "role", "id_number", "address", "country", "url", "privacy_policy"),
    *("hosts", "personal_data", "stored_in", "must_not_contain"),
)
_PLACE = ("file", "line", "column", "pointer")
_ITEM = (
    *("name", "regex", "kind", "uses", "retention", "refresh", "provider", "party", "hosts", "partition", "writer"),
    *("attributes", "value", "transient", "sensitive", "remembers", "examples", "counters", "source", "origin"),
)

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


def _columns(names: Sequence[str], rows: Sequence[Row]) -> Columns:
    written: Columns = {"count": len(rows)}
    for number, name in enumerate(names):
        column = [row[number] for row in rows]
        written[name] = column[:1] if all(value == column[0] for value in column) else column
    return written


def _same(value: Any) -> Any:
    return value


def _or_none(known: Mapping[Any, Any]) -> Callable[[Any], Any]:
    table: dict[Any, Any] = {None: None, **known}
    return table.__getitem__


def _column(columns: Columns, name: str, read: Callable[[Any], Any] = _same) -> Iterator[Any]:
    written = columns[name]
    return repeat(read(written[0]), columns["count"]) if len(written) == 1 else map(read, written)


def encode(catalogue: Catalogue) -> dict[str, Any]:
    """The catalogue as JSON-like data."""
    tables = {name: _Table() for name in ("files", "attributes", "values", "sources", "texts", "uses")}

    def place(location: Location) -> Row:
        return [tables["files"].number(location.file), location.line, location.column, location.pointer]

    def maybe_place(location: Location | None) -> Row | None:
        return None if location is None else place(location)

    def value(rule: ValueRule | None) -> int | None:
        if rule is None:
            return None
        pattern = rule.pattern.text if rule.pattern else None
        return tables["values"].number([rule.json, pattern, rule.may_contain, rule.must_not_contain])

    def use(one: Use) -> int:
        feature = one.feature.key if one.feature else None
        purpose = tables["texts"].number(dict(one.purpose))
        row = [one.category.key, purpose, feature, one.exemption, one.legal_basis, value(one.value)]
        return tables["uses"].number(row)

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
            one.remembers_choice,
            one.examples,
            one.counter_examples,
            tables["sources"].number(_values_of(one.source)) if one.source else None,
            tables["files"].number(one.origin),
        ]

    data: dict[str, Any] = {
        "head": [catalogue.id, catalogue.version, catalogue.location, catalogue.digest],
        "title": dict(catalogue.title),
        "description": dict(catalogue.description),
        "statements": {key: dict(text) for key, text in catalogue.statements.items()},
        "consent": [term.text if term else None for term in (catalogue.consent.validity, catalogue.consent.grace)],
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
                maybe_place(one.location),
            ]
            for one in catalogue.categories.values()
        ],
        "features": [
            [one.key, dict(one.title), one.enabled, maybe_place(one.location)] for one in catalogue.features.values()
        ],
        "providers": [
            [
                *(getattr(one, name) for name in _PROVIDER),
                [category.key for category in one.categories],
                maybe_place(one.location),
            ]
            for one in catalogue.providers.values()
        ],
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
        "drafts": [
            [one.name, one.pattern.is_regex, one.kind, one.missing, place(one.location)] for one in catalogue.drafts
        ],
        "items": _columns(_ITEM, [item(one) for one in catalogue.items]),
        "places": _columns(_PLACE, [place(one.location) for one in catalogue.items]),
    }
    shared = {name: table.rows for name, table in tables.items()}
    return {**data, **shared, "uses": _columns(_USE, shared["uses"])}


def _values_of(value: Attributes | Source) -> Row:
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
    providers = {row[0]: _provider(row, categories, maybe_place(row[-1])) for row in data["providers"]}
    items = _items(data, categories, features, providers)
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
        consent=ConsentTerms(*(None if text is None else parse_retention(text) for text in data["consent"])),
        location=data["head"][2],
        digest=data["head"][3],
        overrides=tuple(
            Override(row[0], row[1], row[2], row[3], place(row[4]), place(row[5]), row[6], row[7])
            for row in data["overrides"]
        ),
        placeholder_locations={key: place(row) for key, row in data["placeholderLocations"].items()},
        drafts=tuple(
            Draft(
                row[0],
                _KINDS[row[2]],
                parse_regex(row[0]) if row[1] else parse_template(row[0], data["placeholders"], data["bindings"]),
                tuple(row[3]),
                place(row[4]),
            )
            for row in data["drafts"]
        ),
    )


def _strings(value: list[str]) -> tuple[str, ...]:
    return tuple(value) if value else ()


def _provider(row: Row, categories: Mapping[str, Category], location: Location | None) -> Provider:
    key, name, role, number, address, country, url, policy, hosts, data, stored_in, must_not, asked, _ = row
    lists = (_strings(data), _strings(stored_in), _strings(must_not))
    known = tuple(categories[name] for name in asked)
    return Provider(key, name, role, number, address, country, url, policy, _strings(hosts), known, *lists, location)


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
) -> Iterable[Item]:
    columns, files = data["items"], data["files"]
    attributes = [Attributes(*row) for row in data["attributes"]]
    sources = {number: Source(*row) for number, row in enumerate(data["sources"])}
    values = _value_rules(data["values"])
    retentions = {text: parse_retention(text) for text in set(columns["retention"])}
    uses = tuple(_uses(data, categories, features, values))

    def used(numbers: list[int]) -> tuple[Use, ...]:
        return (uses[numbers[0]],) if len(numbers) == 1 else tuple(uses[number] for number in numbers)

    return starmap(
        Item,
        zip(
            _column(columns, "name"),
            _column(columns, "kind", _KINDS.__getitem__),
            _patterns(columns, data["placeholders"], data["bindings"]),
            _column(columns, "uses", used),
            _column(columns, "retention", retentions.__getitem__),
            _column(columns, "refresh"),
            _column(columns, "provider", _or_none(providers)),
            _column(columns, "party", _PARTIES.__getitem__),
            _column(columns, "hosts", _strings),
            _column(columns, "partition"),
            _column(columns, "writer", _WRITERS.__getitem__),
            _column(columns, "attributes", attributes.__getitem__),
            _column(columns, "value", values.__getitem__),
            _column(columns, "transient"),
            _column(columns, "sensitive"),
            _column(columns, "remembers"),
            _column(columns, "examples", _strings),
            _column(columns, "counters", _strings),
            _column(columns, "source", _or_none(sources)),
            _places(data["places"], files),
            _column(columns, "origin", files.__getitem__),
            strict=True,
        ),
    )


def _patterns(
    columns: Columns, placeholders: Mapping[str, str | None], bindings: Mapping[str, str]
) -> Iterator[NamePattern]:
    for name, is_regex in zip(_column(columns, "name"), _column(columns, "regex"), strict=True):
        yield parse_regex(name) if is_regex else parse_template(name, placeholders, bindings)


def _places(columns: Columns, files: Sequence[str]) -> Iterator[Location]:
    file = _column(columns, "file", files.__getitem__)
    rest = (_column(columns, name) for name in ("line", "column", "pointer"))
    return starmap(Location, zip(file, *rest, strict=True))


def _uses(
    data: Mapping[str, Any],
    categories: Mapping[str, Category],
    features: Mapping[str, Feature],
    values: Mapping[int, ValueRule],
) -> Iterator[Use]:
    columns = data["uses"]
    return starmap(
        Use,
        zip(
            _column(columns, "category", categories.__getitem__),
            _column(columns, "purpose", data["texts"].__getitem__),
            _column(columns, "feature", _or_none(features)),
            _column(columns, "exemption", _EXEMPTIONS.__getitem__),
            _column(columns, "basis", _BASES.__getitem__),
            _column(columns, "value", _or_none(values)),
            strict=True,
        ),
    )
