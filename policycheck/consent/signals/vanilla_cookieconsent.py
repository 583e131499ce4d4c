"""The record of vanilla-cookieconsent v3 (orestbida/cookieconsent): JSON that lists the accepted categories.

As a cookie it is URL-encoded, in local storage it is not. What it does not list was not accepted.
"""

from __future__ import annotations

from policycheck.consent.signals.encoding import decoded, failure, iso_time, json_object, milliseconds, texts
from policycheck.consent.signals.signal import SignalReading

KEY = "vanilla-cookieconsent"


def decode(value: str) -> SignalReading:
    """Read ``cc_cookie``. Raises SignalError."""
    record = json_object(KEY, decoded(KEY, value))
    if "categories" not in record:
        raise failure(KEY, "it has no 'categories'")
    revision = record.get("revision")
    time = record.get("lastConsentTimestamp") or record.get("consentTimestamp")
    return SignalReading(
        KEY,
        dict.fromkeys(texts(KEY, record, "categories"), True),
        time=iso_time(KEY, time, "the time of the consent"),
        version=str(revision) if type(revision) is int and revision else None,
        expires=milliseconds(KEY, record.get("expirationTime"), "'expirationTime'"),
        others=False,
    )
