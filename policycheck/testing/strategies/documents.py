"""Catalogues as plain data: what a team would write, and what the schema and the loader accept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from policycheck.errors import UsageError
from policycheck.model.legal import Exemption, LegalBasis
from policycheck.model.storage import StorageKind
from policycheck.testing.strategies.words import KEYS, TEXTS, WORDS

BUILT_IN = ("necessary", "functional", "analytics", "marketing")
PATTERNS: Mapping[str, str] = {"[0-9]+": "7", "[0-9a-f]{8}": "0123abcd", "[a-z]{2,4}": "abc"}
"""Patterns, each with a text that it matches."""
PROVIDERS: Mapping[str, Mapping[str, Any]] = {
    "acme": {"name": "Acme Ltd.", "role": "processor", "country": "IE", "hosts": ["*.acme.example"]},
    "shop": {"name": "Shop s.r.o.", "role": "controller", "mustNotContain": ["ipAddress"]},
}
RETENTIONS = ("session", "persistent", "1 day", "6 months", "400 days", "2 years", "P6M", "PT30M")


def catalogue_documents(
    *,
    min_items: int = 0,
    max_items: int = 4,
    kinds: Collection[StorageKind | str] | None = None,
    categories: Collection[str] | None = None,
) -> st.SearchStrategy[dict[str, Any]]:
    """Catalogues as plain data, such as ``json.dumps`` takes: what the schema accepts and :func:`catalogues` loads.

    ``kinds`` are those that items may have (default: all), ``categories`` the keys of the categories that they may be
    in (default: those that come built in, and now and then one of their own); a key that is not built in is declared.
    No two entries share a name, and what is asked of a cookie can be met by one. Raises
    :class:`policycheck.errors.UsageError` for a bound, a kind or a category that makes no sense.
    """
    if not 0 <= min_items <= max_items:
        raise UsageError(f"between {min_items} and {max_items} items there is no number; give 0 <= min <= max")
    allowed = _kinds(kinds)
    if categories is not None and not categories:
        raise UsageError("an item is in a category; give one at least, or None for those that come built in")
    return _documents(min_items, max_items, allowed, None if categories is None else tuple(categories))


def _kinds(kinds: Collection[StorageKind | str] | None) -> tuple[StorageKind, ...]:
    try:
        allowed = tuple(StorageKind) if kinds is None else tuple(map(StorageKind, kinds))
    except ValueError as error:
        raise UsageError(f"{error}; there are {', '.join(StorageKind)}") from None
    if not allowed:
        raise UsageError("an item has a kind; give one at least, or None for all")
    return allowed


@st.composite
def _documents(
    draw: st.DrawFn, least: int, most: int, kinds: Sequence[StorageKind], categories: Sequence[str] | None
) -> dict[str, Any]:
    document: dict[str, Any] = {"catalogue": 1, **draw(_parts())}
    if "placeholders" in document and draw(st.booleans()):
        document["bindings"] = {"KEY": PATTERNS[document["placeholders"]["KEY"]["pattern"]]}
    if categories is None:
        categories = draw(st.sampled_from([BUILT_IN, (*BUILT_IN, "own")]))
    new = {key: draw(_categories()) for key in categories if key not in BUILT_IN}
    if new:
        document["categories"] = new
    if "providers" in document and draw(st.booleans()):
        asked = draw(st.lists(st.sampled_from(categories), min_size=1, max_size=2, unique=True))
        document["providers"] = {key: {**told, "categories": asked} for key, told in document["providers"].items()}
    items = _items(kinds, categories, document)
    document["items"] = draw(st.lists(items, min_size=least, max_size=most, unique_by=_head))
    return document


def _head(item: Mapping[str, Any]) -> str:
    """What the name begins with, without a prefix."""
    name = str(item.get("name") or item["regex"])
    return name[name.rfind("-", 0, 12) + 1 :].partition("_")[0]


@st.composite
def _some_of(draw: st.DrawFn, optional: Mapping[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """A few of the members: one choice where there are none, so that what is left out costs nothing."""
    keys = draw(st.lists(st.sampled_from(list(optional)), max_size=4, unique=True))
    return {key: draw(optional[key]) for key in keys}


def _parts() -> st.SearchStrategy[dict[str, Any]]:
    features: list[dict[str, Any]] = [{"smart": {"title": "Smart"}}, {"smart": {"title": "Smart", "default": "off"}}]
    placeholders = [{"ANY": None, "KEY": {"pattern": pattern}} for pattern in PATTERNS]
    return _some_of(
        {
            "placeholders": st.sampled_from(placeholders),
            "features": st.sampled_from(features),
            "providers": st.sampled_from([{key: dict(PROVIDERS[key])} for key in PROVIDERS]),
            "statements": st.dictionaries(KEYS, TEXTS, min_size=1, max_size=1),
            "id": KEYS,
            "version": WORDS,
            "title": TEXTS,
        }
    )


@st.composite
def _categories(draw: st.DrawFn) -> dict[str, Any]:
    title = draw(TEXTS)
    if draw(st.booleans()):
        return {"title": title, "consent": "notRequired", "exemption": draw(st.sampled_from(Exemption)).value}
    return {"title": title, "consent": "required", "legalBasis": draw(st.sampled_from(LegalBasis)).value}


@st.composite
def _items(
    draw: st.DrawFn, kinds: Sequence[StorageKind], categories: Sequence[str], document: Mapping[str, Any]
) -> dict[str, Any]:
    kind = draw(st.sampled_from(kinds))
    attributes = draw(_attributes()) if kind is StorageKind.COOKIE else {}
    item: dict[str, Any] = draw(_names(f"{attributes.get('prefix', '')}{draw(WORDS)}", document))
    item["kind"] = kind.value
    item.update(draw(_purposes(categories, document)))
    item["retention"] = draw(_retentions(kind))
    if attributes:
        item["attributes"] = attributes
    optional: dict[str, st.SearchStrategy[Any]] = {
        "value": st.sampled_from(list(PATTERNS)).map(lambda pattern: {"pattern": pattern}) | _schemas(),
        "sensitive": st.booleans(),
        "refresh": st.booleans(),
        "transient": st.booleans(),
        "party": st.just("first"),
        "hosts": st.sampled_from([["shop.example"], ["*.shop.example", "shop.example"]]),
        "setBy": st.just("server" if kind is StorageKind.COOKIE else "script"),
        "source": st.just({"kind": "observed", "date": "2026-03-01"}),
    }
    if "providers" in document:
        optional["provider"] = st.sampled_from(sorted(document["providers"]))
    item.update(draw(_some_of(optional)))
    return item


def _names(head: str, document: Mapping[str, Any]) -> st.SearchStrategy[dict[str, str]]:
    """Names that begin with ``head`` and then end, or go on with an underscore: no two heads share one."""
    tails = [st.just(""), WORDS.map(lambda word: f"_{word}"), st.just("_*"), WORDS.map(lambda word: f"_*_{word}")]
    if "placeholders" in document:
        tails.append(st.sampled_from(["_<KEY>", "_<ANY>", "_<KEY>_*"]))
    templates = st.one_of(tails).map(lambda tail: {"name": head + tail})
    return templates | st.sampled_from(list(PATTERNS)).map(lambda pattern: {"regex": f"{head}_{pattern}"})


def _retentions(kind: StorageKind) -> st.SearchStrategy[str]:
    if kind is StorageKind.SESSION_STORAGE:
        return st.just("session")
    return st.sampled_from(RETENTIONS if kind is StorageKind.COOKIE else RETENTIONS[1:])


@st.composite
def _purposes(draw: st.DrawFn, categories: Sequence[str], document: Mapping[str, Any]) -> dict[str, Any]:
    uses = draw(st.lists(_uses(categories, document), min_size=1, max_size=2, unique_by=lambda use: use["category"]))
    return uses[0] if len(uses) == 1 else {"uses": uses}


@st.composite
def _uses(draw: st.DrawFn, categories: Sequence[str], document: Mapping[str, Any]) -> dict[str, Any]:
    optional: dict[str, st.SearchStrategy[Any]] = {"purpose": TEXTS, "legalBasis": st.sampled_from(LegalBasis).map(str)}
    if "features" in document:
        optional["feature"] = st.sampled_from(sorted(document["features"]))
    return {"category": draw(st.sampled_from(categories)), **draw(_some_of(optional))}


@st.composite
def _attributes(draw: st.DrawFn) -> dict[str, Any]:
    """Demands that do not contradict each other: a prefix says what else must hold."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "secure": st.booleans(),
        "httpOnly": st.booleans(),
        "sameSite": st.sampled_from(["Lax", "Strict", "None"]),
        "partitioned": st.booleans(),
    }
    prefix = draw(st.sampled_from([None, None, "__Secure-", "__Host-", "__Http-", "__Host-Http-"]))
    if prefix is not None:
        return {"prefix": prefix, **draw(_some_of(optional))}
    optional["hostOnly"] = st.booleans()
    optional["path"] = st.sampled_from(["/", "/account"])
    optional["domain"] = st.just("shop.example")
    return draw(_some_of(optional))


@st.composite
def _schemas(draw: st.DrawFn) -> dict[str, Any]:
    members = st.sampled_from([{"type": "boolean"}, {"type": "integer"}, {"type": "string", "enum": ["a", "b"]}])
    properties = draw(st.dictionaries(WORDS, members, max_size=2))
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    return {"json": {**schema, "required": required} if required else schema}
