"""The record of c15t: ``c.marketing:1,i.t:1732438800000`` as a cookie, JSON with the whole words in local storage.

The cookie leaves out what was denied, so that each of the five categories that c15t knows is denied unless it is there.
"""

from __future__ import annotations

from policycheck.consent.signals.encoding import counted, decoded, failure, flags, json_object, milliseconds, part
from policycheck.consent.signals.signal import SignalReading

KEY = "c15t"
CATEGORIES = ("necessary", "functionality", "experience", "measurement", "marketing")
_DIGITS = {"1": True, "0": False}


def decode(value: str) -> SignalReading:
    """Read ``c15t``. Raises SignalError."""
    text = decoded(KEY, value)
    if text.startswith("{"):
        record = json_object(KEY, text)
        if "consents" not in record:
            raise failure(KEY, "it has no 'consents'")
        choices = flags(KEY, part(KEY, record, "consents"), "'consents'")
        stamp: object = part(KEY, record, "consentInfo").get("time")
    else:
        pairs = text.split(",")
        fields = {name: word for name, colon, word in (pair.partition(":") for pair in pairs) if colon}
        choices = counted(KEY, [pair for pair in pairs if pair.startswith("c.")], "c.category:1 or c.category:0", _pair)
        if not fields or not any(name.startswith(("c.", "i.")) for name in fields):
            raise failure(KEY, "it has neither 'c.' nor 'i.' among its pairs")
        stamp = _number(fields.get("i.t", ""))
    time = milliseconds(KEY, stamp, "the time of the consent")
    return SignalReading(
        KEY, {**dict.fromkeys(CATEGORIES, False), **choices}, time=time, chosen=time is not None, others=False
    )


def _pair(pair: str) -> tuple[str, bool | None] | None:
    name, _, word = pair.removeprefix("c.").partition(":")
    return (name, _DIGITS[word]) if word in _DIGITS else None


def _number(word: str) -> object:
    """A number, or what is not one as it stands; None for nothing."""
    if not word:
        return None
    return int(word) if word.isascii() and word.isdigit() and len(word) < 20 else word
