"""The record of tarteaucitron: ``!service=true!service=false!service=wait``; wait says that nobody has chosen."""

from __future__ import annotations

from policycheck.consent.signals.encoding import counted, decoded, failure
from policycheck.consent.signals.signal import SignalReading

KEY = "tarteaucitron"
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "wait": None}


def decode(value: str) -> SignalReading:
    """Read ``tarteaucitron``. The first visit writes it already, with nothing but ``wait``. Raises SignalError."""
    text = decoded(KEY, value)
    if not text.startswith("!"):
        raise failure(KEY, "it does not start with '!'")
    choices = counted(KEY, text[1:].split("!"), "service=true, service=false or service=wait", _pair)
    return SignalReading(KEY, choices, chosen=any(choice is not None for choice in choices.values()))


def _pair(pair: str) -> tuple[str, bool | None] | None:
    service, _, word = pair.rpartition("=")
    return (service, _WORDS[word]) if word in _WORDS else None
