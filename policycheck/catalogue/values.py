"""What a catalogue asks of values: kinds of personal data, patterns, and JSON Schemas that stay by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policycheck.catalogue.documents import Piece
from policycheck.catalogue.entries import ValueRule
from policycheck.catalogue.fields import strings, word
from policycheck.catalogue.names import NamePattern, NameSyntaxError, parse_regex
from policycheck.catalogue.plain import as_object, is_list, is_object
from policycheck.catalogue.problems import Problem, shown

ANY_VALUE = ValueRule()
_REFERENCES = ("$ref", "$dynamicRef")


@dataclass(slots=True)
class ValueCompiler:
    """Compiles ``value`` of an item or a use. Problems go into ``problems``."""

    problems: list[Problem]

    def rule(self, piece: Piece, path: tuple[str | int, ...], holder: Mapping[str, object]) -> ValueRule:
        """The rule that ``holder["value"]`` states; ``path`` leads to it."""
        data = as_object(holder.get("value"))
        if not data:
            return ANY_VALUE
        schema = data.get("json")
        if is_object(schema):
            self._check_schema(piece, (*path, "json"), schema)
        may, must_not = strings(data, "mayContain"), strings(data, "mustNotContain")
        for kind in sorted({*may} & {*must_not}):
            message = f"the value may and must not contain {kind}"
            self.problems.append(Problem(piece.locate(*path, "mayContain"), message, "keep one of them"))
        return ValueRule(
            json=schema if is_object(schema) else None,
            pattern=self._pattern(piece, (*path, "pattern"), word(data, "pattern")),
            may_contain=may,
            must_not_contain=must_not,
        )

    def _pattern(self, piece: Piece, path: tuple[str | int, ...], pattern: str | None) -> NamePattern | None:
        if not pattern:
            return None
        try:
            return parse_regex(pattern)
        except NameSyntaxError as error:
            message = f"{error.message} (character {error.position + 1})"
            self.problems.append(Problem(piece.locate(*path), message, error.hint))
            return None

    def _check_schema(self, piece: Piece, path: tuple[str | int, ...], schema: Mapping[str, object]) -> None:
        from jsonschema import Draft202012Validator

        from policycheck.catalogue.schema import errors

        for error in errors(Draft202012Validator(Draft202012Validator.META_SCHEMA), schema):
            if error.validator not in {"allOf", "anyOf", "$dynamicRef"}:
                message = f"{shown(error.instance)} makes no sense here in a JSON Schema ({error.validator})"
                place = piece.locate(*path, *error.absolute_path)
                self.problems.append(Problem(place, message, "see the keyword in JSON Schema 2020-12"))
        for where, target in _references(schema):
            if not target.startswith("#"):
                message = f"the reference {shown(target)} leads out of this schema, and nothing is fetched"
                place = piece.locate(*path, *where)
                self.problems.append(
                    Problem(place, message, "copy the schema into $defs, and refer to it with #/$defs/")
                )


def _references(schema: Mapping[str, object]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    waiting: list[tuple[tuple[str | int, ...], object]] = [((), schema)]
    while waiting:
        where, value = waiting.pop()
        if is_object(value):
            for key, child in value.items():
                if key in _REFERENCES and isinstance(child, str):
                    yield (*where, key), child
                elif key not in {"const", "enum", "default", "examples"}:
                    waiting.append(((*where, key), child))
        elif is_list(value):
            waiting.extend(((*where, index), child) for index, child in enumerate(value))
