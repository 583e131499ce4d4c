"""The record of Osano's open-source cookieconsent v3: one word for everything, ``allow``, ``deny`` or ``dismiss``.

The library itself takes ``dismiss`` for consent. Closing a notice is no clear affirmative action (GDPR Art. 4(11)), so
that here nobody has chosen.
"""

from __future__ import annotations

from policycheck.consent.signals.encoding import decoded, failure
from policycheck.consent.signals.signal import SignalReading

KEY = "osano-cookieconsent"
_WORDS: dict[str, bool | None] = {"allow": True, "deny": False, "dismiss": None}


def decode(value: str) -> SignalReading:
    """Read ``cookieconsent_status``. Raises SignalError."""
    word = decoded(KEY, value)
    if word not in _WORDS:
        raise failure(KEY, f"it is none of the words {', '.join(_WORDS)}")
    return SignalReading(KEY, {"consent": _WORDS[word]}, chosen=_WORDS[word] is not None)
