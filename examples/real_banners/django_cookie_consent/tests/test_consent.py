"""The laws of consent, but for those that are known to be broken: what was found stands in docs/explanation."""

from __future__ import annotations

from typing import Any

from visitor import Visitor

KNOWN = {
    "withdrawal-is-as-easy": "One group can be withdrawn on the package's own page only.",
    "expiry-returns-to-unset": "Each choice renews the record of all others.",
}


def test_consent(policycheck_consent: Any) -> None:
    policycheck_consent.run(Visitor, without=KNOWN, examples=20)
