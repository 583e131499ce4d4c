"""A TOML catalogue, laid out: one space around each equals sign, an empty line before each header, fields in order.

tomlkit reads it and keeps what each value looks like, with the comments inside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from policycheck.catalogue.formatting.order import CATALOGUE, Shape
from policycheck.errors import UsageError


@dataclass(slots=True)
class _Part:
    """A table: ``lead`` are the comments above its header, ``fields`` what stands in it, ``parts`` the tables below."""

    lead: list[str] = field(default_factory=list[str])
    header: str = ""
    fields: list[tuple[str, list[str], str]] = field(default_factory=list["tuple[str, list[str], str]"])
    parts: list[tuple[str, _Part]] = field(default_factory=list["tuple[str, _Part]"])


def lay_out(text: str) -> str:
    """The text of the same document, laid out. Raises UsageError without tomlkit.

    A document with dotted keys, or whose tables stand apart from what they belong to, keeps its order.
    """
    try:
        import tomlkit
    except ImportError:
        raise UsageError("a TOML catalogue is laid out with tomlkit\n  fix: pip install 'policycheck[toml]'") from None
    document: Any = tomlkit.parse(text)
    root = _Part()
    try:
        foot = _read(document, root, (), [])
    except _Scattered:
        return "\n".join(line.rstrip() for line in text.rstrip().split("\n")) + "\n"
    header: list[str] = []
    if root.fields:  # what stands above everything stays there
        key, header, line = root.fields[0]
        root.fields[0] = (key, [], line)
    lines = [*_collapsed(header), *_written(root, CATALOGUE), *_collapsed(foot)]
    while lines and not lines[0]:
        del lines[0]
    return "\n".join(lines).rstrip("\n") + "\n"


class _Scattered(Exception):  # noqa: N818 - never leaves this module
    """The parts of the document do not stand together."""


def _read(container: Any, part: _Part, path: tuple[str, ...], waiting: list[str]) -> list[str]:
    """Take in what ``container`` holds; the comments that stand before nothing in it are returned, for what follows."""
    from tomlkit.items import AoT, Comment, Null, Table, Whitespace

    for key, item in container.body:
        if isinstance(item, Null):
            continue
        if isinstance(item, Whitespace):
            waiting += [""] * item.as_string().count("\n")
        elif isinstance(item, Comment):
            waiting.append(item.trivia.comment.rstrip())
        elif key is None or key.is_dotted() or type(item).__name__ == "OutOfOrderTableProxy":
            raise _Scattered
        elif isinstance(item, Table | AoT):
            below = (*path, key.as_string().strip())
            for table in item.body if isinstance(item, AoT) else [item]:
                if table.is_super_table():
                    header = ""
                else:
                    name = ".".join(below)
                    comment = f"  {table.trivia.comment}" if table.trivia.comment else ""
                    header = (f"[[{name}]]" if isinstance(item, AoT) else f"[{name}]") + comment
                inner = _Part(waiting if header else [], header)
                part.parts.append((key.key, inner))
                waiting = _read(table.value, inner, below, [] if header else waiting)
        else:
            comment = f"  {item.trivia.comment}" if item.trivia.comment else ""
            part.fields.append((key.key, waiting, f"{key.as_string().strip()} = {item.as_string().strip()}{comment}"))
            waiting = []
    return waiting


def _written(part: _Part, shape: Shape) -> list[str]:
    lines: list[str] = []
    if part.header:
        lead = part.lead
        lines += ["", *_collapsed(lead[1:] if lead and not lead[0] else lead), part.header]
    by_key = {key: (lead, text) for key, lead, text in part.fields}
    for at, key in enumerate(shape.ordered(by_key)):
        lead, text = by_key[key]
        while at == 0 and lead and not lead[0] and part.header:
            lead = lead[1:]
        lines += [*_collapsed(lead), text]
    order = {key: at for at, key in enumerate(shape.ordered({key: None for key, _ in part.parts}))}
    for key, inner in sorted(part.parts, key=lambda member: order[member[0]]):
        below = shape.of(key)
        lines += _written(inner, below.of(None) if inner.header.startswith("[[") else below)
    return lines


def _collapsed(lines: list[str]) -> list[str]:
    """At most one empty line between two others."""
    return [line for at, line in enumerate(lines) if line or at == 0 or lines[at - 1]]
