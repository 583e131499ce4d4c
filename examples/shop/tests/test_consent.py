"""The shop keeps the laws of consent, whatever a visitor chooses, in whichever order, and however much time passes."""

from __future__ import annotations

from typing import Any

from visitor import ShopDriver


def test_consent(policycheck_consent: Any) -> None:
    outcome = policycheck_consent.run(ShopDriver, examples=20)
    assert not {"withdrawal-stops", "withdrawal-erases", "choice-is-remembered"}.intersection(outcome.not_evaluated)


def test_withdrawal_erases_what_the_chat_keeps(policycheck_consent: Any) -> None:
    visitor = policycheck_consent.visitor(ShopDriver)
    visitor.grant_all()
    visitor.visit("/tea/assam")
    visitor.visit("/chat")
    before = {name for _, name, *_ in visitor.device}
    visitor.act("buy")
    visitor.act("pay in crowns")
    visitor.withdraw("marketing")
    visitor.visit("/")
    after = {name for _, name, *_ in visitor.device}
    assert {name for name in before - after if name.endswith("visits")} == before - after != set()
    assert {"session", "shop_currency", "shop_stats", "shop_teas", "ssupp.vid"} <= after
