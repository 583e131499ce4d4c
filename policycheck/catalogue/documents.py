"""A document that was read: plain data, and where each piece of it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from policycheck.model.finding import Location

MAX_DEPTH = 64
MAX_NODES = 2_000_000
MAX_ALIASED_NODES = 100_000
"""How many nodes all aliases of a YAML file together may stand for."""


class Mark(NamedTuple):
    """A place in a text, both counted from 1."""

    line: int
    column: int


class Node(Protocol):
    """Where a value stands, and where the values in it do."""

    @property
    def mark(self) -> Mark:
        """Where the value begins."""
        ...

    def child(self, token: str) -> Node | None:
        """The node of a key, or of an index given as text; None when there is no such thing."""
        ...

    def key_mark(self, token: str) -> Mark | None:
        """Where the key itself begins; for an index, where its value does."""
        ...


@dataclass(slots=True)
class TreeNode:
    """A node that knows its children already. ``keys`` holds the marks of keys and is empty for a list.

    Make those of values without children with :func:`leaf`: there may be a million.
    """

    mark: Mark
    children: dict[str, TreeNode] = field(default_factory=dict["str", "TreeNode"])
    keys: dict[str, Mark] = field(default_factory=dict[str, Mark])

    def child(self, token: str) -> TreeNode | None:
        """See :class:`Node`."""
        return self.children.get(token)

    def key_mark(self, token: str) -> Mark | None:
        """See :class:`Node`."""
        if token in self.keys:
            return self.keys[token]
        child = self.children.get(token)
        return child.mark if child else None


_NO_CHILDREN: dict[str, TreeNode] = {}
_NO_KEYS: dict[str, Mark] = {}


def leaf(mark: Mark) -> TreeNode:
    """A node that has no children and will have none."""
    return TreeNode(mark, _NO_CHILDREN, _NO_KEYS)


class Parsed(NamedTuple):
    """What a reader makes of a text: JSON-like data, and the positions, where the reader knows any."""

    data: object
    root: Node | None = None


def pointer_token(key: str | int) -> str:
    """One step of a JSON pointer, escaped (RFC 6901, section 3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def join(pointer: str, *keys: str | int) -> str:
    """A JSON pointer to what stands below ``pointer``."""
    return pointer + "".join(f"/{pointer_token(key)}" for key in keys)


@dataclass(frozen=True, slots=True, eq=False)
class SourceDocument:
    """One catalogue file. ``location`` is spelled as it was named, ``digest`` is the SHA-256 of its bytes."""

    location: str
    data: Mapping[str, object]
    digest: str
    root: Node | None = None

    def locate(self, pointer: str = "", *, key: bool = False) -> Location:
        """The place of what ``pointer`` (RFC 6901) names, or of its key; of the nearest that exists, if it does not."""
        node = self.root
        if node is None:
            return Location(self.location, pointer=pointer)
        mark = node.mark
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
        for index, token in enumerate(tokens):
            child = node.child(token)
            if child is None:
                mark = node.key_mark(token) or mark
                break
            mark = child.mark
            if key and index == len(tokens) - 1:
                mark = node.key_mark(token) or mark
            node = child
        return Location(self.location, mark.line, mark.column, pointer)


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One declared thing (an item, a category, ...), perhaps merged of several documents.

    ``document`` and ``pointer`` say where it is declared, the last time; ``fields`` where those of its fields are that
    come from somewhere else: field name to document and pointer.
    """

    data: object
    document: SourceDocument
    pointer: str
    fields: Mapping[str, tuple[SourceDocument, str]] = field(default_factory=dict[str, tuple[SourceDocument, str]])

    def locate(self, *keys: str | int, key: bool = False) -> Location:
        """The place of the piece, or of what ``keys`` lead to inside it."""
        if keys and str(keys[0]) in self.fields:
            document, pointer = self.fields[str(keys[0])]
            return document.locate(join(pointer, *keys[1:]), key=key)
        return self.document.locate(join(self.pointer, *keys), key=key)


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """What a chain of documents declares together. ``head`` is the document that was asked for.

    Items keep the order of their files, those of extended documents first; ``overrides`` says what was redefined
    (:class:`policycheck.catalogue.entries.Override`).
    """

    head: SourceDocument
    documents: tuple[SourceDocument, ...]
    items: tuple[Piece, ...]
    categories: Mapping[str, Piece] = field(default_factory=dict[str, Piece])
    features: Mapping[str, Piece] = field(default_factory=dict[str, Piece])
    providers: Mapping[str, Piece] = field(default_factory=dict[str, Piece])
    placeholders: Mapping[str, Piece] = field(default_factory=dict[str, Piece])
    bindings: Mapping[str, Piece] = field(default_factory=dict[str, Piece])
    statements: Mapping[str, Piece] = field(default_factory=dict[str, Piece])
    consent: Piece | None = None
    overrides: tuple[object, ...] = ()
