"""The token of Didomi: Base64 of JSON with the purposes and vendors that were enabled and disabled.

A token without any of them is written before the choice, for the visitor's id. Purposes are read, vendors are not. The
purposes of the TCF stand in ``euconsent-v2``, which is the TC string's.
"""

from __future__ import annotations

from policycheck.consent.signals.encoding import base64_text, decoded, iso_time, json_object, part, texts
from policycheck.consent.signals.signal import SignalReading

KEY = "didomi"


def decode(value: str) -> SignalReading:
    """Read ``didomi_token``. Raises SignalError."""
    record = json_object(KEY, base64_text(KEY, decoded(KEY, value)))
    lists = {
        (name, state): texts(KEY, part(KEY, record, name), state, f"{name}.{state}")
        for name in ("purposes", "vendors")
        for state in ("enabled", "disabled")
    }
    choices: dict[str, bool | None] = dict.fromkeys(lists["purposes", "enabled"], True)
    choices.update(dict.fromkeys(lists["purposes", "disabled"], False))
    chosen = any(lists.values())
    time = iso_time(KEY, record.get("updated"), "'updated'")
    return SignalReading(KEY, choices, time=time if chosen else None, chosen=chosen)
