"""Changes to the text of a catalogue, each at its place: whatever stands elsewhere stays as it is, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol

from policycheck.drafting.entries import Drafted
from policycheck.drafting.remarks import IDENTIFIER
from policycheck.drafting.spans import Span
from policycheck.drafting.spelling import json_text, yaml_flow, yaml_item, yaml_member
from policycheck.errors import UsageError


class Editor(Protocol):
    """A catalogue file that is to be changed. The changes count once :meth:`text` is asked for."""

    def add_items(self, entries: Sequence[Drafted]) -> None:
        """Put entries behind those of ``items``."""
        ...

    def add_members(self, section: str, members: Mapping[str, Any]) -> None:
        """Put keys behind those of a section."""
        ...

    def change_item(self, index: int, data: Mapping[str, Any]) -> None:
        """Let an item be ``data``; fields that are as they were keep their text."""
        ...

    def remove_items(self, indices: Collection[int]) -> None:
        """Take items out, with the comments in them; the first of the list stays. To be asked for once."""
        ...

    def text(self) -> str:
        """The text with all changes made."""
        ...


class TextEditor:
    """Edits YAML, or with ``as_json`` JSON, by the places of its values. ``data`` is what the text says."""

    def __init__(self, text: str, root: Span, data: Mapping[str, Any], *, as_json: bool = False) -> None:
        self._text = text
        self._root = root
        self._data = data
        self._json = as_json
        self._break = "\r\n" if "\r\n" in text else "\n"
        self._edits: list[tuple[int, int, str]] = []

    def text(self) -> str:
        """See :class:`Editor`. Of changes at one place the one that was asked for first comes first."""
        pieces: list[str] = []
        at = 0
        for start, end, new in sorted(self._edits, key=itemgetter(0)):
            pieces += [self._text[at:start], new.replace("\n", self._break)]
            at = end
        return "".join((*pieces, self._text[at:]))

    def add_items(self, entries: Sequence[Drafted]) -> None:
        """See :class:`Editor`."""
        self._add("items", [(None, self._with_remarks(entry)) for entry in entries], entries)

    def add_members(self, section: str, members: Mapping[str, Any]) -> None:
        """See :class:`Editor`."""
        self._add(section, list(members.items()), ())

    def change_item(self, index: int, data: Mapping[str, Any]) -> None:
        """See :class:`Editor`."""
        item, old = self._item(index), self._data["items"][index]
        if item.flow:
            apart = self._lines_of(self._root.children["items"]) if self._lines_of(item) is not None else None
            self._edits.append((item.start, item.end, self._element(None, data, apart)))
            return
        column = self._column(item.keys[next(iter(item.keys))])
        added = [key for key in data if key not in old]
        for key in (key for key in old if key not in data):
            start, end = self._line_start(item.keys[key]), self._behind(item.children[key].end, column + 1)
            self._edits.append((start, end, ""))
        for key in (key for key in data if key in old and data[key] != old[key]):
            span = item.children[key]
            self._edits.append((span.start, span.end, yaml_flow(data[key])))
        if data.get("name") != old.get("name"):
            self._edits += self._outdated(item)
        lines = "".join(yaml_member(key, data[key], column) for key in added)
        if lines:
            self._insert(self._behind(item.end, column), lines)

    def _outdated(self, item: Span) -> list[tuple[int, int, str]]:
        """What takes out our own remark on the name of an entry, once that is another."""
        written = f"# {IDENTIFIER}"
        at = self._text.find(written, item.start, item.end)
        alone = at != -1 and not self._text[self._line_start(at) : at].strip()
        end = self._line_end(at + 1)
        alone = alone and self._text[at:end].rstrip() == written
        return [(self._line_start(at), end, "")] if alone else []

    def remove_items(self, indices: Collection[int]) -> None:
        """See :class:`Editor`."""
        if not indices:
            return
        items = self._root.children["items"]
        spans = list(items.children.values())
        for index in sorted(indices):
            if not items.flow:
                dash = self._line_start(self._text.rfind("-", 0, spans[index].start))
                self._edits.append((dash, self._behind(spans[index].end, self._dash(items) + 1), ""))
            elif index - 1 not in indices:
                after = next((other for other in range(index, len(spans)) if other not in indices), None)
                start = spans[index].start if after is not None else spans[index - 1].end
                self._edits.append((start, spans[-1].end if after is None else spans[after].start, ""))

    def _item(self, index: int) -> Span:
        return self._root.children["items"].children[str(index)]

    def _with_remarks(self, entry: Drafted) -> Mapping[str, Any]:
        """The data of an entry; JSON has no comments, so its remarks stand in a field."""
        return {**entry.data, "x-remarks": list(entry.remarks)} if self._json and entry.remarks else entry.data

    def _add(self, section: str, members: list[tuple[str | None, Any]], entries: Sequence[Drafted]) -> None:
        if not members:
            return
        span = self._root.children.get(section)
        if span is not None and (span.alias or not span.collection):
            raise UsageError(f"{section} is written as an alias, to which nothing can be added\n  fix: write it out")
        if span is None and self._root.flow:
            self._into_flow(self._root, [(section, self._whole(members))])
        elif span is None or (not span.children and not self._root.flow):
            self._begin(section, span, members, entries)
        elif span.flow:
            self._into_flow(span, members)
        elif section == "items":
            column = self._dash(span)
            lines = "\n".join(("", *(yaml_item(entry.data, entry.remarks, column) for entry in entries)))
            self._insert(self._behind(span.end, column + 1), lines)
        else:
            column = self._column(min(span.keys.values()))
            lines = "".join(yaml_member(str(key), value, column) for key, value in members)
            self._insert(self._behind(span.end, column + 1), lines)

    def _begin(
        self, section: str, span: Span | None, members: list[tuple[str | None, Any]], entries: Sequence[Drafted]
    ) -> None:
        """Write a section in block style that is not there, or that is empty."""
        column = self._column(min(self._root.keys.values()))
        if section == "items":
            body = "\n".join(yaml_item(entry.data, entry.remarks, column + 2) for entry in entries)
        else:
            body = "".join(yaml_member(str(key), value, column + 2) for key, value in members)
        if span is None:
            self._insert(self._behind(self._root.end, column + 1), f"\n{' ' * column}{section}:\n{body}")
        else:
            before = len(self._text[: span.start]) - len(self._text[: span.start].rstrip(" "))
            self._edits.append((span.start - before, span.end, ""))
            self._insert(self._line_end(span.end), body)

    @staticmethod
    def _whole(members: Sequence[tuple[str | None, Any]]) -> Any:
        if members[0][0] is None:
            return [value for _, value in members]
        return dict(members)

    def _into_flow(self, span: Span, members: Sequence[tuple[str | None, Any]]) -> None:
        """Write members into brackets, one a line where those that are there stand so."""
        lines = self._lines_of(span)
        written = [self._element(key, value, lines) for key, value in members]
        if span.children:
            last = max(child.end for child in span.children.values())
            between = f",\n{lines}" if lines is not None else ", "
            self._edits.append((last, last, "".join(f"{between}{element}" for element in written)))
            return
        if lines is None:
            body = ", ".join(written)
        else:
            inner, outer = lines, self._indent(span.start)
            body = f"\n{inner}" + f",\n{inner}".join(written) + f"\n{outer}"
        self._edits.append((span.start + 1, span.end - 1, body))

    def _element(self, key: str | None, value: Any, indent: str | None) -> str:
        if not self._json:
            return yaml_flow(value) if key is None else f"{yaml_flow(key)}: {yaml_flow(value)}"
        unit = None if indent is None else self._unit()
        text = json_text(value, unit).replace("\n", f"\n{indent or ''}")
        return text if key is None else f"{json_text(key)}: {text}"

    def _lines_of(self, span: Span) -> str | None:
        """The indentation of what stands in brackets, one a line; None where all is on one line."""
        if span.children:
            first = min([*span.keys.values(), *(child.start for child in span.children.values())])
            indent = self._text[self._line_start(first) : first]
            return indent if not indent.strip() and "\n" in self._text[span.start : first] else None
        if not self._json or "\n" not in self._text.strip():
            return None
        return self._indent(span.start) + self._unit()

    def _unit(self) -> str:
        first = min(self._root.keys.values(), default=0)
        indent = self._text[self._line_start(first) : first]
        return indent if indent and not indent.strip() else "  "

    def _indent(self, at: int) -> str:
        line = self._text[self._line_start(at) :]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def _dash(self, items: Span) -> int:
        """The column of the dashes of a list in block style."""
        at = items.children["0"].start
        while True:
            start = self._line_start(at)
            before = self._text[start:at] if at == items.children["0"].start else self._text[start : self._line_end(at)]
            if before.lstrip(" ").startswith("-"):
                return len(before) - len(before.lstrip(" "))
            at = start - 1

    def _column(self, at: int) -> int:
        return at - self._line_start(at)

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Where the line after that of ``at`` begins; ``at`` itself where a line begins there."""
        if at > 0 and self._text[at - 1] == "\n":
            return at
        found = self._text.find("\n", at)
        return len(self._text) if found == -1 else found + 1

    def _behind(self, end: int, column: int) -> int:
        """Behind the line on which ``end`` is, and behind the comments below it that are indented to ``column``."""
        at = behind = self._line_end(end)
        while at < len(self._text):
            following = self._line_end(at + 1) if self._text[at] != "\n" else at + 1
            line = self._text[at:following]
            bare = line.strip()
            if bare and not (bare.startswith("#") and len(line) - len(line.lstrip(" ")) >= column):
                break
            at = following
            if bare:
                behind = at
        return behind

    def _insert(self, at: int, lines: str) -> None:
        if at and self._text[at - 1] != "\n":
            lines = f"\n{lines}"
        self._edits.append((at, at, lines))


def yaml_editor(text: str, data: Mapping[str, Any]) -> Editor:
    """An editor for YAML."""
    from policycheck.drafting.spans import yaml_spans

    return TextEditor(text, yaml_spans(text), data)


def json_editor(text: str, data: Mapping[str, Any]) -> Editor:
    """An editor for JSON."""
    from policycheck.drafting.spans import json_spans

    return TextEditor(text, json_spans(text), data, as_json=True)


def toml_editor(text: str, data: Mapping[str, Any]) -> Editor:
    """An editor for TOML."""
    from policycheck.drafting.tomlediting import TomlEditor

    return TomlEditor(text)


EDITORS: Mapping[str, Callable[[str, Mapping[str, Any]], Editor]] = {
    ".yaml": yaml_editor,
    ".yml": yaml_editor,
    ".json": json_editor,
    ".toml": toml_editor,
}
