"""YAML 1.2, core schema, read from PyYAML's events: ``no`` is a string, and every value knows its place.

PyYAML's own constructors follow YAML 1.1, recurse, keep no positions and expand aliases without a limit; so its parser
is used and nothing above it. Sources: YAML 1.2.2, 10.3 (core schema), 3.2.1.3 (keys are unique).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from policycheck.catalogue.documents import MAX_ALIASED_NODES, MAX_DEPTH, MAX_NODES, Mark, Parsed, TreeNode, leaf
from policycheck.catalogue.problems import CatalogueInvalid, Problem
from policycheck.model.finding import Location

_CORE_TAG = "tag:yaml.org,2002:"
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER_START = frozenset("-+.0123456789")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TABS = "indent with spaces, not with tabs"


@dataclass(slots=True)
class _Frame:
    """A collection that is still open. ``key`` is the key whose value comes next."""

    value: Any
    node: TreeNode
    size: int = 1
    anchor: str | None = None
    key: str | None = None
    key_mark: Mark | None = None


@dataclass(slots=True)
class _Builder:
    """Builds data and nodes from events, without recursion."""

    location: str
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
        value = self._scalar(event, mark)
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
        self.stack.append(_Frame(value, TreeNode(mark), anchor=event.anchor))

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
        frame.key, frame.key_mark = text, mark

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


def resolve(text: str) -> object:
    """The value of a plain scalar in the core schema. Raises :class:`ValueError` for a number that JSON cannot hold."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INT.fullmatch(text):
        if len(text) > 4_000:
            raise ValueError("a number has more than 4,000 digits")
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text, 0)
    if _HEX.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        value = float(text)
        if value in {float("inf"), float("-inf")}:
            raise ValueError(f"{text[:60]} is a number too large for JSON")
        return value
    if _INFINITE.fullmatch(text):
        raise ValueError(f"{text} is a number that JSON does not know")
    return text


def read_yaml(text: str, location: str) -> Parsed:
    """Read one YAML document. Raises :class:`CatalogueInvalid` with every duplicate key, tag and merge key at once."""
    builder = _Builder(location)
    for event in _events(text, builder):
        builder.feed(event)
    if builder.problems:
        raise CatalogueInvalid(builder.problems)
    return builder.result or Parsed(None, TreeNode(Mark(1, 1)))


def _events(text: str, builder: _Builder) -> Iterator[Any]:
    import yaml

    untyped: Any = yaml
    try:
        yield from untyped.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark, began = _mark_of(error.problem_mark), _mark_of(error.context_mark)
        message = " ".join(part for part in (error.problem, error.context) if part)
        if "quoted scalar" in message and began:
            mark = began
        elif mark and began and mark != began:
            message += f" that begins at {began.line}:{began.column}"
        mark = mark or began or Mark(0, 0)
        tab = "\t" in text and _tab_at(text, mark)
        raise builder.stop(mark, f"this is not YAML: {message}", _TABS if tab else _hint(message)) from None
    except yaml.YAMLError as error:
        message = str(getattr(error, "reason", "") or "a character is not allowed")
        raise builder.stop(Mark(0, 0), f"this is not YAML: {message}") from None


def _tab_at(text: str, mark: Mark) -> bool:
    """True when the line holds a tab in its indentation or at ``mark``."""
    line = text.split("\n")[max(mark.line - 1, 0) :][:1]
    return bool(line) and "\t" in line[0][: max(mark.column, len(line[0]) - len(line[0].lstrip()))]


def _hint(message: str) -> str:
    if "cannot start any token" in message or "alias" in message:
        return "put the text in quotes"
    if "mapping values are not allowed" in message:
        return "put a text that holds ': ' in quotes, or mend the indentation"
    if "quoted scalar" in message:
        return "close the quotes"
    return "look at the indentation and the quotes of this line and the one before"


def _mark_of(place: Any) -> Mark | None:
    return Mark(place.line + 1, place.column + 1) if place else None


def _mark(event: Any) -> Mark:
    mark = event.start_mark
    return Mark(mark.line + 1, mark.column + 1)
