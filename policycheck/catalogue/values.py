"""What a catalogue asks of values: kinds of personal data, patterns, and JSON Schemas that stay by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

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
            message = f"{shown(error.instance)} makes no sense here in a JSON Schema"
            place = piece.locate(*path, *error.absolute_path)
            keyword = next((step for step in reversed(error.absolute_path) if isinstance(step, str)), "")
            self.problems.append(Problem(place, message, f"see the keyword {keyword} in JSON Schema 2020-12"))
        for where, target in _references(schema):
            place = piece.locate(*path, *where)
            if not target.startswith("#"):
                message = f"the reference {shown(target)} leads out of this schema, and nothing is fetched"
                self.problems.append(Problem(place, message, "copy the schema into $defs, and refer to it there"))
            elif not _resolves(schema, target):
                message = f"the reference {shown(target)} leads nowhere"
                self.problems.append(Problem(place, message, "a reference reads #/$defs/NAME"))


def _resolves(schema: Mapping[str, object], target: str) -> bool:
    """Whether a reference inside the schema leads to something (RFC 6901; ``$anchor``)."""
    if target != "#" and not target.startswith("#/"):
        return any(key in {"$anchor", "$dynamicAnchor"} and value == target[1:] for key, value in _members(schema))
    found: object = schema
    for token in target.split("/")[1:]:
        step = unquote(token).replace("~1", "/").replace("~0", "~")
        if is_object(found) and step in found:
            found = found[step]
        elif is_list(found) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return False
    return True


def _members(schema: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    waiting: list[object] = [schema]
    while waiting:
        value = waiting.pop()
        if is_object(value):
            yield from value.items()
            waiting.extend(value.values())
        elif is_list(value):
            waiting.extend(value)


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
