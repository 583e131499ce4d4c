"""Where each value of a text begins and ends, so that something can be written beside it and nothing else changes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(slots=True)
class Span:
    """A value, from ``start`` up to ``end`` (indices into the text); for a block collection up to its last value's end.

    ``children`` by key or index, ``keys`` where each key begins. ``flow`` is true for what stands in brackets.
    """

    start: int
    end: int = -1
    flow: bool = True
    collection: bool = False
    sequence: bool = False
    alias: bool = False
    children: dict[str, Span] = field(default_factory=dict[str, "Span"])
    keys: dict[str, int] = field(default_factory=dict[str, int])

    def close(self) -> None:
        """Let a block collection end where the last of its values does."""
        self.end = max((child.end for child in self.children.values()), default=self.start)


def yaml_spans(text: str) -> Span:
    """The spans of a YAML text that was read without an error."""
    import yaml

    untyped: Any = yaml
    stack: list[tuple[Span, str | None]] = []
    root = Span(0, 0)
    for event in untyped.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        kind = type(event).__name__
        if kind in {"MappingStartEvent", "SequenceStartEvent"}:
            sequence = kind == "SequenceStartEvent"
            begun = Span(event.start_mark.index, flow=bool(event.flow_style), collection=True, sequence=sequence)
            stack.append((begun, None))
            continue
        if kind in {"MappingEndEvent", "SequenceEndEvent"}:
            done = stack.pop()[0]
            done.end = event.end_mark.index
            if not done.flow:
                done.close()
        elif kind in {"ScalarEvent", "AliasEvent"}:
            done = Span(event.start_mark.index, event.end_mark.index, alias=kind == "AliasEvent")
        else:
            continue
        if not stack:
            root = done
            continue
        stack[-1] = _hung(*stack[-1], done, event)
    return root


def _hung(holder: Span, key: str | None, done: Span, event: Any) -> tuple[Span, str | None]:
    """Hang a value below the collection that is open, or keep it as the key of the next one."""
    if holder.sequence:
        holder.children[str(len(holder.children))] = done
        return holder, None
    if key is None:
        name = str(getattr(event, "value", ""))
        holder.keys.setdefault(name, done.start)
        return holder, name
    holder.children.setdefault(key, done)
    return holder, None


def json_spans(text: str) -> Span:
    """The spans of a JSON text that was read without an error."""
    return _json_span(text, _skip(text, 0))


def _json_span(text: str, at: int) -> Span:
    opening = text[at]
    if opening not in "{[":
        return Span(at, _DECODER.raw_decode(text, at)[1])
    span = Span(at, collection=True, sequence=opening == "[")
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        name = str(len(span.children))
        if opening == "{":
            name, end = _DECODER.raw_decode(text, at)
            span.keys[name] = at
            at = _skip(text, _skip(text, end) + 1)
        span.children[name] = child = _json_span(text, at)
        at = _skip(text, child.end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    span.end = at + 1
    return span


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
