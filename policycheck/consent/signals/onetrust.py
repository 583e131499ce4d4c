"""The records of OneTrust: ``OptanonConsent`` with the groups, ``OptanonAlertBoxClosed`` with the time of the choice.

OptanonConsent is written on the first page already, with whatever the site's settings let pass before a choice, and
again on each page. It says of itself that somebody chose when it counts an interaction, and not where it still keeps
the URL of the landing page or awaits a new consent. Its ``datestamp`` is when it was written last, and no time of a
choice; its ``version`` is that of the script.
"""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qsl

from policycheck.consent.signals.encoding import bare, counted, decoded, failure, iso_time
from policycheck.consent.signals.signal import SignalReading

KEY = "onetrust"
_DIGITS = {"1": True, "0": False}


def decode(value: str) -> SignalReading:
    """Read either record: a time alone is that of OptanonAlertBoxClosed. Raises SignalError."""
    text = bare(KEY, value)
    if "=" not in text.replace("%3D", "=").replace("%3d", "="):
        return SignalReading(KEY, {}, time=iso_time(KEY, decoded(KEY, text), "what has no 'groups'"))
    fields = _fields(text if "=" in text else decoded(KEY, text))
    if "groups" not in fields:
        raise failure(KEY, "it has no 'groups'")
    groups = fields["groups"].split(",")
    choices = counted(KEY, groups, "group:1 or group:0", _pair)
    return SignalReading(KEY, choices, chosen=_chosen(fields))


def _fields(text: str) -> dict[str, str]:
    with suppress(UnicodeDecodeError, ValueError):
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=200))
    raise failure(KEY, "its percent-encoding is not of UTF-8, or it has more than 200 fields")


def _chosen(fields: dict[str, str]) -> bool:
    if fields.get("AwaitingReconsent") == "true":
        return False
    if fields.get("intType"):
        return True
    return fields.get("landingPath") == "NotLandingPage" and fields.get("interactionCount", "0") != "0"


def _pair(pair: str) -> tuple[str, bool | None] | None:
    group, _, digit = pair.rpartition(":")
    return (group, _DIGITS[digit]) if digit in _DIGITS else None
