"""The record of klaro: a JSON object of services, each true or false; URL-encoded in cookies and in web storage."""

from __future__ import annotations

from policycheck.consent.signals.encoding import decoded, flags, json_object
from policycheck.consent.signals.signal import SignalReading

KEY = "klaro"


def decode(value: str) -> SignalReading:
    """Read ``klaro``. It is written when the visitor saves a choice. Raises SignalError."""
    return SignalReading(KEY, flags(KEY, json_object(KEY, decoded(KEY, value))))
