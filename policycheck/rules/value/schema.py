"""A document against a JSON Schema, told by places in the schema: those are the author's words and no secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_MAX_DEPTH = 32


class SchemaUnusableError(ValueError):
    """The schema of an entry cannot be applied: it is not valid, or it refers to something that is not there."""


def failed_keyword(schema: Mapping[str, object], document: object) -> str | None:
    """The place in ``schema`` that ``document`` breaks, such as ``/properties/id/type``; None when it satisfies.

    Raises :class:`SchemaUnusableError`, whose message holds nothing of the document.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError, ValidationError, best_match
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema, registry=Registry())
        failure: ValidationError | None = best_match(validator.iter_errors(document))
    except SchemaError as error:
        raise SchemaUnusableError(f"value.json is no JSON Schema: {error.json_path}") from None
    except (Unresolvable, RecursionError) as error:
        raise SchemaUnusableError(f"value.json cannot be applied: {type(error).__name__}") from None
    if failure is None:
        return None
    return "".join(f"/{part}" for part in failure.absolute_schema_path)


def declared_paths(schema: object) -> Iterator[tuple[str, ...]]:
    """The paths of the properties that ``schema`` declares, parents before children; ``[]`` stands for array items."""
    queue: list[tuple[tuple[str, ...], object]] = [((), schema)]
    while queue:
        path, node = queue.pop(0)
        if not isinstance(node, Mapping) or len(path) > _MAX_DEPTH:
            continue
        properties = node.get("properties")
        if isinstance(properties, Mapping):
            for name, child in properties.items():
                yield (*path, str(name))
                queue.append(((*path, str(name)), child))
        if "items" in node:
            queue.append(((*path, "[]"), node["items"]))
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = node.get(keyword)
            if isinstance(branches, list):
                queue += [(path, branch) for branch in branches]


def present(document: object, path: tuple[str, ...]) -> bool:
    """True when ``document`` has something at ``path``."""
    nodes = [document]
    for part in path:
        if part == "[]":
            nodes = [child for node in nodes if isinstance(node, list) for child in node]
        else:
            nodes = [node[part] for node in nodes if isinstance(node, dict) and part in node]
    return bool(nodes)
