"""Two laws, two fields: may it be stored without consent (ePrivacy), and on which ground is it processed (GDPR)."""

from __future__ import annotations

from enum import StrEnum


class ConsentNeed(StrEnum):
    """Whether storing needs the visitor's consent (ePrivacy Directive, Art. 5(3))."""

    REQUIRED = "required"
    NOT_REQUIRED = "notRequired"


class Exemption(StrEnum):
    """Why no consent is needed (ePrivacy Directive, Art. 5(3); national law for the last four)."""

    STRICTLY_NECESSARY = "strictlyNecessary"
    COMMUNICATION = "communication"
    AUDIENCE_MEASUREMENT = "audienceMeasurement"
    SECURITY = "security"
    APPEARANCE = "appearance"
    EMERGENCY = "emergency"


class LegalBasis(StrEnum):
    """The ground of processing (GDPR Art. 6(1)(a) to (f))."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legalObligation"
    VITAL_INTERESTS = "vitalInterests"
    PUBLIC_TASK = "publicTask"
    LEGITIMATE_INTERESTS = "legitimateInterests"
