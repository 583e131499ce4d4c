"""Values that meet what an entry declares of its value, and hold nobody's data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from policycheck.catalogue.entries import Item
from policycheck.catalogue.names.chars import CharSet, of_text
from policycheck.catalogue.plain import as_list, as_object
from policycheck.errors import UsageError
from policycheck.testing.strategies.naming import matching_texts
from policycheck.testing.strategies.words import LETTERS

COOKIE_OCTETS = CharSet.of([(0x21, 0x21), (0x23, 0x2B), (0x2D, 0x3A), (0x3C, 0x5B), (0x5D, 0x7E)])
"""What a value may hold by the grammar for servers (RFC 6265bis, 4.1.1)."""
_PRINTABLE = CharSet.of([(0x20, 0x7E)])
_TOLERATED = _PRINTABLE.intersect(of_text(";").negate())
_SIMPLE = st.text(LETTERS + "0123456789-_", max_size=8)
_UNDERSTOOD = frozenset({"type", "properties", "required", "additionalProperties", "enum", "const", "items", "minimum",
                         "maximum", "title", "description", "$schema"})  # fmt: skip


def values_for(item: Item) -> st.SearchStrategy[str]:
    """Values that ``item`` accepts once every category is granted, written so that a Set-Cookie header can carry them.

    Raises :class:`UsageError` for what cannot be made here: then give values of your own.
    """
    schemas = [item.value.json] if item.value.json is not None else []
    if not schemas:
        enabled = [use for use in item.uses if use.enabled]
        own = enabled[0].value if len(enabled) == 1 and len(item.uses) > 1 else None
        schemas = [own.json] if own is not None and own.json is not None else []
    pattern = item.value.pattern
    if pattern is not None and schemas:
        raise UsageError(f"{item.key} declares a pattern and a schema for its value; give `values` that meet both")
    if schemas:
        documents = json_values(schemas[0], item.key)
        return documents.map(lambda document: quote(json.dumps(document))).filter(_holds_nobodys_data)
    if pattern is None:
        return _SIMPLE | _SIMPLE.map(lambda text: f'"{text}"')
    drawn = matching_texts(pattern, COOKIE_OCTETS)
    if drawn.is_empty:
        drawn = matching_texts(pattern, _TOLERATED).filter(_survives)
    if drawn.is_empty:
        raise UsageError(f"no value that {pattern.text} matches can stand in a Set-Cookie header")
    return drawn.filter(_holds_nobodys_data)


def json_values(schema: Mapping[str, object], what: str) -> st.SearchStrategy[Any]:
    """Documents that a JSON Schema of plain keywords accepts. Raises :class:`UsageError` for any other keyword."""
    beyond = sorted(set(schema) - _UNDERSTOOD)
    if beyond:
        raise UsageError(f"{what} declares its value with {', '.join(beyond)}; give `values` that meet its schema")
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(list(as_list(schema["enum"])))
    kind = schema.get("type")
    if kind == "object" or (kind is None and "properties" in schema):
        return _objects(schema, what)
    if kind == "array":
        items = as_object(schema.get("items"))
        return st.lists(json_values(items, what) if items else st.booleans(), max_size=3)
    low, high = schema.get("minimum"), schema.get("maximum")
    lowest = low if isinstance(low, int | float) else -1_000
    highest = high if isinstance(high, int | float) else max(1_000, lowest)
    plain: dict[object, st.SearchStrategy[Any]] = {
        "boolean": st.booleans(),
        "null": st.none(),
        "integer": st.integers(-int(-lowest // 1), int(highest // 1)),
        "number": st.floats(lowest, highest, allow_nan=False),
        "string": _SIMPLE,
        None: st.booleans(),
    }
    if isinstance(kind, str) or kind is None:
        return plain[kind]
    return st.one_of([json_values({**schema, "type": one}, what) for one in as_list(kind)])


def _objects(schema: Mapping[str, object], what: str) -> st.SearchStrategy[dict[str, Any]]:
    members = {key: json_values(as_object(value), what) for key, value in as_object(schema.get("properties")).items()}
    required = {str(key) for key in as_list(schema.get("required"))}
    must = {key: members.pop(key, st.booleans()) for key in sorted(required)}
    return st.fixed_dictionaries(must, optional=members)


def _survives(value: str) -> bool:
    """Whether the value arrives as it was sent, alone."""
    from policycheck.wire import parse_set_cookie

    cookie = parse_set_cookie(f"a={value}")
    return cookie.value == value and not cookie.anomalies


def _holds_nobodys_data(value: str) -> bool:
    from policycheck.rules.value.detection import detect

    return not detect(value).detections
