"""The US Privacy string, ``1YNN``: four characters, section ``uspv1`` of a GPP string or a cookie of its own.

Source: IAB Tech Lab, "U.S. Privacy String", version 1 (withdrawn in January 2024 in favour of GPP, and still about).
"""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.consent.signals.signal import SignalError, SignalReading

_MEANINGS = {"Y": True, "N": False, "-": None}


@dataclass(frozen=True, slots=True)
class UsPrivacyString:
    """Notice was given, the visitor opted out of sale, the transaction is covered; None: not applicable or unknown.

    All three are None where US privacy law does not apply (``1---``).
    """

    notice: bool | None
    opted_out: bool | None
    covered: bool | None
    version: int = 1


def decode_us_privacy(text: str) -> UsPrivacyString:
    """Decode a US Privacy string of version 1. Raises :class:`SignalError`, which names the position, for others."""
    if len(text) != 4:
        raise SignalError(
            f"US Privacy string: has {len(text)} characters, and needs 4: a version, then Y, N or - thrice"
        )
    if text[0] != "1":
        raise SignalError("US Privacy string, Version, character 1: is not 1, the one version that there is")
    for at, field in enumerate(("Notice", "OptOutSale", "LspaCovered"), 1):
        if text[at] not in _MEANINGS:
            raise SignalError(f"US Privacy string, {field}, character {at + 1}: is none of Y, N and -")
    if text[2] == "-" and text != "1---":
        raise SignalError("US Privacy string, OptOutSale, character 3: is -, which it may be in 1--- alone")
    return UsPrivacyString(_MEANINGS[text[1]], _MEANINGS[text[2]], _MEANINGS[text[3]])


def decode(text: str) -> SignalReading:
    """Read the choice in a US Privacy string, with the key ``sale``: True where the visitor did not opt out.

    Nobody is asked beforehand under an opt-out law, so that only an opt-out counts as a choice.
    """
    found = decode_us_privacy(text)
    return SignalReading(
        signal="usprivacy",
        choices={"sale": None if found.opted_out is None else not found.opted_out},
        version=str(found.version),
        chosen=found.opted_out is True,
    )
