"""What records are made of: quotes, percent signs, JSON, times. Errors say where, and never what stood there.

None is raised while another is handled: those of the standard library keep the text that they were about.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import unquote

from policycheck.consent.signals.signal import SignalError

_ESCAPE = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))", re.DOTALL)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][0-9:.]{5,18})?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_LATEST = 253402300799.0
"""The end of the year 9999, which is the last that a date can have."""


def failure(signal: str, what: str) -> SignalError:
    """The one error for a record that cannot be read; ``what`` names the place, and never quotes it."""
    return SignalError(f"a record of {signal} cannot be read: {what}")


def bare(signal: str, value: str) -> str:
    """The value without the quotes that frameworks put around it, as Python's ``http.cookies`` writes them.

    Raises :class:`SignalError` for an empty one.
    """
    text = value.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 8)) if found[1] else found[2], text[1:-1])
    if not text:
        raise failure(signal, "it is empty")
    return text


def decoded(signal: str, value: str) -> str:
    """A value that JavaScript's ``encodeURIComponent`` may have been applied to, as it was before."""
    text = bare(signal, value)
    with suppress(UnicodeDecodeError):
        return unquote(text, errors="strict")
    raise failure(signal, "its percent-encoding is not of UTF-8")


def base64_text(signal: str, text: str) -> str:
    """The text behind Base64, with or without its padding, in either alphabet. Raises SignalError."""
    plain = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    content: bytes | None = None
    with suppress(binascii.Error, ValueError):
        content = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    if content is None:
        raise failure(signal, "it is not Base64")
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8")
    raise failure(signal, "it is Base64, but of no text")


def json_object(signal: str, text: str) -> Mapping[str, Any]:
    """The JSON object that ``text`` is. Raises :class:`SignalError`."""
    found: object = None
    problem = ""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"it is not JSON from character {error.pos + 1} on"
    except (RecursionError, ValueError):
        problem = "it is JSON beyond every measure"
    if problem:
        raise failure(signal, problem)
    if not isinstance(found, dict):
        raise failure(signal, f"it is JSON, but {_kind(found)} and no object")
    return cast("dict[str, Any]", found)


def part(signal: str, record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object at ``key`` of a record; empty where it is missing or null. Raises :class:`SignalError`."""
    found = record.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise failure(signal, f"{key!r} is {_kind(found)} and no object")
    return cast("dict[str, Any]", found)


def texts(signal: str, record: Mapping[str, Any], key: str, name: str | None = None) -> tuple[str, ...]:
    """The list of texts at ``key``; empty where it is missing or null. Raises :class:`SignalError`."""
    found = record.get(key)
    shown = name or key
    if found is None:
        return ()
    if not isinstance(found, list):
        raise failure(signal, f"{shown!r} is {_kind(found)} and no list")
    for number, item in enumerate(cast("list[object]", found), 1):
        if not isinstance(item, str):
            raise failure(signal, f"entry {number} of {shown!r} is {_kind(item)} and no text")
    return tuple(cast("list[str]", found))


def flags(signal: str, record: Mapping[str, Any], name: str = "the record") -> dict[str, bool | None]:
    """An object of nothing but true and false. Raises :class:`SignalError`, which counts the entries."""
    for number, value in enumerate(record.values(), 1):
        if not isinstance(value, bool):
            raise failure(signal, f"entry {number} of {name} is {_kind(value)} and not true or false")
    return dict(record)


def iso_time(signal: str, value: object, name: str) -> float | None:
    """Epoch seconds of a time as ISO 8601 writes it, without an offset in UTC; None for None."""
    if value is None:
        return None
    if isinstance(value, str) and _ISO.fullmatch(value):
        with suppress(ValueError, OverflowError):
            found = datetime.fromisoformat(value)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    raise failure(signal, f"{name} is no time of ISO 8601")


def milliseconds(signal: str, value: object, name: str) -> float | None:
    """Epoch seconds of a number of milliseconds, as JavaScript counts them; None for None."""
    return _number(signal, value, name, 1000.0)


def seconds(signal: str, value: object, name: str) -> float | None:
    """Epoch seconds of a number of seconds; None for None."""
    return _number(signal, value, name, 1.0)


def counted(
    signal: str, pairs: Sequence[str], shape: str, read: Callable[[str], tuple[str, bool | None] | None]
) -> dict[str, bool | None]:
    """Read each of ``pairs``; ``read`` gives None for one that is not of ``shape``. Raises SignalError."""
    choices: dict[str, bool | None] = {}
    for number, pair in enumerate(pairs, 1):
        found = read(pair)
        if found is None or not found[0]:
            raise failure(signal, f"pair {number} of {len(pairs)} is not {shape}")
        choices[found[0]] = found[1]
    return choices


def _number(signal: str, value: object, name: str, unit: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _LATEST * unit:
        return value / unit
    raise failure(signal, f"{name} is no time that a number can tell")


def _kind(value: object) -> str:
    return "null" if value is None else _KINDS[type(value)]


_KINDS: dict[type, str] = {
    bool: "a flag",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}
