"""What a jurisdiction limits: numbers as data, each with its source and how far it can be relied upon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from policycheck.model.legal import Exemption
from policycheck.model.lifetime import Retention, parse_retention


class Confidence(StrEnum):
    """How a number is known. Only A was read in the law or the regulator's own text; the others warn and never fail."""

    A = "A"
    """Read in the primary text."""
    B = "B"
    """Read in a secondary page that names the instrument."""
    C = "C"
    """Widely repeated, the primary text not read."""


@dataclass(frozen=True, slots=True)
class RetentionLimit:
    """The longest lifetime of what is stored without consent on the ground of ``exemption``."""

    exemption: Exemption
    longest: Retention
    citation: str
    url: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Profile:
    """The limits of one jurisdiction. ``key`` is how settings name it (``FR``)."""

    key: str
    title: str
    limits: tuple[RetentionLimit, ...] = ()


FRANCE = Profile(
    "FR",
    "France, CNIL",
    (
        RetentionLimit(
            Exemption.AUDIENCE_MEASUREMENT,
            parse_retention("13 months"),
            "CNIL, deliberation of 4 July 2025 on audience measurement",
            "https://www.quantic-avocats.com/2025/10/03/deliberationcnilcookiesaudience",
            Confidence.B,
        ),
    ),
)
"""The exemption for audience measurement asks for trackers of at most 13 months, not extended on new visits."""
PROFILES: Mapping[str, Profile] = {FRANCE.key: FRANCE}
"""Every profile by its key."""
