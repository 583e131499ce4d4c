"""Taking a stored value apart: plain text, URL encoding, base64, compression, JSON and JWT, one inside the other.

What is inside a value is often wrapped: a signed session is base64 of JSON, a consent record is URL-encoded JSON.
The work is bounded in depth, in the number of texts and in their size, whatever the value is made to look like.
"""

from __future__ import annotations

import binascii
import json
import re
import zlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_plus

from policycheck.rules.value.trees import as_list, as_mapping

WRAPPINGS = ("URL-encoded", "base64", "JSON", "JWT")
"""How the layers of a value are called in messages."""
MAX_DEPTH = 6
MAX_TEXTS = 2_000
MAX_CHARACTERS = 1_000_000
_MAX_JSON_NODES = 5_000

_TELLING = re.compile(r'[@+%:.{["]')
"""Without one of these, a text holds neither personal data nor a wrapping other than base64."""
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_SEGMENT = re.compile(r"[A-Za-z0-9_+/-]{8,}={0,2}")
_JWT = re.compile(r"(?<![\w-])(ey[A-Za-z0-9_-]{8,})\.(ey[A-Za-z0-9_-]{4,})\.[A-Za-z0-9_-]*")
_ZLIB_FIRST_BYTE = 0x78


@dataclass(frozen=True, slots=True)
class Layer:
    """One text found in a value, a secret as the value is. ``path`` names the wrappings from the outside inwards.

    ``key`` is the JSON key that the text stands under, ``claims`` the claims of a JWT.
    """

    text: str = field(repr=False)
    path: tuple[str, ...] = ()
    key: str = ""
    claims: Mapping[str, object] | None = field(default=None, repr=False)


@dataclass(slots=True)
class Peeled:
    """The texts of a value; ``complete`` turns False when the bounds left something unread."""

    layers: list[Layer] = field(default_factory=list[Layer], repr=False)
    complete: bool = True


@dataclass(slots=True)
class _Opened:
    """What is inside a text. ``wrapper`` is True when the text itself says no more than what is inside it."""

    inside: list[Layer] = field(default_factory=list[Layer])
    wrapper: bool = False
    complete: bool = True


def peel(value: str) -> Peeled:
    """Every text in ``value``, from the outside inwards; of a mere wrapper what is inside it. Never raises."""
    result = Peeled()
    queue = deque([Layer(value)])
    seen: set[tuple[str, str]] = set()
    characters = 0
    while queue:
        layer = queue.popleft()
        identity = (layer.text, json.dumps(layer.claims))
        if identity in seen:
            continue
        seen.add(identity)
        characters += len(layer.text)
        if characters > MAX_CHARACTERS or len(seen) > MAX_TEXTS:
            result.complete = False
            break
        opened = _open(layer)
        deep = len(layer.path) >= MAX_DEPTH
        if deep and opened.inside:
            result.complete = False
        if deep or not (opened.wrapper and opened.complete):
            result.layers.append(layer)
        if not deep:
            queue.extend(opened.inside)
        result.complete &= opened.complete
    return result


def opaque(value: str) -> bool:
    """True for a value such as a random token, in which there is nothing to look for: the common case, told cheaply."""
    if len(value) > MAX_CHARACTERS or _TELLING.search(value) is not None:
        return False
    return all(decode_base64(match[0]) is None for match in _SEGMENT.finditer(value))


def parse_json(text: str) -> object:
    """The JSON value of ``text``. Raises ValueError, for too deep nesting and for NaN and Infinity too."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("too deeply nested") from None


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _open(layer: Layer) -> _Opened:
    text, path = layer.text, layer.path
    stripped = text.strip()
    if stripped[:1] in {"{", "[", '"'}:
        try:
            document = parse_json(stripped)
        except ValueError:
            pass
        else:
            found, complete = _strings(document)
            return _Opened([Layer(inner, (*path, "JSON"), key) for key, inner in found], True, complete)
    if _PERCENT.search(text):
        readings = dict.fromkeys((unquote(text), unquote_plus(text)))
        return _Opened([Layer(reading, (*path, "URL-encoded"), layer.key) for reading in readings], True)
    opened = _Opened()
    if layer.claims is None:
        for match in _JWT.finditer(text):
            claims = _claims(match)
            if claims is not None:
                opened.inside += [Layer("", (*path, "JWT"), claims=claims), Layer(json.dumps(claims), (*path, "JWT"))]
    for match in _SEGMENT.finditer(text):
        decoded = decode_base64(match[0])
        if decoded is not None:
            opened.inside.append(Layer(decoded, (*path, "base64")))
    return opened


def _claims(match: re.Match[str]) -> Mapping[str, object] | None:
    try:
        header, claims = (parse_json(decode_base64(part) or "") for part in (match[1], match[2]))
    except ValueError:
        return None
    return (as_mapping(claims) or None) if "alg" in as_mapping(header) else None


def _strings(document: object) -> tuple[list[tuple[str, str]], bool]:
    """Strings of a JSON document with the key that they stand under, keys too, and whether all were seen."""
    found: list[tuple[str, str]] = []
    queue: deque[tuple[str, object]] = deque([("", document)])
    for _ in range(_MAX_JSON_NODES):
        if not queue:
            break
        key, node = queue.popleft()
        if isinstance(node, str):
            found.append((key, node))
        queue.extend((key, child) for child in as_list(node))
        for name, child in as_mapping(node).items():
            queue.append(("", name))
            queue.append((name, child))
    return found, not queue


def decode_base64(segment: str) -> str | None:
    """The readable text that a base64 or base64url segment holds, decompressed where it is; None for anything else."""
    bare = segment.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        octets = binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True)
    except ValueError:
        return None
    if octets[:1] == bytes([_ZLIB_FIRST_BYTE]):
        octets = _decompressed(octets) or octets
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return None
    return text if all(char.isprintable() or char in "\t\r\n" for char in text) else None


def _decompressed(octets: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(octets, MAX_CHARACTERS)
    except zlib.error:
        return None
