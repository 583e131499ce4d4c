"""The models and the schema accept and reject the same documents."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.catalogue.models import ADAPTER, accepts, without_extensions
from policycheck.catalogue.schema import load_schema, validator

SCHEMA = load_schema()
FULL: dict[str, Any] = {
    "catalogue": 1,
    "id": "shop",
    "version": "1",
    "title": {"en": "Shop", "pt-BR": "Loja"},
    "description": "All of it",
    "extends": ["pack:necessary", "./company.yaml"],
    "categories": {
        "own": {"title": "Own", "description": {"en": "x"}, "consent": "required", "legalBasis": "consent"},
        "free": {"consent": "notRequired", "exemption": "security", "x-a": 1},
    },
    "features": {"smart": {"title": "Smart", "description": "x", "default": "off", "x-a": None}},
    "providers": {
        "p": {
            "name": "P",
            "role": "processor",
            "idNumber": "1",
            "address": "A",
            "country": "CZ",
            "url": "https://example.org",
            "privacyPolicy": "http://example.org/p",
            "hosts": ["*.example.org"],
            "categories": ["own"],
            "personalData": ["contactDetails"],
            "storedIn": ["EU"],
            "mustNotContain": ["ipAddress"],
            "x-a": [],
        }
    },
    "placeholders": {"KEY": {"pattern": "[0-9]+", "title": "Key", "x-a": 1}, "OTHER": None},
    "bindings": {"KEY": "12"},
    "items": [
        {
            "name": "a_<KEY>",
            "kind": "cookie",
            "provider": "p",
            "category": "own",
            "purpose": {"en": "x"},
            "feature": "smart",
            "exemption": "security",
            "legalBasis": "contract",
            "retention": "6 months",
            "refresh": False,
            "party": "first",
            "hosts": ["example.org"],
            "path": "/",
            "partition": "https://a.example",
            "setBy": "server",
            "attributes": {
                "secure": True,
                "httpOnly": True,
                "sameSite": "None",
                "hostOnly": True,
                "partitioned": True,
                "prefix": "__Host-",
                "domain": "example.org",
                "path": "/a",
                "x-a": 1,
            },
            "value": {"json": {"x": 1}, "pattern": "a", "mayContain": ["personName"], "mustNotContain": ["ipAddress"]},
            "transient": True,
            "draft": "recorded-3f9a2c71",
            "sensitive": True,
            "remembersChoice": True,
            "examples": ["a_1"],
            "counterExamples": [""],
            "source": {"kind": "observed", "url": "https://e.example/", "date": "2026-01-01", "version": "1", "x-a": 1},
            "override": True,
            "reason": "because",
            "x-a": {"b": 1},
        },
        {
            "regex": "b.*",
            "kind": "web",
            "retention": "persistent",
            "uses": [
                {"category": "own", "purpose": "x", "feature": "smart", "value": {"json": {}}, "x-a": 1},
                {"category": "own", "exemption": "communication", "legalBasis": "consent"},
            ],
        },
    ],
    "consent": {"validity": "6 months", "grace": "PT1H", "x-a": 1},
    "statements": {"chat": {"en": "x"}, "other": "y"},
    "x-own": {"anything": [1, 2]},
}
VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    1.0,
    2,
    -1,
    "",
    "x",
    "X",
    "1",
    "required",
    "on",
    "off",
    "ipAddress",
    "/",
    "a b",
    "und",
    "x\n",
    "en\n",
    "CZ\n",
    "2026-01-01\n",
    "\u0661\u0661\u0661\u0661-11-11",
    "https://",
    "*.a",
    "*",
    [],
    {},
    [""],
    [1],
    ["x"],
    [None],
    {"x": 1},
    {"x-": 1},
    {"en": "x"},
    {"en": ""},
    {"en\n": "x"},
    {"e": "x"},
    {"category": "a"},
    [{"category": "a"}],
    [{}],
    [[]],
]


def _containers(value: Any) -> Iterator[dict[str, Any] | list[Any]]:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, (dict, list)):
            yield current
            waiting.extend(current.values() if isinstance(current, dict) else current)


def _agree(document: Any) -> bool:
    accepted = accepts(document)
    errors = [error.message for error in validator().iter_errors(document)]
    assert accepted is (not errors), (document, errors[:3])
    return accepted


def test_the_full_document_uses_every_field_and_is_accepted() -> None:
    assert _agree(FULL)
    used = {key for container in _containers(FULL) if isinstance(container, dict) for key in container}
    for name in ("item", "use", "attributes", "value", "source", "provider", "category", "feature", "placeholder"):
        assert set(SCHEMA["$defs"][name]["properties"]) <= used
    assert set(SCHEMA["properties"]) <= used


def test_the_models_have_the_fields_of_the_schema() -> None:
    text = json.dumps(ADAPTER.json_schema())
    for definition in [SCHEMA, *SCHEMA["$defs"].values()]:
        for name in definition.get("properties", {}):
            assert f'"{name}"' in text


@pytest.mark.parametrize("change", ["replace", "remove", "add"])
def test_every_single_change_of_the_full_document_is_judged_alike(change: str) -> None:
    judged = {True: 0, False: 0}
    count = sum(1 for _ in _containers(FULL))
    for index in range(count):
        for mutant in _mutants(index, change):
            judged[_agree(mutant)] += 1
    assert judged[True] > 50 or change == "remove"
    assert judged[False] > 5


def _mutants(index: int, change: str) -> Iterator[Any]:
    original = list(_containers(FULL))[index]
    keys = list(original) if isinstance(original, dict) else list(range(len(original)))
    for key in keys if change != "add" else ["x-new", "new", "name", "category", "uses"]:
        start = (index + len(str(key))) % 6
        for value in VALUES[start::6] if change == "replace" else VALUES[:1] if change == "remove" else VALUES[8:10]:
            document = copy.deepcopy(FULL)
            container: Any = list(_containers(document))[index]
            if change == "remove":
                del container[key]
            elif isinstance(container, dict) or change == "replace":
                container[key] = value
            else:
                container.append(value)
            yield document


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_generated_documents_are_judged_alike(data: st.DataObject) -> None:
    document = data.draw(valid(SCHEMA))
    assert _agree(document)
    containers = [container for container in _containers(document) if container]
    container: Any = data.draw(st.sampled_from(containers))
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    container[data.draw(st.sampled_from(keys))] = data.draw(st.sampled_from(VALUES))
    _agree(document)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3),
    lambda children: st.lists(children, max_size=2) | st.dictionaries(st.text(max_size=3), children, max_size=2),
    max_leaves=4,
)


def valid(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Documents that a schema of the keywords used here accepts, made from the schema alone."""
    if "$ref" in schema:
        return valid(SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return st.one_of(*map(valid, schema["anyOf"]))
    if schema.get("type") == "string" or "pattern" in schema:
        if "pattern" in schema:
            return st.from_regex(schema["pattern"]).filter(lambda text: not text.endswith("\n"))
        return st.text(min_size=schema.get("minLength", 0), max_size=8)
    if schema.get("type") == "array":
        return st.lists(valid(schema["items"]), min_size=schema.get("minItems", 0), max_size=2)
    if schema.get("type") == "object":
        return _object(schema)
    return st.booleans() if schema.get("type") == "boolean" else st.none() if "type" in schema else ANY_JSON


@st.composite
def _object(draw: st.DrawFn, schema: dict[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties", {})
    if not properties:
        keys = valid(schema["propertyNames"]) if "propertyNames" in schema else st.text(max_size=3)
        members = valid(schema["additionalProperties"]) if "additionalProperties" in schema else ANY_JSON
        return draw(st.dictionaries(keys, members, min_size=schema.get("minProperties", 0), max_size=2))
    chosen = {*schema.get("required", ()), *draw(st.sets(st.sampled_from(sorted(properties)), max_size=6))}
    for choice in schema.get("allOf", ()):
        branch = draw(st.sampled_from(choice["oneOf"]))
        chosen |= set(branch["required"])
        chosen -= set(branch["properties"])
    document = {key: draw(valid(properties[key])) for key in sorted(chosen)}
    if draw(st.booleans()):
        document[f"x-{draw(st.text(max_size=2))}"] = draw(ANY_JSON)
    return document


ANYTHING = st.recursive(
    st.sampled_from(VALUES[:30]),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.sampled_from(["en", "x-a", "name"]), children),
    max_leaves=6,
)


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(SCHEMA["properties"])), ANYTHING))
def test_documents_of_any_shape_are_judged_alike(document: dict[str, Any]) -> None:
    _agree({"catalogue": 1, **document})


def test_extensions_are_taken_out_where_fields_stand_and_nowhere_else() -> None:
    plain = without_extensions(FULL)
    assert "x-" not in json.dumps(plain)
    kept = {"catalogue": 1, "items": [{"value": {"json": {"x-a": 1}}}], "statements": {"x-key": "a"}}
    assert without_extensions(kept) is kept
    assert without_extensions([1]) == [1]
