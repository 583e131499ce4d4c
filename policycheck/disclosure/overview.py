"""What an overview of a catalogue says, before it is Markdown or HTML: everything that is switched on, by category."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policycheck.catalogue.compile import BUILT_IN_CATEGORIES
from policycheck.catalogue.entries import Catalogue, Category, Item, Provider, Text, Use
from policycheck.disclosure.words import FALLBACK, Words, words_in
from policycheck.errors import UsageError
from policycheck.model.legal import ConsentNeed

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text and its language, which may be another than that of the page; empty where nobody knows it."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in one category. ``notes`` say more of single uses: that one is stored without consent, and why."""

    key: str
    name: str
    kind: str
    purposes: tuple[Phrase, ...]
    kept: str
    provider: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One category with its entries. ``consent`` says whether it waits for the visitor."""

    key: str
    title: Phrase
    description: Phrase | None
    consent: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """Who sets or reads something, and what is known of them."""

    key: str
    name: str
    role: str
    address: str
    personal_data: tuple[str, ...]
    stored_in: tuple[str, ...]
    url: str | None
    privacy_policy: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole overview in one ``language``. ``varying`` says that some name has parts that vary."""

    language: str
    words: Words
    title: Phrase
    groups: tuple[Group, ...]
    parties: tuple[Party, ...]
    statements: tuple[Phrase, ...]
    varying: bool


def overview(catalogue: Catalogue, language: str = FALLBACK) -> Overview:
    """What ``catalogue`` publishes in ``language``, a tag of BCP 47.

    A text that is not there in it is taken as it is: in the language without its region, without a language, in
    English, else in the first that there is. Raises UsageError for what is no language, and for one in which there are
    neither words nor texts.
    """
    if not _TAG.fullmatch(language):
        raise UsageError(f"{language!r} is no language\n  fix: write a tag such as en, cs or pt-BR")
    words = words_in(language)
    known = _languages(catalogue)
    primary = language.partition("-")[0].lower()
    if words.language != primary and primary not in {tag.partition("-")[0].lower() for tag in known}:
        there = ", ".join(sorted(known - {"und"})) or "none with a language"
        raise UsageError(
            f"{catalogue.location} has no texts in {language!r}; there are {there}\n"
            "  fix: choose one of them, or translate the texts"
        )
    builder = _Builder(catalogue, language, words)
    groups = tuple(group for category in catalogue.categories.values() if (group := builder.group(category)).rows)
    switched_off = {item.provider.key for item in catalogue.items if item.provider is not None and not item.enabled}
    switched_off -= {item.provider.key for item in catalogue.items if item.provider is not None and item.enabled}
    return Overview(
        language,
        words,
        builder.phrase(catalogue.title, catalogue.id),
        groups,
        tuple(
            builder.party(provider)
            for key, provider in catalogue.providers.items()
            if key not in switched_off or provider.hosts
        ),
        tuple(builder.phrase(text) for text in catalogue.statements.values()),
        any(not item.pattern.is_exact for item in catalogue.items if item.enabled),
    )


def _languages(catalogue: Catalogue) -> set[str]:
    return {tag for text in _texts(catalogue) for tag in text}


def _texts(catalogue: Catalogue) -> Iterator[Text]:
    yield from (use.purpose for item in catalogue.items for use in item.uses)
    yield from (category.title for category in catalogue.categories.values())
    yield from catalogue.statements.values()


@dataclass(frozen=True, slots=True)
class _Builder:
    catalogue: Catalogue
    language: str
    words: Words

    def phrase(self, text: Text, otherwise: str = "") -> Phrase:
        """``text`` in the language of the page, or in the nearest that there is."""
        by_tag: Mapping[str, str] = {tag.lower(): tag for tag in text}
        for wanted in (self.language.lower(), self.language.partition("-")[0].lower(), "und", FALLBACK):
            if wanted in by_tag:
                return Phrase(text[by_tag[wanted]], "" if wanted == "und" else by_tag[wanted])
        first = next(iter(text), None)
        return Phrase(otherwise) if first is None else Phrase(text[first], first)

    def group(self, category: Category) -> Group:
        rows = tuple(row for item in self.catalogue.items if (row := self._row(item, category)) is not None)
        if category.consent is ConsentNeed.REQUIRED:
            consent = self.words["required"]
        elif category.exemption is not None:
            consent = self.words.one_of("exemptions", category.exemption.value)
        else:
            consent = self.words["notRequired"]
        description = self.phrase(category.description) if category.description else None
        return Group(category.key, self._title(category), description, consent, rows)

    def _title(self, category: Category) -> Phrase:
        """The title; what comes built in is not said in English where there is a word for it."""
        built_in = BUILT_IN_CATEGORIES.get(category.key, {})
        if category.title == built_in.get("title"):
            return Phrase(self.words.one_of("categories", category.key), self.words.language)
        return self.phrase(category.title, category.key)

    def _row(self, item: Item, category: Category) -> Row | None:
        uses = [use for use in item.uses if use.category.key == category.key and use.enabled]
        if not uses:
            return None
        purposes = tuple(self.phrase(use.purpose) for use in uses if use.purpose)
        return Row(
            key=item.key,
            name=item.pattern.exact if item.pattern.exact is not None else item.name,
            kind=self.words.one_of("kinds", item.kind.value),
            purposes=purposes,
            kept=self.words.length(item.retention),
            provider=self.words["site"] if item.provider is None else item.provider.name,
            notes=tuple(dict.fromkeys(note for use in uses if (note := self._note(use, category)))),
        )

    def _note(self, use: Use, category: Category) -> str:
        exempt = use.exemption is not None and use.exemption is not category.exemption
        return self.words.one_of("exemptions", use.exemption.value) if exempt and use.exemption is not None else ""

    def party(self, provider: Provider) -> Party:
        number = f"{self.words['idNumber']} {provider.id_number}" if provider.id_number else ""
        return Party(
            key=provider.key,
            name=provider.name,
            role="" if provider.role is None else self.words.one_of("roles", provider.role),
            address=", ".join(filter(None, (provider.address, provider.country, number))),
            personal_data=tuple(_spelled(key) for key in provider.personal_data),
            stored_in=tuple(self.words["other"] if place == "other" else place for place in provider.stored_in),
            url=provider.url,
            privacy_policy=provider.privacy_policy,
        )


def _spelled(key: str) -> str:
    """``contact details`` for ``contactDetails``."""
    return _HUMP.sub(" ", key).replace("_", " ").replace("-", " ").lower()
