"""The consent signal of the IAB Transparency and Consent Framework: a TC string in a cookie or in web storage.

What counts is consent by purpose. Legitimate interest is left aside: to store or to read on a device needs consent
(ePrivacy Art. 5(3)), and 2.2 allows nothing else for purposes 3 to 6.
"""

from __future__ import annotations

from policycheck.consent.signals.signal import SignalReading
from policycheck.consent.signals.tcf_string import TcString, decode_tc_string

PURPOSES = range(1, 12)
"""The purposes of the framework's policies since 2.2: 1 to store and to read on the device, 2 to 4 advertising, 5 and 6
personalised content, 7 to 9 measurement and statistics, 10 development, 11 limited data to select content."""
SPECIAL_FEATURES = range(1, 3)
"""Precise location, and scanning the device to tell it from others."""


def decode(text: str) -> SignalReading:
    """Read the choices in a TC string, with keys ``purpose1`` to ``purpose11``, ``specialFeature1`` and ``2``.

    ``purpose1`` is open where the record says that purpose 1 was not shown (PurposeOneTreatment). The time is
    LastUpdated, which is a day; the version names vendor list and policy. A string does not tell "refused" from
    "not asked yet". Raises :class:`SignalError`.
    """
    found = decode_tc_string(text)
    return SignalReading(signal="tcf", choices=choices_of(found), time=found.last_updated, version=version_of(found))


def choices_of(found: TcString) -> dict[str, bool | None]:
    """Consent to each purpose and special feature, by key."""
    choices: dict[str, bool | None] = {f"purpose{purpose}": purpose in found.purposes_consent for purpose in PURPOSES}
    if found.purpose_one_treatment and not choices["purpose1"]:
        choices["purpose1"] = None
    for feature in SPECIAL_FEATURES:
        choices[f"specialFeature{feature}"] = feature in found.special_feature_opt_ins
    return choices


def version_of(found: TcString) -> str:
    """The lists that the visitor was asked about."""
    return f"vendor list {found.vendor_list_version}, policy {found.tcf_policy_version}"
