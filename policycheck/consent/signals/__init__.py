"""Consent signals: reading a choice from what the application stored. One decoder a file."""

from policycheck.consent.signals.signal import ConsentSignal, SignalError, SignalReading

__all__ = ["ConsentSignal", "SignalError", "SignalReading"]
