"""Changes to a catalogue in TOML: tomlkit keeps whatever is not changed as it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from policycheck.drafting.entries import Drafted
from policycheck.drafting.spelling import wrapped
from policycheck.errors import UsageError


class TomlEditor:
    """See :class:`policycheck.drafting.editing.Editor`. Raises UsageError where tomlkit is not installed."""

    def __init__(self, text: str) -> None:
        try:
            import tomlkit
        except ImportError:
            raise UsageError(
                "tomlkit is not installed, which changes a TOML file and keeps its comments\n"
                '  fix: pip install "policycheck[toml]"'
            ) from None
        self._kit: Any = tomlkit
        self._document: Any = tomlkit.parse(text)

    def text(self) -> str:
        """The text with all changes made."""
        return str(self._kit.dumps(self._document))

    def add_items(self, entries: Sequence[Drafted]) -> None:
        """Put entries behind those of ``items``."""
        items: Any = self._document.get("items")
        if not items:
            self._document.pop("items", None)
            items = self._document["items"] = self._kit.aot()
        for entry in entries:
            if isinstance(items, self._kit.items.AoT):
                table = self._table(entry)
                table.trivia.indent = "\n" if items else ""
                items.append(table)
            else:
                items.append(self._inline(entry.data))

    def add_members(self, section: str, members: Mapping[str, Any]) -> None:
        """Put keys behind those of a section."""
        if not members:
            return
        table = self._document.setdefault(section, self._kit.table())
        for key, value in members.items():
            table[key] = self._inline(value or {})

    def change_item(self, index: int, data: Mapping[str, Any]) -> None:
        """Let an item be ``data``."""
        item = self._document["items"][index]
        for key in [key for key in item if key not in data]:
            del item[key]
        for key, value in data.items():
            if key not in item or item[key] != value:
                item[key] = self._inline(value)

    def remove_items(self, indices: Collection[int]) -> None:
        """Take items out."""
        for index in sorted(indices, reverse=True):
            del self._document["items"][index]

    def _table(self, entry: Drafted) -> Any:
        table = self._kit.table()
        for remark in entry.remarks:
            for line in wrapped(remark):
                table.add(self._kit.comment(line))
        for key, value in entry.data.items():
            table[key] = self._inline(value)
        return table

    def _inline(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        table = self._kit.inline_table()
        table.update(value)
        return table
