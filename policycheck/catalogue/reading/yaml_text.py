"""YAML 1.2, core schema, read from PyYAML's events: ``no`` is a string, and every value knows its place.

PyYAML's own constructors follow YAML 1.1, recurse, keep no positions and expand aliases without a limit; so its parser
is used and nothing above it. Sources: YAML 1.2.2, 10.3 (core schema), 3.2.1.3 (keys are unique).

One thing is read as people mean it, not as YAML has it: in ``{en: Keeps your basket, so that it is still there.}`` YAML
ends the text at the comma and makes a key without a value of the rest. Where all keys are languages, the comma and the
rest belong to the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from policycheck.catalogue.documents import MAX_ALIASED_NODES, MAX_DEPTH, MAX_NODES, Mark, Parsed, TreeNode, leaf
from policycheck.catalogue.problems import CatalogueInvalid, Problem
from policycheck.catalogue.reading.yaml_events import parse_events
from policycheck.catalogue.reading.yaml_scalars import resolve
from policycheck.model.finding import Location

_CORE_TAG = "tag:yaml.org,2002:"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(slots=True)
class _Frame:
    """A collection that is still open. ``key`` is the key whose value comes next."""

    value: Any
    node: TreeNode
    size: int = 1
    anchor: str | None = None
    key: str | None = None
    key_mark: Mark | None = None
    key_ends: int = 0
    flow: bool = False
    plain_text: str | None = None
    """The last key, if its value is a text without quotes."""


@dataclass(slots=True)
class _Builder:
    """Builds data and nodes from events, without recursion."""

    location: str
    text: str
    stack: list[_Frame] = field(default_factory=list[_Frame])
    anchors: dict[str, tuple[Any, TreeNode, int] | None] = field(
        default_factory=dict[str, tuple[Any, TreeNode, int] | None]
    )
    problems: list[Problem] = field(default_factory=list[Problem])
    nodes: int = 0
    aliased: int = 0
    documents: int = 0
    result: Parsed | None = None

    def feed(self, event: Any) -> None:
        """Take the next event; those that carry nothing are passed over."""
        handler = _HANDLERS.get(type(event).__name__)
        if handler is not None:
            handler(self, event)

    def stop(self, mark: Mark, message: str, hint: str = "") -> CatalogueInvalid:
        """The error that ends reading here, together with the problems that did not."""
        return CatalogueInvalid([*self.problems, Problem(Location(self.location, *mark), message, hint)])

    def _note(self, mark: Mark, message: str, hint: str) -> None:
        self.problems.append(Problem(Location(self.location, *mark), message, hint))

    def begin_document(self, event: Any) -> None:
        """Refuse a second document, and other versions of YAML."""
        self.documents += 1
        mark = _mark(event)
        if self.documents > 1:
            raise self.stop(mark, "a second document begins here", "one file holds one catalogue; remove the ---")
        if event.version is not None and tuple(event.version) != (1, 2):
            version = ".".join(map(str, event.version))
            raise self.stop(mark, f"the file says that it is YAML {version}", "remove the %YAML line; 1.2 is read")

    def scalar(self, event: Any) -> None:
        """Take a key or a value."""
        mark = _mark(event)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and isinstance(frame.value, dict):
            self._key(frame, event, mark)
            return
        if frame is not None and frame.flow and self._continues_text(frame, event):
            return
        value = self._scalar(event, mark)
        if frame is not None:
            frame.plain_text = frame.key if isinstance(value, str) and event.implicit[0] else None
        self._add(value, leaf(mark), 1, event.anchor, mark)

    def open_mapping(self, event: Any) -> None:
        """Begin a mapping."""
        self._open({}, event, "map")

    def open_sequence(self, event: Any) -> None:
        """Begin a sequence."""
        self._open([], event, "seq")

    def close(self, _event: Any) -> None:
        """End a mapping or a sequence."""
        frame = self.stack.pop()
        self._add(frame.value, frame.node, frame.size, frame.anchor, frame.node.mark)

    def alias(self, event: Any) -> None:
        """Put in the value of an anchor, at the price of all that it holds."""
        mark = _mark(event)
        name = str(event.anchor)
        if name not in self.anchors:
            hint = "a text that starts with * needs quotes"
            raise self.stop(mark, f"*{name} refers to an anchor that is not there", hint)
        known = self.anchors[name]
        if known is None:
            raise self.stop(mark, f"*{name} stands inside the value that it refers to", "write the value out")
        self._refuse_as_key(mark)
        value, node, size = known
        self.aliased += size
        if self.aliased > MAX_ALIASED_NODES:
            message = f"the aliases of this file stand for more than {MAX_ALIASED_NODES:,} values"
            raise self.stop(mark, message, "write the values out, or use fewer aliases")
        self._add(value, TreeNode(mark, node.children, node.keys), size, None, mark)

    def _open(self, value: Any, event: Any, kind: str) -> None:
        mark = _mark(event)
        self._refuse_as_key(mark)
        if event.tag not in {None, "!", _CORE_TAG + kind}:
            self._refuse_tag(event, mark)
        if len(self.stack) >= MAX_DEPTH:
            raise self.stop(mark, f"the file nests deeper than {MAX_DEPTH} levels")
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if self.stack:
            self.stack[-1].plain_text = None
        self.stack.append(_Frame(value, TreeNode(mark), anchor=event.anchor, flow=bool(event.flow_style)))

    def _refuse_as_key(self, mark: Mark) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            hint = "a text that starts with { or [ or * needs quotes"
            raise self.stop(mark, "a key must be a text", hint)

    def _refuse_tag(self, event: Any, mark: Mark) -> None:
        tag = str(event.tag).replace(_CORE_TAG, "!!")
        self._note(mark, f"the tag {tag} is not allowed", "remove it; a text that starts with ! needs quotes")

    def _key(self, frame: _Frame, event: Any, mark: Mark) -> None:
        text = str(event.value)
        plain = event.style is None or event.style == ""
        if event.tag not in {None, "!", _CORE_TAG + "str"}:
            self._refuse_tag(event, mark)
        if plain and not text:
            self._note(mark, "the key is missing before the colon", "write a key, or remove the colon")
        if plain and text == "<<":
            hint = "YAML 1.2 has no merge keys; repeat the fields, or use extends"
            self._note(mark, "the merge key << is not read", hint)
        if text in frame.node.keys:
            first = frame.node.keys[text]
            message = f"the key {text[:60]!r} stands here twice; first at {first.line}:{first.column}"
            self._note(mark, message, "keep one of them")
        if event.anchor is not None:
            self.anchors[event.anchor] = (text, leaf(mark), 1)
        self._count(mark)
        frame.key, frame.key_mark, frame.key_ends = text, mark, event.end_mark.index

    def _continues_text(self, frame: _Frame, event: Any) -> bool:
        """Whether the key without a value that has just ended is the rest of a text; if so, it has become that."""
        text, key = frame.plain_text, frame.key
        if text is None or key is None or event.value or ":" in self.text[frame.key_ends : event.start_mark.index]:
            return False
        if not all(map(_LANGUAGE.fullmatch, frame.value)) or event.tag or event.anchor:
            return False
        frame.value[text] += f", {' '.join(key.split())}"
        frame.key = None
        return True

    def _count(self, mark: Mark) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.stop(mark, f"the file holds more than {MAX_NODES:,} values")

    def _add(self, value: Any, node: TreeNode, size: int, anchor: str | None, mark: Mark) -> None:
        self._count(mark)
        if anchor is not None:
            self.anchors[anchor] = (value, node, size)
        if not self.stack:
            self.result = Parsed(value, node)
            return
        frame = self.stack[-1]
        frame.size += size
        holder: Any = frame.value
        if isinstance(holder, list):
            frame.node.children[str(len(frame.node.children))] = node
            frame.value.append(value)
        elif frame.key is not None and frame.key_mark is not None:
            if frame.key not in frame.node.keys:
                frame.value[frame.key] = value
                frame.node.children[frame.key] = node
                frame.node.keys[frame.key] = frame.key_mark
            frame.key = None

    def _scalar(self, event: Any, mark: Mark) -> object:
        text = str(event.value)
        tag = event.tag
        if tag is None:
            return self._plain(text, mark) if event.implicit[0] else text
        if tag in {"!", _CORE_TAG + "str"}:
            return text
        if tag in {_CORE_TAG + "null", _CORE_TAG + "bool", _CORE_TAG + "int", _CORE_TAG + "float"}:
            return self._tagged(text, tag, event, mark)
        self._refuse_tag(event, mark)
        return text

    def _tagged(self, text: str, tag: str, event: Any, mark: Mark) -> object:
        value = self._plain(text, mark)
        kind = {"NoneType": "null"}.get(type(value).__name__, type(value).__name__)
        wanted = tag.removeprefix(_CORE_TAG)
        if kind == "int" and wanted == "float":
            return float(text)
        if kind != wanted:
            self._refuse_tag(event, mark)
        return value

    def _plain(self, text: str, mark: Mark) -> object:
        try:
            return resolve(text)
        except ValueError as error:
            self._note(mark, str(error), "put it in quotes")
            return text


_HANDLERS: dict[str, Callable[[_Builder, Any], None]] = {
    "DocumentStartEvent": _Builder.begin_document,
    "ScalarEvent": _Builder.scalar,
    "MappingStartEvent": _Builder.open_mapping,
    "SequenceStartEvent": _Builder.open_sequence,
    "MappingEndEvent": _Builder.close,
    "SequenceEndEvent": _Builder.close,
    "AliasEvent": _Builder.alias,
}


def read_yaml(text: str, location: str) -> Parsed:
    """Read one YAML document. Raises :class:`CatalogueInvalid` with every duplicate key, tag and merge key at once."""
    builder = _Builder(location, text)
    for event in parse_events(text, builder.stop):
        builder.feed(event)
    if builder.problems:
        raise CatalogueInvalid(builder.problems)
    return builder.result or Parsed(None, TreeNode(Mark(1, 1)))


def _mark(event: Any) -> Mark:
    mark = event.start_mark
    return Mark(mark.line + 1, mark.column + 1)
