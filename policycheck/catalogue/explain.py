"""What the schema holds against a document, said to the person who wrote it. Only a rejected document comes here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from policycheck.catalogue.documents import SourceDocument, join
from policycheck.catalogue.plain import as_object, is_object
from policycheck.catalogue.problems import MAX_PROBLEMS, Problem, nearest, plural, shown, without_echoes
from policycheck.catalogue.schema import CATALOGUE

if TYPE_CHECKING:
    from jsonschema import ValidationError

_OF_A_USE = ("category", "purpose", "feature", "exemption", "legalBasis")
_NAMES = {
    "string": "a text",
    "object": "an object",
    "array": "a list",
    "boolean": "true or false",
    "null": "nothing",
}


def explain(document: SourceDocument, schema: str = CATALOGUE) -> list[Problem]:
    """Every problem that the schema finds in ``document``, up to a thousand; never empty for a rejected one.

    ``schema`` is the name of its file. Empty for a document that the schema accepts only where it is no catalogue.
    """
    from policycheck.catalogue.schema import errors, validator

    found = (
        problem
        for error in errors(validator(schema), document.data)
        for problem in _problems(document, error, _pointer(error))
    )
    problems = list(islice(found, MAX_PROBLEMS))
    if len(problems) == MAX_PROBLEMS:
        message = f"the file has {MAX_PROBLEMS:,} problems or more; the rest was not looked for"
        problems.append(Problem(document.locate(), message, "mend these first"))
    if not problems and schema == CATALOGUE:
        problems = [Problem(document.locate(), "the catalogue does not follow its schema", "see `policycheck schema`")]
    return without_echoes(problems)


def _pointer(error: ValidationError) -> str:
    return join("", *error.absolute_path)


def _problems(document: SourceDocument, error: ValidationError, pointer: str) -> Iterator[Problem]:
    if "propertyNames" in error.absolute_schema_path:
        yield _bad_key(document, error, pointer)
        return
    kind = error.validator
    if kind == "additionalProperties":
        yield from _unknown_fields(document, error, pointer)
    elif kind == "required":
        yield from _missing_fields(document, error, pointer)
    elif kind == "anyOf":
        yield from _no_branch(document, error, pointer)
    elif kind == "oneOf":
        yield from _item_choice(document, error, pointer)
    else:
        message, hint, guess = _about_value(document, error, _subject(error, pointer))
        yield Problem(document.locate(pointer), message, hint, guess)


def _bad_key(document: SourceDocument, error: ValidationError, pointer: str) -> Problem:
    key = str(error.instance)
    schema = _schema(error)
    hint = _lowered(str(schema.get("description", "a key is a language tag such as en, cs or pt-BR"))).removesuffix(".")
    place = document.locate(join(pointer, key), key=True)
    return Problem(place, f"{shown(key)} cannot be a key here", hint)


def _unknown_fields(document: SourceDocument, error: ValidationError, pointer: str) -> Iterator[Problem]:
    known = list(_properties(error))
    present: Any = error.instance
    for key in present:
        if key not in known and not key.startswith("x-"):
            place = document.locate(join(pointer, key), key=True)
            guess = nearest(key, known)
            title = _title(error)
            hint = "" if guess else f"{title} has {plural(known)}; a field of your own starts with x-"
            yield Problem(place, f"{shown(key)} is not a field of {title}", hint, guess)


def _missing_fields(document: SourceDocument, error: ValidationError, pointer: str) -> Iterator[Problem]:
    present: Any = error.instance
    wanted: Any = error.validator_value
    for name in wanted:
        # jsonschema reports each missing field by itself, and names it only in its message.
        if name not in present and error.message.startswith(repr(name)):
            message, hint = f"{_title(error)} has no {name}", _example(document, error, name)
            if not pointer and name in {"catalogue", "profile"}:
                said = hint.removeprefix("add ")
                message, hint = f"the file does not say {said}, so it is no {name}", f"{hint} as its first line"
            yield Problem(document.locate(pointer), message, hint)


def _no_branch(document: SourceDocument, error: ValidationError, pointer: str) -> Iterator[Problem]:
    """A text, or an object of texts: look at the branch that the value was meant for."""
    meant = [
        cause for cause in error.context or () if cause.validator != "type" and cause.relative_schema_path[0] != "type"
    ]
    wrong_type = {cause.relative_schema_path[0] for cause in error.context or () if _is_top_type_error(cause)}
    inside = [cause for cause in meant if cause.relative_schema_path[0] not in wrong_type]
    inside += [
        cause
        for cause in error.context or ()
        if cause.validator == "type" and not _is_top_type_error(cause) and cause not in inside
    ]
    if inside:
        for cause in inside:
            yield from _problems(document, cause, pointer + join("", *cause.relative_path))
        return
    branches: Any = error.validator_value
    texts = any(as_object(branch).get("type") == "string" for branch in branches)
    number = isinstance(error.instance, (int, float))
    hint = "put it in quotes" if texts and number else _first_example(error)
    message = f"{_subject(error, pointer)} cannot be {shown(error.instance)}"
    yield Problem(document.locate(pointer), message, hint)


def _is_top_type_error(cause: ValidationError) -> bool:
    return cause.validator == "type" and not cause.relative_path


def _item_choice(document: SourceDocument, error: ValidationError, pointer: str) -> Iterator[Problem]:
    item: Any = error.instance
    if not isinstance(item, Mapping):
        return
    branches: Any = error.validator_value
    if "name" in str(branches[0].get("required")):
        if "name" in item and "regex" in item:
            place = document.locate(join(pointer, "regex"), key=True)
            yield Problem(place, "the item has a name and a regex", "keep the one that says which names it means")
        else:
            yield Problem(document.locate(pointer), "the item has no name", "add `name: ...`, or a regex instead")
    elif "uses" in item:
        for name in _OF_A_USE:
            if name in item:
                place = document.locate(join(pointer, name), key=True)
                yield Problem(place, f"{name} stands beside uses", "move it into each of the uses, or remove uses")
    else:
        hint = "add `category: ...`, or a list of uses"
        yield Problem(document.locate(pointer), "the item has no category", hint)


def _subject(error: ValidationError, pointer: str) -> str:
    """What the message is about: the field by its own name, an element of a list by what it is."""
    name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    return name if name and not name.isdecimal() else _title(error)


def _about_value(document: SourceDocument, error: ValidationError, subject: str) -> tuple[str, str, str | None]:
    value: Any = error.instance
    wanted: Any = error.validator_value
    if error.validator == "type":
        hint = _how_to_write(value, str(wanted), toml=_is_toml(document)) or _first_example(error)
        kinds = plural(_NAMES.get(kind, kind) for kind in ([wanted] if isinstance(wanted, str) else wanted))
        return f"{subject} must be {kinds}, not {shown(value)}", hint, None
    if error.validator == "enum":
        words = [str(word) for word in wanted]
        guess = nearest(str(value), words) if isinstance(value, str) else None
        hint = f"write {plural(words)}"
        if isinstance(value, bool) and words == ["on", "off"]:
            guess = "on" if value else "off"
        return f"{shown(value)} is not {_with_article(error)}", hint, guess
    if error.validator == "const":
        return f"{subject} is {shown(value)}, and only {shown(wanted)} is known", f"write {shown(wanted)}", None
    if error.validator in {"minLength", "minItems", "minProperties"}:
        return f"{subject} is empty", _first_example(error) or "fill it in, or remove it", None
    if error.validator == "pattern":
        return f"{shown(value)} is not {_with_article(error)}", _description(error), None
    return f"{subject} does not follow the schema ({error.validator})", "see `policycheck schema`", None


def _how_to_write(value: object, wanted: str, *, toml: bool) -> str:
    if wanted == "string" and isinstance(value, (int, float)):
        return "put it in quotes"
    if wanted == "array" and isinstance(value, str):
        return f'write a list: ["{value[:60]}"]' if toml else f"write a list: [{value[:60]}]"
    if wanted == "boolean" and isinstance(value, str):
        return "write true or false, without quotes"
    if wanted == "array" and is_object(value):
        return (
            f"write a list: {'a table in double brackets for each entry' if toml else 'begin each entry with a dash'}"
        )
    if wanted == "object" and isinstance(value, str):
        return f"write its fields, each as `field{' = ' if toml else ': '}value`"
    if wanted in {"array", "object", "string"} and value is None:
        return "fill it in, or remove the key"
    return ""


def _schema(error: ValidationError) -> Mapping[str, Any]:
    schema: Any = error.schema
    if not is_object(schema):
        return {}
    return cast("Mapping[str, Any]", schema)


def _properties(error: ValidationError) -> Mapping[str, Any]:
    found = _schema(error).get("properties")
    return cast("Mapping[str, Any]", as_object(found))


def _title(error: ValidationError) -> str:
    title = str(_schema(error).get("title", "value"))
    return f"the {_schema(error)['$id'].split(':')[2]}" if "$id" in _schema(error) else f"the {_lowered(title)}"


def _with_article(error: ValidationError) -> str:
    title = _lowered(str(_schema(error).get("title", "value")))
    return f"{'an' if title[0] in 'aeio' else 'a'} {title}"


def _lowered(text: str) -> str:
    first = text.split(" ", maxsplit=1)[0]
    return text[:1].lower() + text[1:] if first[1:] == first[1:].lower() else text


def _description(error: ValidationError) -> str:
    return _lowered(str(_schema(error).get("description", ""))).removesuffix(".")


def _example(document: SourceDocument, error: ValidationError, name: str) -> str:
    import json

    example = (_properties(error).get(name, {}).get("examples") or [1])[0]
    if not isinstance(example, (str, int)):
        return f"add {name}"
    return f"add `{name} = {json.dumps(example)}`" if _is_toml(document) else f"add `{name}: {example}`"


def _is_toml(document: SourceDocument) -> bool:
    return document.location.lower().endswith(".toml")


def _first_example(error: ValidationError) -> str:
    import json

    examples = _schema(error).get("examples")
    if not examples:
        return ""
    text = json.dumps(examples[0], ensure_ascii=False)
    return f"for example {text}" if len(text) <= 80 else ""
