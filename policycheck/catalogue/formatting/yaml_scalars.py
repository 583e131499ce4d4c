"""How a text is written in YAML: plain where every reader takes it for the same text, else in quotes."""

from __future__ import annotations

import re
from typing import Any

from policycheck.catalogue.reading.yaml_scalars import resolve

_ALWAYS = re.compile(r"^[-?:](?:\s|$)|^[\s,\[\]{}#&*!|>'\"%@`]|\s\Z|:\s|:\Z|\s#|^(?:---|\.\.\.)(?:\s|$)|[\n\t]")
_IN_FLOW = re.compile(r"[,\[\]{}]|^[?:]|:[?]")
_PRINTABLE = re.compile("[\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_UNSEEN = re.compile("[\x85\xa0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f]")
_OLD_TRUTHS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"})
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\", "\0": "\\0"}


def plain_works(text: str, *, flow: bool) -> bool:
    """Whether ``text`` without quotes is read as it stands: as the text ``text``, or as what it stood for plain."""
    if not text or _ALWAYS.search(text) or not _PRINTABLE.fullmatch(text) or _UNSEEN.search(text):
        return False
    return not (flow and _IN_FLOW.search(text))


def is_text(text: str) -> bool:
    """Whether ``text`` without quotes is a text for readers of YAML 1.2 and of 1.1, where ``no`` is false."""
    import yaml

    try:
        if not isinstance(resolve(text), str):
            return False
    except ValueError:
        return False
    if text.lower() in _OLD_TRUTHS:
        return False
    resolvers: Any = yaml.SafeLoader.yaml_implicit_resolvers
    return not any(expression.match(text) for _, expression in resolvers.get(text[:1], ()))


def quoted(text: str) -> str:
    """``text`` in double quotes, or in single ones where that saves escapes."""
    seen = _PRINTABLE.fullmatch(text) and not _UNSEEN.search(text)
    if seen and "'" not in text and ('"' in text or "\\" in text):
        return f"'{text}'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if _PRINTABLE.fullmatch(character) and not _UNSEEN.match(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
