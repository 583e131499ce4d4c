"""Google consent mode: the request parameters ``gcs`` and ``gcd``.

Nothing is stored: the tag keeps the state in the page, and each hit that it sends carries it
(``...&gcs=G111&gcd=13r3r3r3r5l1``). The signal therefore has no names of stored things; it is for a value at hand,
until requests are captured.

Sources: Google, "Consent mode" (https://developers.google.com/tag-platform/security/concepts/consent-mode) for the four
consent types. What the letters of ``gcd`` mean is known from Markus Baersch's analysis on Simo Ahava's blog ("Consent
Mode V2 for Google tags", 2023), and is the same in Commanders Act's documentation of its own tag. A letter that they do
not list is an error here, and the letters after the fourth are not read.
"""

from __future__ import annotations

import re

from policycheck.consent.signals.signal import SignalError, SignalReading

CONSENT_TYPES = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")
"""The keys of a reading, in the order of ``gcd``; ``gcs`` has the first two."""

_GCS = {"1": True, "0": False, "-": None}
_LETTERS: dict[str, tuple[bool | None, bool]] = {
    "l": (None, False),  # not set
    "p": (False, False),  # denied by default
    "t": (True, False),  # granted by default
    "q": (False, True),  # denied by default, denied by an update
    "r": (True, True),  # denied by default, granted by an update
    "m": (False, True),  # no default, denied by an update
    "n": (True, True),  # no default, granted by an update
    "u": (False, True),  # granted by default, denied by an update
    "v": (True, True),  # granted by default, granted by an update
}
# "1" and a digit, then each letter with a digit after it: 11p1p1p1p5; since 2024 with more pairs: 13r3r3r3r5l1.
_GCD = re.compile(r"1[0-9](?:[A-Za-z][0-9]){4,}", re.ASCII)


def decode_gcs(text: str) -> SignalReading:
    """Read ``gcs``: ``G1``, then ad_storage and analytics_storage as 1 granted, 0 denied or - not required.

    It does not tell a default from a choice. Raises :class:`SignalError`.
    """
    if len(text) != 4 or text[:2] != "G1":
        raise SignalError("gcs: is not G1 and two characters")
    for at, key in enumerate(CONSENT_TYPES[:2], 3):
        if text[at - 1] not in _GCS:
            raise SignalError(f"gcs, {key}, character {at}: is none of 1, 0 and -")
    return SignalReading(
        signal="google-consent-mode",
        choices={key: _GCS[character] for key, character in zip(CONSENT_TYPES, text[2:], strict=False)},
    )


def decode_gcd(text: str) -> SignalReading:
    """Read ``gcd``: a letter for each of the four consent types.

    ``chosen`` is False where no letter tells of an update and nothing is granted: a grant by default is a yes that the
    site says, and counts. Raises :class:`SignalError`, also for a letter whose meaning nobody has published.
    """
    if _GCD.fullmatch(text) is None:
        raise SignalError("gcd: is not 1, a digit, then four times a letter and a digit")
    choices: dict[str, bool | None] = {}
    chosen = False
    for at, key in enumerate(CONSENT_TYPES):
        letter = _LETTERS.get(text[2 + 2 * at])
        if letter is None:
            raise SignalError(f"gcd, {key}, character {3 + 2 * at}: is a letter of which no meaning is known")
        choices[key], updated = letter
        chosen = chosen or updated or choices[key] is True
    return SignalReading(signal="google-consent-mode", choices=choices, chosen=chosen)


def decode(text: str) -> SignalReading:
    """Read a value of ``gcs``, which starts with G, or of ``gcd``. Raises :class:`SignalError`."""
    return decode_gcs(text) if text.startswith("G") else decode_gcd(text)
