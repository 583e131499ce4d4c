"""The one way to the schemas that are installed with policycheck, and a validator that reads them as they are meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError

CATALOGUE = "catalogue.schema.json"
PROFILE = "profile.schema.json"


def schema_text(name: str = CATALOGUE) -> str:
    """The text of a schema, by file name. Raises :class:`FileNotFoundError` for one that is not there."""
    return (files("policycheck.schemas") / name).read_text(encoding="utf-8")


@cache
def load_schema(name: str = CATALOGUE) -> dict[str, Any]:
    """A schema as data, read once. Treat it as frozen."""
    schema: dict[str, Any] = json.loads(schema_text(name))
    return schema


@cache
def validator(name: str = CATALOGUE) -> Any:
    """A validator of a schema (2020-12). Importing jsonschema is slow, so it happens here, when first needed.

    In JSON Schema ``$`` in a pattern is the very end of the text; Python's ``$`` also stands before a last line break.
    """
    from jsonschema import Draft202012Validator, validators
    from jsonschema import ValidationError as Failure

    def pattern(_validator: Any, expression: str, instance: object, _schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and not _compiled(expression).search(instance):
            yield Failure(f"{instance!r} does not match {expression!r}")

    untyped: Any = validators
    return untyped.extend(Draft202012Validator, {"pattern": pattern})(load_schema(name))


def errors(checker: Any, data: object) -> Iterator[ValidationError]:
    """What ``checker`` holds against ``data``; one place that knows how loosely jsonschema is typed."""
    yield from checker.iter_errors(data)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\$$", r"\\Z", expression))
