"""Consent signals: reading a choice from what the application stored. One decoder a file."""

from policycheck.consent.signals.signal import EVERY_CATEGORY, ConsentSignal, SignalError, SignalReading

__all__ = ["EVERY_CATEGORY", "ConsentSignal", "SignalError", "SignalReading"]
