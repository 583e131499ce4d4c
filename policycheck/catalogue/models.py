"""The catalogue's schema as pydantic models: the fast way to know that a document is in order.

They accept and reject exactly the documents that ``schemas/catalogue.schema.json`` does; what is wrong with a rejected
one is explained from the schema. The models are typed dictionaries, since a validated document stays plain data and
nobody pays for an object of each entry. Importing this module builds them, which is slow: import it only to validate.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Required

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from policycheck.catalogue.plain import is_list, is_object

NonEmpty = Annotated[str, StringConstraints(min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9._-]*$")]
PlaceholderKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
Host = Annotated[str, StringConstraints(pattern=r"^([*][.])?[^*/: ]+$")]
Domain = Annotated[str, StringConstraints(pattern=r"^[^*/: ]+$")]
Path = Annotated[str, StringConstraints(pattern=r"^/")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^ ]+$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Recorded = Annotated[str, StringConstraints(pattern=r"^recorded-[0-9a-f]{8}$")]
Text = Annotated[dict[Language, NonEmpty], Field(min_length=1)] | NonEmpty
Consent = Literal["required", "notRequired"]
Exempt = Literal["strictlyNecessary", "communication", "audienceMeasurement", "security", "appearance", "emergency"]
Basis = Literal["consent", "contract", "legalObligation", "vitalInterests", "publicTask", "legitimateInterests"]
PersonalData = Literal["emailAddress", "ipAddress", "phoneNumber", "personName"]
Kind = Literal["cookie", "localStorage", "sessionStorage", "indexedDB", "caches", "fileSystem", "web"]


def _is_one(value: Any) -> int:
    # JSON Schema knows numbers, not types of numbers: 1.0 is 1, and true is not.
    if isinstance(value, bool) or value != 1:
        raise ValueError("must be 1")
    return 1


_strict = with_config(ConfigDict(strict=True, extra="forbid"))


@_strict
class CategoryModel(TypedDict, total=False):
    """A group of purposes."""

    title: Text
    description: Text
    consent: Consent
    exemption: Exempt
    legalBasis: Basis


@_strict
class FeatureModel(TypedDict, total=False):
    """Something that the site can switch on."""

    title: Text
    description: Text
    default: Literal["on", "off"]


@_strict
class ProviderModel(TypedDict, total=False):
    """Who sets or reads items."""

    name: NonEmpty
    role: Literal["processor", "controller", "jointController", "recipient"]
    idNumber: NonEmpty
    address: NonEmpty
    country: Country
    url: Url
    privacyPolicy: Url
    hosts: list[Host]
    categories: Annotated[list[Key], Field(min_length=1)]
    personalData: list[Key]
    storedIn: list[Key]
    mustNotContain: list[PersonalData]


@_strict
class PlaceholderModel(TypedDict, total=False):
    """What a part of a name may be."""

    pattern: NonEmpty
    title: Text


@_strict
class ValueModel(TypedDict, total=False):
    """What a value may and must not be."""

    json: dict[str, Any]
    pattern: NonEmpty
    mayContain: list[PersonalData]
    mustNotContain: list[PersonalData]


@_strict
class AttributesModel(TypedDict, total=False):
    """What the attributes of a cookie must be."""

    secure: bool
    httpOnly: bool
    sameSite: Literal["Strict", "Lax", "None"]
    hostOnly: bool
    partitioned: bool
    prefix: Literal["__Secure-", "__Host-", "__Http-", "__Host-Http-"]
    domain: Domain
    path: Path


@_strict
class SourceModel(TypedDict, total=False):
    """How an item is known."""

    kind: Required[Literal["documented", "observed"]]
    url: Url
    date: Day
    version: NonEmpty


@_strict
class UseModel(TypedDict, total=False):
    """One purpose of an item."""

    category: Required[Key]
    purpose: Text
    feature: Key
    exemption: Exempt
    legalBasis: Basis
    value: ValueModel


@_strict
class ConsentTermsModel(TypedDict, total=False):
    """How the site honours choices."""

    validity: NonEmpty
    grace: NonEmpty


@_strict
class ItemModel(TypedDict, total=False):
    """One entry. That it has one of name and regex, and one of category and uses, is asked afterwards."""

    name: NonEmpty
    regex: NonEmpty
    kind: Required[Kind]
    provider: Key
    category: Key
    purpose: Text
    feature: Key
    exemption: Exempt
    legalBasis: Basis
    uses: Annotated[list[UseModel], Field(min_length=1)]
    retention: Required[NonEmpty]
    refresh: bool
    party: Literal["first", "third"]
    hosts: list[Host]
    path: Path
    partition: NonEmpty
    setBy: Literal["server", "script"]
    attributes: AttributesModel
    value: ValueModel
    transient: bool
    draft: bool | Recorded
    sensitive: bool
    remembersChoice: bool
    examples: list[str]
    counterExamples: list[str]
    source: SourceModel
    override: bool
    reason: NonEmpty


@_strict
class CatalogueModel(TypedDict, total=False):
    """A whole document."""

    catalogue: Required[Annotated[int, BeforeValidator(_is_one)]]
    id: Key
    version: NonEmpty
    title: Text
    description: Text
    extends: list[NonEmpty]
    categories: dict[Key, CategoryModel]
    features: dict[Key, FeatureModel]
    providers: dict[Key, ProviderModel]
    placeholders: dict[PlaceholderKey, PlaceholderModel | None]
    bindings: dict[PlaceholderKey, NonEmpty]
    items: list[ItemModel]
    consent: ConsentTermsModel
    statements: dict[Key, Text]


ADAPTER = TypeAdapter(CatalogueModel)
OF_A_USE = frozenset({"category", "purpose", "feature", "exemption", "legalBasis"})


def accepts(data: object) -> bool:
    """Whether the document is one that the schema accepts."""
    try:
        document = ADAPTER.validate_python(data)
    except ValidationError:
        # Fields of the author's own are rare, so they are taken out only when the document does not pass with them.
        plain = without_extensions(data)
        if plain is data:
            return False
        try:
            document = ADAPTER.validate_python(plain)
        except ValidationError:
            return False
    return all(map(_one_of_each, document.get("items", ())))


def _one_of_each(item: ItemModel) -> bool:
    if ("name" in item) is ("regex" in item):
        return False
    return OF_A_USE.isdisjoint(item) if "uses" in item else "category" in item


_SECTIONS = ("categories", "features", "providers", "placeholders")
_ONE: dict[str, dict[str, str]] = {
    "catalogue": {"consent": "leaf"},
    "item": {"attributes": "leaf", "value": "leaf", "source": "leaf"},
    "use": {"value": "leaf"},
}
_EACH: dict[str, dict[str, str]] = {
    "catalogue": {"items": "item", **dict.fromkeys(_SECTIONS, "leaf")},
    "item": {"uses": "use"},
}


def without_extensions(data: object, kind: str = "catalogue") -> object:
    """The same data without fields that start with ``x-``, where fields stand; ``data`` itself if there is none."""
    if not is_object(data):
        return data
    one, each = _ONE.get(kind, {}), _EACH.get(kind, {})
    kept: dict[str, object] = {}
    changed = False
    for key, value in data.items():
        new = value
        if key.startswith("x-"):
            changed = True
            continue
        if key in one:
            new = without_extensions(value, one[key])
        elif key in each:
            new = _each_without(value, each[key])
        changed = changed or new is not value
        kept[key] = new
    return kept if changed else data


def _each_without(value: object, kind: str) -> object:
    if is_list(value):
        elements = [without_extensions(element, kind) for element in value]
        return elements if any(map(_differ, elements, value)) else value
    if is_object(value):
        members = {key: without_extensions(member, kind) for key, member in value.items()}
        return members if any(map(_differ, members.values(), value.values())) else value
    return value


def _differ(new: object, old: object) -> bool:
    return new is not old
