"""The record of django-cookie-consent: ``analytics=2026-01-31T12:00:00+00:00|social=-1``.

An accepted group has the time at which the newest of its cookies was declared, as the version that was accepted, and
nothing where it has no cookies; ``-1`` is a group that was declined. The time of the choice is not in it.
"""

from __future__ import annotations

from policycheck.consent.signals.encoding import bare, failure, iso_time
from policycheck.consent.signals.signal import SignalError, SignalReading

KEY = "django-cookie-consent"
_DECLINED = "-1"


def decode(value: str) -> SignalReading:
    """Read ``cookie_consent``. Raises SignalError."""
    pairs = bare(KEY, value).split("|")
    choices: dict[str, bool | None] = {}
    versions: list[str] = []
    for number, pair in enumerate(pairs, 1):
        group, equals, version = pair.partition("=")
        where = f"pair {number} of {len(pairs)}"
        if not group or not equals:
            raise failure(KEY, f"{where} is not group=version")
        if version not in ("", _DECLINED):
            try:
                iso_time(KEY, version, where)
            except SignalError as error:
                raise failure(KEY, f"{where} has neither a time of ISO 8601 nor -1") from error
            versions.append(version)
        choices[group] = version != _DECLINED
    return SignalReading(KEY, choices, version=max(versions, default=None), versioned=True)
