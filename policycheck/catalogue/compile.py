"""From merged documents to entries: everything that one part of a catalogue says about another is resolved here.

The pass is lenient: what the schema rejects is passed over, so that both can report on one file. Its result counts only
when nobody found a problem.
"""

from __future__ import annotations

from collections.abc import Mapping

from policycheck.catalogue.compile_items import ItemCompiler, is_draft, unknown
from policycheck.catalogue.documents import Merged, Piece
from policycheck.catalogue.entries import Catalogue, Category, Feature, Item, Override, Provider, Text
from policycheck.catalogue.fields import choice, strings, text_of, word
from policycheck.catalogue.names import NameSyntaxError, parse_regex, parse_template
from policycheck.catalogue.plain import as_object, is_object
from policycheck.catalogue.problems import MAX_GUESSES, Problem, nearest
from policycheck.catalogue.terms import consent_terms
from policycheck.model.finding import Location
from policycheck.model.legal import ConsentNeed, Exemption, LegalBasis

BUILT_IN_CATEGORIES: Mapping[str, Mapping[str, object]] = {
    "necessary": {"title": {"en": "Necessary"}, "consent": "notRequired", "exemption": "strictlyNecessary"},
    "functional": {"title": {"en": "Functional"}, "consent": "required", "legalBasis": "consent"},
    "analytics": {"title": {"en": "Analytics"}, "consent": "required", "legalBasis": "consent"},
    "marketing": {"title": {"en": "Marketing"}, "consent": "required", "legalBasis": "consent"},
}
"""The four categories that come built in. Consent is the rule in law; what is exempt, a catalogue must say itself."""

_LAW = ("consent", "exemption", "legalBasis")


def compile_catalogue(merged: Merged, digest: str) -> tuple[Catalogue, list[Problem]]:
    """The entries that ``merged`` declares, and every problem that the schema cannot see."""
    problems: list[Problem] = []
    categories = _categories(merged, problems)
    features = {key: _feature(key, piece) for key, piece in merged.features.items()}
    unreadable = _unreadable(merged)
    providers = {
        key: _provider(key, piece, problems, categories, judged="categories" not in unreadable)
        for key, piece in merged.providers.items()
    }
    placeholders = {key: _pattern(piece, problems) for key, piece in merged.placeholders.items()}
    bindings = _bindings(merged, placeholders, problems)
    compiler = ItemCompiler(categories, features, providers, placeholders, bindings, problems, unreadable)
    items = tuple(item for piece in merged.items if not is_draft(piece) and (item := compiler.item(piece)) is not None)
    drafts = tuple(draft for piece in merged.items if is_draft(piece) and (draft := compiler.draft(piece)) is not None)
    head = merged.head
    return (
        Catalogue(
            id=word(head.data, "id") or _stem(head.location),
            version=word(head.data, "version") or "",
            items=items,
            categories=_used(categories, items, providers),
            features=features,
            providers=providers,
            placeholders=placeholders,
            bindings=bindings,
            title=text_of(head.data, "title"),
            description=text_of(head.data, "description"),
            consent=consent_terms(merged.consent, problems),
            statements={key: _statement(piece) for key, piece in merged.statements.items()},
            location=head.location,
            digest=digest,
            overrides=tuple(override for override in merged.overrides if isinstance(override, Override)),
            placeholder_locations={key: piece.locate(key=True) for key, piece in merged.placeholders.items()},
            drafts=drafts,
        ),
        problems,
    )


def _stem(location: str) -> str:
    return location.replace("\\", "/").rpartition("/")[2].rpartition(":")[2].partition(".")[0]


def _unreadable(merged: Merged) -> frozenset[str]:
    """Sections that hold no fields in some document: what refers into them is not judged."""
    names = ("categories", "features", "providers", "placeholders", "bindings")
    return frozenset(
        name
        for name in names
        for document in merged.documents
        if name in document.data and not is_object(document.data[name])
    )


def _categories(merged: Merged, problems: list[Problem]) -> dict[str, Category]:
    categories = {key: _category(key, as_object(data), None) for key, data in BUILT_IN_CATEGORIES.items()}
    for key, piece in merged.categories.items():
        declared = as_object(piece.data)
        known = BUILT_IN_CATEGORIES.get(key, {})
        if any(name in declared for name in _LAW):
            known = {name: value for name, value in known.items() if name not in _LAW or name == "consent"}
        data = {**known, **declared}
        if "consent" not in data and is_object(piece.data):
            message = f"the category {key!r} does not say whether it needs consent"
            problems.append(Problem(piece.locate(key=True), message, "add `consent: required`, or notRequired"))
        categories[key] = category = _category(key, data, piece.locate(key=True))
        if category.exemption is not None and category.consent is ConsentNeed.REQUIRED:
            message = f"the category {key!r} is exempt and needs consent at once"
            problems.append(
                Problem(piece.locate("exemption"), message, "write `consent: notRequired`, or no exemption")
            )
    return categories


def _category(key: str, data: Mapping[str, object], location: Location | None) -> Category:
    return Category(
        key=key,
        title=text_of(data, "title"),
        consent=choice(data, "consent", ConsentNeed) or ConsentNeed.REQUIRED,
        exemption=choice(data, "exemption", Exemption),
        legal_basis=choice(data, "legalBasis", LegalBasis),
        description=text_of(data, "description"),
        location=location,
    )


def _used(
    categories: Mapping[str, Category], items: tuple[Item, ...], providers: Mapping[str, Provider]
) -> dict[str, Category]:
    """Those that a document declares, or an item or a provider uses: a built-in one that nobody asked for is none."""
    used = {use.category.key for item in items for use in item.uses}
    used |= {category.key for provider in providers.values() for category in provider.categories}
    return {key: value for key, value in categories.items() if value.location is not None or key in used}


def _feature(key: str, piece: Piece) -> Feature:
    data = as_object(piece.data)
    return Feature(key, text_of(data, "title"), data.get("default", "on") != "off", piece.locate(key=True))


def _provider(
    key: str, piece: Piece, problems: list[Problem], categories: Mapping[str, Category], *, judged: bool
) -> Provider:
    """A provider. Unless ``judged``, a category that is not known is no problem: it may stand in what is broken."""
    data = as_object(piece.data)
    if "name" not in data and is_object(piece.data):
        problems.append(Problem(piece.locate(key=True), f"the provider {key!r} has no name", "add `name: ...`"))
    for index, name in enumerate(strings(data, "categories")):
        if judged and name not in categories:
            problems.append(unknown("category", name, categories, piece.locate("categories", index), len(problems)))
    return Provider(
        key=key,
        name=word(data, "name") or key,
        role=word(data, "role"),
        id_number=word(data, "idNumber"),
        address=word(data, "address"),
        country=word(data, "country"),
        url=word(data, "url"),
        privacy_policy=word(data, "privacyPolicy"),
        hosts=tuple(host.lower() for host in strings(data, "hosts")),
        categories=tuple(categories[name] for name in strings(data, "categories") if name in categories),
        personal_data=strings(data, "personalData"),
        stored_in=strings(data, "storedIn"),
        must_not_contain=strings(data, "mustNotContain"),
        location=piece.locate(key=True),
    )


def _statement(piece: Piece) -> Text:
    return text_of({"text": piece.data}, "text")


def _pattern(piece: Piece, problems: list[Problem]) -> str | None:
    pattern = word(as_object(piece.data), "pattern")
    if pattern is None:
        return None
    try:
        parse_regex(pattern)
    except NameSyntaxError as error:
        message = f"{error.message} (character {error.position + 1} of the pattern)"
        problems.append(Problem(piece.locate("pattern"), message, error.hint))
        return None
    return pattern


def _bindings(merged: Merged, placeholders: Mapping[str, str | None], problems: list[Problem]) -> dict[str, str]:
    bindings: dict[str, str] = {}
    for key, piece in merged.bindings.items():
        if key not in placeholders:
            place = piece.locate(key=True)
            hint = "declare it under placeholders, or remove the binding"
            guess = nearest(key, placeholders) if len(problems) < MAX_GUESSES else None
            problems.append(Problem(place, f"no placeholder is called {key!r}", hint, guess))
        elif isinstance(piece.data, str):
            if allows(key, placeholders[key], piece.data):
                bindings[key] = piece.data
            else:
                message = f"the value of {key} is not one that its pattern {placeholders[key]!r} allows"
                problems.append(Problem(piece.locate(), message, "mend the value or the pattern"))
    return bindings


def allows(key: str, pattern: str | None, value: str) -> bool:
    """Whether a placeholder may be bound to ``value``."""
    return parse_template(f"<{key}>", {key: pattern}, {}).matches(value)
