"""The record of Cookiebot: ``{stamp:'...',necessary:true,statistics:false,method:'explicit',ver:1,utc:...}``.

It is a JavaScript object with its quotes and commas percent-encoded, or one of two numbers: ``0`` for a visitor who
declined everything, ``-1`` for one in whose region nobody is asked. A method other than ``explicit`` is a consent that
nobody gave: Cookiebot calls it implied, and one of unknown method too.
"""

from __future__ import annotations

import re

from policycheck.consent.signals.encoding import decoded, failure, milliseconds
from policycheck.consent.signals.signal import SignalReading

KEY = "cookiebot"
CATEGORIES = ("necessary", "preferences", "statistics", "marketing")
_FIELD = re.compile(r"""\s*+(\w++)\s*+:\s*+('[^']*+'|"[^"]*+"|[^,'"{}\s]++)\s*+(?:,|\Z)""", re.ASCII)
_WORDS = {"true": True, "false": False}


def decode(value: str) -> SignalReading:
    """Read ``CookieConsent``. Raises SignalError."""
    text = decoded(KEY, value)
    if text in {"0", "-1"}:
        asked = text == "0"
        return SignalReading(KEY, {key: key == "necessary" or not asked for key in CATEGORIES}, chosen=asked)
    fields = _fields(text)
    choices: dict[str, bool | None] = {}
    for key in CATEGORIES:
        if key in fields:
            if fields[key] not in _WORDS:
                raise failure(KEY, f"{key!r} is neither true nor false")
            choices[key] = _WORDS[fields[key]]
    if not choices:
        raise failure(KEY, f"it names none of {', '.join(CATEGORIES)}")
    stamp = fields.get("utc")
    number = int(stamp) if stamp is not None and re.fullmatch("[0-9]{1,15}", stamp) else stamp
    version = fields.get("ver", "")
    return SignalReading(
        KEY,
        choices,
        time=milliseconds(KEY, number, "'utc'"),
        version=version if re.fullmatch("[0-9]{1,6}", version) else None,
        chosen=fields.get("method") == "explicit",
    )


def _fields(text: str) -> dict[str, str]:
    if not (text.startswith("{") and text.endswith("}")):
        raise failure(KEY, "it is no object in braces, and neither 0 nor -1")
    inner, position, fields = text[1:-1], 0, dict[str, str]()
    while position < len(inner):
        found = _FIELD.match(inner, position)
        if found is None:
            raise failure(KEY, f"field {len(fields) + 1} is not key:value, from character {position + 2} on")
        fields[found[1]] = found[2].strip("'\"")
        position = found.end()
    return fields
