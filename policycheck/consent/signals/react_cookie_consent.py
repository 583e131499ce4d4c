"""The record of react-cookie-consent: ``true`` or ``false``, one answer for everything.

It shares the name of its cookie with Cookiebot, whose record is never one of these two words.
"""

from __future__ import annotations

from policycheck.consent.signals.encoding import decoded, failure
from policycheck.consent.signals.signal import SignalReading

KEY = "react-cookie-consent"


def decode(value: str) -> SignalReading:
    """Read ``CookieConsent``. Raises SignalError."""
    word = decoded(KEY, value)
    if word not in {"true", "false"}:
        raise failure(KEY, "it is neither true nor false")
    return SignalReading(KEY, {"consent": word == "true"})
