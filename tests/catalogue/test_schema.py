"""The schema itself: a title, a description and examples for everything, and examples that are in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policycheck.catalogue.schema import load_schema, schema_text, validator

SCHEMA = load_schema()


def _fields() -> Iterator[Any]:
    for name, definition in [("catalogue", SCHEMA), *SCHEMA["$defs"].items()]:
        yield pytest.param(definition, id=name)
        for field, schema in definition.get("properties", {}).items():
            yield pytest.param(schema, id=f"{name}.{field}")


def test_it_is_a_schema_of_2020_12_with_a_name_of_its_own() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"] == "urn:policycheck:catalogue:1"
    Draft202012Validator.check_schema(SCHEMA)
    assert schema_text().startswith("{")
    with pytest.raises(FileNotFoundError):
        schema_text("other.schema.json")


@pytest.mark.parametrize("schema", list(_fields()))
def test_every_field_has_a_title_a_description_and_examples_that_it_accepts(schema: dict[str, Any]) -> None:
    assert schema["title"]
    assert schema["description"].endswith((".", ")"))
    assert schema["examples"]
    whole = {"$defs": SCHEMA["$defs"], **{key: value for key, value in schema.items() if key not in {"$id", "$defs"}}}
    for example in schema["examples"]:
        assert not list(Draft202012Validator(whole).iter_errors(example))


def test_no_object_takes_fields_that_it_does_not_know() -> None:
    waiting: list[Any] = [SCHEMA]
    closed = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("type") == "object" and isinstance(value.get("properties"), dict):
                assert value["additionalProperties"] is False
                assert list(value["patternProperties"]) == ["^x-"]
                closed += 1
            waiting.extend(child for key, child in value.items() if key != "examples")
        elif isinstance(value, list):
            waiting.extend(value)
    assert closed == 11


@pytest.mark.parametrize("text", ["a\n", "a b", "1a", "a\u0661"])
def test_the_end_of_a_pattern_is_the_end_of_the_text(text: str) -> None:
    assert not validator().is_valid({"catalogue": 1, "id": text})
    assert validator().is_valid({"catalogue": 1, "id": "a"})
