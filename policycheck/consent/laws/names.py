"""The names of the laws of consent. A rule that finds a law broken says its name in the breach."""

from __future__ import annotations

from enum import StrEnum


class LawName(StrEnum):
    """What must hold after every sequence of choices."""

    SILENCE_IS_REFUSAL = "silence-is-refusal"
    REFUSAL_STORES_NOTHING = "refusal-stores-nothing"
    GRANT_IS_SPECIFIC = "grant-is-specific"
    WITHDRAWAL_STOPS = "withdrawal-stops"
    WITHDRAWAL_ERASES = "withdrawal-erases"
    WITHDRAWAL_KEEPS_EXEMPT = "withdrawal-keeps-exempt"
    ORDER_DOES_NOT_MATTER = "order-does-not-matter"
    GRANT_IS_IDEMPOTENT = "grant-is-idempotent"
    REGRANT_STARTS_CLEAN = "regrant-starts-clean"
    EXPIRY_RETURNS_TO_UNSET = "expiry-returns-to-unset"
    REVISION_RETURNS_TO_UNSET = "revision-returns-to-unset"
    CHOICE_IS_REMEMBERED = "choice-is-remembered"
    WITHDRAWAL_IS_AS_EASY = "withdrawal-is-as-easy"
    FIXED_LIFETIME_STAYS = "fixed-lifetime-stays"
    GPC_REFUSES = "gpc-refuses"
    SIGNAL_FOLLOWS_CHOICE = "signal-follows-choice"
