"""The record of wagtail-tag-manager: since 2.0 Base64 of JSON, before ``statistics:true|marketing:false``.

Both are written on the first page already. The new one has a ``set_timestamp`` once somebody chose; the old one does
not say, but ``unset`` and ``pending`` are no answers.
"""

from __future__ import annotations

import re

from policycheck.consent.signals.encoding import (
    bare,
    base64_text,
    counted,
    decoded,
    failure,
    json_object,
    part,
    seconds,
)
from policycheck.consent.signals.signal import SignalReading

KEY = "wagtail-tag-manager"
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "unset": None, "pending": None}
_OLD = re.compile(r"\w+:", re.ASCII)


def decode(value: str) -> SignalReading:
    """Read ``wtm``. Raises SignalError."""
    if _OLD.match(bare(KEY, value)):
        choices = counted(KEY, bare(KEY, value).removesuffix("|").split("|"), f"type:{'|'.join(_WORDS)}", _pair)
        return SignalReading(KEY, choices, chosen=None not in choices.values())
    record = json_object(KEY, base64_text(KEY, decoded(KEY, value)))
    state = part(KEY, record, "state")
    for number, word in enumerate(state.values(), 1):
        if not isinstance(word, str) or word not in _WORDS:
            raise failure(KEY, f"entry {number} of 'state' is none of {', '.join(_WORDS)}")
    time = seconds(KEY, part(KEY, record, "meta").get("set_timestamp"), "'set_timestamp'") or None
    return SignalReading(KEY, {key: _WORDS[word] for key, word in state.items()}, time=time, chosen=time is not None)


def _pair(pair: str) -> tuple[str, bool | None] | None:
    category, _, word = pair.partition(":")
    return (category, _WORDS[word]) if word in _WORDS else None
