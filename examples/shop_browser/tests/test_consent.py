"""The banner keeps the laws of consent in a real browser, whatever a visitor chooses, in whichever order."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser
from shop.server import Running
from visitor import ShopDriver


def test_consent(policycheck_consent: Any, browser: Browser, shop: Running) -> None:
    """A short search, since each step loads pages. Give it 50 examples and it takes some minutes."""
    policycheck_consent.run(lambda: ShopDriver(browser, shop), examples=2, steps=5)


def test_withdrawal_erases_what_the_chat_keeps(policycheck_consent: Any, browser: Browser, shop: Running) -> None:
    visitor = policycheck_consent.visitor(lambda: ShopDriver(browser, shop))
    visitor.visit("/tea/assam")
    visitor.grant_all()
    visitor.act("write to the shop")
    before = {name for _, name, *_ in visitor.device}
    visitor.withdraw("marketing")
    visitor.visit("/")
    after = {name for _, name, *_ in visitor.device}
    assert {name for name in before - after if name.endswith("visits")} == before - after != set()
    assert {"ssupp.vid", "shop_choice", "shop_stats", "shop_teas"} <= after


def test_a_choice_ends(policycheck_consent: Any, browser: Browser, shop: Running) -> None:
    """After six months, and with another version of the catalogue, nobody has consented any more."""
    visitor = policycheck_consent.visitor(lambda: ShopDriver(browser, shop))
    visitor.refuse_all()
    visitor.visit("/")
    visitor.grant("marketing")
    visitor.visit("/")
    visitor.expire()
    visitor.visit("/")
    visitor.grant_all()
    visitor.revise("2027.1")
    visitor.visit("/tea/assam")
    assert {name for _, name, *_ in visitor.device if name.startswith("shop_") or name.endswith("visits")} == set()
