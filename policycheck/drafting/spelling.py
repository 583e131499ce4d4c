"""How data is spelt in YAML and JSON, so that it is read as it stands."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from policycheck.catalogue.plain import is_list, is_object
from policycheck.reports.visible import visible

_WIDTH = 112
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.<>-]*|[0-9]+ [a-z]+")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def yaml_scalar(text: str) -> str:
    """``text`` as a YAML scalar: plain where that is sure to be read as it stands, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = visible(text.replace("\\", "\\\\").replace('"', '\\"'))  # which escapes as YAML does
    return f'"{_UNPRINTABLE.sub(_escape, quoted)}"'


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def yaml_flow(value: Any) -> str:
    """Any value on one line."""
    if is_object(value):
        return "{" + ", ".join(f"{yaml_scalar(key)}: {yaml_flow(member)}" for key, member in value.items()) + "}"
    if is_list(value):
        return "[" + ", ".join(map(yaml_flow, value)) + "]"
    return yaml_scalar(value) if isinstance(value, str) else json.dumps(value)


def yaml_item(data: Mapping[str, Any], remarks: Iterable[str], column: int) -> str:
    """An item of a list in block style, whose dash stands in ``column`` (from 0); remarks follow its first line."""
    pad = " " * column
    first, *rest = [f"{key}: {yaml_flow(value)}" for key, value in data.items()]
    comments = [f"# {line}" for remark in remarks for line in wrapped(remark)]
    return "\n".join([f"{pad}- {first}", *(f"{pad}  {line}" for line in (*comments, *rest))]) + "\n"


def yaml_member(key: str, value: Any, column: int) -> str:
    """A key of a mapping in block style."""
    return f"{' ' * column}{yaml_scalar(key)}: {yaml_flow(value)}\n"


def json_text(value: Any, indent: str | None = None) -> str:
    """``value`` as JSON that every reader of ours takes; with ``indent`` on many lines."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=None if indent is None else (",", ": "))
    return _UNPRINTABLE.sub(_escape, text)


def wrapped(text: str) -> Iterator[str]:
    """``text`` as lines of comments."""
    shown = visible(text.replace("\n", " "))
    yield from textwrap.wrap(shown, _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
