"""A JSON catalogue, laid out: two spaces, and on one line what fits there and holds no other object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from policycheck.catalogue.formatting.order import CATALOGUE, Shape
from policycheck.catalogue.plain import is_list, is_object

_WIDTH = 120


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def lay_out(text: str) -> str:
    """The text of the same document, laid out."""
    data = json.loads(text, parse_int=_Number, parse_float=_Number)
    return _written(data, CATALOGUE, "", 0) + "\n"


def _written(value: object, shape: Shape, indent: str, used: int) -> str:
    if not is_object(value) and not is_list(value):
        return str(value) if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)
    parts = list(_members(value, shape))
    brackets = "{}" if is_object(value) else "[]"
    if not parts:
        return brackets
    inner = indent + "  "
    if shape is not CATALOGUE and not any(is_object(member) or is_list(member) for _, _, member in parts):
        line = ", ".join(head + _written(member, shape, "", 0) for head, _, member in parts)
        if used + len(line) + 3 <= _WIDTH:
            return f"{brackets[0]}{line}{brackets[1]}"
    lines = [
        inner + head + _written(member, shape.of(key), inner, len(inner) + len(head)) for head, key, member in parts
    ]
    return f"{brackets[0]}\n" + ",\n".join(lines) + f"\n{indent}{brackets[1]}"


def _members(value: Mapping[str, object] | Sequence[object], shape: Shape) -> Iterator[tuple[str, str | None, object]]:
    """What is written before each member, its key (None in a list), and the member."""
    if is_object(value):
        for key in shape.ordered(value):
            yield json.dumps(key, ensure_ascii=False) + ": ", key, value[key]
    else:
        for member in value:
            yield "", None, member
