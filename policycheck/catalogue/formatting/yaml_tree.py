"""A YAML document as a tree that keeps what its data does not tell: styles, anchors, comments, empty lines.

Each comment belongs to one entry: one on a line of its own to the entry below it, unless it is indented deeper than
that, where it ends the collection above; one behind something to the entry that it stands behind.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from policycheck.catalogue.documents import Mark
from policycheck.catalogue.problems import CatalogueInvalid, Problem
from policycheck.catalogue.reading.yaml_events import parse_events
from policycheck.model.finding import Location

_COMMENT = re.compile(r"(?:^|(?<=[\s]))#[^\n]*", re.MULTILINE)
_CORE_TAG = "tag:yaml.org,2002:"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(slots=True, eq=False)
class Scalar:
    """``style`` is empty for a plain one. ``block`` holds the lines of a literal or a folded one, its header first."""

    value: str
    style: str = ""
    props: str = ""
    block: list[str] = field(default_factory=list[str])


@dataclass(slots=True, eq=False)
class Alias:
    """``*name``."""

    name: str


@dataclass(slots=True, eq=False)
class Entry:
    """A member of a collection. ``lead`` are the comments above it, with empty strings for empty lines.

    ``tail`` is the comment behind it with the space before it, ``column`` and ``line`` count from 0, ``end`` is where
    its value ends.
    """

    key: Scalar | None
    value: Scalar | Alias | Collection
    start: int
    line: int
    column: int
    owner: Collection
    end: int = 0
    lead: list[str] = field(default_factory=list[str])
    tail: str = ""


@dataclass(slots=True, eq=False)
class Collection:
    """A mapping or a list; ``foot`` are the comments below its last entry."""

    is_map: bool
    flow: bool
    props: str = ""
    entries: list[Entry] = field(default_factory=list[Entry])
    foot: list[str] = field(default_factory=list[str])
    holder: Entry | None = None
    end: int = 0

    @property
    def commented(self) -> bool:
        """Whether there are comments anywhere inside."""
        return bool(self.foot) or any(
            any(entry.lead) or entry.tail or (isinstance(entry.value, Collection) and entry.value.commented)
            for entry in self.entries
        )


@dataclass(slots=True, eq=False)
class Tree:
    """A document. ``header`` are the comments above everything, ``directives`` the lines that begin with a percent."""

    root: Collection
    header: list[str] = field(default_factory=list[str])
    directives: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class _Comment:
    text: str
    start: int
    line: int
    column: int
    own_line: bool
    gap: int = 0


def comments_of(text: str, location: str) -> list[str]:
    """The text of every comment, without the spaces at its end. Raises :class:`CatalogueInvalid`."""
    events = list(_events(text, location))
    return [comment.text for comment in _comments(text, events)] + [
        head[head.index("#") :].rstrip()
        for event in events
        if type(event).__name__ == "ScalarEvent" and event.style in {"|", ">"}
        if "#" in (head := text[event.start_mark.index : event.end_mark.index].partition("\n")[0])
    ]


def read_tree(text: str, location: str) -> Tree:
    """Read ``text``, which is a mapping. Raises :class:`CatalogueInvalid`."""
    events = list(_events(text, location))
    comments = _comments(text, events)
    builder = _Builder(text, comments)
    for event in events:
        builder.feed(event)
    if builder.root is None:
        raise CatalogueInvalid([Problem(Location(location), "the catalogue holds no fields", "")])
    tree = Tree(builder.root, directives=builder.directives)
    _attach(tree, text.split("\n"), builder.flat, comments)
    return tree


def _events(text: str, location: str) -> Iterator[Any]:
    def stop(mark: Mark, message: str, hint: str) -> CatalogueInvalid:
        return CatalogueInvalid([Problem(Location(location, *mark), message, hint)])

    return parse_events(text, stop)


def _comments(text: str, events: list[Any]) -> list[_Comment]:
    """What stands behind a ``#`` outside of every scalar."""
    spans = [
        (event.start_mark.index, event.end_mark.index) for event in events if type(event).__name__ == "ScalarEvent"
    ]
    starts = [start for start, _ in spans]
    begins = _begins(text)
    found: list[_Comment] = []
    for match in _COMMENT.finditer(text):
        at = bisect_right(starts, match.start()) - 1
        if at >= 0 and spans[at][0] <= match.start() < spans[at][1]:
            continue
        line = bisect_right(begins, match.start()) - 1
        before = text[begins[line] : match.start()]
        gap = len(before) - len(before.rstrip())
        found.append(_Comment(match[0].rstrip(), match.start(), line, len(before), not before.strip(), gap))
    return found


def _begins(text: str) -> list[int]:
    """Where lines begin. YAML 1.1 knows more line ends than the line feed; here they are characters like others."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


class _Builder:
    """Builds the tree from events; ``flat`` holds all entries in the order of the text."""

    def __init__(self, text: str, comments: list[_Comment]) -> None:
        self.text = text
        self.root: Collection | None = None
        self.directives: list[str] = []
        self.flat: list[Entry] = []
        self._comment_starts = {comment.start: len(comment.text) for comment in comments}
        self._begins = _begins(text)
        self._key_ends = 0
        self._stack: list[tuple[Collection, Scalar | None, Any]] = []

    def feed(self, event: Any) -> None:
        name = type(event).__name__
        if name == "DocumentStartEvent" and event.version is not None:
            self.directives.append("%YAML " + ".".join(map(str, event.version)))
        elif name in {"MappingStartEvent", "SequenceStartEvent"}:
            self._open(event, is_map=name == "MappingStartEvent")
        elif name in {"MappingEndEvent", "SequenceEndEvent"}:
            self._close(event)
        elif name == "AliasEvent":
            self._add(Alias(event.anchor), event)
        elif name == "ScalarEvent":
            self._scalar(event)

    def _scalar(self, event: Any) -> None:
        collection, key, _ = self._stack[-1]
        style = event.style if event.style not in {None, "plain"} else ""
        scalar = Scalar(event.value, style, _props(event, style))
        if style in {"|", ">"}:
            scalar.block = self.text[event.start_mark.index : event.end_mark.index].split("\n")
        if collection.is_map and key is None:
            self._stack[-1] = (collection, scalar, event)
            self._key_ends = event.end_mark.index
            return
        if self._continues(collection, key, scalar, event):
            return
        self._add(scalar, event)

    def _continues(self, collection: Collection, key: Scalar | None, scalar: Scalar, event: Any) -> bool:
        """Whether this is the rest of a text that a comma cut, which is read as one text: see the reader of YAML."""
        if not collection.flow or not collection.entries or key is None or scalar.value or scalar.props:
            return False
        text = collection.entries[-1].value
        if not isinstance(text, Scalar) or text.style or ":" in self.text[self._key_ends : event.start_mark.index]:
            return False
        if not all(entry.key is not None and _LANGUAGE.fullmatch(entry.key.value) for entry in collection.entries):
            return False
        text.value += f", {' '.join(key.value.split())}"
        text.style = "'"
        collection.entries[-1].end = self._key_ends
        self._stack[-1] = (collection, None, None)
        return True

    def _open(self, event: Any, *, is_map: bool) -> None:
        collection = Collection(is_map, bool(event.flow_style), _props(event, ""))
        if self._stack:
            collection.holder = self._add(collection, event)
        else:
            self.root = collection
        self._stack.append((collection, None, None))

    def _close(self, event: Any) -> None:
        collection, _, _ = self._stack.pop()
        last = collection.entries[-1].end if collection.entries else event.end_mark.index
        collection.end = event.end_mark.index if collection.flow else last
        if collection.holder is not None:
            collection.holder.end = collection.end

    def _add(self, value: Scalar | Alias | Collection, event: Any) -> Entry:
        collection, key, started = self._stack[-1]
        start = (started if key is not None else event).start_mark.index
        if key is None and not collection.flow:
            start = self._dash(start)
        line = bisect_right(self._begins, start) - 1
        column = start - self._begins[line]
        entry = Entry(key, value, start, line, column, collection, event.end_mark.index)
        if isinstance(value, Scalar) and value.block:
            entry.end = event.start_mark.index + len(value.block[0])
        collection.entries.append(entry)
        self.flat.append(entry)
        if key is not None:
            self._stack[-1] = (collection, None, None)
        return entry

    def _dash(self, start: int) -> int:
        """Where the dash of a member of a list stands, whose value begins at ``start``."""
        at = self.text.rfind("-", 0, start)
        while at > 0:
            begin = self.text.rfind("\n", 0, at) + 1
            inside = [s for s, size in self._comment_starts.items() if begin <= s <= at < s + size]
            if not inside:
                break
            at = self.text.rfind("-", 0, inside[0])
        return max(at, 0)


def _props(event: Any, style: str) -> str:
    """The anchor and the tag, as they are written before a value."""
    parts: list[str] = []
    if event.anchor is not None:
        parts.append(f"&{event.anchor}")
    implied: Any = event.implicit
    if event.tag is not None and not (implied if isinstance(implied, bool) else implied[1 if style else 0]):
        tag = event.tag
        parts.append(f"!!{tag.removeprefix(_CORE_TAG)}" if tag.startswith(_CORE_TAG) else str(tag))
    return " ".join(parts)


def _attach(tree: Tree, lines: list[str], flat: list[Entry], comments: list[_Comment]) -> None:
    starts = [entry.start for entry in flat]

    def spaced(comment: _Comment) -> list[str]:
        blank = comment.line > 0 and not lines[comment.line - 1].strip()
        return ["", comment.text] if blank else [comment.text]

    for comment in comments:
        at = bisect_right(starts, comment.start)
        before = _standing(flat[at - 1], comment.start) if at else None
        after = flat[at] if at < len(flat) else None
        if before is None:
            tree.header += spaced(comment)
        elif not comment.own_line:
            if before.tail:
                before.owner.foot.append(comment.text)
            else:
                before.tail = " " * max(comment.gap, 2) + comment.text
        else:
            home = _ending(before, after, comment)
            if home is None and after is not None:
                after.lead += spaced(comment)
            else:
                (home or tree.root).foot += spaced(comment)
    for entry in flat:
        first = not lines[entry.line][: entry.column].strip()
        if first and entry.line > 0 and not lines[entry.line - 1].strip():
            entry.lead.append("")


def _standing(entry: Entry, at: int) -> Entry:
    """The entry that something at ``at`` stands behind: where a collection in brackets ended before, what holds it."""
    found = entry
    here: Entry | None = entry
    while here is not None:
        if here.owner.flow and here.owner.end <= at and here.owner.holder is not None:
            found = here.owner.holder
        here = here.owner.holder
    return found


def _ending(before: Entry, after: Entry | None, comment: _Comment) -> Collection | None:
    """The collection that a comment ends: the deepest that is not deeper indented; None: it leads ``after``."""
    if after is not None and comment.column <= after.column:
        return None
    here: Entry | None = before
    while here is not None:
        if here.owner.end > comment.start if here.owner.flow else here.column <= comment.column:
            return None if after is not None and after.owner is here.owner else here.owner
        here = here.owner.holder
    return None
