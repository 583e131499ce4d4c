"""The records of a choice: which entries they are, and what they say. Shared by the rules that judge them."""

from __future__ import annotations

from collections.abc import Mapping

from policycheck.consent.signals import SignalError, SignalReading
from policycheck.consent.signals.mapping import reading_to_statuses
from policycheck.matching import Match
from policycheck.model.legal import ConsentNeed
from policycheck.model.observation import Observation
from policycheck.rules.rule import Context


def is_record(match: Match, context: Context) -> bool:
    """True for an entry that keeps the choice itself: its declaration says so, or a known signal has its name."""
    if match.item is not None and match.item.remembers_choice:
        return True
    seen = match.observation
    return bool(context.signals) and context.signal_index.find(seen.kind, seen.name) is not None


def read_record(observation: Observation, context: Context) -> tuple[SignalReading, Mapping[str, bool | None]] | None:
    """What the entry says about each category that needs consent; None for one that is no record of a known signal.

    Raises :class:`SignalError` for a record that cannot be read.
    """
    kind, name, value = observation.kind, observation.name, observation.value
    if not context.signals:
        return None
    if value is None:
        if context.signal_index.find(kind, name) is None:
            return None
        raise SignalError("the evidence does not hold the value")
    found = context.signal_index.read(kind, name, value)
    if found is None:
        return None
    signal, reading = found
    return reading, reading_to_statuses(signal, reading, consented_categories(context))


def consented_categories(context: Context) -> tuple[str, ...]:
    """The categories of the catalogue that need consent: those that a visitor decides about."""
    return tuple(
        key for key, category in context.catalogue.categories.items() if category.consent is ConsentNeed.REQUIRED
    )


def said(match: Match, context: Context) -> Mapping[str, bool | None]:
    """What the record says about each category; nothing where it is none, cannot be read, or knows of no choice."""
    try:
        found = read_record(match.observation, context)
    except SignalError:
        return {}
    return found[1] if found is not None and found[0].chosen else {}
