"""The catalogue as the rest of the library uses it: resolved, immutable, free of pydantic.

Loading compiles a validated document into these values. Items inherit nothing at run time: features, placeholders,
bindings and ``extends`` are resolved once, here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from policycheck.catalogue.names import NameIndex, NamePattern
from policycheck.model.cookie import SameSite
from policycheck.model.finding import Location
from policycheck.model.legal import ConsentNeed, Exemption, LegalBasis
from policycheck.model.lifetime import Retention
from policycheck.model.party import Party
from policycheck.model.storage import SetBy, StorageKind

UNDECIDED = "TODO"
"""What stands in a draft where a person must decide."""
Text = Mapping[str, str]
"""A text by BCP 47 language tag: ``{"en": "Functional"}``. A text that was written without one stands under ``und``."""


@dataclass(frozen=True, slots=True)
class Category:
    """A group of purposes that a visitor chooses about as one. ``consent`` is the ePrivacy question."""

    key: str
    title: Text
    consent: ConsentNeed
    exemption: Exemption | None = None
    legal_basis: LegalBasis | None = None
    description: Text = field(default_factory=dict[str, str])
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that the site can switch on; what only a switched-off feature stores must never appear."""

    key: str
    title: Text
    enabled: bool
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """Who sets or reads an item (GDPR Art. 4(7), 4(8)). ``must_not_contain`` names kinds of personal data.

    ``hosts`` are in lower case, each with an optional ``*.`` before it. ``categories`` say for what they are asked;
    none: for what its items are used, see :meth:`Catalogue.host_uses`.
    """

    key: str
    name: str
    role: str | None = None
    id_number: str | None = None
    address: str | None = None
    country: str | None = None
    url: str | None = None
    privacy_policy: str | None = None
    hosts: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    personal_data: tuple[str, ...] = ()
    stored_in: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class ValueRule:
    """What a value may be: a JSON Schema that it must satisfy, kinds of personal data that it may or must not hold."""

    json: Mapping[str, object] | None = None
    pattern: NamePattern | None = None
    may_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """One purpose of an item. An item may be stored when one of its uses is switched on and allowed."""

    category: Category
    purpose: Text
    feature: Feature | None = None
    exemption: Exemption | None = None
    legal_basis: LegalBasis | None = None
    value: ValueRule | None = None

    @property
    def enabled(self) -> bool:
        """True unless the use belongs to a feature that the site has switched off."""
        return self.feature is None or self.feature.enabled

    @property
    def needs_consent(self) -> bool:
        """Whether Art. 5(3) asks for consent: what the category says, unless the use itself is exempt."""
        return self.exemption is None and self.category.consent is ConsentNeed.REQUIRED


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the attributes of a cookie must be; None asks for nothing."""

    secure: bool | None = None
    http_only: bool | None = None
    same_site: SameSite | None = None
    host_only: bool | None = None
    partitioned: bool | None = None
    prefix: str | None = None
    domain: str | None = None
    path: str | None = None


_NOWHERE = Location("")
_USE_ENABLED = attrgetter("enabled")


@dataclass(frozen=True, slots=True)
class Source:
    """How an entry is known: ``kind`` is ``documented`` or ``observed``, ``date`` reads YYYY-MM-DD."""

    kind: str
    url: str | None = None
    date: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One declared entry. ``name`` is the template as the author wrote it, ``pattern`` what it matches after bindings.

    ``hosts``, ``partition`` and ``set_by`` narrow what the entry matches; ``party`` and ``attributes`` are demands that
    rules judge. ``remembers_choice`` says that the visitor's choice itself is kept in it. ``origin`` is the location of
    the catalogue that declares it (``pack:smartsupp`` or a path).
    """

    name: str
    kind: StorageKind
    pattern: NamePattern
    uses: tuple[Use, ...]
    retention: Retention
    refresh: bool | None = None
    provider: Provider | None = None
    party: Party | None = None
    hosts: tuple[str, ...] = ()
    partition: str | None = None
    set_by: SetBy | None = None
    attributes: Attributes = Attributes()
    value: ValueRule = ValueRule()
    transient: bool = False
    sensitive: bool = False
    remembers_choice: bool = False
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    source: Source | None = None
    location: Location = _NOWHERE
    origin: str = ""

    @property
    def key(self) -> str:
        """``cookie:ssupp.vid``: names the item in coverage and in reports."""
        return f"{self.kind}:{self.name}"

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of its uses, each once, in order."""
        return tuple(dict.fromkeys(use.category.key for use in self.uses))

    @property
    def narrowings(self) -> int:
        """How many of ``hosts``, ``partition`` and ``set_by`` narrow it; of equal names the narrower one wins."""
        return bool(self.hosts) + (self.partition is not None) + (self.set_by is not None)

    @property
    def undecided(self) -> bool:
        """True where a purpose still says TODO."""
        return any(words.strip() == UNDECIDED for use in self.uses for words in use.purpose.values())

    @property
    def enabled(self) -> bool:
        """True when at least one use is not switched off with its feature."""
        return any(map(_USE_ENABLED, self.uses))


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that nobody has reviewed: it declares nothing. ``missing`` names its fields that still say TODO."""

    name: str
    kind: StorageKind
    pattern: NamePattern
    missing: tuple[str, ...] = ()
    location: Location = _NOWHERE

    @property
    def key(self) -> str:
        """As of an :class:`Item`."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """How the site honours choices. ``validity`` is how long one counts, after which the visitor is asked anew.

    ``grace`` is how long after a withdrawal things may still lie on the device; None: until the next page load.
    """

    validity: Retention | None = None
    grace: Retention | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """What a file says anew about something that a file it extends had said already.

    ``subject`` is ``cookie:ssupp.vid``, ``category:functional`` and so on; ``what`` the field; ``old`` and ``new`` how
    it reads, for people. ``weakens`` is True when the later word allows what the earlier one forbade. ``reason`` is the
    author's, where the later file says ``override: true``.
    """

    subject: str
    what: str
    old: str
    new: str
    old_location: Location
    new_location: Location
    weakens: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """Everything a site declares. Build one with :func:`policycheck.load_catalogue`.

    ``items`` keep the order of their files, those of ``extends`` first. ``digest`` is the SHA-256 of the sources.
    ``drafts`` are the entries that nobody has reviewed, which are no items.
    ``overrides`` is what later files said anew; ``placeholder_locations`` is where each placeholder is declared.
    """

    id: str
    version: str
    items: tuple[Item, ...]
    categories: Mapping[str, Category] = field(default_factory=dict[str, Category])
    features: Mapping[str, Feature] = field(default_factory=dict[str, Feature])
    providers: Mapping[str, Provider] = field(default_factory=dict[str, Provider])
    placeholders: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    bindings: Mapping[str, str] = field(default_factory=dict[str, str])
    title: Text = field(default_factory=dict[str, str])
    description: Text = field(default_factory=dict[str, str])
    statements: Mapping[str, Text] = field(default_factory=dict[str, Text])
    consent: ConsentTerms = ConsentTerms()
    location: str = ""
    digest: str = ""
    overrides: tuple[Override, ...] = ()
    placeholder_locations: Mapping[str, Location] = field(default_factory=dict[str, Location])
    drafts: tuple[Draft, ...] = ()

    def draft_of(self, kind: StorageKind, name: str) -> Draft | None:
        """The draft that would declare ``name``, were it reviewed; None where there is none."""
        return self._drafts[kind].lookup(name) if kind in self._drafts else None

    @cached_property
    def _drafts(self) -> Mapping[StorageKind, NameIndex[Draft]]:
        return {
            kind: NameIndex((draft.pattern, draft) for draft in self.drafts if draft.kind.accepts(kind))
            for kind in StorageKind
            if self.drafts and kind is not StorageKind.WEB
        }

    @cached_property
    def index(self) -> Mapping[StorageKind, NameIndex[Item]]:
        """An index of names for each observable kind; items of kind ``web`` stand in each web storage.

        Ties go to the entry that came first, so the narrower ones come first.
        """
        items = sorted(self.items, key=lambda item: -item.narrowings)
        return {
            kind: NameIndex((item.pattern, item) for item in items if item.kind.accepts(kind))
            for kind in StorageKind
            if kind is not StorageKind.WEB
        }

    def host_uses(self, provider: Provider) -> tuple[Use, ...]:
        """For what the hosts of ``provider`` are asked: its categories, else the uses of its items, each once."""
        if provider.categories:
            return tuple(Use(category, {}) for category in provider.categories)
        return self._item_uses.get(provider.key, ())

    @cached_property
    def _item_uses(self) -> Mapping[str, tuple[Use, ...]]:
        uses: dict[str, list[Use]] = {}
        for item in self.items:
            if item.provider is not None:
                uses.setdefault(item.provider.key, []).extend(item.uses)
        return {key: tuple(found) for key, found in uses.items()}

    def unbound(self, item: Item) -> NamePattern | None:
        """What the name of ``item`` matches without the site's bindings; None when it is bound to nothing."""
        if item.pattern.is_regex or "<" not in item.name or not self.bindings:
            return None
        from policycheck.catalogue.names import parse_template

        free = parse_template(item.name, {**dict.fromkeys(self.bindings), **self.placeholders})
        return free if any(name in self.bindings for name in free.placeholders) else None

    def with_settings(
        self, *, features: Mapping[str, bool] | None = None, bindings: Mapping[str, str] | None = None
    ) -> Catalogue:
        """The same catalogue with features switched and placeholders bound as a site's settings say.

        Raises :class:`policycheck.errors.CatalogueError` for a feature or a placeholder that it does not have.
        """
        from policycheck.catalogue.settings import apply_settings

        return apply_settings(self, features=features or {}, bindings=bindings or {})
