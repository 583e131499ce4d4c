"""Where keys and values of a TOML text stand. The text has been read by ``tomllib``, so it is known to be in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policycheck.catalogue.documents import Mark, TreeNode
from policycheck.catalogue.reading.text import Lines

_TOKEN = re.compile(
    r"""
    (?P<skip>[ \t\r]+|\#[^\n]*)
    |(?P<newline>\n)
    |(?P<string>\"\"\"(?:[^\\]|\\.)*?\"\"\"\"{0,2}|'''.*?''''{0,2}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')
    |(?P<mark>[\[\]{}=,.])
    |(?P<bare>[^\s\[\]{}=,.\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int


class _Places:
    """Walks over the tokens and builds the nodes."""

    def __init__(self, text: str) -> None:
        self.lines = Lines(text)
        self.tokens = [
            _Token(str(found.lastgroup), found[0], found.start())
            for found in _TOKEN.finditer(text)
            if found.lastgroup != "skip"
        ]
        self.at = 0

    def more(self) -> bool:
        return self.at < len(self.tokens)

    def peek(self) -> str:
        return self.tokens[self.at].text if self.more() else ""

    def next(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def skip(self, texts: str) -> None:
        while self.more() and self.peek() in texts:
            self.at += 1

    def mark(self, token: _Token) -> Mark:
        return self.lines.mark(token.start)

    def key(self) -> list[tuple[str, Mark]]:
        """The parts of a dotted key; the dots between them are left behind."""
        parts: list[tuple[str, Mark]] = []
        while self.more() and self.peek() not in {"=", "]"}:
            token = self.next()
            if token.text != ".":
                parts.append((_unquoted(token), self.mark(token)))
        return parts

    def value(self) -> TreeNode:
        """One value. Goes down by recursion, since the depth has been limited before."""
        opening = self.next()
        node = TreeNode(self.mark(opening))
        if opening.text == "[":
            self.skip(",\n")
            while self.more() and self.peek() != "]":
                node.children[str(len(node.children))] = self.value()
                self.skip(",\n")
            self.at += 1
        elif opening.text == "{":
            self.skip(",\n")
            while self.more() and self.peek() != "}":
                self.pair(node)
                self.skip(",\n")
            self.at += 1
        elif opening.kind != "string":
            while self.more() and self.tokens[self.at].kind in {"bare", "mark"} and self.peek() not in ",]}":
                self.at += 1
        return node

    def pair(self, table: TreeNode) -> None:
        """A key, an equals sign and a value."""
        *way, (name, mark) = self.key()
        table = _descend(table, way)
        self.at += 1
        table.keys.setdefault(name, mark)
        table.children.setdefault(name, self.value())

    def header(self, root: TreeNode) -> TreeNode:
        """``[table]`` or ``[[array of tables]]``; returns the table that what follows belongs to."""
        start = self.mark(self.next())
        array = self.peek() == "["
        if array:
            self.at += 1
        *way, (name, mark) = self.key()
        self.at += 2 if array else 1
        table = _descend(root, way)
        table.keys.setdefault(name, mark)
        if array:
            elements = table.children.setdefault(name, TreeNode(start))
            table = elements.children[str(len(elements.children))] = TreeNode(start)
            return table
        return table.children.setdefault(name, TreeNode(start))


def _descend(table: TreeNode, way: list[tuple[str, Mark]]) -> TreeNode:
    for name, mark in way:
        table.keys.setdefault(name, mark)
        table = table.children.setdefault(name, TreeNode(mark))
        if table.children and not table.keys:
            table = table.children[str(len(table.children) - 1)]
    return table


def _unquoted(token: _Token) -> str:
    if token.kind != "string":
        return token.text
    if token.text.startswith("'"):
        return token.text[1:-1]
    import tomllib

    return next(iter(tomllib.loads(f"{token.text} = 0")))


def locate(text: str) -> TreeNode:
    """The tree of places of a TOML text that ``tomllib`` accepts."""
    places = _Places(text)
    root = table = TreeNode(Mark(1, 1))
    while places.more():
        if places.peek() == "\n":
            places.at += 1
        elif places.peek() == "[":
            table = places.header(root)
        else:
            places.pair(table)
    return root
