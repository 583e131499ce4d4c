"""A tree of YAML, laid out: two spaces, lists indented below their key, in one line what was in brackets and fits."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from policycheck.catalogue.formatting.order import CATALOGUE, Shape
from policycheck.catalogue.formatting.yaml_scalars import is_text, plain_works, quoted
from policycheck.catalogue.formatting.yaml_tree import Alias, Collection, Entry, Scalar, Tree

_WIDTH = 120
_STEP = "  "
_TEXTS = frozenset({"title", "description", "purpose", "reason"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_OTHER_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
_HEADER = re.compile(r"[|>]-?(\s+#.*)?\s*")


def lay_out(tree: Tree, *, reorder: bool) -> str:
    """The text of ``tree``. Without ``reorder`` fields stay in the order that they have."""
    layout = _Layout(reorder)
    root = tree.root
    first = root.entries[0] if root.entries else None
    header = [*tree.header, *(first.lead if first is not None else ())]
    if first is not None:
        first.lead = []
    body = layout.block(root, CATALOGUE, "") if root.entries else ["{}"]
    lines = [*tree.directives, *(["---"] if tree.directives else []), *_collapsed(header), *body]
    lines += _collapsed(root.foot)
    while lines and not lines[0]:
        del lines[0]
    return "\n".join(line.rstrip(" ") if not line.strip() else line for line in lines).rstrip("\n") + "\n"


def _collapsed(lines: list[str]) -> list[str]:
    """At most one empty line between two others."""
    return [line for at, line in enumerate(lines) if line or at == 0 or lines[at - 1]]


@dataclass(frozen=True, slots=True)
class _Layout:
    reorder: bool

    def block(self, collection: Collection, shape: Shape, indent: str) -> list[str]:
        """The lines of a collection, one entry below the other; the foot of the root is left to the caller."""
        lines: list[str] = []
        for at, entry in enumerate(self._ordered(collection, shape)):
            lead = _collapsed(entry.lead)
            while at == 0 and lead and not lead[0]:
                del lead[0]
            lines += [f"{indent}{line}" if line else "" for line in lead]
            lines += self._entry(entry, shape, indent)
        if collection.holder is not None:
            lines += [f"{indent}{line}" if line else "" for line in _collapsed(collection.foot)]
        return lines

    def _ordered(self, collection: Collection, shape: Shape) -> list[Entry]:
        if not collection.is_map or not self.reorder:
            return collection.entries
        by_key = {entry.key.value: entry for entry in collection.entries if entry.key is not None}
        return [by_key[key] for key in shape.ordered(by_key)]

    def _entry(self, entry: Entry, shape: Shape, indent: str) -> list[str]:
        key, value = entry.key, entry.value
        inner = shape.of(key.value if key is not None else None)
        head = f"{indent}{_key(key)}:" if key is not None else f"{indent}-"
        if isinstance(value, Collection):
            return self._collection(entry, value, inner, head, indent)
        if isinstance(value, Alias):
            return [_tailed(f"{head} *{value.name}", entry)]
        return _scalar_lines(value, head, indent, entry)

    def _collection(self, entry: Entry, value: Collection, shape: Shape, head: str, indent: str) -> list[str]:
        props = f" {value.props}" if value.props else ""
        if not value.entries and not value.commented:
            return [_tailed(f"{head}{props} {'{}' if value.is_map else '[]'}", entry)]
        if value.flow and not value.commented:
            line = _tailed(f"{head}{props} {self.flow(value, shape)}", entry)
            if len(line) <= _WIDTH:
                return [line]
        lines = self.block(value, shape, indent + _STEP)
        if not value.entries:  # brackets around a comment
            return [*lines, f"{head}{props} {'{}' if value.is_map else '[]'}"]
        if entry.key is None and not props:
            at = next(at for at, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
            lead = [line[len(_STEP) :] for line in lines[:at]]
            tail = [f"{indent}{entry.tail.strip()}"] if entry.tail else []
            return [*tail, *lead, f"{indent}- {lines[at][len(indent) + 2 :]}", *lines[at + 1 :]]
        return [_tailed(f"{head}{props}", entry), *lines]

    def flow(self, value: Collection, shape: Shape) -> str:
        """A collection in brackets, on one line."""
        parts: list[str] = []
        for entry in self._ordered(value, shape):
            head = f"{_key(entry.key, flow=True)}: " if entry.key is not None else ""
            inner = shape.of(entry.key.value if entry.key is not None else None)
            parts.append(head + self._in_flow(entry.value, inner))
        return ("{%s}" if value.is_map else "[%s]") % ", ".join(parts)

    def _in_flow(self, value: Scalar | Alias | Collection, shape: Shape) -> str:
        if isinstance(value, Alias):
            return f"*{value.name}"
        text = self.flow(value, shape) if isinstance(value, Collection) else _scalar(value, flow=True)
        return f"{value.props} {text}" if value.props else text


def _tailed(line: str, entry: Entry) -> str:
    return f"{line}{entry.tail}"


def _key(key: Scalar | None, *, flow: bool = False) -> str:
    if key is None:
        return ""
    text = _scalar(Scalar(key.value, key.style or "'"), flow=flow)
    return f"{key.props} {text}" if key.props else text


def _scalar(scalar: Scalar, *, flow: bool) -> str:
    """A value on one line."""
    if scalar.style or scalar.props:
        works = not scalar.props and plain_works(scalar.value, flow=flow) and is_text(scalar.value)
        if scalar.props and not scalar.style:
            works = plain_works(scalar.value, flow=flow)
        return scalar.value if works else quoted(scalar.value)
    if not scalar.value:
        return "null" if flow else ""
    return scalar.value if plain_works(scalar.value, flow=flow) else quoted(scalar.value)


def _scalar_lines(scalar: Scalar, head: str, indent: str, entry: Entry) -> list[str]:
    props = f" {scalar.props}" if scalar.props else ""
    if scalar.block and _HEADER.fullmatch(scalar.block[0]) and not _OTHER_LINE_ENDS.search("".join(scalar.block)):
        return [_tailed(f"{head}{props} {scalar.block[0].strip()}", entry), *_reindented(scalar.block[1:], indent)]
    text = _scalar(scalar, flow=False)
    line = _tailed(f"{head}{props} {text}".rstrip(" "), entry)
    if len(line) <= _WIDTH or not _foldable(scalar, entry):
        return [line]
    folded = textwrap.wrap(
        scalar.value, _WIDTH - len(indent) - len(_STEP), break_long_words=False, break_on_hyphens=False
    )
    return [_tailed(f"{head}{props} >-", entry), *(f"{indent}{_STEP}{part}" for part in folded)]


def _foldable(scalar: Scalar, entry: Entry) -> bool:
    """Whether a text for people may be spread over lines, which are read as spaces."""
    key = entry.key.value if entry.key is not None else ""
    if key not in _TEXTS and not _LANGUAGE.fullmatch(key):
        return False
    value = scalar.value
    if not scalar.style and not is_text(value):
        return False
    return " ".join(value.split()) == value and " " in value and plain_characters(value)


def plain_characters(text: str) -> bool:
    """Whether ``text`` can stand in a block, where nothing is an escape."""
    return plain_works(f"a{text}a".replace(": ", " ").replace(" #", " "), flow=False)


def _reindented(lines: list[str], indent: str) -> list[str]:
    """The lines of a literal or a folded text at another depth; their own depth is that of the first."""
    own = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), 0)
    while lines and not lines[-1].strip(" "):
        lines = lines[:-1]
    return [f"{indent}{_STEP}{line[own:]}" if line[own:] else "" for line in lines]
