"""A document against a JSON Schema, told by places in the schema: those are the author's words and no secrets."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.rules.value.readings import read_json
from policycheck.rules.value.trees import as_list, as_mapping

_MAX_DEPTH = 32


class SchemaUnusableError(ValueError):
    """The schema of an entry cannot be applied: it is not valid, or it refers to something that is not there."""


def failed_keyword(schema: Mapping[str, object], document: object) -> str | None:
    """The place in ``schema`` that ``document`` breaks, such as ``/properties/id/type``; None when it satisfies.

    Raises :class:`SchemaUnusableError`, whose message holds nothing of the document.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        Draft202012Validator.check_schema(schema)
        validator: Any = Draft202012Validator(schema, registry=Registry())
        places = [list(map(str, error.absolute_schema_path)) for error in validator.iter_errors(document)]
    except SchemaError as error:
        raise SchemaUnusableError(f"value.json is no JSON Schema: {error.json_path}") from None
    except Unresolvable:
        raise SchemaUnusableError("value.json refers to something that is not in it") from None
    except RecursionError:
        raise SchemaUnusableError("value.json refers to itself without end") from None
    except (ArithmeticError, re.error):
        raise SchemaUnusableError("value.json has a keyword that cannot be applied to this value") from None
    return "".join(f"/{part}" for part in min(places, key=lambda place: (len(place), place))) if places else None


def broken_keyword(schema: Mapping[str, object], value: str) -> str | None:
    """As :func:`failed_keyword`, of a stored value: it is enough that one way to read it, JSON or text, satisfies."""
    reading = read_json(value)
    documents: list[object] = [value] if reading is None else [reading.document, value]
    failures = [failed_keyword(schema, document) for document in documents]
    return None if None in failures else failures[0]


def declared_paths(schema: object) -> Iterator[tuple[str, ...]]:
    """The paths of the properties that ``schema`` declares, parents before children; ``[]`` stands for array items."""
    queue: deque[tuple[tuple[str, ...], object]] = deque([((), schema)])
    while queue:
        path, unknown = queue.popleft()
        node = as_mapping(unknown)
        if len(path) > _MAX_DEPTH:
            continue
        for name, child in as_mapping(node.get("properties")).items():
            yield (*path, name)
            queue.append(((*path, name), child))
        if "items" in node:
            queue.append(((*path, "[]"), node["items"]))
        for keyword in ("allOf", "anyOf", "oneOf"):
            queue.extend((path, branch) for branch in as_list(node.get(keyword)))


def present(document: object, path: tuple[str, ...]) -> bool:
    """True when ``document`` has something at ``path``."""
    nodes = [document]
    for part in path:
        if part == "[]":
            nodes = [child for node in nodes for child in as_list(node)]
        else:
            nodes = [mapping[part] for mapping in map(as_mapping, nodes) if part in mapping]
    return bool(nodes)
