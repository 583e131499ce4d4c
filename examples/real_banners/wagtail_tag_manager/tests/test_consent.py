"""The laws of consent, but for those that are known to be broken: what was found stands in docs/explanation."""

from __future__ import annotations

from typing import Any

from visitor import Visitor

KNOWN = {
    "silence-is-refusal": "Tags of a type that is 'initial' are loaded until the visitor says no.",
    "grant-is-specific": "So they are on the page where the visitor is about to choose.",
    "revision-returns-to-unset": "So they are when every consent was invalidated.",
    "expiry-returns-to-unset": "So they are when the record is gone; and visits renew it.",
    "signal-follows-choice": "A renewed record goes on saying yes.",
    "withdrawal-erases": "What a tag has stored stays.",
    "withdrawal-is-as-easy": "The bar is gone once it was answered.",
}


def test_consent(policycheck_consent: Any) -> None:
    policycheck_consent.run(Visitor, without=KNOWN, examples=5)
