"""A stored value as a JSON document: plain, URL-encoded, in double quotes or in base64, as applications write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote

from policycheck.rules.value.layers import decode_base64, parse_json
from policycheck.rules.value.trees import is_container

MAX_CHARACTERS = 200_000
"""A longer value is not read: checking it against a schema takes time that nobody bounded."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a value, a secret as the value is."""

    document: object = field(repr=False)


def read_json(value: str) -> Reading | None:
    """The JSON document in ``value``, or None when there is none. Never raises."""
    if len(value) > MAX_CHARACTERS:
        return None
    bare = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    scalar: Reading | None = None
    for text in (value, bare, unquote(value), unquote(bare), decode_base64(bare), decode_base64(unquote(bare))):
        if text is None:
            continue
        try:
            document = parse_json(text)
        except ValueError:
            continue
        if is_container(document):
            return Reading(document)
        if text is value:
            scalar = Reading(document)
    return scalar
